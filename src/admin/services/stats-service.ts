import type { Clock } from "../../core/clock.ts";
import type { WorkersPort } from "../sessions/worker-view.ts";
import type { QueueCounts, Store } from "../store/store.ts";
import type { ScanService, ScanStatus } from "./scan-service.ts";

export interface Stats extends QueueCounts {
  readonly workersConnected: number;
  readonly slotsUsed: number;
  readonly slotsMax: number;
  /** The latest scan that ended, of any type. Unix ms. */
  readonly lastScanAt: number | undefined;
  /** The next scan, of any type. Unix ms. */
  readonly nextScanAt: number | undefined;
  readonly scans: readonly ScanStatus[];
}

/** Counting a large queue costs the store time: it may spend one part in this many of it on that. */
const DUTY = 20;
const FRESH_MS = 500;

/** Numbers for pages and metrics, all of them counted; at most half a second old while the queue is small. */
export class StatsService {
  readonly #store: Store;
  readonly #workers: Pick<WorkersPort, "workers">;
  readonly #scans: ScanService;
  readonly #clock: Clock;
  #counts: Promise<QueueCounts> | undefined;
  #staleAt = 0;

  constructor(store: Store, workers: Pick<WorkersPort, "workers">, scans: ScanService, clock: Clock) {
    this.#store = store;
    this.#workers = workers;
    this.#scans = scans;
    this.#clock = clock;
  }

  async stats(): Promise<Stats> {
    const counts = await this.#fresh();
    const connected = this.#workers.workers().filter((worker) => worker.status !== "lost");
    const scans = this.#scans.status();
    return {
      ...counts,
      workersConnected: connected.length,
      slotsUsed: connected.reduce((sum, worker) => sum + worker.running.length, 0),
      slotsMax: connected.reduce((sum, worker) => sum + worker.maxConcurrent, 0),
      lastScanAt: latest(scans.map((scan) => scan.lastEndedAt)),
      nextScanAt: earliest(scans.map((scan) => scan.nextAt)),
      scans,
    };
  }

  #fresh(): Promise<QueueCounts> {
    if (this.#counts === undefined || this.#clock.monotonic() >= this.#staleAt) {
      this.#staleAt = Number.POSITIVE_INFINITY;
      this.#counts = this.#count().catch((reason: unknown) => {
        this.#staleAt = 0;
        throw reason;
      });
    }
    return this.#counts;
  }

  async #count(): Promise<QueueCounts> {
    const started = this.#clock.monotonic();
    const counts = await this.#store.counts({ dayStart: new Date(this.#clock.now()).setHours(0, 0, 0, 0) });
    const now = this.#clock.monotonic();
    this.#staleAt = now + Math.max(FRESH_MS, (now - started) * DUTY);
    return counts;
  }
}

function latest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((at) => at !== undefined);
  return known.length === 0 ? undefined : Math.max(...known);
}

function earliest(times: readonly (number | undefined)[]): number | undefined {
  const known = times.filter((at) => at !== undefined);
  return known.length === 0 ? undefined : Math.min(...known);
}
