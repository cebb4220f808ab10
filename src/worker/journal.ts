import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { open, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { AppError, errorMessage } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { Logger } from "../core/logger.ts";
import type { TaskParams__Output } from "../rpc/gen/worker_pb/TaskParams.ts";
import { proto } from "../rpc/proto.ts";
import { fileNameOf } from "./file-names.ts";

const entrySchema = z.object({
  taskId: z.string(),
  taskType: z.string(),
  /** A serialized TaskParams, base64. */
  params: z.string(),
  step: z.string(),
  state: z.record(z.string(), z.json()),
  committed: z.boolean(),
});

/** What an attempt had done when it last recorded it. */
export interface JournalEntry {
  readonly taskId: string;
  readonly taskType: string;
  readonly params: TaskParams__Output;
  readonly step: string;
  readonly state: JsonObject;
  readonly committed: boolean;
}

const SUFFIX = ".json";

/**
 * The last checkpoint of every attempt of this worker, one file each, until the admin has heard how the attempt ended.
 * The admin keeps them too; this copy is for the day its database is lost.
 */
export class Journal {
  readonly #dir: string;
  readonly #logger: Logger;

  constructor(dir: string, logger: Logger) {
    mkdirSync(dir, { recursive: true });
    this.#dir = dir;
    this.#logger = logger;
  }

  /** Resolves when the entry is on the disk. @throws AppError WK-WORKER-DIR */
  async record(entry: JournalEntry): Promise<void> {
    const file = this.#file(entry.taskId);
    const params = Buffer.from(proto.worker_pb.TaskParams.serialize(entry.params)).toString("base64");
    try {
      const handle = await open(`${file}.new`, "w", 0o600);
      try {
        await handle.writeFile(JSON.stringify({ ...entry, params }));
        await handle.sync();
      } finally {
        await handle.close();
      }
      await rename(`${file}.new`, file);
    } catch (reason) {
      const text = `The journal of the worker cannot be written: ${errorMessage(reason)}.`;
      throw new AppError("WK-WORKER-DIR", text, { cause: reason });
    }
  }

  /** Without effect when there is no entry. */
  async remove(taskId: string): Promise<void> {
    await rm(this.#file(taskId), { force: true });
  }

  /** All entries; a file that cannot be read is reported and left. */
  entries(): readonly JournalEntry[] {
    return readdirSync(this.#dir)
      .filter((name) => name.endsWith(SUFFIX))
      .flatMap((name) => this.#read(join(this.#dir, name)) ?? []);
  }

  #read(file: string): JournalEntry | undefined {
    try {
      const entry = entrySchema.parse(JSON.parse(readFileSync(file, "utf8")));
      return { ...entry, params: proto.worker_pb.TaskParams.deserialize(Buffer.from(entry.params, "base64")) };
    } catch (reason) {
      this.#logger.error("An entry of the journal cannot be read and is left.", { file, error: errorMessage(reason) });
      return undefined;
    }
  }

  #file(taskId: string): string {
    return join(this.#dir, `${fileNameOf(taskId)}${SUFFIX}`);
  }

  /** Drops half-written files of the last process. */
  sweep(): void {
    for (const name of readdirSync(this.#dir)) {
      if (name.endsWith(`${SUFFIX}.new`)) rmSync(join(this.#dir, name), { force: true });
    }
  }
}
