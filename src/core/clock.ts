/** The two clocks of a process. Leases count on the monotonic one; dates shown to people come from the other. */
export interface Clock {
  /** Unix time in milliseconds; may jump. */
  now(): number;
  /** Milliseconds since an arbitrary start; never jumps back. */
  monotonic(): number;
}

export const systemClock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
};
