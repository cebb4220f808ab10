import { ERROR_TABLE, type ErrorCode } from "../core/error-table.ts";
import { AppError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import type { Ack__Output } from "../rpc/gen/worker_pb/Ack.ts";
import type { WorkerMessage } from "../rpc/gen/worker_pb/WorkerMessage.ts";
import type { Outbox, Word, WordKind } from "./outbox.ts";

export interface CourierOptions {
  readonly outbox: Outbox;
  /** False when no stream is up. */
  readonly send: (message: WorkerMessage) => boolean;
  readonly logger: Logger;
  /** An acknowledgement that refuses: the attempt is dead, or being cancelled. */
  readonly onRefused: (taskId: string, kind: WordKind, reason: AppError) => void;
}

/** How a word travels: acknowledged by our admin, or told to an admin that acknowledges nothing. */
type Manner = "acknowledged" | "plain";

interface Wait {
  readonly resolve: () => void;
  readonly reject: (reason: AppError) => void;
}

/**
 * Carries words to the admin: numbered, on the disk first, sent when a stream is up, again after every reconnect and
 * until they are acknowledged.
 *
 * An admin without acknowledgements reads one stream in order, so its answer to a heartbeat proves that it
 * has read all that was sent before: that answer acknowledges plain words. Checkpoints and audit records mean nothing
 * to it; they are kept on the disk until the attempt is over.
 */
export class Courier {
  readonly #options: CourierOptions;
  readonly #waits = new Map<string, Wait>();
  /** Plain words written to the stream that is up and not known to be read. */
  #told: Word[] = [];
  /** For each heartbeat under way: how many of `#told` were sent before it. */
  #marks: number[] = [];
  #session: Manner | undefined;
  #pendingBefore: ReadonlySet<Word> = new Set();

  constructor(options: CourierOptions) {
    this.#options = options;
  }

  /**
   * Says a word of an attempt under a lease; resolves when the admin has it on its disk.
   * @throws AppError: refused, or the attempt was abandoned, or the local disk is full.
   */
  async say(taskId: string, kind: WordKind, make: (seq: number) => WorkerMessage, durable: boolean): Promise<void> {
    const word = this.#word(taskId, kind, make);
    const acknowledged = new Promise<void>((resolve, reject) => {
      this.#waits.set(keyOf(taskId, word.seq), { resolve, reject });
    });
    // Whoever fails to write the word never gets to wait for it.
    acknowledged.catch(() => undefined);
    await this.#keep(word, durable);
    if (this.#session === "acknowledged") this.#options.send(word.message);
    await acknowledged;
  }

  /** Says a word to an admin without acknowledgements; resolves when it is on the disk here. */
  async tell(taskId: string, kind: WordKind, make: (seq: number) => WorkerMessage, durable: boolean): Promise<void> {
    if (this.#session === "acknowledged") {
      this.#options.logger.warn("The admin that assigned the task is gone; its word is dropped.", {
        task: taskId,
        kind,
      });
      return;
    }
    const word = this.#word(taskId, kind, make);
    await this.#keep(word, durable);
    if (kind === "checkpoint" || kind === "audit") {
      this.#options.outbox.acknowledged(taskId, word.seq);
      return;
    }
    if (this.#session === "plain") this.#sendPlain(word);
  }

  /** A stream is up: sends again what is not acknowledged, in order. */
  sessionUp(leased: boolean): void {
    this.#session = leased ? "acknowledged" : "plain";
    for (const word of this.#options.outbox.pending()) {
      if (leased && isNumbered(word)) this.#options.send(word.message);
      else if (!leased && !isNumbered(word)) this.#sendPlain(word);
      else if (leased) {
        // Another admin assigned it, which had no leases; this one never heard of the task.
        const { taskId, kind } = word;
        this.#options.logger.warn("The admin that assigned the task is gone; its word is dropped.", {
          task: taskId,
          kind,
        });
        this.#options.outbox.acknowledged(taskId, word.seq);
      }
    }
  }

  sessionDown(): void {
    this.#session = undefined;
    this.#told = [];
    this.#marks = [];
    this.#pendingBefore = new Set();
  }

  acknowledged(ack: Ack__Output): void {
    const taskId = ack.task_id ?? "";
    const seq = Number(ack.seq ?? 0);
    const word = this.#options.outbox.acknowledged(taskId, seq);
    const wait = this.#waits.get(keyOf(taskId, seq));
    this.#waits.delete(keyOf(taskId, seq));
    if (ack.accepted === true) {
      wait?.resolve();
      return;
    }
    const reason = refusal(ack);
    wait?.reject(reason);
    if (word !== undefined) this.#options.onRefused(taskId, word.kind, reason);
  }

  /**
   * Counts for the proof above. With acknowledgements it is the moment to say again what was already pending at the
   * heartbeat before: an admin whose disk had a bad moment did not acknowledge it and waits for it.
   */
  heartbeatSent(): void {
    if (this.#session === "plain") this.#marks.push(this.#told.length);
    if (this.#session !== "acknowledged") return;
    const pending = this.#options.outbox.pending().filter(isNumbered);
    for (const word of pending) {
      if (this.#pendingBefore.has(word)) this.#options.send(word.message);
    }
    this.#pendingBefore = new Set(pending);
  }

  heartbeatAnswered(): void {
    const read = this.#marks.shift();
    if (read === undefined) return;
    this.#marks = this.#marks.map((mark) => mark - read);
    for (const word of this.#told.splice(0, read)) this.#options.outbox.acknowledged(word.taskId, word.seq);
  }

  /** Words that the admin of the stream that is up has still to acknowledge. */
  get unheard(): number {
    if (this.#session === undefined) return 0;
    const numbered = this.#session === "acknowledged";
    return this.#options.outbox.pending().filter((word) => isNumbered(word) === numbered).length;
  }

  /** Plain words that were sent and not yet proved to be read: a heartbeat would prove it. */
  get needsHeartbeat(): boolean {
    return this.#told.length > (this.#marks.at(-1) ?? 0);
  }

  /** Nobody waits for the attempt's words any more. They are still sent: they are what happened. */
  abandon(taskId: string, reason: AppError): void {
    for (const [key, wait] of this.#waits) {
      if (!key.startsWith(`${taskId} `)) continue;
      this.#waits.delete(key);
      wait.reject(reason);
    }
  }

  #word(taskId: string, kind: WordKind, make: (seq: number) => WorkerMessage): Word {
    const seq = this.#options.outbox.nextSeq(taskId);
    return { taskId, seq, kind, message: make(seq) };
  }

  async #keep(word: Word, durable: boolean): Promise<void> {
    try {
      await this.#options.outbox.add(word, durable);
    } catch (reason) {
      const error = AppError.from(reason, "WK-WORKER-DIR");
      // A completion still travels from memory: only a crash of this process could lose it now.
      if (word.kind === "complete") {
        this.#options.logger.error("A completion could not be kept on the disk.", { task: word.taskId, error });
        return;
      }
      this.#options.outbox.acknowledged(word.taskId, word.seq);
      this.#waits.delete(keyOf(word.taskId, word.seq));
      throw error;
    }
  }

  #sendPlain(word: Word): void {
    if (this.#options.send(word.message)) this.#told.push(word);
  }
}

/** Words for our own admin carry their number; an admin without leases never sees one. */
function isNumbered(word: Word): boolean {
  const { task_update, task_complete, checkpoint, audit } = word.message;
  return (task_update?.seq ?? task_complete?.seq ?? checkpoint?.seq ?? audit?.seq) !== undefined;
}

function keyOf(taskId: string, seq: number): string {
  return `${taskId} ${seq}`;
}

function refusal(ack: Ack__Output): AppError {
  const code = ack.code !== undefined && isErrorCode(ack.code) ? ack.code : "WK-ATTEMPT-DEAD";
  const text = ack.message === undefined || ack.message === "" ? `it gave no reason (${code})` : ack.message;
  return new AppError(code, `The admin refused word ${ack.seq ?? 0} of ${ack.task_id ?? ""}: ${text}`);
}

function isErrorCode(text: string): text is ErrorCode {
  return Object.hasOwn(ERROR_TABLE, text);
}
