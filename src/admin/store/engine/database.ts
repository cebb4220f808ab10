import { randomBytes } from "node:crypto";
import { mkdirSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { AppError, errorMessage } from "../../../core/errors.ts";
import { MEMORY_SCHEMA, MIGRATIONS } from "./schema.ts";

export type Db = Database.Database;

export interface OpenedDatabase {
  readonly db: Db;
  /** Random, drawn when the file was made: the first half of every fence. */
  readonly epoch: string;
  /** The file did not exist before. */
  readonly createdNow: boolean;
}

/**
 * Opens state.db (WAL, synchronous=FULL: a commit that returned survives a power cut), migrates it forward and
 * attaches the in-memory index. Throws WK-STORE-OPEN for a file that is not ours, damaged, or of a newer release.
 */
export function openDatabase(file: string): OpenedDatabase {
  let db: Db;
  try {
    mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
    db = new Database(file);
    db.pragma("journal_mode = WAL");
    db.pragma("synchronous = FULL");
    // One writer owns the file: nobody else may commit between our reads and writes.
    db.pragma("locking_mode = EXCLUSIVE");
    db.pragma("cache_size = -65536");
    // 32 MB of log between two checkpoints: pages that change all the time are copied to the file once, not ten times.
    db.pragma("wal_autocheckpoint = 8192");
    db.pragma(`journal_size_limit = ${64 << 20}`);
  } catch (reason) {
    throw new AppError("WK-STORE-OPEN", `${file} cannot be opened: ${errorMessage(reason)}`, { cause: reason });
  }
  try {
    migrate(db, file);
    const { epoch, createdNow } = identity(db);
    db.exec(MEMORY_SCHEMA);
    return { db, epoch, createdNow };
  } catch (reason) {
    db.close();
    if (reason instanceof AppError) throw reason;
    throw new AppError("WK-STORE-OPEN", `${file} cannot be used: ${errorMessage(reason)}`, { cause: reason });
  }
}

function migrate(db: Db, file: string): void {
  const version = Number(db.pragma("user_version", { simple: true }));
  if (version > MIGRATIONS.length) {
    throw new AppError(
      "WK-STORE-OPEN",
      `${file} was written by a newer release (schema ${version}, this one knows ${MIGRATIONS.length}).`,
      {
        hint: "Start the newer release, or restore a backup of this one.",
      },
    );
  }
  const step = db.transaction((index: number, sql: string) => {
    db.exec(sql);
    db.pragma(`user_version = ${index + 1}`);
  });
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index >= version) step.immediate(index, sql);
  }
}

function identity(db: Db): { readonly epoch: string; readonly createdNow: boolean } {
  const row = db.prepare<[], { value: string }>("SELECT value FROM meta WHERE key = 'epoch'").get();
  if (row !== undefined) return { epoch: row.value, createdNow: false };
  const epoch = randomBytes(5).toString("hex");
  db.prepare("INSERT INTO meta (key, value) VALUES ('epoch', ?)").run(epoch);
  return { epoch, createdNow: true };
}
