import type { Clock } from "../../core/clock.ts";
import { AppError, errorMessage } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import type { WorkerMessage__Output } from "../../rpc/gen/worker_pb/WorkerMessage.ts";
import type { AdminEvents } from "../events.ts";
import type { AttemptEvent, Store, TaskRecord, WordResult } from "../store/store.ts";
import type { AttemptBook, LiveAttempt } from "./attempt-book.ts";
import { auditOf, checkpointOf, completionOf, progressOf, seqOf } from "./word-reader.ts";
import type { WorkerRoster } from "./worker-roster.ts";
import type { WorkerSession } from "./worker-session.ts";

/** Failures that say a worker cannot work with a server, whatever the task. */
const REACH_CODES = new Set(["WK-RPC-UNREACHABLE", "WK-RPC-REFUSED", "WK-RPC-PROTOCOL"]);

export interface AttemptWordsDeps {
  readonly store: Pick<Store, "word">;
  readonly book: AttemptBook;
  readonly roster: WorkerRoster;
  readonly events: AdminEvents;
  readonly clock: Clock;
  readonly logger: Logger;
  /** After the end of an attempt is on disk. */
  readonly onEnded: (task: TaskRecord, wireId: string) => void;
}

/**
 * What workers say about their attempts. A word is written down first and acknowledged then; a word about a dead
 * attempt changes nothing and is answered with a refusal (our workers) and a cancellation (all).
 */
export class AttemptWords {
  readonly #deps: AttemptWordsDeps;

  constructor(deps: AttemptWordsDeps) {
    this.#deps = deps;
  }

  hear(session: WorkerSession, message: WorkerMessage__Output): void {
    const { task_update: update, task_complete: complete, checkpoint, audit } = message;
    if (update !== undefined) this.#update(session, update.task_id ?? "", seqOf(update), message);
    else if (complete !== undefined) this.#end(session, complete.task_id ?? "", seqOf(complete), complete);
    else if (checkpoint !== undefined) {
      this.#write(session, checkpoint.task_id ?? "", seqOf(checkpoint), () => checkpointOf(checkpoint));
    } else if (audit !== undefined) this.#write(session, audit.task_id ?? "", seqOf(audit), () => auditOf(audit));
  }

  /** A Go worker has nothing to do any more and never said so: its attempt counts as done until the servers say otherwise. */
  assumeDone(attempt: LiveAttempt): void {
    const { store, book, logger, onEnded } = this.#deps;
    book.remove(attempt.wireId);
    logger.warn(`Worker ${attempt.workerId} has no load and never ended ${attempt.wireId}: the servers are asked`);
    store
      .word({
        word: { wireId: attempt.wireId, workerId: attempt.workerId, seq: 0 },
        event: { kind: "done", facts: {} },
      })
      .then((result) => {
        if (result.ok) onEnded(result.task, attempt.wireId);
      })
      .catch((reason: unknown) => {
        book.add(attempt);
        logger.error("An attempt could not be ended", { error: errorMessage(reason) });
      });
  }

  /** Progress is kept in memory; only the first report of an attempt changes the task. */
  #update(session: WorkerSession, wireId: string, seq: number, message: WorkerMessage__Output): void {
    const attempt = this.#deps.book.get(wireId);
    if (attempt === undefined || attempt.workerId !== session.workerId) {
      this.#refuse(session, wireId, seq, "WK-ATTEMPT-DEAD", `Attempt ${wireId} is not one of yours.`);
      return;
    }
    if (message.task_update !== undefined) {
      attempt.progress = progressOf(message.task_update, this.#deps.clock.now());
      this.#deps.events.emit("progress", attempt.taskId, attempt.progress);
    }
    if (attempt.started) {
      this.#acknowledge(session, wireId, seq);
      return;
    }
    attempt.started = true;
    this.#write(session, wireId, seq, () => ({ kind: "start" }));
  }

  #end(
    session: WorkerSession,
    wireId: string,
    seq: number,
    complete: NonNullable<WorkerMessage__Output["task_complete"]>,
  ): void {
    const event = completionOf(complete);
    const server = complete.result_metadata?.["server"];
    if (event.kind === "fail" && server !== undefined && REACH_CODES.has(event.code)) {
      this.#deps.roster.noteUnreachable(session.workerId, server.slice(0, 300), this.#deps.clock.monotonic());
    }
    this.#write(session, wireId, seq, () => event);
  }

  #write(session: WorkerSession, wireId: string, seq: number, read: () => AttemptEvent): void {
    const { store, logger } = this.#deps;
    let event: AttemptEvent;
    try {
      event = read();
    } catch (reason) {
      const error = AppError.from(reason);
      this.#refuse(session, wireId, seq, error.code, error.message);
      return;
    }
    store
      .word({ word: { wireId, workerId: session.workerId, seq }, event })
      .then((result) => this.#written(session, wireId, seq, event, result))
      .catch((reason: unknown) => {
        logger.error("A worker's word could not be written down", { wireId, error: errorMessage(reason) });
        // A later word must not be written while this one is missing: the worker says all of them again, in order.
        session.close("The admin could not write a word down.");
      });
  }

  #written(session: WorkerSession, wireId: string, seq: number, event: AttemptEvent, result: WordResult): void {
    if (!result.ok) {
      this.#refuse(session, wireId, seq, result.code, result.message);
      return;
    }
    this.#acknowledge(session, wireId, seq);
    if (result.repeated) return;
    const { book, events, roster, logger, onEnded } = this.#deps;
    events.emit("task", result.task);
    if (event.kind === "start" || event.kind === "checkpoint" || event.kind === "audit") return;
    book.remove(wireId);
    const tally = roster.tally(session.workerId);
    if (tally !== undefined && event.kind === "done") tally.completed++;
    if (tally !== undefined && event.kind === "fail") tally.failed++;
    if (event.kind === "fail") {
      logger.warn(`Attempt ${wireId} failed: ${event.message}`, {
        worker: session.workerId,
        code: event.code,
        state: result.task.state,
      });
    }
    onEnded(result.task, wireId);
  }

  #acknowledge(session: WorkerSession, wireId: string, seq: number): void {
    if (seq > 0 && session.speaksExtensions) {
      session.send({ message: "ack", ack: { task_id: wireId, seq, accepted: true } });
    }
  }

  #refuse(session: WorkerSession, wireId: string, seq: number, code: string, message: string): void {
    this.#deps.logger.v(1, "A worker's word was refused", { worker: session.workerId, wireId, code, message });
    if (seq > 0 && session.speaksExtensions) {
      session.send({ message: "ack", ack: { task_id: wireId, seq, accepted: false, code, message } });
    }
    if (code === "WK-ATTEMPT-DEAD") {
      session.send({
        message: "task_cancellation",
        task_cancellation: { task_id: wireId, reason: message, force: true },
      });
    }
  }
}
