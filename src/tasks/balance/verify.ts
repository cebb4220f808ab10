import type { ClusterPort } from "../../cluster/cluster-port.ts";
import { hasCode } from "../../core/errors.ts";
import type { Verdict, VerifyInput } from "../definition.ts";
import { allReached, masterAgrees, notReached, REACHED } from "../steps/look.ts";
import type { BalancePlan } from "./plan.ts";
import { readBalanceState } from "./state.ts";

/** Asks the target for the volume and its files, the source for nothing of either, then the master. */
export function verifyBalance(cluster: ClusterPort, plan: BalancePlan, input: VerifyInput): Promise<Verdict> {
  const expected = { at: [plan.target], notAt: [plan.source] };
  return allReached([
    () => verifyTarget(cluster, plan, input),
    () => verifySource(cluster, plan, input.signal),
    () => masterAgrees(cluster, plan.volumeId, expected, input.signal),
  ]);
}

async function verifyTarget(
  cluster: ClusterPort,
  { volumeId, collection, target }: BalancePlan,
  { checkpoint, signal }: VerifyInput,
): Promise<Verdict> {
  const client = cluster.volumeServer(target);
  let readOnly: boolean;
  try {
    readOnly = (await client.volumeStatus(volumeId, { signal })).isReadOnly;
  } catch (error) {
    if (hasCode(error, "WK-RPC-NOT-FOUND")) return notReached(`${target} has no volume ${volumeId}`);
    throw error;
  }
  for (const ext of [".dat", ".idx"]) {
    const file = await client.probeFile({ volumeId, collection, ext }, { signal });
    if (!file.present) return notReached(`${target} serves volume ${volumeId} without a ${ext} on disk`);
  }
  const note = await client.probeFile({ volumeId, collection, ext: ".note" }, { signal });
  if (note.present) return notReached(`a copy of volume ${volumeId} to ${target} is not finished`);
  const before = readBalanceState(checkpoint)?.source;
  if (before !== undefined && before.readOnly !== readOnly) {
    return notReached(
      `volume ${volumeId} was ${before.readOnly ? "read-only" : "writable"} on ${before.server} and is not on ${target}`,
    );
  }
  return REACHED;
}

async function verifySource(
  cluster: ClusterPort,
  { volumeId, collection, source }: BalancePlan,
  signal: AbortSignal,
): Promise<Verdict> {
  const client = cluster.volumeServer(source);
  try {
    await client.readVolumeFileStatus(volumeId, { signal });
    return notReached(`${source} still has volume ${volumeId}`);
  } catch (error) {
    if (!hasCode(error, "WK-RPC-NOT-FOUND")) throw error;
  }
  const file = await client.probeFile({ volumeId, collection, ext: ".dat" }, { signal });
  return file.present ? notReached(`${source} still has the .dat of volume ${volumeId}`) : REACHED;
}
