import { AppError } from "../../core/errors.ts";
import { compareLiveSets } from "../../volume/live-set.ts";
import { isOver } from "../call-end.ts";
import { destroy } from "../destroy.ts";
import { isPresent, presentFiles, probe, readSuperBlockOf } from "../steps/probe.ts";
import { offsetWidthOf, readIndexFile, readLiveSet } from "../steps/read-live-set.ts";
import { type PriorState, readOpenReplica } from "../steps/replica.ts";
import { idleLimitMs, type Scope, serverOf, silentLimitMs, type VolumeRef } from "../steps/scope.ts";
import { waitUntilUnchanged } from "../steps/unchanged.ts";

/** Data and index a compaction writes beside the volume. */
const COMPACTION_FILES = [".cpd", ".cpx"];
/** Marks a commit that was begun; left over, it makes the next crash in a compaction destroy the replica. */
const COMMIT_MARKER = ".cpc";
/** Compaction files that another client made count as forgotten after this. */
const FORGOTTEN_NS = 3_600_000_000_000n;

/** How a compaction ended. `over`: nothing of it can still run. */
export type Compaction =
  | { readonly server: string; readonly ok: true }
  | { readonly server: string; readonly ok: false; readonly over: boolean; readonly error: AppError };

/** Compacts one replica. A failure is a value: what else must happen to the replica depends on it. */
export async function compact(
  scope: Scope,
  server: string,
  ref: VolumeRef,
  onProgress: (bytes: number) => void,
): Promise<Compaction> {
  try {
    await serverOf(scope, server).vacuumVolumeCompact(
      { volumeId: ref.volumeId },
      { signal: scope.signal, idleMs: idleLimitMs(scope), onProgress },
    );
    return { server, ok: true };
  } catch (reason) {
    const error = AppError.from(reason);
    return { server, ok: false, over: isOver(error), error };
  }
}

/** Throws WK-TASK-UNSAFE while a commit marker lies beside the volume. */
export async function requireNoCommitMarker(scope: Scope, server: string, ref: VolumeRef): Promise<void> {
  if (!(await isPresent(scope, server, ref, COMMIT_MARKER))) return;
  throw new AppError(
    "WK-TASK-UNSAFE",
    `Volume ${ref.volumeId} on ${server} has a left-over commit marker (.cpc): a compaction could destroy it.`,
    {
      hint:
        "A copy from an equal replica over it removes the marker, and so does a restart of the volume server while no " +
        ".cpd lies beside it. A single replica can be moved to another server.",
    },
  );
}

/** Waits until no compaction writes beside the volume any more: a server goes on after its caller is gone. */
export async function waitUntilCompactionRests(
  scope: Scope,
  server: string,
  ref: VolumeRef,
  bytes: number,
): Promise<void> {
  await waitUntilUnchanged(scope, {
    read: () => Promise.all(COMPACTION_FILES.map((ext) => probe(scope, server, ref, ext))),
    fingerprint: (files) => files.map((file) => (file.present ? file.modifiedTsNs : "absent")).join(" "),
    what: `The compaction of volume ${ref.volumeId} on ${server}`,
    quietMs: scope.ctx.options.waits.quietMs,
    limitMs: silentLimitMs(scope, bytes),
  });
}

/**
 * Removes the files of a compaction that nobody will commit. The caller knows that none of ours can still run; one of
 * another client would close the volume when it commits, so foreign files must be an hour old.
 * @param ours Whether an attempt of this task made them.
 */
