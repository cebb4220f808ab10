import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { AppError, errorMessage } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import type { WorkerMessage } from "../rpc/gen/worker_pb/WorkerMessage.ts";
import { workerService } from "../rpc/proto.ts";
import { fileNameOf } from "./file-names.ts";
import { OutboxFile } from "./outbox-file.ts";

export type WordKind = "update" | "complete" | "checkpoint" | "audit";

/** Something the admin must hear about an attempt, numbered from 1 within it. */
export interface Word {
  readonly taskId: string;
  readonly seq: number;
  readonly kind: WordKind;
  readonly message: WorkerMessage;
}

interface Attempt {
  readonly file: OutboxFile;
  readonly words: Map<number, Word>;
  nextSeq: number;
  closed: boolean;
}

const SUFFIX = ".words";

/**
 * What the admin has not acknowledged yet: one file an attempt in a folder of the working directory, appended to
 * and flushed to the disk. It survives the process; the next one sends it again, in order. An attempt leaves when it
 * is closed (no more words will come) and everything is acknowledged.
 */
export class Outbox {
  readonly #dir: string;
  readonly #logger: Logger;
  readonly #attempts = new Map<string, Attempt>();

  private constructor(dir: string, logger: Logger) {
    this.#dir = dir;
    this.#logger = logger;
  }

  /** Reads what an earlier process left. @throws AppError WK-WORKER-DIR. */
  static open(dir: string, logger: Logger): Outbox {
    const outbox = new Outbox(dir, logger);
    try {
      mkdirSync(dir, { recursive: true });
      for (const name of readdirSync(dir).sort()) {
        if (name.endsWith(SUFFIX)) outbox.#load(join(dir, name));
      }
    } catch (reason) {
      throw new AppError("WK-WORKER-DIR", `The outbox ${dir} cannot be read: ${errorMessage(reason)}.`, {
        cause: reason,
      });
    }
    return outbox;
  }

  nextSeq(taskId: string): number {
    return this.#attempt(taskId).nextSeq++;
  }

  /**
   * Keeps a word until it is acknowledged.
   * @param durable false: kept in memory only, for words that mean nothing once the process is gone.
   * @returns resolves when the word is on the disk. @throws AppError WK-WORKER-DIR; the word is kept in memory then.
   */
  async add(word: Word, durable: boolean): Promise<void> {
    const attempt = this.#attempt(word.taskId);
    attempt.nextSeq = Math.max(attempt.nextSeq, word.seq + 1);
    attempt.words.set(word.seq, word);
    // Words leave in the order of their numbers: this one, too, waits for those that are being written.
    if (!durable) return attempt.file.settled();
    const bytes = workerService.WorkerStream.requestSerialize(word.message);
    await attempt.file.append({
      task: word.taskId,
      seq: word.seq,
      kind: word.kind,
      message: bytes.toString("base64"),
    });
  }

  /** Forgets a word; the attempt's file goes when nothing is left and no more will come. */
  acknowledged(taskId: string, seq: number): Word | undefined {
    const attempt = this.#attempts.get(taskId);
    const word = attempt?.words.get(seq);
    if (attempt === undefined || word === undefined) return undefined;
    attempt.words.delete(seq);
    attempt.file.acknowledge(seq);
    this.#removeIfDone(taskId, attempt);
    return word;
  }

  /** No more words of this attempt will come. */
  close(taskId: string): void {
    const attempt = this.#attempts.get(taskId);
    if (attempt === undefined) return;
    attempt.closed = true;
    this.#removeIfDone(taskId, attempt);
  }

  /** Drops an attempt the admin does not know any more, with all its words. */
  forget(taskId: string): void {
    const attempt = this.#attempts.get(taskId);
    if (attempt === undefined) return;
    attempt.words.clear();
    this.#removeIfDone(taskId, attempt);
  }

  /** Everything unacknowledged: attempts in the order of their first word, words in theirs. */
  pending(): readonly Word[] {
    return [...this.#attempts.values()].flatMap((attempt) => [...attempt.words.values()].sort((a, b) => a.seq - b.seq));
  }

  /** Attempts whose completion is not acknowledged: they are finished, and the admin must wait for that word. */
  unsentCompletions(): readonly string[] {
    return [...this.#attempts]
      .filter(([, attempt]) => [...attempt.words.values()].some((word) => word.kind === "complete"))
      .map(([taskId]) => taskId);
  }

  get size(): number {
    let count = 0;
    for (const attempt of this.#attempts.values()) count += attempt.words.size;
    return count;
  }

  /** Waits for what is being written; what is unacknowledged stays on the disk. */
  async flush(): Promise<void> {
    await Promise.all([...this.#attempts.values()].map((attempt) => attempt.file.close()));
  }

  #attempt(taskId: string): Attempt {
    let attempt = this.#attempts.get(taskId);
    if (attempt === undefined) {
      const path = join(this.#dir, fileNameOf(taskId) + SUFFIX);
      attempt = { file: new OutboxFile(path), words: new Map(), nextSeq: 1, closed: false };
      this.#attempts.set(taskId, attempt);
    }
    return attempt;
  }

  #removeIfDone(taskId: string, attempt: Attempt): void {
    if (!attempt.closed || attempt.words.size > 0) return;
    this.#attempts.delete(taskId);
    attempt.file.remove().catch((reason: unknown) => {
      this.#logger.warn("A file of the outbox cannot be removed; its words are sent again at the next start.", {
        error: AppError.from(reason),
      });
    });
  }

  #load(path: string): void {
    const words = new Map<number, Word>();
    let taskId: string | undefined;
    let nextSeq = 1;
    for (const line of readFileSync(path, "utf8").split("\n")) {
      const entry = readLine(line);
      if (entry === undefined) continue;
      if ("ack" in entry) {
        words.delete(entry.ack);
        continue;
      }
      taskId = entry.taskId;
      nextSeq = Math.max(nextSeq, entry.seq + 1);
      words.set(entry.seq, entry);
    }
    if (taskId === undefined || words.size === 0) {
      rmSync(path, { force: true });
      return;
    }
    this.#attempts.set(taskId, { file: new OutboxFile(path), words, nextSeq, closed: true });
  }
}

/** Undefined for a line cut short by a crash: it was never acknowledged to the task that wrote it. */
function readLine(line: string): Word | { readonly ack: number } | undefined {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (typeof value !== "object" || value === null) return undefined;
  if ("ack" in value && typeof value.ack === "number") return { ack: value.ack };
  if (!("task" in value && "seq" in value && "kind" in value && "message" in value)) return undefined;
  const { task, seq, kind, message } = value;
  if (typeof task !== "string" || typeof seq !== "number" || !isKind(kind) || typeof message !== "string") {
    return undefined;
  }
  return { taskId: task, seq, kind, message: toMessage(Buffer.from(message, "base64")) };
}

function isKind(value: unknown): value is WordKind {
  return value === "update" || value === "complete" || value === "checkpoint" || value === "audit";
}

function toMessage(bytes: Buffer): WorkerMessage {
  return workerService.WorkerStream.requestDeserialize(bytes);
}
