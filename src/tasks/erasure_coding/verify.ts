import type { ClusterPort } from "../../cluster/cluster-port.ts";
import { AppError, hasCode } from "../../core/errors.ts";
import { shardExtension } from "../../volume/ec-layout.ts";
import type { Verdict, VerifyInput } from "../definition.ts";
import { allReached, disagreement, notReached, REACHED, untilReached } from "../steps/look.ts";
import type { EcPlan, EcTarget } from "./plan.ts";
import { surplusIds } from "./remove-originals.ts";
import { shardSizeOf } from "./shard-files.ts";
import { readEcState } from "./state.ts";

/** Asks every target for its shards, every former replica for nothing but them, then the master for all 14. */
export function verifyErasureCoding(cluster: ClusterPort, plan: EcPlan, input: VerifyInput): Promise<Verdict> {
  return allReached([
    ...plan.targets.map((target) => () => verifyTarget(cluster, plan, target, input)),
    ...plan.replicas.map((server) => () => verifyReplicaGone(cluster, plan, server, input.signal)),
    () => verifySurplus(cluster, plan, input.signal),
    () => untilReached(input.signal, () => masterListsAll(cluster, plan, input.signal)),
  ]);
}

async function verifyTarget(
  cluster: ClusterPort,
  { volumeId, sizeBytes }: EcPlan,
  { server, shardIds }: EcTarget,
  { checkpoint, signal }: VerifyInput,
): Promise<Verdict> {
  const datSize = readEcState(checkpoint)?.replicas[0]?.datSize;
  let sizes: ReadonlyMap<number, number>;
  try {
    const { shards } = await cluster.volumeServer(server).ecShardsInfo(volumeId, { signal });
    sizes = new Map(shards.map(({ shardId, size }) => [shardId, size]));
  } catch (error) {
    if (hasCode(error, "WK-RPC-NOT-FOUND")) return notReached(`${server} has no shard of volume ${volumeId}`);
    throw error;
  }
  for (const id of shardIds) {
    const size = sizes.get(id);
    if (size === undefined) return notReached(`${server} does not serve shard ${id} of volume ${volumeId}`);
    // Workers of SeaweedFS leave no checkpoint; their plan tells the size only about.
    const wanted = datSize === undefined ? undefined : shardSizeOf(datSize);
    if (wanted !== undefined ? size !== wanted : size === 0 && sizeBytes > 0) {
      return notReached(
        `shard ${id} of volume ${volumeId} on ${server} has ${size} bytes instead of ${wanted ?? "some"}`,
      );
    }
  }
  return REACHED;
}

async function verifyReplicaGone(
  cluster: ClusterPort,
  { volumeId, collection }: EcPlan,
  server: string,
  signal: AbortSignal,
): Promise<Verdict> {
  const file = await cluster.volumeServer(server).probeFile({ volumeId, collection, ext: ".dat" }, { signal });
  return file.present ? notReached(`${server} still has the .dat of volume ${volumeId}`) : REACHED;
}

async function verifySurplus(cluster: ClusterPort, plan: EcPlan, signal: AbortSignal): Promise<Verdict> {
  const { volumeId, collection, source } = plan;
  const client = cluster.volumeServer(source);
  for (const id of surplusIds(plan)) {
    const ext = shardExtension(id);
    const file = await client.probeFile({ volumeId, collection, ext }, { signal });
    if (file.present) return notReached(`${source} has a surplus ${ext} of volume ${volumeId}`);
  }
  return REACHED;
}

async function masterListsAll(cluster: ClusterPort, plan: EcPlan, signal: AbortSignal): Promise<Verdict> {
  let places: ReadonlyMap<number, ReadonlySet<string>>;
  try {
    const found = await cluster.master.lookupEcVolume(plan.volumeId, { signal });
    places = new Map(
      found.map(({ shardId, locations }) => [shardId, new Set(locations.map(({ address }) => address.http))]),
    );
  } catch (reason) {
    const error = AppError.from(reason);
    if (hasCode(error, "WK-RPC-NOT-FOUND")) return notReached(`the master lists no shards of volume ${plan.volumeId}`);
    throw error;
  }
  return allReached(
    plan.targets.flatMap(({ server, shardIds }) =>
      shardIds.map(
        (id) => async () =>
          disagreement(`shard ${id} of volume ${plan.volumeId}`, places.get(id) ?? new Set(), {
            at: [server],
            notAt: [],
          }),
      ),
    ),
  );
}
