import type { Clock } from "../../../core/clock.ts";
import type { SettingRow } from "../store.ts";
import type { Db } from "./database.ts";

/** Values set on the page or over the API, as JSON text. */
export class SettingTable {
  readonly #clock: Clock;
  readonly #put;
  readonly #drop;
  readonly #all;

  constructor(db: Db, clock: Clock) {
    this.#clock = clock;
    this.#put = db.prepare<[string, string, string, number, string]>(
      "INSERT OR REPLACE INTO setting (scope, name, value, updated_at, updated_by) VALUES (?, ?, ?, ?, ?)",
    );
    this.#drop = db.prepare<[string, string]>("DELETE FROM setting WHERE scope = ? AND name = ?");
    this.#all = db.prepare<[], { scope: string; name: string; value: string; updated_at: number; updated_by: string }>(
      "SELECT * FROM setting ORDER BY scope, name",
    );
  }

  put(rows: readonly Omit<SettingRow, "updatedAt">[]): void {
    const now = this.#clock.now();
    for (const row of rows) this.#put.run(row.scope, row.name, JSON.stringify(row.value), now, row.updatedBy);
  }

  drop(scope: string, name: string): void {
    this.#drop.run(scope, name);
  }

  all(): readonly SettingRow[] {
    return this.#all.all().map((row) => ({
      scope: row.scope,
      name: row.name,
      value: JSON.parse(row.value) as SettingRow["value"],
      updatedAt: row.updated_at,
      updatedBy: row.updated_by,
    }));
  }
}
