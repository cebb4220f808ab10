import type { JsonObject } from "../../../core/json.ts";
import type { Priority, ResourceNeeds, TaskState } from "../../../queue/task.ts";
import { isFinal, isLive, type StopReason, type TaskCore } from "../../../queue/transition.ts";
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

/**
 * The statements on `task`. Rows are changed in memory and written whole by `save`. Those of tasks that are with a
 * worker or being verified stay in memory, as nearly every operation is about one of them.
 */
export class TaskTable {
  readonly #insert;
  readonly #get;
  readonly #liveOf;
  readonly #save;
  readonly #saveLive;
  readonly #current = new Map<number, TaskRow>();
  /** Rows that are live on the disk, with `touched` as it is there: what the smaller statement leaves alone. */
  readonly #live = new WeakMap<TaskRow, number>();

  constructor(db: Db) {
    this.#insert = db.prepare<Record<string, unknown>>(`
      INSERT INTO task (type, volume_id, collection, priority, state, live, attempt, failures, losses, committed, touched,
        reason, bytes, needs, plan, created_by, created_at, due_at, updated_at, facts)
      VALUES (@type, @volumeId, @collection, @priority, 'pending', 1, 0, 0, 0, 0, 0,
        @reason, @bytes, @needs, @plan, @createdBy, @now, @now, @now, '{}')`);
    this.#get = db.prepare<[number], TaskRow>("SELECT * FROM task WHERE id = ?");
    this.#liveOf = db.prepare<[number], { id: number }>("SELECT id FROM task WHERE volume_id = ? AND live = 1");
    // Bound by place: looking up twenty names costs more than the statement.
    const columns = `priority = ?, state = ?, attempt = ?, failures = ?, losses = ?, committed = ?, stop = ?, due_at = ?,
      started_at = ?, updated_at = ?, worker_id = ?, error_code = ?, error = ?, checkpoint_step = ?, checkpoint = ?,
      facts = ?`;
    this.#saveLive = db.prepare<unknown[]>(`UPDATE task SET ${columns} WHERE id = ?`);
    // The three columns that put a row into an index or take it out.
    this.#save = db.prepare<unknown[]>(
      `UPDATE task SET ${columns}, live = ?, touched = ?, finished_at = ? WHERE id = ?`,
    );
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
    const current = this.#current.get(id);
    if (current !== undefined) return current;
    const row = this.#get.get(id);
    if (row !== undefined) this.#remember(row);
    return row;
  }

  /** The live task of a volume, if any. */
  liveTaskOf(volumeId: number): number | undefined {
    return this.#liveOf.get(volumeId)?.id;
  }

  save(row: TaskRow, now: number): void {
    row.updated_at = now;
    const values = [
      row.priority,
      row.state,
      row.attempt,
      row.failures,
      row.losses,
      row.committed,
      row.stop,
      row.due_at,
      row.started_at,
      row.updated_at,
      row.worker_id,
      row.error_code,
      row.error,
      row.checkpoint_step,
      row.checkpoint,
      row.facts,
    ];
    if (this.#live.get(row) === row.touched && !isFinal(row.state)) this.#saveLive.run(...values, row.id);
    else this.#save.run(...values, isLive(row.state) ? 1 : 0, row.touched, row.finished_at, row.id);
    this.#remember(row);
    if (row.state === "pending" || isFinal(row.state)) this.#current.delete(row.id);
    else this.#current.set(row.id, row);
  }

  #remember(row: TaskRow): void {
    if (isFinal(row.state)) this.#live.delete(row);
    else this.#live.set(row, row.touched);
  }

  /** After a transaction that was rolled back: what is in memory may be what was not written. */
  forget(): void {
    this.#current.clear();
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