export async function clearCompactionFiles(scope: Scope, server: string, ref: VolumeRef, ours: boolean): Promise<void> {
  const files = await presentFiles(scope, server, ref, COMPACTION_FILES);
  if (files.length === 0) return;
  if (!ours) await requireForgotten(scope, server, ref);
  const result = await destroy(
    scope.ctx,
    { call: "VacuumVolumeCleanup", server, volumeId: ref.volumeId },
    async () => {
      await requireNoCommitMarker(scope, server, ref);
      return `${files.join(" and ")} of a compaction that is not committed, no commit marker`;
    },
    (options) => serverOf(scope, server).vacuumVolumeCleanup(ref.volumeId, options),
  );
  const left = await presentFiles(scope, server, ref, COMPACTION_FILES);
  if (left.length === 0) return;
  throw result.kind === "done"
    ? new AppError(
        "WK-TASK-UNSAFE",
        `${server} still has ${left.join(" and ")} of volume ${ref.volumeId} after the clean-up.`,
      )
    : result.error;
}

async function requireForgotten(scope: Scope, server: string, ref: VolumeRef): Promise<void> {
  const { startTimeNs: now } = await serverOf(scope, server).ping();
  for (const ext of COMPACTION_FILES) {
    const file = await probe(scope, server, ref, ext);
    if (!file.present || now - file.modifiedTsNs > FORGOTTEN_NS) continue;
    throw new AppError(
      "WK-TASK-UNSAFE",
      `Another client seems to be compacting volume ${ref.volumeId} on ${server}: its ${ext} is younger than an hour.`,
    );
  }
}

/**
 * Proves that a commit would lose nothing: both files are there, no commit was begun, the revision is the recorded
 * one, and every live needle of the index is in the compacted index. A compaction drops needles it cannot read;
 * such a replica is damaged and must not be overwritten with less.
 */
export async function requireCommittable(scope: Scope, prior: PriorState, ref: VolumeRef): Promise<void> {
  await requireReadyFiles(scope, prior, ref);
  const { server } = prior;
  const { file } = await readOpenReplica(scope, server, ref);
  const superBlock = await readSuperBlockOf(scope, server, ref);
  // Expired needles of a TTL volume are dropped on purpose.
  if (superBlock.ttl.count > 0) return;
  // In this order: what is deleted between the two readings is in the first only.
  const compacted = await readIndexFile(scope, server, ref, ".cpx", offsetWidthOf(file), file.idxFileSize);
  const live = await readLiveSet(scope, server, ref, (await readOpenReplica(scope, server, ref)).file);
  const difference = compareLiveSets(live, compacted);
  if (difference.onlyLeft + difference.sizeDiffers === 0) return;
  throw new AppError(
    "WK-TASK-VERIFY",
    `The compaction of volume ${ref.volumeId} on ${server} left out ${difference.onlyLeft + difference.sizeDiffers} live ` +
      `needles (for example ${difference.samples.slice(0, 3).join(", ")}): they cannot be read. Nothing was changed.`,
    { hint: "Scrub the volume and repair it from a replica first." },
  );
}

/** The part of the proof that is repeated right before the commit. */
export async function requireReadyFiles(scope: Scope, prior: PriorState, ref: VolumeRef): Promise<string> {
  const { server } = prior;
  const { file, status } = await readOpenReplica(scope, server, ref);
  if (file.compactionRevision !== prior.revision) {
    throw new AppError(
      "WK-TASK-UNSAFE",
      `Volume ${ref.volumeId} on ${server} has revision ${file.compactionRevision}, not ${prior.revision}: another client committed a compaction.`,
    );
  }
  if (!status.isReadOnly) {
    throw new AppError(
      "WK-TASK-UNSAFE",
      `Volume ${ref.volumeId} on ${server} takes writes again; its server may have restarted.`,
    );
  }
  await requireNoCommitMarker(scope, server, ref);
  const files = await presentFiles(scope, server, ref, COMPACTION_FILES);
  if (files.length < COMPACTION_FILES.length) {
    throw new AppError(
      "WK-TASK-UNSAFE",
      `The compaction of volume ${ref.volumeId} on ${server} left ${files.length === 0 ? "no files" : `only ${files.join()}`}.`,
    );
  }
  return `revision ${prior.revision}, read-only, .cpd and .cpx present, no commit marker`;
}
