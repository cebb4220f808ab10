import type { ClusterPort } from "../cluster/cluster-port.ts";
import type { Clock } from "../core/clock.ts";
import type { JsonObject } from "../core/json.ts";
import type { TaskWaits } from "./waits.ts";

/**
 * The port a task runs against. `worker/` implements it over the stream to the admin; tests implement it
 * over a local recorder. A task touches the world only through it.
 *
 * Order of every destructive task: read-only preparation → `checkpoint` of the prior state → freeze →
 * build and verify the replacement → `commitPoint` → destructive calls through `destroy` → done.
 */
export interface TaskContext {
  readonly attempt: AttemptInfo;
  readonly options: TaskOptions;
  readonly cluster: ClusterPort;
  readonly clock: Clock;
  readonly log: TaskLog;
  readonly lease: LeaseView;
  /**
   * Aborted when the task must stop: cancelled, attempt lost, or the worker shuts down past its limit.
   * `signal.reason` is the AppError to throw. Calls that may be cut pass it on; roll-back does not.
   */
  readonly signal: AbortSignal;

  /** Records a state the next attempt starts from; resolves once the admin has it on disk. */
  checkpoint(step: string, state: JsonObject): Promise<void>;
  /**
   * The one point of no return of the task, with all that rolling forward needs. Resolves once the admin
   * has it on disk; rejects when the attempt is dead or cancelled. From here on a cancel is answered "too late".
   */
  commitPoint(state: JsonObject): Promise<void>;
  /** True from a resolved `commitPoint` on, of this or an earlier attempt. */
  readonly committed: boolean;

  /** Between two steps: throws `signal.reason` when the task must stop (not past the commit point). */
  safePoint(): void;
  /** Sleeps; ends early with `signal.reason` when the task must stop. */
  sleep(ms: number): Promise<void>;
  progress(progress: Progress): void;
  /** Writes a record of a destructive call and resolves once the admin has it on disk. */
  audit(record: AuditEntry): Promise<void>;
}

export interface AttemptInfo {
  /** Wire id of this attempt, `<epoch>-<task>-a<number>`. */
  readonly taskId: string;
  /** 1 for the first attempt. */
  readonly number: number;
  /** The state given to the last acknowledged `checkpoint` or `commitPoint` of an earlier attempt. */
  readonly checkpoint: CheckpointState | undefined;
}

export interface CheckpointState {
  readonly step: string;
  readonly state: JsonObject;
}

export interface TaskOptions {
  /** `sample`: first, last and some needles are compared; `full`: all of them. */
  readonly verify: "sample" | "full";
  /** How long a volume may stay frozen, ms; 0 = no limit. */
  readonly freezeLimitMs: number;
  /** Bytes per second of bulk copies; 0 = the server's own default. */
  readonly bytesPerSecond: number;
  /** Bytes at which a volume is full. */
  readonly volumeSizeLimit: number;
  /** Folder for scratch files of this attempt; made on demand and removed by the runner. */
  readonly scratchDir: string;
  /** Waits of the safe procedures; `DEFAULT_WAITS` unless configured. */
  readonly waits: TaskWaits;
}

/** The worker's view of its lease: it fences itself at two thirds of the term. */
export interface LeaseView {
  /** Milliseconds of fenced time left on the monotonic clock; ≤ 0 when fenced or lost, and during an emergency stop. */
  remainingMs(): number;
  /**
   * Resolves when at least `ms` are left and no emergency stop is on. Rejects with `signal.reason` when the attempt
   * is lost for good, since another one may be running. A cancel or a shut-down alone does not reject: roll-back
   * removes its own copies under the lease too.
   */
  whenAtLeast(ms: number): Promise<void>;
}

export interface Progress {
  /** A word or two: `compact`, `copy`, `verify`. */
  readonly stage: string;
  /** 0–100. */
  readonly percent: number;
  readonly bytesDone?: number;
  readonly bytesTotal?: number;
}

export interface AuditEntry {
  /** The RPC, for example `VolumeDelete`. */
  readonly call: string;
  /** Server in address form. */
  readonly server: string;
  readonly volumeId: number;
  /** What was read from the servers just before. */
  readonly precondition: string;
  /** Absent before the call; `ok` or the error after it. */
  readonly outcome?: string;
}

export interface TaskLog {
  debug(message: string, fields?: Readonly<Record<string, string | number | boolean>>): void;
  info(message: string, fields?: Readonly<Record<string, string | number | boolean>>): void;
  warn(message: string, fields?: Readonly<Record<string, string | number | boolean>>): void;
  error(message: string, fields?: Readonly<Record<string, string | number | boolean>>): void;
}

/** Small facts of a finished task: before and after sizes, bytes moved or reclaimed. All values as text. */
export interface TaskResult {
  readonly facts: Readonly<Record<string, string>>;
}
