import { parseWireTaskId } from "../../../queue/wire-task-id.ts";
import type { AttemptRecord } from "../store.ts";
import type { Db } from "./database.ts";

export interface AttemptRow {
  readonly fence: number;
  readonly task_id: number;
  readonly number: number;
  readonly wire_id: string;
  readonly worker_id: string;
  readonly process_nonce: string;
  readonly started_at: number;
  readonly ended_at: number | null;
  readonly outcome: string | null;
  readonly error_code: string | null;
  readonly error: string | null;
  last_seq: number;
}

export interface NewAttempt {
  readonly taskId: number;
  readonly number: number;
  readonly wireId: string;
  readonly workerId: string;
  readonly processNonce: string;
  readonly now: number;
}

export interface AttemptEnd {
  readonly outcome: string;
  readonly code: string | null;
  readonly message: string | null;
  readonly now: number;
}

/**
 * The statements on `attempt`. The row's key is the fence: it only grows. Rows of attempts that run stay in memory, as
 * nearly every word is about one of them.
 */
export class AttemptTable {
  readonly #insert;
  readonly #ofTask;
  readonly #current;
  readonly #saw;
  readonly #end;
  readonly #running = new Map<string, AttemptRow>();

  constructor(db: Db) {
    this.#insert = db.prepare<unknown[]>(`
      INSERT INTO attempt (task_id, number, wire_id, worker_id, process_nonce, started_at, last_seq)
      VALUES (?, ?, ?, ?, ?, ?, 0)`);
    this.#ofTask = db.prepare<[number], AttemptRow>("SELECT * FROM attempt WHERE task_id = ? ORDER BY number");
    this.#current = db.prepare<[number, number], AttemptRow>("SELECT * FROM attempt WHERE task_id = ? AND number = ?");
    this.#saw = db.prepare<[number, number]>("UPDATE attempt SET last_seq = ? WHERE fence = ?");
    this.#end = db.prepare<unknown[]>(
      "UPDATE attempt SET ended_at = ?, outcome = ?, error_code = ?, error = ?, last_seq = ? WHERE fence = ?",
    );
  }

  /** Returns the fence. */
  insert({ taskId, number, wireId, workerId, processNonce, now }: NewAttempt): number {
    const { lastInsertRowid } = this.#insert.run(taskId, number, wireId, workerId, processNonce, now);
    const fence = Number(lastInsertRowid);
    this.#running.set(wireId, {
      fence,
      task_id: taskId,
      number,
      wire_id: wireId,
      worker_id: workerId,
      process_nonce: processNonce,
      started_at: now,
      ended_at: null,
      outcome: null,
      error_code: null,
      error: null,
      last_seq: 0,
    });
    return fence;
  }

  byWireId(wireId: string): AttemptRow | undefined {
    const known = this.#running.get(wireId);
    if (known !== undefined) return known;
    const id = parseWireTaskId(wireId);
    const row = id === undefined ? undefined : this.#current.get(id.task, id.attempt);
    if (row?.wire_id !== wireId) return undefined;
    if (row.ended_at === null) this.#running.set(wireId, row);
    return row;
  }

  ofTask(taskId: number): readonly AttemptRow[] {
    return this.#ofTask.all(taskId);
  }

  get(taskId: number, number: number): AttemptRow | undefined {
    return this.#current.get(taskId, number);
  }

  /** Notes the highest word of an attempt, so that a repeated one has no effect. */
  saw(attempt: AttemptRow, seq: number): void {
    attempt.last_seq = seq;
    this.#saw.run(seq, attempt.fence);
  }

  /** `seq`: the number of the word that ended it; 0 = none did. */
  end(attempt: AttemptRow, seq: number, { outcome, code, message, now }: AttemptEnd): void {
    this.#end.run(now, outcome, code, message, Math.max(seq, attempt.last_seq), attempt.fence);
    this.#running.delete(attempt.wire_id);
  }

  /** After a transaction that was rolled back: what is in memory may be what was not written. */
  forget(): void {
    this.#running.clear();
  }
}

export function attemptRecordOf(row: AttemptRow): AttemptRecord {
  return {
    taskId: row.task_id,
    number: row.number,
    wireId: row.wire_id,
    fence: row.fence,
    workerId: row.worker_id,
    processNonce: row.process_nonce,
    startedAt: row.started_at,
    endedAt: row.ended_at ?? undefined,
    outcome: row.outcome ?? undefined,
    errorCode: row.error_code ?? undefined,
    error: row.error ?? undefined,
  };
}
