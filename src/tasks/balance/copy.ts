import { AppError } from "../../core/errors.ts";
import { isOver } from "../call-end.ts";
import { destroy } from "../destroy.ts";
import { compareReplicas } from "../steps/compare.ts";
import { isFrozen } from "../steps/freeze.ts";
import { isPresent, presentFiles, requireOnDisk } from "../steps/probe.ts";
import { changedSince, type OpenReplica, type PriorState, readOpenReplica, readReplica } from "../steps/replica.ts";
import { idleLimitMs, type Scope, serverOf, type VolumeRef } from "../steps/scope.ts";
import { requireScrubbed } from "../steps/scrub.ts";
import { waitUntilUnchanged } from "../steps/unchanged.ts";
import { persistently } from "../steps/undo.ts";
import { waitUntilCopyEnds } from "./ghost.ts";
import type { BalancePlan } from "./plan.ts";

/**
 * Copies the frozen volume to the target.
 * @returns `over`: no copy can be under way any more; the target said itself how it ended, or never heard of it.
 */
export async function copyVolume(
  scope: Scope,
  plan: BalancePlan,
  onProgress: (bytes: number) => void,
): Promise<{ readonly over: boolean; readonly error: AppError | undefined }> {
  const { volumeId, collection, diskType } = plan;
  try {
    await serverOf(scope, plan.target).volumeCopy(
      {
        volumeId,
        collection,
        source: serverOf(scope, plan.source).address,
        bytesPerSecond: scope.ctx.options.bytesPerSecond,
        ...(diskType !== "" && { diskType }),
      },
      { signal: scope.signal, idleMs: idleLimitMs(scope), onProgress },
    );
    return { over: true, error: undefined };
  } catch (reason) {
    const error = AppError.from(reason);
    return { over: isOver(error), error };
  }
}

/** The source as recorded: complete on disk, frozen for good, and not written to since. */
export async function requireSourceAsRecorded(scope: Scope, source: PriorState, ref: VolumeRef): Promise<OpenReplica> {
  const replica = await readOpenReplica(scope, source.server, ref);
  const change = changedSince(source, replica.file);
  if (change !== undefined) throw new AppError("WK-TASK-UNSAFE", `The source is not as it was copied: ${change}.`);
  if (!isFrozen(replica, { persist: true })) {
    throw new AppError("WK-TASK-UNSAFE", `Volume ${ref.volumeId} on ${source.server} takes writes again.`);
  }
  await requireOnDisk(scope, source.server, ref);
  return replica;
}

/**
 * The source serves everything it had when the copy was made; it may take writes again. A vacuum makes it shorter and
 * its revision higher.
 */
async function requireSourceWhole(scope: Scope, source: PriorState, ref: VolumeRef): Promise<void> {
  const { file } = await readOpenReplica(scope, source.server, ref);
  await requireOnDisk(scope, source.server, ref);
  if (file.compactionRevision !== source.revision || file.datFileSize >= source.datSize) return;
  throw new AppError("WK-TASK-UNSAFE", `The source is smaller than its copy: ${changedSince(source, file)}.`);
}

/** Proves the copy at its destination: it is on disk, scrubs clean, and holds the same needles. */
export async function verifyCopy(scope: Scope, plan: BalancePlan, source: PriorState): Promise<string> {
  const left = await requireSourceAsRecorded(scope, source, plan);
  const right = await readOpenReplica(scope, plan.target, plan);
  await requireOnDisk(scope, plan.target, plan);
  if (!isFrozen(right, { persist: true })) {
    throw new AppError("WK-TASK-UNSAFE", `The copy of volume ${plan.volumeId} on ${plan.target} takes writes.`);
  }
  const { sentence } = await compareReplicas(scope, plan, left, right);
  const scrubbed = await requireScrubbed(scope, plan.target, plan, source.datSize);
  return `${sentence}; ${scrubbed}`;
}

