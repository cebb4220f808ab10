import { type TransferListItem, Worker } from "node:worker_threads";
import { AppError } from "./errors.ts";
import { errorOfParts, type FromThread, type RequestMap, type ToThread } from "./thread-messages.ts";

export interface ThreadOptions {
  /** A word for messages and profilers: `planner`, `store`. */
  readonly name: string;
  /** Plain data the thread reads with `threadData()`. */
  readonly data?: unknown;
  /** Buffers of `data` that move instead of being copied. */
  readonly transfer?: readonly TransferListItem[];
  /** Memory for short-lived objects, MB; less of it saves memory and costs some speed. Default: the engine's. */
  readonly youngGenerationMb?: number;
}

export interface CallOptions {
  readonly transfer?: readonly TransferListItem[];
  /** Aborting rejects the call at once and aborts the handler's signal in the thread. */
  readonly signal?: AbortSignal;
}

/** Why a thread is gone: `error` is absent after `close()`. */
export interface ThreadExit {
  readonly exitCode: number;
  readonly error: AppError | undefined;
}

/** The owner's end of a thread. `R` names its requests. */
export interface ThreadHandle<R extends RequestMap<R>> {
  /**
   * Sends one request; calls run side by side in the thread. Rejects with the handler's AppError, with the
   * signal's reason when aborted, or with WK-INTERNAL when the thread ends before it answers.
   */
  call<K extends keyof R & string>(name: K, payload: R[K]["payload"], options?: CallOptions): Promise<R[K]["result"]>;
  /** Called once when the thread is gone, whatever the reason; at once when it already is. */
  onExit(listener: (exit: ThreadExit) => void): void;
  /**
   * Lets the thread's `onClose` run, then ends it; resolves when it is gone. It is ended by force after
   * `timeoutMs` (default 5000). Calling it twice is fine.
   */
  close(timeoutMs?: number): Promise<void>;
}

/**
 * Starts a thread: the only place of the program that does. `url` is that of the entry file as written in the
 * source (`new URL("./store-thread.ts", import.meta.url)`); the built program runs the `.js` beside it, and
 * under a TypeScript loader (tests, `tsx`) the entry goes through that loader.
 */
export function startThread<R extends RequestMap<R>>(url: URL, options: ThreadOptions): ThreadHandle<R> {
  const workerOptions = {
    name: options.name,
    workerData: options.data,
    transferList: [...(options.transfer ?? [])],
    ...(options.youngGenerationMb === undefined
      ? {}
      : { resourceLimits: { maxYoungGenerationSizeMb: options.youngGenerationMb } }),
  };
  const worker = import.meta.url.endsWith(".ts")
    ? new Worker(loaderBootstrap(url), { ...workerOptions, eval: true })
    : new Worker(builtEntry(url), workerOptions);
  return new WorkerHandle<R>(worker, options.name);
}

function builtEntry(url: URL): URL {
  return new URL(url.href.replace(/\.ts$/, ".js"));
}

/** A worker started on a `.ts` file does not inherit the loader of its parent, so the entry is imported by hand. */
function loaderBootstrap(url: URL): string {
  return `import(${JSON.stringify(import.meta.resolve("tsx/esm/api"))})
    .then(({ register }) => { register(); return import(${JSON.stringify(url.href)}); })
    .catch((error) => process.nextTick(() => { throw error; }));`;
}

interface Pending {
  resolve(value: unknown): void;
  reject(reason: unknown): void;
}

class WorkerHandle<R extends RequestMap<R>> implements ThreadHandle<R> {
  readonly #worker: Worker;
  readonly #name: string;
  readonly #pending = new Map<number, Pending>();
  readonly #listeners: ((exit: ThreadExit) => void)[] = [];
  readonly #gone: Promise<ThreadExit>;
  #nextId = 1;
  #closing = false;
  #exit: ThreadExit | undefined;

  constructor(worker: Worker, name: string) {
    this.#worker = worker;
    this.#name = name;
    let failure: unknown;
    worker.on("message", (message: FromThread) => this.#answer(message));
    worker.on("error", (error) => {
      failure = error;
    });
    this.#gone = new Promise((resolve) => {
      worker.once("exit", (exitCode) => resolve(this.#ended(exitCode, failure)));
    });
  }

  call<K extends keyof R & string>(
    name: K,
    payload: R[K]["payload"],
    options: CallOptions = {},
  ): Promise<R[K]["result"]> {
    const { signal } = options;
    if (signal?.aborted === true) return Promise.reject(AppError.from(signal.reason, "WK-CANCELLED"));
    if (this.#exit !== undefined || this.#closing) return Promise.reject(this.#goneError(this.#exit));
    const id = this.#nextId++;
    const answer = new Promise<R[K]["result"]>((resolve, reject) => {
      const onAbort = (): void => {
        this.#pending.delete(id);
        this.#post({ kind: "cancel", id });
        reject(AppError.from(signal?.reason, "WK-CANCELLED"));
      };
      signal?.addEventListener("abort", onAbort, { once: true });
      const settled = (): void => signal?.removeEventListener("abort", onAbort);
      this.#pending.set(id, {
        resolve: (value) => {
          settled();
          resolve(value as R[K]["result"]);
        },
        reject: (reason) => {
          settled();
          reject(reason);
        },
      });
    });
    try {
      this.#post({ kind: "call", id, name, payload }, options.transfer);
    } catch (error) {
      // The payload cannot be cloned: a defect of the caller, told to the caller.
      this.#take(id)?.reject(AppError.from(error));
    }
    return answer;
  }

  onExit(listener: (exit: ThreadExit) => void): void {
    if (this.#exit === undefined) this.#listeners.push(listener);
    else listener(this.#exit);
  }

  async close(timeoutMs = 5000): Promise<void> {
    if (this.#exit === undefined && !this.#closing) {
      this.#closing = true;
      this.#post({ kind: "close" });
    }
    const force = setTimeout(() => void this.#worker.terminate(), timeoutMs);
    try {
      await this.#gone;
    } finally {
      clearTimeout(force);
    }
  }

  #post(message: ToThread, transfer: readonly TransferListItem[] = []): void {
    this.#worker.postMessage(message, [...transfer]);
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    this.#pending.delete(id);
    return pending;
  }

  #answer(message: FromThread): void {
    // An answer without a waiting call belongs to an aborted one.
    if (message.kind === "result") this.#take(message.id)?.resolve(message.value);
    else this.#take(message.id)?.reject(errorOfParts(message.error));
  }

  #ended(exitCode: number, failure: unknown): ThreadExit {
    const wanted = this.#closing && failure === undefined;
    const exit: ThreadExit = {
      exitCode,
      error: wanted ? undefined : this.#goneError({ exitCode, error: undefined }, failure),
    };
    this.#exit = exit;
    for (const pending of this.#pending.values()) pending.reject(exit.error ?? this.#goneError(exit));
    this.#pending.clear();
    for (const listener of this.#listeners.splice(0)) listener(exit);
    return exit;
  }

  #goneError(exit: ThreadExit | undefined, failure?: unknown): AppError {
    if (exit?.error !== undefined) return exit.error;
    if (failure !== undefined) {
      const why = AppError.from(failure).message;
      return new AppError("WK-INTERNAL", `The ${this.#name} thread failed: ${why}`, { cause: failure });
    }
    if (this.#closing) return new AppError("WK-CANCELLED", `The ${this.#name} thread is being closed.`);
    return new AppError("WK-INTERNAL", `The ${this.#name} thread ended by itself with exit code ${exit?.exitCode}.`);
  }
}
