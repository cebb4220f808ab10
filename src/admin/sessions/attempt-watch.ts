import type { Clock } from "../../core/clock.ts";
import { errorMessage } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import type { AdminEvents } from "../events.ts";
import type { Store } from "../store/store.ts";
import type { AttemptBook, LiveAttempt } from "./attempt-book.ts";
import { judgeLegacyAttempt } from "./legacy-watch.ts";
import type { SessionPolicy } from "./session-policy.ts";
import type { WorkerRoster } from "./worker-roster.ts";

/** How often leases and time limits are looked at. */
const SWEEP_MS = 500;

export interface AttemptWatchDeps {
  readonly store: Pick<Store, "act">;
  readonly book: AttemptBook;
  readonly roster: WorkerRoster;
  readonly policy: SessionPolicy;
  readonly events: AdminEvents;
  readonly clock: Clock;
  readonly logger: Logger;
  /** After a task may have become free. */
  readonly wake: () => void;
  /** A running attempt was asked to stop: its worker is to be told. */
  readonly cancel: (taskId: number, reason: string) => void;
  /** An attempt of a Go worker that seems to be over. */
  readonly assumeDone: (attempt: LiveAttempt) => void;
}

/** Ends attempts nobody speaks for any more: leases that ran out, Go workers that vanished, attempts over their time. */
export class AttemptWatch {
  readonly #deps: AttemptWatchDeps;
  #timer: NodeJS.Timeout | undefined;

  constructor(deps: AttemptWatchDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#timer = setInterval(() => this.#lookOver(), SWEEP_MS);
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** The worker of an attempt is gone: the task is free for another one, its late word is dead. */
  lose(attempt: LiveAttempt, reason: string): void {
    const { store, book, events, logger, wake } = this.#deps;
    book.remove(attempt.wireId);
    logger.warn(`Attempt ${attempt.wireId} is lost: ${reason}`, { worker: attempt.workerId });
    store
      .act({ taskId: attempt.taskId, action: { kind: "lose", reason }, onlyAttempt: attempt.number })
      .then((result) => {
        if (result.ok) events.emit("task", result.task);
      })
      .catch((error: unknown) => {
        // Still held in the store: the next look tries again.
        book.add(attempt);
        logger.error("A lost attempt could not be written down", { error: errorMessage(error) });
      });
    wake();
  }

  #lookOver(): void {
    const now = this.#deps.clock.monotonic();
    for (const attempt of this.#deps.book.all()) {
      if (attempt.leased && now >= attempt.freeAt) this.lose(attempt, "its lease ran out");
      else if (!attempt.leased) this.#lookAtLegacy(attempt, now);
      if (now >= attempt.stopAt) this.#timeOut(attempt);
    }
    this.#forgetTheGone(now);
  }

  /** A worker that is gone and holds nothing leaves the list after a while; one that is silent has its stream cut. */
  #forgetTheGone(now: number): void {
    const { roster, book, policy, events } = this.#deps;
    for (const { session } of roster.all()) {
      if (now - session.heardAt <= policy.global.workerTimeoutMs) continue;
      if (session.open) session.close("Nothing was heard of the worker for worker_timeout_seconds.");
      if (book.countOf(session.workerId) > 0) continue;
      roster.forget(session.workerId);
      events.emit("worker", session.workerId);
    }
  }

  #lookAtLegacy(attempt: LiveAttempt, now: number): void {
    const { roster, policy, assumeDone } = this.#deps;
    const session = roster.tally(attempt.workerId)?.session;
    const verdict = judgeLegacyAttempt(attempt, session, now, policy.global.legacyGraceMs);
    if (verdict === "lost") this.lose(attempt, "its worker has been silent for too long");
    else if (verdict === "observe") assumeDone(attempt);
  }

  #timeOut(attempt: LiveAttempt): void {
    const { store, events, logger, cancel } = this.#deps;
    attempt.stopAt = Number.POSITIVE_INFINITY;
    const reason = "the attempt took longer than task_timeout_seconds";
    store
      .act({ taskId: attempt.taskId, action: { kind: "timeout", reason }, onlyAttempt: attempt.number })
      .then((result) => {
        if (!result.ok) return;
        cancel(attempt.taskId, reason);
        events.emit("task", result.task);
      })
      .catch((error: unknown) => logger.error("A time-out could not be written down", { error: errorMessage(error) }));
  }
}
