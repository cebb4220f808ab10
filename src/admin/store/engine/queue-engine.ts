import type { Clock } from "../../../core/clock.ts";
import type { ErrorCode } from "../../../core/error-table.ts";
import { backoffMs } from "../../../queue/backoff.ts";
import { isFinal, isHeld, type TaskEvent, transition } from "../../../queue/transition.ts";
import { formatWireTaskId } from "../../../queue/wire-task-id.ts";
import type {
  ActionResult,
  AdoptedTask,
  Assignment,
  AttemptEvent,
  AttemptWord,
  ClaimInput,
  EnqueueResult,
  NewTask,
  QueueRules,
  TaskAction,
  WordResult,
} from "../store.ts";
import { type AttemptRow, AttemptTable } from "./attempt-table.ts";
import type { AuditTable } from "./audit-table.ts";
import { Claimer, waitingKey } from "./claimer.ts";
import type { Db } from "./database.ts";
import { applyCore, coreOf, needsOf, recordOf, type TaskRow, TaskTable } from "./task-table.ts";
import { WaitingTasks } from "./waiting-tasks.ts";

/** A task that loses this many workers is kept for an operator: it may be what kills them. */
const LOSS_LIMIT = 10;

const DEFAULT_RETRY = { limits: { retryLimit: 3, lossLimit: LOSS_LIMIT }, backoffMs: 10_000 };

type Refusal = { readonly ok: false; readonly code: ErrorCode; readonly message: string };

/** How an attempt ended, as its row keeps it. */
interface Ending {
  readonly outcome: string;
  readonly code?: string;
  readonly message?: string;
  readonly facts?: Readonly<Record<string, string>>;
}

/**
 * The queue on disk. Every method is one step of the transaction the caller has open, and every change of a task goes
 * through `transition`. Nothing here waits; a failed transaction is followed by `recount`.
 */
export class QueueEngine {
  readonly #db: Db;
  readonly #epoch: string;
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #tasks: TaskTable;
  readonly #attempts: AttemptTable;
  readonly #audit: AuditTable;
  readonly #waiting: WaitingTasks;
  readonly #claimer: Claimer;

  constructor(db: Db, epoch: string, audit: AuditTable, clock: Clock, random: () => number = Math.random) {
    this.#db = db;
    this.#epoch = epoch;
    this.#clock = clock;
    this.#random = random;
    this.#tasks = new TaskTable(db);
    this.#attempts = new AttemptTable(db);
    this.#audit = audit;
    this.#waiting = new WaitingTasks(db);
    this.#claimer = new Claimer(this.#tasks, this.#waiting);
    this.#waiting.load();
    this.recount();
  }

