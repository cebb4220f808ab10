import { mkdirSync } from "node:fs";
import { readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { AppError, errorMessage } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import { parseWireTaskId } from "../../queue/wire-task-id.ts";
import type { TaskLogLine } from "./worker-view.ts";

const linesSchema = z.array(
  z.object({
    timestamp: z.number(),
    level: z.string(),
    message: z.string(),
    fields: z.record(z.string(), z.string()),
  }),
);

const SUFFIX = ".json";
/** Attempts whose log is kept at most, whatever their age. */
const MOST_LOGS = 2_000;

/** Logs of ended attempts, one file each below the data directory, so that they outlive the worker that wrote them. */
export class LogArchive {
  readonly #dir: string;
  readonly #logger: Logger;

  constructor(dir: string, logger: Logger) {
    mkdirSync(dir, { recursive: true, mode: 0o700 });
    this.#dir = dir;
    this.#logger = logger;
  }

  async keep(wireId: string, lines: readonly TaskLogLine[]): Promise<void> {
    const file = this.#file(wireId);
    await writeFile(`${file}.new`, JSON.stringify(lines), { mode: 0o600 });
    await rename(`${file}.new`, file);
    await this.#prune();
  }

  /** Undefined when no log of the attempt was kept. */
  async read(wireId: string): Promise<readonly TaskLogLine[] | undefined> {
    try {
      return linesSchema.parse(JSON.parse(await readFile(this.#file(wireId), "utf8")));
    } catch (reason) {
      if (!isAbsent(reason)) this.#logger.warn("A kept log cannot be read", { wireId, error: errorMessage(reason) });
      return undefined;
    }
  }

  /** Oldest first, down to the limit. */
  async #prune(): Promise<void> {
    const names = (await readdir(this.#dir)).filter((name) => name.endsWith(SUFFIX));
    if (names.length <= MOST_LOGS) return;
    const dated = await Promise.all(
      names.map(async (name) => ({ name, at: (await stat(join(this.#dir, name))).mtimeMs })),
    );
    dated.sort((a, b) => a.at - b.at);
    for (const { name } of dated.slice(0, names.length - MOST_LOGS)) await rm(join(this.#dir, name), { force: true });
  }

  /** Only ids of our own name files: a peer cannot choose a path. */
  #file(wireId: string): string {
    if (parseWireTaskId(wireId) === undefined)
      throw new AppError("WK-TASK-NOT-FOUND", `There is no attempt ${wireId}.`);
    return join(this.#dir, `${wireId}${SUFFIX}`);
  }
}

function isAbsent(reason: unknown): boolean {
  return reason instanceof Error && "code" in reason && reason.code === "ENOENT";
}
