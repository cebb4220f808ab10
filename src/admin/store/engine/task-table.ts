import type { JsonObject } from "../../../core/json.ts";
import type { Priority, ResourceNeeds, TaskState } from "../../../queue/task.ts";
import { isLive, type StopReason, type TaskCore } from "../../../queue/transition.ts";
import type { NewTask, TaskRecord } from "../store.ts";
import type { Db } from "./database.ts";

/** A row of `task`. */
export interface TaskRow {
  readonly id: number;
  readonly type: string;
  readonly volume_id: number;
  readonly collection: string;
  priority: number;
  state: TaskState;
  attempt: number;
  failures: number;
  losses: number;
  committed: number;
  touched: number;
  stop: StopReason | null;
  readonly reason: string;
  readonly bytes: number;
  readonly needs: string;
  readonly plan: string;
  readonly created_by: string;
  readonly created_at: number;
  due_at: number;
  started_at: number | null;
  finished_at: number | null;
  updated_at: number;
  worker_id: string | null;
  error_code: string | null;
  error: string | null;
  checkpoint_step: string | null;
  checkpoint: string | null;
  facts: string;
}

/** The statements on `task`. Rows are changed in memory and written whole by `save`. */
export class TaskTable {
  readonly #insert;
  readonly #get;
  readonly #liveOf;
  readonly #save;

  constructor(db: Db) {
    this.#insert = db.prepare<Record<string, unknown>>(`
      INSERT INTO task (type, volume_id, collection, priority, state, live, attempt, failures, losses, committed, touched,
        reason, bytes, needs, plan, created_by, created_at, due_at, updated_at, facts)
      VALUES (@type, @volumeId, @collection, @priority, 'pending', 1, 0, 0, 0, 0, 0,
        @reason, @bytes, @needs, @plan, @createdBy, @now, @now, @now, '{}')`);
    this.#get = db.prepare<[number], TaskRow>("SELECT * FROM task WHERE id = ?");
    this.#liveOf = db.prepare<[number], { id: number }>("SELECT id FROM task WHERE volume_id = ? AND live = 1");
    this.#save = db.prepare<Record<string, unknown>>(`
      UPDATE task SET priority = @priority, state = @state, live = @live, attempt = @attempt, failures = @failures,
        losses = @losses, committed = @committed, touched = @touched, stop = @stop, due_at = @due_at,
        started_at = @started_at, finished_at = @finished_at, updated_at = @updated_at, worker_id = @worker_id,
        error_code = @error_code, error = @error, checkpoint_step = @checkpoint_step, checkpoint = @checkpoint,
        facts = @facts
      WHERE id = @id`);
  }

  insert(task: NewTask, now: number): number {
    const result = this.#insert.run({
      type: task.type,
      volumeId: task.volumeId,
      collection: task.collection,
      priority: task.priority,
      reason: task.reason,
      bytes: Math.round(task.bytes),
      needs: JSON.stringify(task.needs),
      plan: JSON.stringify(task.plan),
      createdBy: task.createdBy,
      now,
    });
    return Number(result.lastInsertRowid);
  }

  get(id: number): TaskRow | undefined {
    return this.#get.get(id);
  }

  /** The live task of a volume, if any. */
  liveTaskOf(volumeId: number): number | undefined {
    return this.#liveOf.get(volumeId)?.id;
  }

  save(row: TaskRow, now: number): void {
    row.updated_at = now;
    this.#save.run({ ...row, live: isLive(row.state) ? 1 : 0 });
  }
}

export function coreOf(row: TaskRow): TaskCore {
  return {
    state: row.state,
    attempt: row.attempt,
    failures: row.failures,
    losses: row.losses,
    committed: row.committed === 1,
    touched: row.touched === 1,
    stop: row.stop ?? undefined,
  };
}

export function applyCore(row: TaskRow, core: TaskCore): void {
  row.state = core.state;
  row.attempt = core.attempt;
  row.failures = core.failures;
  row.losses = core.losses;
  row.committed = core.committed ? 1 : 0;
  row.touched = core.touched ? 1 : 0;
  row.stop = core.stop ?? null;
}

export function needsOf(row: Pick<TaskRow, "needs">): ResourceNeeds {
  return JSON.parse(row.needs) as ResourceNeeds;
}

export function recordOf(row: TaskRow): TaskRecord {
  return {
    id: row.id,
    type: row.type,
    volumeId: row.volume_id,
    collection: row.collection,
    priority: row.priority as Priority,
    state: row.state,
    attempt: row.attempt,
    failures: row.failures,
    losses: row.losses,
    committed: row.committed === 1,
    touched: row.touched === 1,
    stop: row.stop ?? undefined,
    reason: row.reason,
    bytes: row.bytes,
    needs: needsOf(row),
    plan: JSON.parse(row.plan) as JsonObject,
    createdBy: row.created_by,
    createdAt: row.created_at,
    dueAt: row.due_at,
    startedAt: row.started_at ?? undefined,
    finishedAt: row.finished_at ?? undefined,
    updatedAt: row.updated_at,
    workerId: row.worker_id ?? undefined,
    errorCode: row.error_code ?? undefined,
    error: row.error ?? undefined,
    checkpoint:
      row.checkpoint === null
        ? undefined
        : { step: row.checkpoint_step ?? "", state: JSON.parse(row.checkpoint) as JsonObject },
    facts: JSON.parse(row.facts) as Record<string, string>,
  };
}
