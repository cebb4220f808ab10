import type { Clock } from "../../core/clock.ts";
import { AppError } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import type { AdminEvents } from "../events.ts";
import type { HealthGate } from "./health-gate.ts";
import type { ClusterServer, PlannerPort } from "./planner-port.ts";
import type { PolicyService } from "./policy-service.ts";
import type { ScanService } from "./scan-service.ts";

/** The type that gives space back where a disk runs full. */
const URGENT_TYPE = "vacuum";
/** A disk that stays full is looked at again no sooner than this. */
const URGENT_PAUSE_MS = 60_000;
/** Looking at the cluster may take up one part in this many of the time. */
const DUTY = 10;

export interface ClusterWatchDeps {
  readonly planner: PlannerPort;
  readonly health: HealthGate;
  readonly policy: PolicyService;
  readonly scans: ScanService;
  readonly events: AdminEvents;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** What the last look at the cluster brought. */
export interface WatchStatus {
  /** Unix ms of the last look that worked. */
  readonly lastGoodAt: number | undefined;
  /** Why the last look failed; undefined when it worked. */
  readonly error: string | undefined;
}

/** Reads the topology and asks the servers how they are, again and again; starts an urgent scan when a disk runs full. */
export class ClusterWatch {
  readonly #deps: ClusterWatchDeps;
  readonly #stop = new AbortController();
  #status: WatchStatus = { lastGoodAt: undefined, error: undefined };
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> | undefined;
  #urgentAt = -Infinity;

  constructor(deps: ClusterWatchDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#next(0);
  }

  async stop(): Promise<void> {
    this.#stop.abort(new AppError("WK-CANCELLED", "The admin is being stopped."));
    clearTimeout(this.#timer);
    await this.#running;
  }

  status(): WatchStatus {
    return this.#status;
  }

  #next(ms: number): void {
    if (this.#stop.signal.aborted) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#look();
    }, ms);
    this.#timer.unref();
  }

  async #look(): Promise<void> {
    const { planner, health, policy, clock, logger } = this.#deps;
    const started = clock.monotonic();
    try {
      await planner.refresh();
      const servers = await planner.servers();
      await health.check(
        servers.flatMap((server) => server.address ?? []),
        this.#stop.signal,
      );
      this.#status = { lastGoodAt: clock.now(), error: undefined };
      this.#lookForFullDisks(servers);
    } catch (reason) {
      const error = AppError.from(reason);
      if (this.#stop.signal.aborted) return;
      if (this.#status.error === undefined) logger.warn("the cluster cannot be looked at", { error });
      this.#status = { ...this.#status, error: error.message };
    }
    this.#next(Math.max(policy.global.topologyIntervalMs, (clock.monotonic() - started) * DUTY));
  }

  #lookForFullDisks(servers: readonly ClusterServer[]): void {
    const { policy, scans, clock, logger } = this.#deps;
    const limit = policy.global.diskNearFullRatio;
    const full = servers.find((server) =>
      server.disks.some((disk) => disk.totalBytes > 0 && 1 - disk.freeBytes / disk.totalBytes >= limit),
    );
    const scan = scans.status().find((status) => status.type === URGENT_TYPE);
    if (full === undefined || scan === undefined || scan.running || scan.lastEndedAt === undefined) return;
    if (clock.monotonic() - this.#urgentAt < URGENT_PAUSE_MS) return;
    this.#urgentAt = clock.monotonic();
    logger.info("a disk is near full: looking for space to reclaim", { server: full.http, limit });
    void scans.scan(URGENT_TYPE);
  }
}
