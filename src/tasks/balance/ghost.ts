import { AppError } from "../../core/errors.ts";
import { isPresent, probe } from "../steps/probe.ts";
import { type Scope, serverOf, silentLimitMs, type VolumeRef, within } from "../steps/scope.ts";
import { persistently } from "../steps/undo.ts";

/** Marks a copy that is under way. It appears some 30 ms after the call, or never. */
const NOTE = ".note";

/**
 * Waits until a copy whose last message was not received can do no more harm. Its server copies on, mounts, fails
 * to send the last message and then deletes the files under the mounted volume. So: watch for the `.note` for a
 * while, wait until it is gone, then rest.
 * Resolves to `ended`, or to `dead` when the target itself was killed in mid-copy: the `.note` then stays for ever, and
 * only a new copy over it cleans up.
 * @param bytes Size of the volume, for the longest time a copy may take.
 */
export async function waitUntilCopyEnds(
  scope: Scope,
  target: string,
  ref: VolumeRef,
  bytes: number,
): Promise<"ended" | "dead"> {
  const { clock, options } = scope.ctx;
  const { ghostWatchMs, ghostRestMs, pollMs } = options.waits;
  const seen = (): Promise<boolean> => persistently(scope, () => isPresent(scope, target, ref, NOTE));
  const watchUntil = clock.monotonic() + ghostWatchMs;
  while (!(await seen())) {
    if (clock.monotonic() >= watchUntil) return "ended";
    await scope.sleep(pollMs);
  }
  while (await seen()) {
    if (await isDead(scope, target, ref, bytes)) return "dead";
    await scope.sleep(pollMs);
  }
  await scope.sleep(ghostRestMs);
  return "ended";
}

/** The `.note` is written when a copy starts: its age on the server's own clock against the time a copy may take. */
async function isDead(scope: Scope, target: string, ref: VolumeRef, bytes: number): Promise<boolean> {
  return persistently(scope, async () => {
    const [note, { startTimeNs: now }] = await Promise.all([
      probe(scope, target, ref, NOTE),
      serverOf(scope, target).ping(within(scope)),
    ]);
    return note.present && Number(now - note.modifiedTsNs) / 1e6 > copyLimitMs(scope, bytes);
  });
}

/** Longest time a copy of this size may take, at the slower of the slowest acceptable rate and half the task's own. */
function copyLimitMs(scope: Scope, bytes: number): number {
  const { bytesPerSecond, waits } = scope.ctx.options;
  const throttled = bytesPerSecond > 0 ? waits.deadlineBaseMs + (2000 * bytes) / bytesPerSecond : 0;
  return Math.max(silentLimitMs(scope, bytes), throttled);
}

/** Throws WK-TASK-STALE when the target has anything of the volume: its owner is unknown, so it is not touched. */
export async function requireNothingThere(scope: Scope, target: string, ref: VolumeRef): Promise<void> {
  for (const ext of [".dat", ".idx", ".vif", NOTE, ".ecx", ".ec00"]) {
    if (!(await isPresent(scope, target, ref, ext))) continue;
    throw new AppError(
      "WK-TASK-STALE",
      `${target} already has a ${ext} of volume ${ref.volumeId}; nothing is copied over files of unknown origin.`,
    );
  }
}
