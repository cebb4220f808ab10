import type { ClusterPort } from "../../cluster/cluster-port.ts";
import { hasCode } from "../../core/errors.ts";
import type { Verdict, VerifyInput } from "../definition.ts";
import { allReached, masterAgrees, notReached, REACHED } from "../steps/look.ts";
import type { VacuumPlan } from "./plan.ts";
import { readVacuumState } from "./state.ts";

/**
 * Asks every replica: open, without files of a compaction, writable if it was, and either at the revision the worker
 * named or without the garbage that made the vacuum due. Then the master for the locations.
 */
export function verifyVacuum(cluster: ClusterPort, plan: VacuumPlan, input: VerifyInput): Promise<Verdict> {
  const { signal } = input;
  return allReached([
    ...plan.replicas.map((server) => () => verifyReplica(cluster, plan, server, input)),
    () => masterAgrees(cluster, plan.volumeId, { at: plan.replicas, notAt: [] }, signal),
  ]);
}

async function verifyReplica(
  cluster: ClusterPort,
  plan: VacuumPlan,
  server: string,
  { facts, checkpoint, signal }: VerifyInput,
): Promise<Verdict> {
  const { volumeId, collection } = plan;
  const client = cluster.volumeServer(server);
  let status: { readonly isReadOnly: boolean };
  try {
    status = await client.volumeStatus(volumeId, { signal });
  } catch (error) {
    if (hasCode(error, "WK-RPC-NOT-FOUND")) return notReached(`${server} has no volume ${volumeId}`);
    throw error;
  }
  for (const ext of [".cpc", ".cpd", ".cpx"]) {
    const file = await client.probeFile({ volumeId, collection, ext }, { signal });
    if (file.present) return notReached(`${server} has a left-over ${ext} of volume ${volumeId}`);
  }
  const before = readVacuumState(checkpoint)?.replicas.find(({ prior }) => prior.server === server);
  if (status.isReadOnly && before?.prior.readOnly === false) {
    return notReached(`volume ${volumeId} on ${server} was writable and is read-only now`);
  }
  const named = facts[`revision ${server}`];
  if (named !== undefined) {
    const { compactionRevision } = await client.readVolumeFileStatus(volumeId, { signal });
    if (String(compactionRevision) !== named) {
      return notReached(`volume ${volumeId} on ${server} has revision ${compactionRevision}, not ${named} as reported`);
    }
    // The planned replica itself must have changed; what the worker reports proves nothing else.
    if (before?.target === true && compactionRevision !== before.prior.revision) return REACHED;
  }
  const garbage = await client.vacuumVolumeCheck(volumeId, { signal });
  if (garbage > 0 && garbage >= plan.garbageThreshold) {
    return notReached(`volume ${volumeId} on ${server} still has ${(garbage * 100).toFixed(1)} % garbage`);
  }
  return REACHED;
}
