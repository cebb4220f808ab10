import { errorMessage } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import type { Assignment, Store, WaitingWorker } from "../store/store.ts";

/** Workers offered to one claim at most; the next claim follows at once while there are more. */
const MOST_WORKERS = 64;
/** Tasks that are due but not assignable are looked at again after this, ms. */
const IDLE_LOOK_MS = 1_000;
const LONGEST_TIMER_MS = 60_000;

export interface DispatcherDeps {
  readonly store: Pick<Store, "claim" | "nextDue">;
  readonly logger: Logger;
  /** Workers with an open request and free slots, least loaded first. */
  readonly waiting: () => readonly WaitingWorker[];
  readonly deliver: (assignment: Assignment) => void;
  readonly now: () => number;
}

/**
 * Brings waiting tasks and waiting workers together. There is one claim at a time; what happens meanwhile marks it
 * stale and another one follows. `wake` puts its claim into the same commit as the writes of the current turn of the
 * event loop, so a task that finds a waiting worker is enqueued and claimed at once.
 */
export class Dispatcher {
  readonly #deps: DispatcherDeps;
  #running = Promise.resolve();
  #busy = false;
  #stale = false;
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(deps: DispatcherDeps) {
    this.#deps = deps;
  }

  wake(): void {
    if (this.#stopped) return;
    this.#stale = true;
    if (!this.#busy) this.#running = this.#run();
  }

  /** No claim starts any more; resolves when the last one is delivered. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.#running;
  }

  async #run(): Promise<void> {
    const { store, deliver, logger } = this.#deps;
    this.#busy = true;
    clearTimeout(this.#timer);
    try {
      while (this.#stale && !this.#stopped) {
        this.#stale = false;
        const workers = this.#deps.waiting().slice(0, MOST_WORKERS);
        if (workers.length === 0) return;
        const assignments = await store.claim({ workers });
        for (const assignment of assignments) deliver(assignment);
        if (assignments.length > 0) this.#stale = true;
      }
      if (!this.#stopped) await this.#sleepUntilDue();
    } catch (reason) {
      logger.error("Tasks could not be handed out", { error: errorMessage(reason) });
      this.#later(IDLE_LOOK_MS);
    } finally {
      this.#busy = false;
      if (this.#stale) this.wake();
    }
  }

  async #sleepUntilDue(): Promise<void> {
    if (this.#deps.waiting().length === 0) return;
    const due = await this.#deps.store.nextDue(null);
    if (due === null || this.#stopped) return;
    this.#later(Math.min(Math.max(due - this.#deps.now(), IDLE_LOOK_MS / 20), LONGEST_TIMER_MS));
  }

  #later(ms: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), ms);
    this.#timer.unref();
  }
}
