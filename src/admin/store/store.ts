import type { ErrorCode } from "../../core/error-table.ts";
import type { JsonObject } from "../../core/json.ts";
import type { BudgetLimits } from "../../queue/budgets.ts";
import type { Priority, ResourceNeeds, TaskSpec, TaskState } from "../../queue/task.ts";
import type { RetryLimits, StopReason } from "../../queue/transition.ts";

/** A task as the queue keeps it. Times are Unix ms. */
export interface TaskRecord {
  readonly id: number;
  readonly type: string;
  readonly volumeId: number;
  readonly collection: string;
  readonly priority: Priority;
  readonly state: TaskState;
  readonly attempt: number;
  readonly failures: number;
  readonly losses: number;
  readonly committed: boolean;
  readonly touched: boolean;
  readonly stop: StopReason | undefined;
  readonly reason: string;
  readonly bytes: number;
  readonly needs: ResourceNeeds;
  readonly plan: JsonObject;
  readonly createdBy: string;
  readonly createdAt: number;
  readonly dueAt: number;
  readonly startedAt: number | undefined;
  readonly finishedAt: number | undefined;
  readonly updatedAt: number;
  /** Worker of the current or last attempt. */
  readonly workerId: string | undefined;
  readonly errorCode: string | undefined;
  readonly error: string | undefined;
  readonly checkpoint: { readonly step: string; readonly state: JsonObject } | undefined;
  readonly facts: Readonly<Record<string, string>>;
}

export interface AttemptRecord {
  readonly taskId: number;
  readonly number: number;
  readonly wireId: string;
  readonly fence: number;
  readonly workerId: string;
  readonly processNonce: string;
  readonly startedAt: number;
  readonly endedAt: number | undefined;
  /** `done`, `failed`, `lost`, `rolled-back`, `handed-back`; absent while it runs. */
  readonly outcome: string | undefined;
  readonly errorCode: string | undefined;
  readonly error: string | undefined;
}

export interface AuditRow {
  readonly id: number;
  readonly at: number;
  readonly taskId: number;
  readonly attempt: number;
  readonly workerId: string;
  readonly call: string;
  readonly server: string;
  readonly volumeId: number;
  readonly precondition: string;
  readonly outcome: string;
}

export interface NewTask extends TaskSpec {
  /** `scan` or the name of a person. */
  readonly createdBy: string;
}

export type EnqueueResult =
  | { readonly ok: true; readonly id: number }
  /** Another live task has the volume. */
  | { readonly ok: false; readonly takenBy: number };

/** A task that another installation began: it goes on from its checkpoint. */
export interface AdoptedTask extends NewTask {
  readonly checkpoint: { readonly step: string; readonly state: JsonObject };
  readonly committed: boolean;
}

/** A worker that waits for tasks. */
export interface WaitingWorker {
  readonly workerId: string;
  readonly processNonce: string;
  /** Types it may get, by capability and rules. */
  readonly types: readonly string[];
  /** Tasks it may get now. */
  readonly slots: number;
  readonly running: number;
  readonly maxConcurrent: number;
  /** Servers it could not reach of late (`host:port`). */
  readonly cannotReach: readonly string[];
  /** Gets only tasks that touch one server. */
  readonly singleServer: boolean;
}

export interface ClaimInput {
  /** Least loaded first. */
  readonly workers: readonly WaitingWorker[];
}

export interface Assignment {
  readonly task: TaskRecord;
  readonly wireId: string;
  readonly fence: number;
  readonly workerId: string;
  readonly processNonce: string;
}

/** A word about an attempt. `seq` is the worker's number of it; a number already known is accepted without effect. */
export interface AttemptWord {
  readonly wireId: string;
  readonly workerId: string;
  readonly seq: number;
}

export type AttemptEvent =
  | { readonly kind: "start" }
  | { readonly kind: "checkpoint"; readonly step: string; readonly state: JsonObject; readonly commitPoint: boolean }
  | {
      readonly kind: "audit";
      readonly call: string;
      readonly server: string;
      readonly volumeId: number;
      readonly precondition: string;
      readonly outcome: string;
    }
  | { readonly kind: "done"; readonly facts: Readonly<Record<string, string>> }
  | {
      readonly kind: "fail";
      readonly clean: boolean;
      readonly retry: boolean;
      readonly code: string;
      readonly message: string;
    }
  | { readonly kind: "rolledBack" }
  | { readonly kind: "handBack" };

export type WordResult =
  | { readonly ok: true; readonly task: TaskRecord; readonly repeated: boolean }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string };

