import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client";
import type { AdminEventMap } from "../events.ts";
import type { AdminApi } from "./admin-api.ts";
import { LEGACY_STATUSES, statesOf } from "./maintenance/json.ts";

const PREFIX = "SeaweedFS_admin_";
const QUANTILES = { "0.5": 50, "0.99": 99, "0.999": 99.9, "1": 100 } as const;
/** The loop is looked at every so often; the pause itself is no delay. */
const LOOK_MS = 10;

/** What the metrics hear of the store. */
export interface CommitSource {
  onCommit(listener: (operations: number, ms: number) => void): void;
}

/** The metrics of the admin, in one registry: the names of SeaweedFS 4.44 and ours. Gauges are read when they are asked for. */
export class AdminMetrics {
  readonly #api: AdminApi;
  readonly #registry = new Registry();
  readonly #loopDelay: IntervalHistogram = monitorEventLoopDelay({ resolution: LOOK_MS });
  readonly #known = new Map<string, "connected" | "lost">();
  readonly #losses = new Map<number, number>();
  readonly #finished;
  readonly #duration;
  readonly #workerEvents;
  readonly #leasesLost;
  readonly #bytes;
  readonly #gauges;

  constructor(api: AdminApi, store: CommitSource) {
    this.#api = api;
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#loopDelay.enable();
    const counter = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
      new Counter({ name: PREFIX + name, help, labelNames, registers });
    const gauge = <Label extends string>(name: string, help: string, labelNames: readonly Label[]) =>
      new Gauge({ name: PREFIX + name, help, labelNames, registers });
    this.#finished = counter("maintenance_tasks_completed_total", "Tasks that ended.", ["type", "outcome"]);
    this.#duration = new Histogram({
      name: `${PREFIX}maintenance_task_duration_seconds`,
      help: "Time from a task's first attempt to its end.",
      labelNames: ["type"],
      buckets: Array.from({ length: 16 }, (_, index) => 2 ** index),
      registers,
    });
    this.#workerEvents = counter("worker_events_total", "Workers that came and went.", ["event"]);
    this.#leasesLost = counter("leases_lost_total", "Attempts whose worker vanished.", ["type"]);
    this.#bytes = counter("maintenance_bytes_total", "Planned bytes of completed tasks.", ["type"]);
    this.#gauges = {
      byStatus: gauge("maintenance_tasks_by_status", "Tasks by status, finished ones included.", ["status"]),
      byState: gauge("maintenance_tasks_by_state", "Tasks by our own state.", ["state"]),
      byType: gauge("maintenance_tasks_by_type", "Tasks by type, finished ones included.", ["type"]),
      lastScan: gauge("maintenance_last_scan_timestamp_seconds", "When a scan last ended.", []),
      nextScan: gauge("maintenance_next_scan_timestamp_seconds", "When the next scan is due.", []),
      scanFailures: gauge("scan_failures", "Scans of the type that failed in a row.", ["type"]),
      workers: gauge("workers_connected", "Connected workers.", []),
      slots: gauge("worker_slots", "Slots of connected workers.", ["state"]),
      queueAge: gauge("queue_age_seconds", "Age of the oldest waiting task; 0 when none waits.", []),
      frozen: gauge("frozen_volumes", "Volumes that tasks of ours froze and have not thawed.", []),
      held: gauge("servers_held", "Volume servers that get no new work.", []),
      emergency: gauge("emergency_stop", "1 while the emergency stop is on.", []),
      topologyAge: gauge("topology_age_seconds", "Time since the cluster was last looked at.", []),
      loopDelay: gauge("event_loop_delay_seconds", "Delay of the main loop since the last look.", ["quantile"]),
    };
    const commitSeconds = new Histogram({
      name: `${PREFIX}store_commit_seconds`,
      help: "Time of one group commit.",
      buckets: [0.0005, 0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.5, 2],
      registers,
    });
    const commitOperations = counter("store_operations_total", "Operations committed to the store.", []);
    store.onCommit((operations, ms) => {
      commitSeconds.observe(ms / 1000);
      commitOperations.inc(operations);
    });
    for (const worker of api.workers.workers()) this.#onWorker(worker.id);
    api.events.on("task", this.#onTask);
    api.events.on("worker", this.#onWorker);
  }

  get contentType(): string {
    return this.#registry.contentType;
  }

  async text(): Promise<string> {
    await this.#collect();
    return this.#registry.metrics();
  }

  close(): void {
    this.#api.events.off("task", this.#onTask);
    this.#api.events.off("worker", this.#onWorker);
    this.#loopDelay.disable();
    this.#registry.clear();
  }

  readonly #onTask = (...[task]: AdminEventMap["task"]): void => {
    const { type } = task;
    const more = task.losses - (this.#losses.get(task.id) ?? 0);
    if (more > 0) {
      this.#leasesLost.inc({ type }, more);
      this.#losses.set(task.id, task.losses);
    }
    const outcome = OUTCOMES[task.state];
    if (outcome === undefined) return;
    this.#losses.delete(task.id);
    this.#finished.inc({ type, outcome });
    if (outcome !== "completed") return;
    this.#bytes.inc({ type }, task.bytes);
    const { startedAt, finishedAt } = task;
    if (startedAt !== undefined && finishedAt !== undefined)
      this.#duration.observe({ type }, Math.max(finishedAt - startedAt, 0) / 1000);
  };

  readonly #onWorker = (...[id]: AdminEventMap["worker"]): void => {
    const worker = this.#api.workers.worker(id);
    const now = worker === undefined ? undefined : worker.status === "lost" ? "lost" : "connected";
    const before = this.#known.get(id);
    if (now === before) return;
    if (now === undefined) this.#known.delete(id);
    else this.#known.set(id, now);
    if (now === "connected") this.#workerEvents.inc({ event: "registered" });
    else if (now === "lost") this.#workerEvents.inc({ event: "unregistered" });
    else this.#workerEvents.inc({ event: before === "lost" ? "stale_removed" : "unregistered" });
  };

  async #collect(): Promise<void> {
    const { stats, frozen, health, policy, watch, clock } = this.#api;
    const [numbers, replicas] = await Promise.all([stats.stats(), frozen.recorded()]);
    const now = clock.now();
    const gauges = this.#gauges;
    for (const status of LEGACY_STATUSES) {
      const count = statesOf(status).reduce((sum, state) => sum + (numbers.byState[state] ?? 0), 0);
      gauges.byStatus.set({ status }, count);
    }
    gauges.byState.reset();
    for (const [state, count] of Object.entries(numbers.byState)) gauges.byState.set({ state }, count);
    gauges.byType.reset();
    for (const [type, count] of Object.entries(numbers.byType)) gauges.byType.set({ type }, count);
    for (const scan of numbers.scans) gauges.scanFailures.set({ type: scan.type }, scan.failures);
    gauges.lastScan.set((numbers.lastScanAt ?? 0) / 1000);
    gauges.nextScan.set((numbers.nextScanAt ?? 0) / 1000);
    gauges.workers.set(numbers.workersConnected);
    gauges.slots.set({ state: "used" }, numbers.slotsUsed);
    gauges.slots.set({ state: "max" }, numbers.slotsMax);
    gauges.queueAge.set(numbers.oldestPendingAt === undefined ? 0 : Math.max(now - numbers.oldestPendingAt, 0) / 1000);
    gauges.frozen.set(new Set(replicas.map((replica) => replica.volumeId)).size);
    gauges.held.set(health.servers().filter((server) => server.held !== undefined).length);
    gauges.emergency.set(policy.emergencyStop() === undefined ? 0 : 1);
    const { lastGoodAt } = watch.status();
    gauges.topologyAge.set(lastGoodAt === undefined ? Number.NaN : (now - lastGoodAt) / 1000);
    for (const [quantile, percentile] of Object.entries(QUANTILES)) {
      const seconds = this.#loopDelay.percentile(percentile) / 1e9 - LOOK_MS / 1000;
      gauges.loopDelay.set({ quantile }, Math.max(seconds, 0));
    }
    this.#loopDelay.reset();
  }
}

const OUTCOMES: Readonly<Record<string, string>> = {
  completed: "completed",
  dead: "failed",
  quarantined: "failed",
  cancelled: "cancelled",
};
