import { AppError } from "../../core/errors.ts";
import { shardExtension } from "../../volume/ec-layout.ts";
import { destroy } from "../destroy.ts";
import { freeze, isFrozen } from "../steps/freeze.ts";
import { presentFiles } from "../steps/probe.ts";
import { changedSince, type PriorState, readOpenReplica, readReplica } from "../steps/replica.ts";
import { type Scope, serverOf, type VolumeRef, within } from "../steps/scope.ts";
import { waitUntilUnchanged } from "../steps/unchanged.ts";
import { persistently } from "../steps/undo.ts";
import type { EcPlan } from "./plan.ts";
import { type Built, requireAllShards } from "./prove.ts";
import { ALL_SHARDS } from "./shard-files.ts";

/**
 * The replica as it was encoded: same files, and frozen for good. Throws WK-TASK-UNSAFE: a write since then is in no
 * shard.
 */
export async function requireReplicaAsRecorded(scope: Scope, prior: PriorState, ref: VolumeRef): Promise<string> {
  const replica = await readOpenReplica(scope, prior.server, ref);
  const change = changedSince(prior, replica.file);
  if (change !== undefined) throw new AppError("WK-TASK-UNSAFE", `A replica is not as it was encoded: ${change}.`);
  if (!isFrozen(replica, { persist: true })) {
    throw new AppError("WK-TASK-UNSAFE", `Volume ${ref.volumeId} on ${prior.server} takes writes again.`);
  }
  return `replica frozen with .dat ${prior.datSize} and .idx ${prior.idxSize} bytes`;
}

/** Deletes one replica. The server's state decides afterwards, whatever the answer was. */
export async function deleteReplica(scope: Scope, built: Built, prior: PriorState): Promise<void> {
  const { server } = prior;
  const ref: VolumeRef = { volumeId: built.plan.volumeId, collection: built.plan.collection };
  const state = await persistently(scope, () => readReplica(scope, server, ref));
  if (state.kind !== "open") {
    if (await isGone(scope, server, ref)) return;
    // A restart beside shards has hidden the volume; nothing deletes it while it is not mounted.
    scope.ctx.log.info(`${server} has hidden volume ${ref.volumeId} behind its shards; mounting it for its deletion.`);
    await serverOf(scope, server).volumeMount(ref.volumeId, within(scope));
    await freeze(scope, server, ref, { persist: true, canDelete: false });
  }
  const result = await destroy(
    scope.ctx,
    { call: "VolumeDelete", server, volumeId: ref.volumeId },
    async () => {
      const replica = await requireReplicaAsRecorded(scope, prior, ref);
      return `${replica}; ${await requireAllShards(scope, built)}`;
    },
    (options) => serverOf(scope, server).volumeDelete({ volumeId: ref.volumeId, keepRemoteData: true }, options),
  );
  if (result.kind === "unknown") {
    const { quietMs } = scope.ctx.options.waits;
    await waitUntilUnchanged(scope, {
      read: () => persistently(scope, () => isGone(scope, server, ref)),
      fingerprint: String,
      what: `The deletion of volume ${ref.volumeId} on ${server}`,
      quietMs,
      limitMs: 10 * quietMs,
    });
  }
  if (await persistently(scope, () => isGone(scope, server, ref))) return;
  throw result.kind === "done"
    ? new AppError("WK-TASK-VERIFY", `${server} still has volume ${ref.volumeId} after its deletion.`)
    : result.error;
}

/** True when a server that answers serves no such volume and has no `.dat` of it on disk, hidden ones included. */
export async function isGone(scope: Scope, server: string, ref: VolumeRef): Promise<boolean> {
  const replica = await readReplica(scope, server, ref);
  if (replica.kind !== "absent") return false;
  return (await presentFiles(scope, server, ref, [".dat"])).length === 0;
}

/** Deletes the shards that the source made and does not keep. */
export async function deleteSurplus(scope: Scope, built: Built): Promise<void> {
  const { plan } = built;
  const server = plan.source;
  const exts = surplusIds(plan).map(shardExtension);
  const files = await persistently(scope, () => presentFiles(scope, server, plan, exts));
  if (files.length === 0) return;
  const shardIds = surplusIds(plan).filter((id) => files.includes(shardExtension(id)));
  const client = serverOf(scope, server);
  await persistently(scope, () => client.ecShardsUnmount({ volumeId: plan.volumeId, shardIds }, within(scope)));
  const result = await destroy(
    scope.ctx,
    { call: "VolumeEcShardsDelete", server, volumeId: plan.volumeId },
    async () => `${await requireAllShards(scope, built)}; ${files.join(", ")} are copies of shards on other servers`,
    (options) => client.ecShardsDelete({ volumeId: plan.volumeId, collection: plan.collection, shardIds }, options),
  );
  const left = await persistently(scope, () => presentFiles(scope, server, plan, exts));
  if (left.length === 0) return;
  throw result.kind === "done"
    ? new AppError("WK-TASK-VERIFY", `${server} still has ${left.join(", ")} after the deletion of surplus shards.`)
    : result.error;
}

/** Shards that are planned for another server than the source. */
export function surplusIds(plan: EcPlan): readonly number[] {
  const kept = plan.targets.find(({ server }) => server === plan.source)?.shardIds ?? [];
  return ALL_SHARDS.filter((id) => !kept.includes(id));
}