/** Events of a task that do not come from its worker. */
export type TaskAction =
  | { readonly kind: "verified" }
  | { readonly kind: "refuted"; readonly message: string }
  | { readonly kind: "lose"; readonly reason: string }
  | { readonly kind: "cancel"; readonly by: string }
  | { readonly kind: "timeout"; readonly reason: string }
  | { readonly kind: "retry"; readonly by: string }
  | { readonly kind: "prioritise"; readonly priority: Priority };

export type ActionResult =
  | { readonly ok: true; readonly task: TaskRecord }
  | { readonly ok: false; readonly code: ErrorCode; readonly message: string };

/** What holds back tasks: budgets, pauses, unhealthy servers. All of it takes effect with the next claim. */
export interface QueueRules {
  readonly limits: BudgetLimits;
  /** Types that may be handed out now: enabled, not paused, inside their window. */
  readonly openTypes: readonly string[];
  readonly heldServers: readonly string[];
  readonly heldCollections: readonly string[];
  readonly retry: Readonly<Record<string, { readonly limits: RetryLimits; readonly backoffMs: number }>>;
  /** How long a failed task waits for another worker than its last, ms. */
  readonly otherWorkerMs: number;
  readonly emergencyStop: boolean;
}

export interface TaskFilter {
  readonly states?: readonly TaskState[];
  readonly types?: readonly string[];
  readonly volumeId?: number;
  readonly workerId?: string;
  /** Only tasks that left a checkpoint and have not cleaned up: something of theirs may stand in the cluster. */
  readonly touched?: true;
  /** Ids below this one: the next page. */
  readonly before?: number;
  readonly limit: number;
}

export interface QueueCounts {
  readonly byState: Readonly<Record<string, number>>;
  readonly byType: Readonly<Record<string, number>>;
  readonly completedToday: number;
  readonly failedToday: number;
  readonly averageTaskMs: number;
  /** Creation time of the oldest pending task. */
  readonly oldestPendingAt: number | undefined;
}

export interface SettingRow {
  readonly scope: string;
  readonly name: string;
  readonly value: string | number | boolean;
  readonly updatedAt: number;
  readonly updatedBy: string;
}

/** Everything that changes the queue. Each operation is one step of a transaction; a result means it is on disk. */
export interface StoreWrites {
  enqueue(tasks: readonly NewTask[]): readonly EnqueueResult[];
  adopt(task: AdoptedTask): EnqueueResult;
  claim(input: ClaimInput): readonly Assignment[];
  word(input: { readonly word: AttemptWord; readonly event: AttemptEvent }): WordResult;
  act(input: { readonly taskId: number; readonly action: TaskAction; readonly onlyAttempt?: number }): ActionResult;
  rules(rules: QueueRules): null;
  putSettings(rows: readonly Omit<SettingRow, "updatedAt">[]): null;
  dropSetting(key: { readonly scope: string; readonly name: string }): null;
  audit(row: Omit<AuditRow, "id" | "at">): null;
  prune(input: { readonly finishedBefore: number }): { readonly removed: number };
}

/** Reads; they see everything whose write has returned. */
export interface StoreReads {
  identity(input: null): { readonly epoch: string; readonly createdNow: boolean };
  task(id: number): { readonly task: TaskRecord; readonly attempts: readonly AttemptRecord[] } | null;
  tasks(filter: TaskFilter): readonly TaskRecord[];
  /** Tasks with a running attempt, and those being verified: what a restarted admin takes up again. */
  held(input: null): readonly { readonly task: TaskRecord; readonly attempt: AttemptRecord }[];
  busyVolumes(input: null): readonly number[];
  counts(input: { readonly dayStart: number }): QueueCounts;
  auditOf(taskId: number): readonly AuditRow[];
  settings(input: null): readonly SettingRow[];
  /** Earliest time at which a waiting task becomes due, or null. */
  nextDue(input: null): number | null;
  /** Tasks that completed since then, newest first, at most 1000. */
  completedSince(since: number): readonly TaskRecord[];
  lastFinished(input: {
    readonly type: string;
    readonly since: number;
  }): readonly { readonly volumeId: number; readonly at: number }[];
}

type Promised<Operations> = {
  readonly [Name in keyof Operations]: Operations[Name] extends (input: infer Input) => infer Output
    ? (input: Input) => Promise<Output>
    : never;
};

/** The port of the durable store. One contract test suite holds for every implementation. */
export interface Store extends Promised<StoreWrites>, Promised<StoreReads> {
  /** Runs after each group commit with its number of operations and its time; for metrics. */
  onCommit(listener: (operations: number, ms: number) => void): void;
  close(): Promise<void>;
}
