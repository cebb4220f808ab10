import type { Clock } from "../../../core/clock.ts";
import { AppError, errorMessage } from "../../../core/errors.ts";
import { errorParts } from "../../../core/thread-messages.ts";
import type { StoreReads, StoreWrites } from "../store.ts";
import type { WriteOutcome, WriteRequest } from "../store-requests.ts";
import { AuditTable } from "./audit-table.ts";
import { type Db, openDatabase } from "./database.ts";
import { QueueEngine } from "./queue-engine.ts";
import { SettingTable } from "./setting-table.ts";
import { TaskQueries } from "./task-queries.ts";

type Handlers<Operations> = { readonly [Name in keyof Operations]: (input: never) => unknown } & Operations;

/** state.db with everything that works on it: many operations, one transaction, one fsync. */
export class StoreEngine {
  readonly #db: Db;
  readonly #queue: QueueEngine;
  #lastFailure = new AppError("WK-STORE-WRITE", "The commit failed.");
  readonly #runAll: (requests: readonly WriteRequest[]) => readonly WriteOutcome[];
  readonly writes: Handlers<StoreWrites>;
  readonly reads: Handlers<StoreReads>;

  constructor(file: string, clock: Clock) {
    const { db, epoch, createdNow } = openDatabase(file);
    const audit = new AuditTable(db, clock);
    const settings = new SettingTable(db, clock);
    const queries = new TaskQueries(db);
    const queue = new QueueEngine(db, epoch, audit, clock);
    this.#db = db;
    this.#queue = queue;
    this.writes = {
      enqueue: (tasks) => queue.enqueue(tasks),
      adopt: (task) => queue.adopt(task),
      claim: (input) => queue.claim(input),
      word: ({ word, event }) => queue.word(word, event),
      act: ({ taskId, action, onlyAttempt }) => queue.act(taskId, action, onlyAttempt),
      rules: (rules) => {
        queue.setRules(rules);
        return null;
      },
      putSettings: (rows) => {
        settings.put(rows);
        return null;
      },
      dropSetting: ({ scope, name }) => {
        settings.drop(scope, name);
        return null;
      },
      audit: (row) => {
        audit.insert(row);
        return null;
      },
      prune: ({ finishedBefore }) => queue.prune(finishedBefore),
    };
    this.reads = {
      identity: () => ({ epoch, createdNow }),
      task: (id) => queries.task(id),
      tasks: (filter) => queries.tasks(filter),
      held: () => queries.held(),
      busyVolumes: () => queries.busyVolumes(),
      counts: ({ dayStart }) => queries.counts(dayStart),
      auditOf: (taskId) => audit.ofTask(taskId),
      settings: () => settings.all(),
      nextDue: () => queue.nextDue(),
      completedSince: (since) => queries.completedSince(since),
      lastFinished: ({ type, since }) => queries.lastFinished(type, since),
    };
    this.#runAll = db.transaction((requests: readonly WriteRequest[]) =>
      requests.map((request): WriteOutcome => ({ ok: true, value: this.#run(request) })),
    ).immediate;
  }

  /**
   * Runs a batch in one transaction. When that fails, each operation is tried in a transaction of its own, so that
   * one bad operation (or a full disk that had room for some) does not take the others with it.
   */
  batch(requests: readonly WriteRequest[]): readonly WriteOutcome[] {
    const outcomes = this.#attempt(requests);
    if (outcomes !== undefined) return outcomes;
    return requests.map((request) => {
      const [outcome] = this.#attempt([request]) ?? [];
      return outcome ?? { ok: false, error: errorParts(this.#lastFailure) };
    });
  }

  #attempt(requests: readonly WriteRequest[]): readonly WriteOutcome[] | undefined {
    try {
      return this.#runAll(requests);
    } catch (reason) {
      this.#lastFailure = new AppError("WK-STORE-WRITE", `The commit failed: ${errorMessage(reason)}`, {
        cause: reason,
      });
      this.#queue.recount();
      return undefined;
    }
  }

  #run(request: WriteRequest): unknown {
    const handler = this.writes[request.name] as (input: unknown) => unknown;
    return handler(request.input);
  }

  close(): void {
    this.#db.close();
  }
}