  /** Derives what is in memory from the tables: at the start, and after a transaction that was rolled back. */
  recount(): void {
    this.#tasks.forget();
    this.#attempts.forget();
    // Nobody remembers which resources were given back meanwhile: what is parked shows again at the next claim.
    this.#waiting.unparkAll();
    const held = this.#db
      .prepare<[], { id: number; type: string; needs: string; worker_id: string }>(
        "SELECT id, type, needs, worker_id FROM task WHERE state IN ('assigned', 'running', 'cancelling')",
      )
      .all();
    this.#claimer.reset(
      held.map((row) => [row.id, { type: row.type, workerId: row.worker_id, needs: needsOf(row) }] as const),
    );
  }

  setRules(rules: QueueRules): void {
    this.#claimer.setRules(rules);
  }

  enqueue(tasks: readonly NewTask[]): readonly EnqueueResult[] {
    const now = this.#clock.now();
    return tasks.map((task) => this.#enqueueOne(task, now));
  }

  /** Takes over a task of another installation in the state its last checkpoint names. */
  adopt(task: AdoptedTask): EnqueueResult {
    const now = this.#clock.now();
    const result = this.#enqueueOne(task, now);
    const row = result.ok ? this.#tasks.get(result.id) : undefined;
    if (row !== undefined) {
      row.touched = 1;
      row.committed = task.committed ? 1 : 0;
      row.checkpoint_step = task.checkpoint.step;
      row.checkpoint = JSON.stringify(task.checkpoint.state);
      this.#tasks.save(row, now);
    }
    return result;
  }

  claim(input: ClaimInput): readonly Assignment[] {
    const now = this.#clock.now();
    const assignments: Assignment[] = [];
    this.#claimer.claim(input, now, (row, worker) => {
      const step = transition(coreOf(row), { kind: "assign" }, this.#retryOf(row.type).limits);
      if (!step.ok) throw new Error(`task ${row.id} waited but ${step.why}`);
      applyCore(row, step.next);
      const wireId = formatWireTaskId({ epoch: this.#epoch, task: row.id, attempt: row.attempt });
      const { workerId, processNonce } = worker;
      const fence = this.#attempts.insert({ taskId: row.id, number: row.attempt, wireId, workerId, processNonce, now });
      row.worker_id = workerId;
      row.started_at ??= now;
      this.#tasks.save(row, now);
      assignments.push({ task: recordOf(row), wireId, fence, workerId, processNonce });
    });
    return assignments;
  }

  word({ wireId, workerId, seq }: AttemptWord, event: AttemptEvent): WordResult {
    const attempt = this.#attempts.byWireId(wireId);
    const row = attempt === undefined ? undefined : this.#tasks.get(attempt.task_id);
    if (attempt === undefined || row === undefined || attempt.worker_id !== workerId) {
      return dead(`There is no attempt ${wireId} of worker ${workerId}.`);
    }
    if (seq > 0 && seq <= attempt.last_seq) return { ok: true, task: recordOf(row), repeated: true };
    if (attempt.ended_at !== null || attempt.number !== row.attempt) {
      return dead(`Attempt ${wireId} is over (${attempt.outcome ?? "replaced"}).`);
    }
    const refusal = this.#apply(row, attempt, seq, event);
    if (refusal !== undefined) return refusal;
    return { ok: true, task: recordOf(row), repeated: false };
  }

  act(taskId: number, action: TaskAction, onlyAttempt: number | undefined): ActionResult {
    const row = this.#tasks.get(taskId);
    if (row === undefined) return { ok: false, code: "WK-TASK-NOT-FOUND", message: `There is no task ${taskId}.` };
    if (onlyAttempt !== undefined && row.attempt !== onlyAttempt) {
      return dead(`Attempt ${onlyAttempt} of task ${taskId} is not the current one.`);
    }
    const refusal = this.#act(row, action);
    return refusal ?? { ok: true, task: recordOf(row) };
  }

  prune(finishedBefore: number): { readonly removed: number } {
    const gone = "SELECT id FROM task WHERE finished_at < ? AND state <> 'quarantined'";
    this.#db.prepare(`DELETE FROM attempt WHERE task_id IN (${gone})`).run(finishedBefore);
    const result = this.#db
      .prepare("DELETE FROM task WHERE finished_at < ? AND state <> 'quarantined'")
      .run(finishedBefore);
    return { removed: result.changes };
  }

  nextDue(): number | null {
    return this.#waiting.nextDue(this.#claimer.rules.openTypes) ?? null;
  }

  #enqueueOne(task: NewTask, now: number): EnqueueResult {
    const takenBy = this.#tasks.liveTaskOf(task.volumeId);
    if (takenBy !== undefined) return { ok: false, takenBy };
    const id = this.#tasks.insert(task, now);
    this.#waiting.add({ type: task.type, priority: task.priority, dueAt: now, taskId: id });
    return { ok: true, id };
  }

  #apply(row: TaskRow, attempt: AttemptRow, seq: number, event: AttemptEvent): Refusal | undefined {
    switch (event.kind) {
      case "start":
      case "checkpoint":
      case "audit": {
        const refusal = this.#applyWhileRunning(row, attempt, event);
        if (refusal === undefined && seq > 0) this.#attempts.saw(attempt, seq);
        return refusal;
      }
      case "done":
        return this.#finishAttempt(row, attempt, seq, event, { outcome: "done", facts: event.facts });
      case "fail": {
        const { clean, retry, code, message } = event;
        return this.#finishAttempt(
          row,
          attempt,
          seq,
          { kind: "fail", clean, retry },
          { outcome: "failed", code, message },
        );
      }
      case "rolledBack":
        return this.#finishAttempt(row, attempt, seq, event, { outcome: "rolled-back" });
      case "handBack":
        return this.#finishAttempt(row, attempt, seq, event, { outcome: "handed-back" });
    }
  }

  #applyWhileRunning(
    row: TaskRow,
    attempt: AttemptRow,
    event: Extract<AttemptEvent, { readonly kind: "start" | "checkpoint" | "audit" }>,
  ): Refusal | undefined {
    switch (event.kind) {
      case "start":
        return this.#step(row, event);
      case "checkpoint":
        return this.#step(row, { kind: event.commitPoint ? "commit" : "touch" }, (changed) => {
          changed.checkpoint_step = event.step;
          changed.checkpoint = JSON.stringify(event.state);
        });
      case "audit":
        if (!isHeld(row.state)) return dead(`Attempt ${attempt.wire_id} does not run.`);
        this.#audit.insert({ ...event, taskId: row.id, attempt: row.attempt, workerId: attempt.worker_id });
        return undefined;
    }
  }

  #act(row: TaskRow, action: TaskAction): Refusal | undefined {
    switch (action.kind) {
      case "verified":
        return this.#step(row, { kind: "verified" }, (changed) => {
          changed.error = null;
          changed.error_code = null;
        });
      case "refuted":
        return this.#step(row, { kind: "refuted" }, (changed) => {
          changed.error_code = "WK-TASK-VERIFY";
          changed.error = action.message;
        });
      case "lose": {
        const attempt = this.#attempts.get(row.id, row.attempt);
        if (attempt === undefined) return dead(`Task ${row.id} has no attempt.`);
        return this.#finishAttempt(
          row,
          attempt,
          0,
          { kind: "lose" },
          {
            outcome: "lost",
            code: "WK-ATTEMPT-LOST",
            message: action.reason,
          },
        );
      }
      case "cancel":
        return this.#step(row, { kind: "cancel" }, (changed) => {
          changed.error_code = "WK-CANCELLED";
          changed.error = `cancelled by ${action.by}`;
        });
      case "timeout":
        return this.#step(row, { kind: "timeout" }, (changed) => {
          changed.error_code = "WK-TIMEOUT";
          changed.error = action.reason;
        });
      case "retry":
        if (!isFinal(row.state)) break;
        return this.#retry(row);
      case "prioritise":
        if (row.state !== "pending") break;
        this.#waiting.remove(waitingKey(row));
        row.priority = action.priority;
        this.#waiting.add(waitingKey(row));
        this.#tasks.save(row, this.#clock.now());
        return undefined;
    }
    return { ok: false, code: "WK-TASK-STATE", message: `Task ${row.id} is ${row.state}: it cannot be changed so.` };
  }

  #retry(row: TaskRow): Refusal | undefined {
    const takenBy = this.#tasks.liveTaskOf(row.volume_id);
    if (takenBy !== undefined && takenBy !== row.id) {
      return { ok: false, code: "WK-TASK-BUSY", message: `Volume ${row.volume_id} is taken by task ${takenBy}.` };
    }
    return this.#step(row, { kind: "retry" });
  }

  /** `seq`: the number of the word that ends the attempt; 0 = no word does. */
  #finishAttempt(row: TaskRow, attempt: AttemptRow, seq: number, event: TaskEvent, end: Ending): Refusal | undefined {
    const { outcome, code = null, message = null, facts } = end;
    const refusal = this.#step(row, event, (changed) => {
      // The reason of a cancel or a time-out says more than the roll-back that follows it.
      if (code !== null && changed.stop === null) {
        changed.error_code = code;
        changed.error = message;
      }
      if (facts !== undefined) changed.facts = JSON.stringify(facts);
    });
    if (refusal !== undefined) return refusal;
    this.#attempts.end(attempt, seq, { outcome, code, message, now: this.#clock.now() });
    this.#claimer.give(row.id);
    return undefined;
  }

  /** Takes one step of the transition function and writes what follows from it. */
  #step(row: TaskRow, event: TaskEvent, change?: (row: TaskRow) => void): Refusal | undefined {
    const retry = this.#retryOf(row.type);
    const step = transition(coreOf(row), event, retry.limits);
    if (!step.ok) {
      const code = step.tooLate ? "WK-TASK-TOO-LATE" : "WK-TASK-STATE";
      return { ok: false, code, message: `Task ${row.id}: ${step.why}.` };
    }
    const now = this.#clock.now();
    if (row.state === "pending") this.#waiting.remove(waitingKey(row));
    change?.(row);
    applyCore(row, step.next);
    if (row.state === "pending") {
      row.due_at = step.wait === "backoff" ? now + backoffMs(retry.backoffMs, row.failures, this.#random()) : now;
      this.#waiting.add(waitingKey(row));
    }
    row.finished_at = isFinal(row.state) ? now : null;
    this.#tasks.save(row, now);
    return undefined;
  }

  #retryOf(type: string): QueueRules["retry"][string] {
    return this.#claimer.rules.retry[type] ?? DEFAULT_RETRY;
  }
}

function dead(message: string): Refusal {
  return { ok: false, code: "WK-ATTEMPT-DEAD", message };
}
