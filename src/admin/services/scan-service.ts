import pLimit from "p-limit";
import type { Clock } from "../../core/clock.ts";
import { AppError } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import type { TaskSpec } from "../../queue/task.ts";
import type { AdminEvents } from "../events.ts";
import type { WorkersPort } from "../sessions/worker-view.ts";
import type { Store } from "../store/store.ts";
import type { PlannerPort } from "./planner-port.ts";
import { planningInput, type TaskTypes } from "./planning-input.ts";
import type { PolicyService } from "./policy-service.ts";

const FIRST_SCAN_MS = 3_000;
const FIRST_SCAN_JITTER_MS = 5_000;
const SHORTEST_BACKOFF_MS = 5_000;
const LONGEST_BACKOFF_MS = 300_000;
/** Tasks of one enqueue. */
const PAGE = 100;
/** Failed and cancelled tasks of a type that are looked at for volumes to leave alone. */
const MOST_FAILED = 5_000;

/** What is known of the scans of one type. Times are Unix ms; absent before the first scan. */
export interface ScanStatus {
  readonly type: string;
  readonly running: boolean;
  readonly lastStartedAt: number | undefined;
  readonly lastEndedAt: number | undefined;
  readonly nextAt: number | undefined;
  /** Volumes or servers looked at. */
  readonly examined: number;
  readonly found: number;
  readonly enqueued: number;
  /** Candidates turned away, by rule. */
  readonly skipped: Readonly<Record<string, number>>;
  readonly truncated: boolean;
  /** Of the last scan, when it failed. */
  readonly error: string | undefined;
  readonly failures: number;
}

export interface ScanServiceDeps {
  readonly store: Store;
  readonly planner: PlannerPort;
  readonly policy: PolicyService;
  readonly types: TaskTypes;
  readonly workers: Pick<WorkersPort, "wake">;
  readonly events: AdminEvents;
  readonly clock: Clock;
  readonly logger: Logger;
}

interface TypeScans {
  status: ScanStatus;
  timer: NodeJS.Timeout | undefined;
  running: Promise<ScanStatus> | undefined;
}

/**
 * Looks for due work: on an interval per type, sooner when it is urgent, on demand. One scan of a type at a time, and
 * one of all types at a time, since they share the load they plan with. Never changes the cluster; puts tasks into the queue.
 */
export class ScanService {
  readonly #deps: ScanServiceDeps;
  readonly #scans: ReadonlyMap<string, TypeScans>;
  readonly #serial = pLimit(1);
  readonly #onPolicy = (): void => this.#reschedule();
  #started = false;
  #stopped = false;

