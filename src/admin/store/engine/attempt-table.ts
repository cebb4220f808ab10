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
  readonly last_seq: number;
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
  readonly fence: number;
  readonly outcome: string;
  readonly code: string | null;
  readonly message: string | null;
  readonly now: number;
}

/** The statements on `attempt`. The row's key is the fence: it only grows. */
export class AttemptTable {
  readonly #insert;
  readonly #byWireId;
  readonly #ofTask;
  readonly #current;
  readonly #saw;
  readonly #end;

  constructor(db: Db) {
    this.#insert = db.prepare<NewAttempt>(`
      INSERT INTO attempt (task_id, number, wire_id, worker_id, process_nonce, started_at, last_seq)
      VALUES (@taskId, @number, @wireId, @workerId, @processNonce, @now, 0)`);
    this.#byWireId = db.prepare<[string], AttemptRow>("SELECT * FROM attempt WHERE wire_id = ?");
    this.#ofTask = db.prepare<[number], AttemptRow>("SELECT * FROM attempt WHERE task_id = ? ORDER BY number");
    this.#current = db.prepare<[number, number], AttemptRow>("SELECT * FROM attempt WHERE task_id = ? AND number = ?");
    this.#saw = db.prepare<[number, number]>("UPDATE attempt SET last_seq = ? WHERE fence = ?");
    this.#end = db.prepare<AttemptEnd>(
      "UPDATE attempt SET ended_at = @now, outcome = @outcome, error_code = @code, error = @message WHERE fence = @fence",
    );
  }

  /** Returns the fence. */
  insert(attempt: NewAttempt): number {
    return Number(this.#insert.run(attempt).lastInsertRowid);
  }

  byWireId(wireId: string): AttemptRow | undefined {
    return this.#byWireId.get(wireId);
  }

  ofTask(taskId: number): readonly AttemptRow[] {
    return this.#ofTask.all(taskId);
  }

  get(taskId: number, number: number): AttemptRow | undefined {
    return this.#current.get(taskId, number);
  }

  /** Notes the highest word of an attempt, so that a repeated one has no effect. */
  saw(fence: number, seq: number): void {
    this.#saw.run(seq, fence);
  }

  end(end: AttemptEnd): void {
    this.#end.run(end);
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
