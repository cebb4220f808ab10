/** A server that has just been restarted is there again within seconds. */
const FIRST_MS = 10_000;
const LONGEST_MS = 300_000;
const GROWTH = 2;

interface Failure {
  /** Monotonic ms until which the server counts as out of reach. */
  readonly until: number;
  readonly ms: number;
}

/**
 * The servers one worker could not reach. It gets no task of such a server for a while: shortly after the first
 * failure, since the server may only have been restarted, and longer with each failure that follows.
 */
export class ReachMemory {
  readonly #failures = new Map<string, Failure>();

  /** @param now Monotonic ms. */
  note(server: string, now: number): void {
    const last = this.#failures.get(server);
    // A failure long after the last one is a new story.
    const again = last !== undefined && now < last.until + last.ms;
    const ms = again ? Math.min(last.ms * GROWTH, LONGEST_MS) : FIRST_MS;
    this.#failures.set(server, { until: now + ms, ms });
  }

  /** Servers that count as out of reach now. */
  servers(now: number): readonly string[] {
    const servers: string[] = [];
    for (const [server, { until, ms }] of this.#failures) {
      if (now < until) servers.push(server);
      else if (now >= until + ms) this.#failures.delete(server);
    }
    return servers;
  }
}
