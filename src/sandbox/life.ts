import { setMaxListeners } from "node:events";
import { errorMessage } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";

/** Thrown inside a server that was killed: nothing after it may touch the disk, clean-ups included. */
export class ServerDead extends Error {
  override readonly name = "ServerDead";
}

/**
 * One run of a server, from its start to its stop or kill. All work of the server belongs to it, so that a kill
 * takes effect at the next step of every piece of work and a restart begins only when nothing of the old run moves.
 */
export class Life {
  readonly #controller = new AbortController();
  readonly #work = new Set<Promise<unknown>>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
    // Every call and every sleep of the server listens to its end.
    setMaxListeners(0, this.#controller.signal);
  }

  get dead(): boolean {
    return this.#controller.signal.aborted;
  }

  /** Aborted when the server dies or stops. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /** @throws ServerDead */
  check(): void {
    if (this.dead) throw new ServerDead("the server was killed");
  }

  /** Counts `work` as the server's until it settles. */
  async own<T>(work: Promise<T>): Promise<T> {
    this.#work.add(work);
    try {
      return await work;
    } finally {
      this.#work.delete(work);
    }
  }

  /** Starts work nobody waits for; its failure is logged, except when it failed because the server ended. */
  background(what: string, work: () => Promise<void>): void {
    this.own(work()).catch((reason: unknown) => {
      if (!this.dead) this.#logger.warn(`${what}: ${errorMessage(reason)}`);
    });
  }

  /** Waits; resolves early when the server ends. */
  sleep(ms: number): Promise<void> {
    return new Promise((resolve) => {
      if (this.dead) return resolve();
      const done = (): void => {
        clearTimeout(timer);
        this.signal.removeEventListener("abort", done);
        resolve();
      };
      const timer = setTimeout(done, ms);
      this.signal.addEventListener("abort", done, { once: true });
    });
  }

  /** Lets the event loop turn, then checks that the server still lives. */
  async breathe(): Promise<void> {
    await new Promise((resolve) => setImmediate(resolve));
    this.check();
  }

  end(): void {
    this.#controller.abort();
  }

  /** Resolves when all work has noticed that the server ended. */
  async settled(): Promise<void> {
    while (this.#work.size > 0) await Promise.allSettled([...this.#work]);
  }
}
