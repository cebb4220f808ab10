import { setTimeout as pause } from "node:timers/promises";
import type { ClusterPort } from "../cluster/cluster-port.ts";
import { systemClock } from "../core/clock.ts";
import { AppError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type {
  AttemptInfo,
  AuditEntry,
  CheckpointState,
  LeaseView,
  Progress,
  TaskContext,
  TaskLog,
  TaskOptions,
} from "./context.ts";
import { type CallFault, type ClusterCall, FaultyCluster } from "./faulty-cluster.testkit.ts";
import { DEFAULT_WAITS, type TaskWaits } from "./waits.ts";

/** Waits short enough for tests on loopback; none of them is ever relied on to be long enough by accident. */
export const SHORT_WAITS: TaskWaits = {
  ...DEFAULT_WAITS,
  quietMs: 60,
  ghostWatchMs: 250,
  ghostRestMs: 30,
  pollMs: 10,
  undoMs: 10_000,
  deadlineBaseMs: 10_000,
};

/** What the admin keeps of a task between its attempts. */
export class DurableTask {
  /** Every state that was acknowledged, in order. */
  readonly history: (CheckpointState & { readonly commit: boolean })[] = [];
  readonly audit: AuditEntry[] = [];
  attempts = 0;

  get committed(): boolean {
    return this.history.some(({ commit }) => commit);
  }

  get checkpoint(): CheckpointState | undefined {
    return this.history.at(-1);
  }
}

export interface TestContextOptions {
  readonly cluster: ClusterPort;
  /** Default: a new task. */
  readonly task?: DurableTask;
  readonly scratchDir?: string;
  readonly options?: Partial<TaskOptions>;
  readonly fault?: (call: ClusterCall) => CallFault | undefined;
  /** Asked before a checkpoint (`commit` says which kind) is stored; an error is what the task gets. */
  readonly onCheckpoint?: (step: string, commit: boolean) => AppError | undefined;
  readonly onAudit?: (record: AuditEntry) => AppError | undefined;
}

/** One attempt of a task, run in this process against a real cluster port. */
export class TestContext implements TaskContext {
  readonly attempt: AttemptInfo;
  readonly options: TaskOptions;
  readonly cluster: FaultyCluster;
  readonly clock = systemClock;
  readonly task: DurableTask;
  readonly lease: TestLease;
  readonly progressReports: Progress[] = [];
  readonly lines: string[] = [];
  readonly log: TaskLog;
  readonly #stop = new AbortController();
  readonly #given: TestContextOptions;

  constructor(given: TestContextOptions) {
    this.#given = given;
    this.task = given.task ?? new DurableTask();
    this.task.attempts++;
    this.attempt = {
      taskId: `test-1-a${this.task.attempts}`,
      number: this.task.attempts,
      checkpoint: this.task.checkpoint,
    };
    this.options = {
      verify: "full",
      freezeLimitMs: 0,
      bytesPerSecond: 0,
      volumeSizeLimit: 64 * 1024 * 1024,
      scratchDir: given.scratchDir ?? "",
      waits: SHORT_WAITS,
      ...given.options,
    };
    this.lease = new TestLease(this.signal);
    this.cluster = new FaultyCluster(given.cluster, {
      ...(given.fault !== undefined && { fault: given.fault }),
      die: () => this.#die(),
    });
    const line = (level: string) => (message: string) => void this.lines.push(`${level} ${message}`);
    this.log = { debug: line("debug"), info: line("info"), warn: line("warn"), error: line("error") };
  }

  get signal(): AbortSignal {
    return this.#stop.signal;
  }

  get committed(): boolean {
    return this.task.committed;
  }

  /** As an operator does it; false when it came too late. */
  cancel(): boolean {
    if (this.committed) return false;
    this.#stop.abort(new AppError("WK-CANCELLED", "The task was cancelled."));
    return true;
  }

  /** The attempt was given to another worker. */
  lose(): void {
    const reason = new AppError("WK-CANCELLED", "The attempt was lost.");
    this.lease.lose(reason);
    this.#stop.abort(reason);
  }

  async checkpoint(step: string, state: JsonObject): Promise<void> {
    await this.#store(step, state, false);
  }

  async commitPoint(state: JsonObject): Promise<void> {
    this.signal.throwIfAborted();
    await this.#store("committed", state, true);
  }

  safePoint(): void {
    if (!this.committed) this.signal.throwIfAborted();
  }

  async sleep(ms: number): Promise<void> {
    try {
      await pause(ms, undefined, { signal: this.signal });
    } catch {
      throw AppError.from(this.signal.reason);
    }
  }

  progress(progress: Progress): void {
    this.progressReports.push(progress);
  }

  async audit(record: AuditEntry): Promise<void> {
    await this.lease.alive();
    const refusal = this.#given.onAudit?.(record);
    if (refusal !== undefined) throw refusal;
    this.task.audit.push(record);
  }

  async #store(step: string, state: JsonObject, commit: boolean): Promise<void> {
    await this.lease.alive();
    const refusal = this.#given.onCheckpoint?.(step, commit);
    if (refusal !== undefined) throw refusal;
    // As it would arrive after a trip over the wire and the disk.
    this.task.history.push({ step, state: JSON.parse(JSON.stringify(state)) as JsonObject, commit });
  }

  #die(): AppError {
    const reason = new AppError("WK-CANCELLED", "The worker's process is gone.");
    this.cluster.kill(reason);
    this.lease.lose(reason);
    this.#stop.abort(reason);
    return reason;
  }
}

/** A lease a test can shorten, hold back and lose. */
class TestLease implements LeaseView {
  /** What is left, ms. */
  left = Number.POSITIVE_INFINITY;
  /** Somebody waits for a longer lease. */
  waiting = false;
  readonly #signal: AbortSignal;
  #lost: AppError | undefined;

  constructor(signal: AbortSignal) {
    this.#signal = signal;
  }

  lose(reason: AppError): void {
    this.#lost = reason;
    this.left = 0;
  }

  remainingMs(): number {
    return this.left;
  }

  async alive(): Promise<void> {
    await Promise.resolve();
    if (this.#lost !== undefined) throw this.#lost;
  }

  async whenAtLeast(ms: number): Promise<void> {
    await this.alive();
    try {
      while (this.left < ms) {
        this.waiting = true;
        await pause(5);
        if (this.#lost !== undefined) throw AppError.from(this.#signal.reason ?? this.#lost);
      }
    } finally {
      this.waiting = false;
    }
  }
}
