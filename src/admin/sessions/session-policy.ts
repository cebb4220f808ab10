/** What the worker side asks of the settings; the policy service answers. Everything is read when it is needed: live. */
export interface SessionPolicy {
  readonly global: {
    /** Types that Go workers may get. */
    readonly legacyWorkers: readonly string[];
    /** How long the volume of a Go worker that vanished stays locked, ms. */
    readonly legacyGraceMs: number;
    /** How long a worker that is gone stays in the list, ms. */
    readonly workerTimeoutMs: number;
    readonly freezeLimitMs: number;
    readonly verify: "sample" | "full";
    readonly bytesPerSecond: number;
  };
  type(type: string): { readonly taskTimeoutMs: number };
  holds(): { readonly emergencyStop: boolean; readonly pausedWorkers: ReadonlySet<string> };
}

/** Term of a lease: how long a worker that says nothing keeps its attempts. */
export const LEASE_MS = 20_000;
/** How often our workers renew. */
export const RENEW_MS = 3_000;
/** The admin waits this much longer than the term before it gives a task away (design: fence time < free time). */
export const LEASE_SLACK_MS = 2_000;
