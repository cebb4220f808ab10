import type { AttemptRecord, QueueCounts, TaskFilter, TaskRecord } from "../store.ts";
import { type AttemptRow, AttemptTable, attemptRecordOf } from "./attempt-table.ts";
import type { Db } from "./database.ts";
import { recordOf, type TaskRow, TaskTable } from "./task-table.ts";

/** Reads for pages, services and the start of an admin. Lists are paged by id, newest first. */
export class TaskQueries {
  readonly #db: Db;
  readonly #tasks: TaskTable;
  readonly #attempts: AttemptTable;

  constructor(db: Db) {
    this.#db = db;
    this.#tasks = new TaskTable(db);
    this.#attempts = new AttemptTable(db);
  }

  task(id: number): { readonly task: TaskRecord; readonly attempts: readonly AttemptRecord[] } | null {
    const row = this.#tasks.get(id);
    if (row === undefined) return null;
    return { task: recordOf(row), attempts: this.#attempts.ofTask(id).map(attemptRecordOf) };
  }

  tasks(filter: TaskFilter): readonly TaskRecord[] {
    const where: string[] = [];
    const values: (string | number)[] = [];
    const among = (column: string, words: readonly string[] | undefined): void => {
      if (words === undefined) return;
      where.push(`${column} IN (${words.map(() => "?").join(", ")})`);
      values.push(...words);
    };
    among("state", filter.states);
    among("type", filter.types);
    if (filter.volumeId !== undefined) {
      where.push("volume_id = ?");
      values.push(filter.volumeId);
    }
    if (filter.workerId !== undefined) {
      where.push("worker_id = ?");
      values.push(filter.workerId);
    }
    if (filter.touched === true) where.push("touched = 1");
    if (filter.before !== undefined) {
      where.push("id < ?");
      values.push(filter.before);
    }
    const condition = where.length === 0 ? "" : `WHERE ${where.join(" AND ")}`;
    return this.#db
      .prepare<(string | number)[], TaskRow>(`SELECT * FROM task ${condition} ORDER BY id DESC LIMIT ?`)
      .all(...values, filter.limit)
      .map(recordOf);
  }

  held(): readonly { readonly task: TaskRecord; readonly attempt: AttemptRecord }[] {
    const rows = this.#db
      .prepare<[], TaskRow>(
        "SELECT * FROM task WHERE state IN ('assigned', 'running', 'cancelling', 'verifying') ORDER BY id",
      )
      .all();
    return rows.flatMap((row) => {
      const attempt: AttemptRow | undefined = this.#attempts.get(row.id, row.attempt);
      return attempt === undefined ? [] : [{ task: recordOf(row), attempt: attemptRecordOf(attempt) }];
    });
  }

  busyVolumes(): readonly number[] {
    return this.#db.prepare<[], number>("SELECT volume_id FROM task WHERE live = 1").pluck().all();
  }

  counts(dayStart: number): QueueCounts {
    const tally = (column: "state" | "type"): Readonly<Record<string, number>> =>
      Object.fromEntries(
        this.#db
          .prepare<[], { word: string; count: number }>(
            `SELECT ${column} AS word, count(*) AS count FROM task GROUP BY ${column}`,
          )
          .all()
          .map((row) => [row.word, row.count]),
      );
    const finished = (states: string): number =>
      this.#db
        .prepare<[number], number>(`SELECT count(*) FROM task WHERE finished_at >= ? AND state IN (${states})`)
        .pluck()
        .get(dayStart) ?? 0;
    const average = this.#db
      .prepare<[], number | null>("SELECT avg(finished_at - started_at) FROM task WHERE state = 'completed'")
      .pluck()
      .get();
    const oldest = this.#db
      .prepare<[], number | null>("SELECT created_at FROM task WHERE state = 'pending' ORDER BY id LIMIT 1")
      .pluck()
      .get();
    return {
      byState: tally("state"),
      byType: tally("type"),
      completedToday: finished("'completed'"),
      failedToday: finished("'dead', 'quarantined'"),
      averageTaskMs: Math.round(average ?? 0),
      oldestPendingAt: oldest ?? undefined,
    };
  }

  completedSince(since: number): readonly TaskRecord[] {
    return this.#db
      .prepare<[number], TaskRow>(
        "SELECT * FROM task WHERE finished_at >= ? AND state = 'completed' ORDER BY finished_at DESC LIMIT 1000",
      )
      .all(since)
      .map(recordOf);
  }

  lastFinished(type: string, since: number): readonly { readonly volumeId: number; readonly at: number }[] {
    return this.#db
      .prepare<[string, number], { volumeId: number; at: number }>(
        `SELECT volume_id AS volumeId, max(finished_at) AS at FROM task
         WHERE type = ? AND state = 'completed' AND finished_at >= ? GROUP BY volume_id`,
      )
      .all(type, since);
  }
}
