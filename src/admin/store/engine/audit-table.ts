import type { Clock } from "../../../core/clock.ts";
import type { AuditRow } from "../store.ts";
import type { Db } from "./database.ts";

/** Destructive calls and decisions of people, in the order they became durable. Append only. */
export class AuditTable {
  readonly #clock: Clock;
  readonly #insert;
  readonly #ofTask;

  constructor(db: Db, clock: Clock) {
    this.#clock = clock;
    this.#insert = db.prepare<Record<string, unknown>>(`
      INSERT INTO audit (at, task_id, attempt, worker_id, call, server, volume_id, precondition, outcome)
      VALUES (@at, @taskId, @attempt, @workerId, @call, @server, @volumeId, @precondition, @outcome)`);
    this.#ofTask = db.prepare<[number], AuditRow>(`
      SELECT id, at, task_id AS taskId, attempt, worker_id AS workerId, call, server, volume_id AS volumeId, precondition, outcome
      FROM audit WHERE task_id = ? ORDER BY id`);
  }

  insert(row: Omit<AuditRow, "id" | "at">): void {
    const { taskId, attempt, workerId, call, server, volumeId, precondition, outcome } = row;
    const at = this.#clock.now();
    this.#insert.run({ at, taskId, attempt, workerId, call, server, volumeId, precondition, outcome });
  }

  ofTask(taskId: number): readonly AuditRow[] {
    return this.#ofTask.all(taskId);
  }
}
