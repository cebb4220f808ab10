import { type FileHandle, open, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { AppError, errorMessage } from "../core/errors.ts";

/** A file of lines, each on the disk before `append` resolves. Calls run one after the other. */
export class OutboxFile {
  readonly #path: string;
  #handle: FileHandle | undefined;
  #tail: Promise<void> = Promise.resolve();

  constructor(path: string) {
    this.#path = path;
  }

  /** @throws AppError WK-WORKER-DIR, for example on a full disk. */
  append(line: Readonly<Record<string, string | number>>): Promise<void> {
    return this.#next(async () => {
      const handle = await this.#open();
      await handle.appendFile(`${JSON.stringify(line)}\n`);
      await handle.datasync();
    });
  }

  /** Resolves after everything that was asked for before. */
  settled(): Promise<void> {
    return this.#next(() => Promise.resolve());
  }

  /** Not flushed: after a crash the word is sent once more, and the admin knows its number. */
  acknowledge(seq: number): void {
    if (this.#handle === undefined) return;
    this.#next(async () => {
      await this.#handle?.appendFile(`${JSON.stringify({ ack: seq })}\n`);
    }).catch(() => undefined);
  }

  close(): Promise<void> {
    return this.#next(() => this.#close());
  }

  remove(): Promise<void> {
    return this.#next(async () => {
      await this.#close();
      await rm(this.#path, { force: true });
    });
  }

  #next(step: () => Promise<void>): Promise<void> {
    const run = this.#tail.then(step).catch((reason: unknown) => {
      throw new AppError("WK-WORKER-DIR", `The outbox file ${this.#path} cannot be written: ${errorMessage(reason)}.`, {
        cause: reason,
      });
    });
    this.#tail = run.catch(() => undefined);
    return run;
  }

  async #open(): Promise<FileHandle> {
    if (this.#handle !== undefined) return this.#handle;
    this.#handle = await open(this.#path, "a");
    // The name itself must survive a crash too.
    const folder = await open(dirname(this.#path), "r");
    try {
      await folder.sync();
    } finally {
      await folder.close();
    }
    return this.#handle;
  }

  async #close(): Promise<void> {
    await this.#handle?.close();
    this.#handle = undefined;
  }
}
