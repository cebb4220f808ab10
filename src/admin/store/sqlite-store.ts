import { join } from "node:path";
import { AppError } from "../../core/errors.ts";
import { startThread, type ThreadHandle } from "../../core/thread.ts";
import { errorOfParts } from "../../core/thread-messages.ts";
import type { Store, StoreReads, StoreWrites } from "./store.ts";
import type {
  ReadName,
  StoreRequests,
  StoreThreadData,
  WriteName,
  WriteOutcome,
  WriteRequest,
} from "./store-requests.ts";

interface Waiting {
  readonly request: WriteRequest;
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

/** Nothing in the thread lives long but the database's own pages. */
const YOUNG_GENERATION_MB = 6;
/** Operations of one commit at most: bounds how long a single one can wait. */
const LARGEST_BATCH = 512;

/**
 * The store in its own thread. While one batch is being committed the next one gathers here, so the fsync is shared by
 * all that came meanwhile: under load many transitions cost one, at rest one transition waits for nobody.
 */
class StoreClient {
  readonly #thread: ThreadHandle<StoreRequests>;
  readonly #listeners: ((operations: number, ms: number) => void)[] = [];
  #waiting: Waiting[] = [];
  #busy: Promise<void> | undefined;

  constructor(thread: ThreadHandle<StoreRequests>) {
    this.#thread = thread;
  }

  write<Name extends WriteName>(name: Name, input: unknown): Promise<ReturnType<StoreWrites[Name]>> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({
        request: { name, input },
        resolve: (value) => resolve(value as ReturnType<StoreWrites[Name]>),
        reject,
      });
      this.#busy ??= this.#drain();
    });
  }

  async read<Name extends ReadName>(name: Name, input: unknown): Promise<ReturnType<StoreReads[Name]>> {
    return (await this.#thread.call("read", { name, input })) as ReturnType<StoreReads[Name]>;
  }

  onCommit(listener: (operations: number, ms: number) => void): void {
    this.#listeners.push(listener);
  }

  async close(): Promise<void> {
    while (this.#busy !== undefined) await this.#busy;
    await this.#thread.close();
  }

  async #drain(): Promise<void> {
    // Lets everything of the current turn of the event loop join the first batch.
    await Promise.resolve();
    while (this.#waiting.length > 0) {
      const batch = this.#waiting.splice(0, LARGEST_BATCH);
      try {
        const requests: readonly WriteRequest[] = batch.map((waiting) => waiting.request);
        const answer = await this.#thread.call("batch", JSON.stringify(requests));
        const outcomes = JSON.parse(answer.outcomes) as readonly WriteOutcome[];
        for (const listener of this.#listeners) listener(batch.length, answer.ms);
        for (const [index, waiting] of batch.entries()) {
          const outcome = outcomes[index];
          if (outcome?.ok === true) waiting.resolve(outcome.value);
          else waiting.reject(outcome === undefined ? lost() : errorOfParts(outcome.error));
        }
      } catch (reason) {
        for (const waiting of batch) waiting.reject(AppError.from(reason, "WK-STORE-WRITE"));
      }
    }
    this.#busy = undefined;
  }
}

function lost(): AppError {
  return new AppError("WK-STORE-WRITE", "The store gave no answer.");
}

export interface SqliteStoreOptions {
  /** Folder of state.db. */
  readonly dataDir: string;
  /** Called when the store's thread ends by itself: the process cannot go on. */
  readonly onFailure: (error: AppError) => void;
}

/** Opens `<dataDir>/state.db`. Rejects with WK-STORE-OPEN. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  const data: StoreThreadData = { file: join(options.dataDir, "state.db") };
  const thread = startThread<StoreRequests>(new URL("./store-thread.ts", import.meta.url), {
    name: "store",
    data,
    youngGenerationMb: YOUNG_GENERATION_MB,
  });
  thread.onExit((exit) => {
    if (exit.error !== undefined) options.onFailure(exit.error);
  });
  try {
    await thread.call("open", null);
  } catch (reason) {
    await thread.close();
    throw reason;
  }
  const client = new StoreClient(thread);
  return {
    enqueue: (input) => client.write("enqueue", input),
    adopt: (input) => client.write("adopt", input),
    claim: (input) => client.write("claim", input),
    word: (input) => client.write("word", input),
    act: (input) => client.write("act", input),
    rules: (input) => client.write("rules", input),
    putSettings: (input) => client.write("putSettings", input),
    dropSetting: (input) => client.write("dropSetting", input),
    audit: (input) => client.write("audit", input),
    prune: (input) => client.write("prune", input),
    identity: (input) => client.read("identity", input),
    task: (input) => client.read("task", input),
    tasks: (input) => client.read("tasks", input),
    held: (input) => client.read("held", input),
    busyVolumes: (input) => client.read("busyVolumes", input),
    counts: (input) => client.read("counts", input),
    auditOf: (input) => client.read("auditOf", input),
    settings: (input) => client.read("settings", input),
    nextDue: (input) => client.read("nextDue", input),
    completedSince: (input) => client.read("completedSince", input),
    lastFinished: (input) => client.read("lastFinished", input),
    onCommit: (listener) => client.onCommit(listener),
    close: () => client.close(),
  };
}