/** Deletes the source replica. Whatever the answer, the server's state decides; throws when the volume is still there. */
export async function deleteSource(scope: Scope, plan: BalancePlan, source: PriorState): Promise<void> {
  const result = await destroy(
    scope.ctx,
    { call: "VolumeDelete", server: plan.source, volumeId: plan.volumeId },
    async () => {
      await requireSourceAsRecorded(scope, source, plan);
      const copy = await readOpenReplica(scope, plan.target, plan);
      if (copy.file.datFileSize !== source.datSize) {
        throw new AppError(
          "WK-TASK-UNSAFE",
          `The .dat on ${plan.target} has ${copy.file.datFileSize} bytes, the source's has ${source.datSize}.`,
        );
      }
      // Last of all: a copy can lose its files under the mounted volume.
      const there = await requireOnDisk(scope, plan.target, plan);
      return `source frozen with .dat ${source.datSize} and .idx ${source.idxSize} bytes; ${there}`;
    },
    (options) => serverOf(scope, plan.source).volumeDelete({ volumeId: plan.volumeId, keepRemoteData: true }, options),
  );
  if (result.kind === "unknown") await waitUntilGone(scope, plan.source, plan);
  if (await isGone(scope, plan.source, plan)) return;
  throw result.kind === "done"
    ? new AppError("WK-TASK-VERIFY", `${plan.source} still has volume ${plan.volumeId} after its deletion.`)
    : result.error;
}

/** The answer to a deletion was lost: gives it time to take effect. Reads only; the caller decides on what there is. */
async function waitUntilGone(scope: Scope, server: string, ref: VolumeRef): Promise<void> {
  const { quietMs } = scope.ctx.options.waits;
  await waitUntilUnchanged(scope, {
    read: () => persistently(scope, () => isGone(scope, server, ref)),
    fingerprint: String,
    what: `The deletion of volume ${ref.volumeId} on ${server}`,
    quietMs,
    limitMs: 10 * quietMs,
  });
}

/** True when a server that answers has neither the volume nor its files. */
export async function isGone(scope: Scope, server: string, ref: VolumeRef): Promise<boolean> {
  const replica = await readReplica(scope, server, ref);
  if (replica.kind !== "absent") return false;
  return (await presentFiles(scope, server, ref, [".dat", ".idx"])).length === 0;
}

/**
 * Removes a copy of this task from the target while the source is whole. The copy was born read-only, so it holds
 * nothing the source does not have; one that takes writes has another owner by now and is left alone.
 * @param mayRun A copy may still be under way at the target.
 */
export async function removeCopy(
  scope: Scope,
  plan: BalancePlan,
  source: PriorState,
  mayRun: boolean,
): Promise<"removed" | "dead"> {
  const { target } = plan;
  if (mayRun && (await waitUntilCopyEnds(scope, target, plan, source.datSize)) === "dead") return "dead";
  const replica = await readReplica(scope, target, plan);
  if (replica.kind === "absent") {
    // Not loaded, so no call deletes it. Nothing is known to leave it there but a copy that broke off.
    const files = await presentFiles(scope, target, plan, [".dat", ".idx"]);
    if (files.length === 0) return "removed";
    throw new AppError(
      "WK-TASK-UNSAFE",
      `${target} has ${files.join(" and ")} of volume ${plan.volumeId} on disk but does not serve it.`,
    );
  }
  const result = await destroy(
    scope.ctx,
    { call: "VolumeDelete", server: target, volumeId: plan.volumeId },
    async () => {
      await requireSourceWhole(scope, source, plan);
      const copy = await readReplica(scope, target, plan);
      if (copy.kind === "open" && !copy.status.isReadOnly) {
        throw new AppError("WK-TASK-UNSAFE", `The copy of volume ${plan.volumeId} on ${target} takes writes.`);
      }
      if (await isPresent(scope, target, plan, ".note")) {
        throw new AppError("WK-TASK-UNSAFE", `A copy of volume ${plan.volumeId} to ${target} is under way.`);
      }
      return `the source is whole; ${target} has only the copy this task made`;
    },
    (options) => serverOf(scope, target).volumeDelete({ volumeId: plan.volumeId, keepRemoteData: true }, options),
  );
  if (await isGone(scope, target, plan)) return "removed";
  throw result.kind === "done"
    ? new AppError("WK-TASK-VERIFY", `${target} still has volume ${plan.volumeId} after its deletion.`)
    : result.error;
}
