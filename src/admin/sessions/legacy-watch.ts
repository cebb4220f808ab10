import type { LiveAttempt } from "./attempt-book.ts";
import type { WorkerSession } from "./worker-session.ts";

/** Three missed heartbeats of a Go worker (one every 30 s). */
const SILENT_MS = 90_000;
/** A Go worker counts a new task within its next heartbeat; before that its load says nothing. */
const LOAD_SETTLES_MS = 35_000;

export type LegacyVerdict =
  | "alive"
  /** It has nothing to do any more and never said how the attempt ended: the cluster is asked. */
  | "observe"
  /** It is gone for good: the volume may be given away. */
  | "lost";

/**
 * What becomes of an attempt of a Go 4.13 worker, which has no leases, names no running tasks and drops a completion
 * while it reconnects. `session` is its newest stream, open or not; `now` and the times in it are monotonic ms.
 */
export function judgeLegacyAttempt(
  attempt: Pick<LiveAttempt, "since">,
  session: Pick<WorkerSession, "open" | "heardAt" | "reportedLoad"> | undefined,
  now: number,
  graceMs: number,
): LegacyVerdict {
  if (session === undefined) return now - attempt.since > graceMs ? "lost" : "alive";
  const silentFor = now - session.heardAt;
  if (!session.open || silentFor > SILENT_MS) return silentFor > graceMs ? "lost" : "alive";
  const settled = now - attempt.since > LOAD_SETTLES_MS;
  return settled && session.reportedLoad === 0 ? "observe" : "alive";
}
