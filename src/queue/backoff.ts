/** Longest pause between two attempts. */
const LONGEST_MS = 3_600_000;

/**
 * Pause before the next attempt: `base × 2^(failures − 1)`, at most an hour, ± 20 % so that tasks that failed
 * together do not come back together. `random` in 0..1.
 */
export function backoffMs(baseMs: number, failures: number, random: number): number {
  const exponent = Math.min(Math.max(failures, 1) - 1, 30);
  return Math.round(Math.min(baseMs * 2 ** exponent, LONGEST_MS) * (0.8 + 0.4 * random));
}
