import { readFileSync } from "node:fs";
import { mkdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Clock } from "../core/clock.ts";
import type { TaskLog } from "../tasks/context.ts";

export type TaskLogLevel = "DEBUG" | "INFO" | "WARNING" | "ERROR";
export type LogValues = Readonly<Record<string, string | number | boolean>>;

export interface TaskLogLine {
  /** Unix ms. */
  readonly time: number;
  readonly level: TaskLogLevel;
  readonly message: string;
  readonly fields: Readonly<Record<string, string>>;
  /** Percentage of the attempt when the line was written. */
  readonly progress: number;
}

/** The JSON file beside the log. Times are Unix ms, 0 while not known. */
export interface TaskLogFacts {
  readonly taskId: string;
  readonly taskType: string;
  readonly workerId: string;
  readonly volumeId: number;
  readonly server: string;
  readonly collection: string;
  readonly startTime: number;
  readonly endTime: number;
  readonly status: string;
  readonly progress: number;
}

/** Bounds of one attempt's log: two files of this many lines, the older one is dropped. */
const LINES_PER_FILE = 5_000;
const MAX_MESSAGE = 2_000;
const MAX_FIELDS = 20;
const FLUSH_MS = 200;

const LOG_FILE = "task.log";
const OLDER_FILE = "task.log.1";
const FACTS_FILE = "metadata.json";

/**
 * The log of one attempt: a folder with `task.log` (one JSON object a line) and `metadata.json`. Lines are written
 * in the background; a disk that cannot take them never fails the task.
 */
export class TaskLogFile implements TaskLog {
  readonly dir: string;
  readonly #clock: Clock;
  readonly #onTrouble: (reason: unknown) => void;
  #facts: TaskLogFacts;
  #waiting: TaskLogLine[] = [];
  #linesInFile = 0;
  #tail: Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  #troubled = false;

  constructor(dir: string, facts: TaskLogFacts, clock: Clock, onTrouble: (reason: unknown) => void) {
    this.dir = dir;
    this.#facts = facts;
    this.#clock = clock;
    this.#onTrouble = onTrouble;
    this.#tail = this.#step(async () => {
      await mkdir(dir, { recursive: true });
      await this.#writeFacts();
    });
  }

  debug(message: string, fields?: LogValues): void {
    this.#add("DEBUG", message, fields);
  }

  info(message: string, fields?: LogValues): void {
    this.#add("INFO", message, fields);
  }

  warn(message: string, fields?: LogValues): void {
    this.#add("WARNING", message, fields);
  }

  error(message: string, fields?: LogValues): void {
    this.#add("ERROR", message, fields);
  }

  get facts(): TaskLogFacts {
    return this.#facts;
  }

  setProgress(percent: number): void {
    this.#facts = { ...this.#facts, progress: percent, status: "in_progress" };
  }

  /** Writes what is waiting and the final facts. */
  async finish(status: string): Promise<void> {
    this.#facts = {
      ...this.#facts,
      status,
      endTime: this.#clock.now(),
      progress: status === "completed" ? 100 : this.#facts.progress,
    };
    await this.flush();
    this.#tail = this.#tail.then(() => this.#step(() => this.#writeFacts()));
    await this.#tail;
  }

  async flush(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    const lines = this.#waiting;
    this.#waiting = [];
    if (lines.length > 0) this.#tail = this.#tail.then(() => this.#step(() => this.#write(lines)));
    await this.#tail;
  }

  #add(level: TaskLogLevel, message: string, fields: LogValues = {}): void {
    const kept = Object.entries(fields)
      .slice(0, MAX_FIELDS)
      .map(([name, value]) => [name, String(value).slice(0, MAX_MESSAGE)] as const);
    this.#waiting.push({
      time: this.#clock.now(),
      level,
      message: message.slice(0, MAX_MESSAGE),
      fields: Object.fromEntries(kept),
      progress: this.#facts.progress,
    });
    if (this.#waiting.length > LINES_PER_FILE) this.#waiting.shift();
    this.#timer ??= setTimeout(() => {
      this.flush().catch(this.#onTrouble);
    }, FLUSH_MS);
  }

  async #write(lines: readonly TaskLogLine[]): Promise<void> {
    if (this.#linesInFile + lines.length > LINES_PER_FILE) {
      await rename(join(this.dir, LOG_FILE), join(this.dir, OLDER_FILE)).catch(ignoreAbsent);
      this.#linesInFile = 0;
    }
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join("");
    await writeFile(join(this.dir, LOG_FILE), text, { flag: "a" });
    this.#linesInFile += lines.length;
  }

  async #writeFacts(): Promise<void> {
    await writeFile(join(this.dir, FACTS_FILE), `${JSON.stringify(this.#facts, null, 2)}\n`);
  }

  /** Says once that the log cannot be written; the task goes on. */
  async #step(step: () => Promise<void>): Promise<void> {
    try {
      await step();
    } catch (reason) {
      if (!this.#troubled) this.#onTrouble(reason);
      this.#troubled = true;
    }
  }
}

/** All lines of a log folder, oldest first; lines cut short by a crash are left out. */
export async function readTaskLog(dir: string): Promise<readonly TaskLogLine[]> {
  const texts = await Promise.all(
    [OLDER_FILE, LOG_FILE].map((name) => readFile(join(dir, name), "utf8").catch(() => "")),
  );
  return texts.flatMap((text) => text.split("\n")).flatMap((line) => readLine(line));
}

/** Undefined when the folder holds no facts that can be read. */
export function readTaskFacts(dir: string): TaskLogFacts | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(join(dir, FACTS_FILE), "utf8"));
    return isFacts(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

export async function removeTaskLog(dir: string): Promise<void> {
  await rm(dir, { recursive: true, force: true });
}

function readLine(line: string): readonly TaskLogLine[] {
  try {
    const value: unknown = JSON.parse(line);
    return isLine(value) ? [value] : [];
  } catch {
    return [];
  }
}

function isLine(value: unknown): value is TaskLogLine {
  return (
    typeof value === "object" &&
    value !== null &&
    "time" in value &&
    typeof value.time === "number" &&
    "level" in value &&
    typeof value.level === "string" &&
    "message" in value &&
    typeof value.message === "string" &&
    "fields" in value &&
    typeof value.fields === "object" &&
    value.fields !== null &&
    "progress" in value &&
    typeof value.progress === "number"
  );
}

function isFacts(value: unknown): value is TaskLogFacts {
  if (typeof value !== "object" || value === null) return false;
  const facts = value as Readonly<Record<string, unknown>>;
  return (
    ["taskId", "taskType", "workerId", "server", "collection", "status"].every(
      (name) => typeof facts[name] === "string",
    ) && ["volumeId", "startTime", "endTime", "progress"].every((name) => typeof facts[name] === "number")
  );
}

function ignoreAbsent(reason: unknown): void {
  if (reason instanceof Error && "code" in reason && reason.code === "ENOENT") return;
  throw reason;
}