  constructor(deps: ScanServiceDeps) {
    this.#deps = deps;
    this.#scans = new Map(
      [...deps.types.keys()].map((type) => [
        type,
        { status: neverScanned(type), timer: undefined, running: undefined },
      ]),
    );
  }

  /** Schedules the first scan of every type within some seconds. */
  start(): void {
    this.#started = true;
    for (const type of this.#scans.keys()) {
      this.#schedule(type, this.#deps.clock.now() + FIRST_SCAN_MS + Math.random() * FIRST_SCAN_JITTER_MS);
    }
    this.#deps.events.on("policy", this.#onPolicy);
  }

  /** No scan starts any more; resolves when the running ones have ended. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#deps.events.off("policy", this.#onPolicy);
    for (const scans of this.#scans.values()) clearTimeout(scans.timer);
    await Promise.allSettled([...this.#scans.values()].map((scans) => scans.running));
  }

  status(): readonly ScanStatus[] {
    return [...this.#scans.values()].map((scans) => scans.status);
  }

  /**
   * Scans now. A scan of the type that runs already is joined. Resolves with the outcome, failed scans included:
   * their status says why. After `stop` nothing happens. Throws WK-CONFIG-VALUE for an unknown type.
   */
  scan(type: string): Promise<ScanStatus> {
    const scans = this.#of(type);
    if (this.#stopped) return Promise.resolve(scans.status);
    scans.running ??= this.#serial(() => this.#run(type, scans)).finally(() => {
      scans.running = undefined;
    });
    return scans.running;
  }

  scanAll(): Promise<readonly ScanStatus[]> {
    return Promise.all([...this.#scans.keys()].map((type) => this.scan(type)));
  }

  async #run(type: string, scans: TypeScans): Promise<ScanStatus> {
    const { clock, logger, events } = this.#deps;
    clearTimeout(scans.timer);
    const startedAt = clock.now();
    scans.status = { ...scans.status, running: true, lastStartedAt: startedAt, nextAt: undefined };
    try {
      const outcome = await this.#look(type);
      scans.status = {
        ...scans.status,
        ...outcome,
        running: false,
        lastEndedAt: clock.now(),
        error: undefined,
        failures: 0,
      };
      logger.info("scan ended", { type, ms: clock.now() - startedAt, ...outcome });
    } catch (reason) {
      const error = AppError.from(reason);
      const failures = scans.status.failures + 1;
      scans.status = { ...scans.status, running: false, lastEndedAt: clock.now(), error: error.message, failures };
      // The first failure is told, repeated ones only to those who ask for more.
      if (failures === 1) logger.warn("scan failed", { type, error });
      else logger.v(1, "scan failed again", { type, failures, error });
    }
    this.#schedule(type, clock.now() + this.#pause(type, scans.status));
    events.emit("scan", type);
    return scans.status;
  }

  async #look(type: string): Promise<Pick<ScanStatus, "examined" | "found" | "enqueued" | "skipped" | "truncated">> {
    const { planner, policy, clock } = this.#deps;
    await planner.refresh();
    const now = clock.now();
    const input = await planningInput(this.#deps, type, now);
    const rested = await this.#volumesToLeaveAlone(type, now);
    const { proposals, examined, skipped, truncated } = await planner.detect({
      ...input,
      busy: [...input.busy, ...rested],
      maxProposals: policy.global.maxProposalsPerScan,
    });
    const result = { examined, found: proposals.length, enqueued: 0, skipped, truncated };
    const { global } = policy;
    const off =
      policy.holds().observeOnly !== undefined
        ? "observe-only"
        : global.enabled && policy.type(type).enabled
          ? undefined
          : "enabled";
    if (off !== undefined) return { ...result, skipped: { ...skipped, [off]: proposals.length } };
    let enqueued = 0;
    for (let at = 0; at < proposals.length; at += PAGE) {
      enqueued += await this.#enqueue(type, proposals.slice(at, at + PAGE));
    }
    const taken = proposals.length - enqueued;
    return { ...result, enqueued, skipped: taken > 0 ? { ...skipped, "volume-taken": taken } : skipped };
  }

  /** Returns how many were taken. A page at a time, so that the main loop is never held up by a large plan. */
  async #enqueue(type: string, specs: readonly TaskSpec[]): Promise<number> {
    const { store, workers, events } = this.#deps;
    const adding = store.enqueue(specs.map((spec) => ({ ...spec, createdBy: "scan" })));
    // Within the same turn: a worker that waits is given its task in the same commit.
    workers.wake();
    const enqueued = (await adding).filter((outcome) => outcome.ok).length;
    if (enqueued === 0) return 0;
    for (const task of await store.tasks({ types: [type], limit: enqueued })) events.emit("task", task);
    return enqueued;
  }

  /** Volumes whose last task of the type failed for good or was cancelled not long ago. */
  async #volumesToLeaveAlone(type: string, now: number): Promise<readonly number[]> {
    const { store, policy } = this.#deps;
    const { repeatMs } = policy.type(type);
    if (repeatMs === 0) return [];
    const failed = await store.tasks({ states: ["dead", "cancelled"], types: [type], limit: MOST_FAILED });
    return failed.filter((task) => (task.finishedAt ?? 0) > now - repeatMs).map((task) => task.volumeId);
  }

  #pause(type: string, status: ScanStatus): number {
    const interval = this.#deps.policy.type(type).scanIntervalMs;
    if (status.failures === 0) return interval;
    const backoff = Math.min(SHORTEST_BACKOFF_MS * 2 ** (status.failures - 1), LONGEST_BACKOFF_MS);
    return Math.min(backoff, interval) * (0.8 + 0.4 * Math.random());
  }

  #schedule(type: string, at: number): void {
    const scans = this.#of(type);
    clearTimeout(scans.timer);
    if (this.#stopped || !this.#started) return;
    scans.status = { ...scans.status, nextAt: Math.round(at) };
    scans.timer = setTimeout(() => void this.scan(type), Math.max(at - this.#deps.clock.now(), 0));
    scans.timer.unref();
  }

  /** Another interval takes effect at once: counted from the last scan. */
  #reschedule(): void {
    for (const [type, { status, running }] of this.#scans) {
      if (running !== undefined || status.lastEndedAt === undefined || status.failures > 0) continue;
      this.#schedule(type, Math.max(status.lastEndedAt + this.#pause(type, status), this.#deps.clock.now()));
    }
  }

  #of(type: string): TypeScans {
    const scans = this.#scans.get(type);
    if (scans !== undefined) return scans;
    throw new AppError(
      "WK-CONFIG-VALUE",
      `There is no task type "${type}"; types are ${[...this.#scans.keys()].join(", ")}.`,
      {
        details: { field: "type" },
      },
    );
  }
}

function neverScanned(type: string): ScanStatus {
  return {
    type,
    running: false,
    lastStartedAt: undefined,
    lastEndedAt: undefined,
    nextAt: undefined,
    examined: 0,
    found: 0,
    enqueued: 0,
    skipped: {},
    truncated: false,
    error: undefined,
    failures: 0,
  };
}
