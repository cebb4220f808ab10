/**
 * Waits and limits of the safe procedures, milliseconds unless named otherwise. They are options because an
 * operator with slow disks lengthens them and tests shorten them; the order of calls never depends on them.
 */
export interface TaskWaits {
  /** How long a file must stay unchanged to count as finished. */
  readonly quietMs: number;
  /** How long a server is watched for a copy that may still begin after its caller was lost. */
  readonly ghostWatchMs: number;
  /** Rest after such a copy was seen to end: its server deletes the files it gave up a moment later. */
  readonly ghostRestMs: number;
  /** Pause between two looks at a server while waiting for something. */
  readonly pollMs: number;
  /** How long roll-back goes on trying a server that does not answer. */
  readonly undoMs: number;
  /** Part of every deadline that does not depend on the size. */
  readonly deadlineBaseMs: number;
  /** Slowest rate a server-side step may have before it counts as hung, bytes per second. */
  readonly slowestBytesPerSecond: number;
}

export const DEFAULT_WAITS: TaskWaits = {
  quietMs: 5000,
  ghostWatchMs: 10_000,
  ghostRestMs: 1000,
  pollMs: 250,
  undoMs: 60_000,
  deadlineBaseMs: 60_000,
  slowestBytesPerSecond: 2 * 1024 * 1024,
};
