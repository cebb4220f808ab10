/**
 * The schema of state.db, one entry a version. Forward only: an entry is never edited once released; a change is a new one.
 */
export const MIGRATIONS: readonly string[] = [
  `
  CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;

  CREATE TABLE task (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    type TEXT NOT NULL,
    volume_id INTEGER NOT NULL,
    collection TEXT NOT NULL,
    priority INTEGER NOT NULL,
    state TEXT NOT NULL,
    live INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    failures INTEGER NOT NULL,
    losses INTEGER NOT NULL,
    committed INTEGER NOT NULL,
    touched INTEGER NOT NULL,
    stop TEXT,
    reason TEXT NOT NULL,
    bytes INTEGER NOT NULL,
    needs TEXT NOT NULL,
    plan TEXT NOT NULL,
    created_by TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    due_at INTEGER NOT NULL,
    started_at INTEGER,
    finished_at INTEGER,
    updated_at INTEGER NOT NULL,
    worker_id TEXT,
    error_code TEXT,
    error TEXT,
    checkpoint_step TEXT,
    checkpoint TEXT,
    facts TEXT NOT NULL
  ) STRICT;
  -- One live task per volume, whatever its type.
  CREATE UNIQUE INDEX task_live_volume ON task (volume_id) WHERE live = 1;
  CREATE INDEX task_finished ON task (finished_at) WHERE finished_at IS NOT NULL;
  CREATE INDEX task_state ON task (state, id);
  -- Few at any time: those whose checkpoint names something that may stand in the cluster.
  CREATE INDEX task_touched ON task (id) WHERE touched = 1;

  CREATE TABLE attempt (
    fence INTEGER PRIMARY KEY AUTOINCREMENT,
    task_id INTEGER NOT NULL,
    number INTEGER NOT NULL,
    wire_id TEXT NOT NULL,
    worker_id TEXT NOT NULL,
    process_nonce TEXT NOT NULL,
    started_at INTEGER NOT NULL,
    ended_at INTEGER,
    outcome TEXT,
    error_code TEXT,
    error TEXT,
    last_seq INTEGER NOT NULL
  ) STRICT;
  -- A wire id names task and number: it is found through them.
  CREATE UNIQUE INDEX attempt_task ON attempt (task_id, number);

  CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    task_id INTEGER NOT NULL,
    attempt INTEGER NOT NULL,
    worker_id TEXT NOT NULL,
    call TEXT NOT NULL,
    server TEXT NOT NULL,
    volume_id INTEGER NOT NULL,
    precondition TEXT NOT NULL,
    outcome TEXT NOT NULL
  ) STRICT;
  CREATE INDEX audit_task ON audit (task_id, id);

  CREATE TABLE setting (
    scope TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    updated_at INTEGER NOT NULL,
    updated_by TEXT NOT NULL,
    PRIMARY KEY (scope, name)
  ) STRICT;
  `,
];

/**
 * What waits, in memory beside the file and inside its transactions: `ready` is what a claim looks through, `parked`
 * what waits for a resource to be given back. Both are derived from `task` at every start. `rank` is 3 − priority.
 */
export const MEMORY_SCHEMA = `
  ATTACH ':memory:' AS mem;
  CREATE TABLE mem.ready (
    type TEXT NOT NULL, rank INTEGER NOT NULL, due_at INTEGER NOT NULL, task_id INTEGER NOT NULL,
    PRIMARY KEY (type, rank, due_at, task_id)
  ) STRICT, WITHOUT ROWID;
  CREATE TABLE mem.parked (
    resource TEXT NOT NULL, rank INTEGER NOT NULL, due_at INTEGER NOT NULL, task_id INTEGER NOT NULL, type TEXT NOT NULL,
    PRIMARY KEY (resource, rank, due_at, task_id)
  ) STRICT, WITHOUT ROWID;
  CREATE INDEX mem.parked_task ON parked (task_id);
`;
