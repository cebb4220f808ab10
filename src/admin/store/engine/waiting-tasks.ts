import type { Resource } from "../../../queue/budgets.ts";
import type { Db } from "./database.ts";

/** Where a waiting task stands in the order: by type, then priority, then due time, then id. */
export interface WaitingKey {
  readonly type: string;
  readonly priority: number;
  readonly dueAt: number;
  readonly taskId: number;
}

interface ReadyRow {
  readonly due_at: number;
  readonly task_id: number;
}

const PAGE = 16;

/**
 * The two in-memory tables a claim works on. A task that waits for a used-up resource is moved from `ready` to
 * `parked` under that resource's name and comes back when it is given back: so a claim finds the next assignable
 * task in O(log n) however many unassignable ones stand before it.
 */
export class WaitingTasks {
  readonly #add;
  readonly #drop;
  readonly #first;
  readonly #page;
  readonly #park;
  readonly #dropParked;
  readonly #parkedHead;
  readonly #unparkAll;
  readonly #clearParked;
  readonly #nextDue;
  readonly #load: () => void;
  /** Resources under which tasks may be parked: nearly all that are given back have none, and cost no query. */
  readonly #parkedUnder = new Set<Resource>();

  constructor(db: Db) {
    this.#add = db.prepare<[string, number, number, number]>("INSERT OR IGNORE INTO mem.ready VALUES (?, ?, ?, ?)");
    this.#drop = db.prepare<[string, number, number, number]>(
      "DELETE FROM mem.ready WHERE type = ? AND rank = ? AND due_at = ? AND task_id = ?",
    );
    // Limits are literals: with a bound one SQLite plans the statement anew at every run, which costs more than running it.
    const due = (limit: number) =>
      db.prepare<[string, number, number, number, number], ReadyRow>(`
        SELECT due_at, task_id FROM mem.ready
        WHERE type = ? AND rank = ? AND (due_at, task_id) > (?, ?) AND due_at <= ?
        ORDER BY due_at, task_id LIMIT ${limit}`);
    this.#first = due(1);
    this.#page = due(PAGE);
    this.#park = db.prepare<[string, number, number, number, string]>("INSERT INTO mem.parked VALUES (?, ?, ?, ?, ?)");
    this.#dropParked = db.prepare<[number]>("DELETE FROM mem.parked WHERE task_id = ?");
    this.#parkedHead = db.prepare<[string], ReadyRow & { readonly rank: number; readonly type: string }>(
      `SELECT rank, due_at, task_id, type FROM mem.parked WHERE resource = ? ORDER BY rank, due_at, task_id LIMIT ${PAGE}`,
    );
    this.#unparkAll = db.prepare("INSERT OR IGNORE INTO mem.ready SELECT type, rank, due_at, task_id FROM mem.parked");
    this.#clearParked = db.prepare("DELETE FROM mem.parked");
    this.#nextDue = db.prepare<[string, number], { due_at: number }>(
      "SELECT due_at FROM mem.ready WHERE type = ? AND rank = ? ORDER BY due_at LIMIT 1",
    );
    this.#load = () =>
      db.exec(`
        DELETE FROM mem.ready;
        DELETE FROM mem.parked;
        INSERT INTO mem.ready SELECT type, 3 - priority, due_at, id FROM task WHERE state = 'pending';`);
  }

  /** Reads all waiting tasks anew from the file. */
  load(): void {
    this.#load();
    this.#parkedUnder.clear();
  }

  add(key: WaitingKey): void {
    this.#add.run(key.type, 3 - key.priority, key.dueAt, key.taskId);
  }

  /** Takes a task out, wherever it waits. */
  remove(key: WaitingKey): void {
    const dropped = this.#drop.run(key.type, 3 - key.priority, key.dueAt, key.taskId);
    if (dropped.changes === 0) this.#dropParked.run(key.taskId);
  }

  /**
   * Due tasks of one type and priority in order; the caller may park what it passes. A claim nearly always takes the
   * first, so that one is read alone, the others in small pages.
   */
  *due(type: string, priority: number, now: number): Generator<number> {
    const first = this.#first.get(type, 3 - priority, -1, -1, now);
    if (first === undefined) return;
    yield first.task_id;
    for (let after = first; ; ) {
      const rows = this.#page.all(type, 3 - priority, after.due_at, after.task_id, now);
      for (const row of rows) yield row.task_id;
      const last = rows.at(-1);
      if (last === undefined || rows.length < PAGE) return;
      after = last;
    }
  }

  park(key: WaitingKey, resource: Resource): void {
    this.remove(key);
    this.#park.run(resource, 3 - key.priority, key.dueAt, key.taskId, key.type);
    this.#parkedUnder.add(resource);
  }

  /** Moves the first tasks that wait for a resource back; true when more of them are left. */
  unpark(resource: Resource): boolean {
    if (!this.#parkedUnder.has(resource)) return false;
    const rows = this.#parkedHead.all(resource);
    for (const row of rows) {
      this.#dropParked.run(row.task_id);
      this.#add.run(row.type, row.rank, row.due_at, row.task_id);
    }
    if (rows.length === PAGE) return true;
    this.#parkedUnder.delete(resource);
    return false;
  }

  unparkAll(): void {
    this.#unparkAll.run();
    this.#clearParked.run();
    this.#parkedUnder.clear();
  }

  /** Earliest due time of the given types, whether passed or not. */
  nextDue(types: readonly string[]): number | undefined {
    let earliest: number | undefined;
    for (const type of types) {
      for (let rank = 0; rank < 4; rank++) {
        const row = this.#nextDue.get(type, rank);
        if (row !== undefined && (earliest === undefined || row.due_at < earliest)) earliest = row.due_at;
      }
    }
    return earliest;
  }
}
