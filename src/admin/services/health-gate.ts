import pLimit from "p-limit";
import type { ClusterPort } from "../../cluster/cluster-port.ts";
import type { Clock } from "../../core/clock.ts";
import { formatDuration } from "../../core/duration.ts";
import { AppError, hasCode } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import { httpForm } from "../../rpc/server-address.ts";
import type { PolicyService } from "./policy-service.ts";

/** A server that was in the topology and is not any more stays "down" for this long; then it was taken away for good. */
const REMEMBERED_MS = 24 * 3_600_000;
const PROBE_TIMEOUT_MS = 5_000;
const PROBES_AT_ONCE = 16;
/** One lost probe is not yet a reason to hold a server back. */
const FAILURES_TO_HOLD = 2;

export interface HealthGateDeps {
  readonly cluster: Pick<ClusterPort, "volumeServer">;
  readonly policy: PolicyService;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What the last look said of one volume server. */
export interface ServerHealth {
  /** `host:port`. */
  readonly server: string;
  /** Version text of the server; undefined when it never answered. */
  readonly version: string | undefined;
  /** How far its clock is ahead of ours at least, ms; negative = behind; undefined when it never answered. */
  readonly clockSkewMs: number | undefined;
  /** Why it gets no new work; undefined when it is well. */
  readonly held: string | undefined;
}

interface Known {
  readonly health: ServerHealth;
  readonly lastListedAt: number;
  readonly failures: number;
}

/**
 * Asks every volume server whether it is well, and keeps tasks away from those that are not: gone from the topology,
 * not answering, in maintenance mode, refusing us, or with a clock that is off.
 */
export class HealthGate {
  readonly #deps: HealthGateDeps;
  #known = new Map<string, Known>();

  constructor(deps: HealthGateDeps) {
    this.#deps = deps;
  }

  servers(): readonly ServerHealth[] {
    return [...this.#known.values()].map((known) => known.health);
  }

  /** One round over the servers of the topology (address form). */
  async check(addresses: readonly string[], signal: AbortSignal): Promise<void> {
    const limit = pLimit(PROBES_AT_ONCE);
    const now = this.#deps.clock.now();
    const looked = await Promise.all(addresses.map((address) => limit(() => this.#look(address, now, signal))));
    if (signal.aborted) return;
    const next = new Map(looked.map((known) => [known.health.server, known]));
    for (const [server, known] of this.#known) {
      if (next.has(server) || now - known.lastListedAt > REMEMBERED_MS) continue;
      const since = new Date(known.lastListedAt).toISOString();
      const held = `it is not in the master's list of volume servers (last seen there at ${since})`;
      next.set(server, { ...known, health: { ...known.health, held } });
    }
    await this.#apply(next);
  }

  async #apply(next: Map<string, Known>): Promise<void> {
    const { policy, logger } = this.#deps;
    const before = unwellOf(this.#known);
    const after = unwellOf(next);
    this.#known = next;
    for (const [server, why] of after) if (!before.has(server)) logger.warn("server held back", { server, why });
    for (const server of before.keys()) if (!after.has(server)) logger.info("server is well again", { server });
    const same = before.size === after.size && [...after].every(([server, why]) => before.get(server) === why);
    if (!same) await policy.setUnwell(after);
  }

  async #look(address: string, now: number, signal: AbortSignal): Promise<Known> {
    const server = httpForm(address);
    const last = this.#known.get(server);
    try {
      const client = this.#deps.cluster.volumeServer(address);
      const options = { signal, timeoutMs: PROBE_TIMEOUT_MS };
      const { clock } = this.#deps;
      const before = clock.now();
      const ping = await client.ping(options);
      const clockSkewMs = skewOf(Number(ping.startTimeNs / 1_000_000n), before, clock.now());
      const status = await client.volumeServerStatus(options);
      const held = this.#objection(status.maintenance, clockSkewMs);
      return { health: { server, version: status.version, clockSkewMs, held }, lastListedAt: now, failures: 0 };
    } catch (reason) {
      const error = AppError.from(reason);
      const failures = (last?.failures ?? 0) + 1;
      const hold = failures >= FAILURES_TO_HOLD || last?.health.held !== undefined || !transient(error);
      const health = last?.health ?? { server, version: undefined, clockSkewMs: undefined };
      return {
        health: { ...health, held: hold ? `it does not answer: ${error.message}` : undefined },
        lastListedAt: now,
        failures,
      };
    }
  }

  #objection(maintenance: boolean, clockSkewMs: number): string | undefined {
    if (maintenance) return "it is in maintenance mode";
    const limit = this.#deps.policy.global.clockSkewLimitMs;
    if (Math.abs(clockSkewMs) <= limit) return undefined;
    const side = clockSkewMs > 0 ? "ahead of" : "behind";
    return `its clock is ${formatDuration(Math.abs(clockSkewMs))} ${side} ours (allowed: ${formatDuration(limit)})`;
  }
}

/** The smallest difference of the clocks that explains what was seen, ms: a slow answer is not a wrong clock. */
function skewOf(theirs: number, before: number, after: number): number {
  if (theirs < before) return theirs - before;
  return theirs > after ? theirs - after : 0;
}

function transient(error: AppError): boolean {
  return hasCode(error, "WK-RPC-UNREACHABLE", "WK-TIMEOUT", "WK-RPC-BUSY");
}

function unwellOf(known: ReadonlyMap<string, Known>): ReadonlyMap<string, string> {
  return new Map(
    [...known.values()].flatMap(({ health }) => (health.held === undefined ? [] : [[health.server, health.held]])),
  );
}
