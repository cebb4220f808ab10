import { mkdirSync, readdirSync } from "node:fs";
import { join } from "node:path";
import type { Clock } from "../core/clock.ts";
import { AppError, errorMessage } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import type { TaskLogEntry } from "../rpc/gen/worker_pb/TaskLogEntry.ts";
import type { TaskLogRequest__Output } from "../rpc/gen/worker_pb/TaskLogRequest.ts";
import type { TaskLogResponse } from "../rpc/gen/worker_pb/TaskLogResponse.ts";
import { fileNameOf } from "./file-names.ts";
import {
  readTaskFacts,
  readTaskLog,
  removeTaskLog,
  type TaskLogFacts,
  TaskLogFile,
  type TaskLogLine,
} from "./task-log.ts";

/** How many logs of finished attempts are kept. */
const KEPT_LOGS = 200;
/** Entries in one answer when the request names no number; also its limit. */
const MAX_ENTRIES = 1_000;

export interface TaskLogStoreOptions {
  /** `<workingDir>/task_logs`. */
  readonly dir: string;
  readonly workerId: string;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** The logs of all attempts of this worker, old ones included; answers the admin's requests for them. */
export class TaskLogStore {
  readonly #options: TaskLogStoreOptions;
  readonly #open = new Map<string, TaskLogFile>();
  /** Folder of the latest log of a task, by task id. */
  readonly #dirs = new Map<string, string>();

  /** @throws AppError WK-WORKER-DIR. */
  constructor(options: TaskLogStoreOptions) {
    this.#options = options;
    try {
      mkdirSync(options.dir, { recursive: true });
      for (const name of this.#names()) {
        const dir = join(options.dir, name);
        const facts = readTaskFacts(dir);
        if (facts !== undefined) this.#dirs.set(facts.taskId, dir);
      }
    } catch (reason) {
      throw new AppError("WK-WORKER-DIR", `Task logs cannot be kept in ${options.dir}: ${errorMessage(reason)}.`, {
        cause: reason,
      });
    }
  }

  /** Starts the log of an attempt and drops the oldest ones. */
  create(facts: Omit<TaskLogFacts, "workerId" | "startTime" | "endTime" | "status" | "progress">): TaskLogFile {
    const { dir, workerId, clock, logger } = this.#options;
    const parts = [facts.taskId, facts.taskType.slice(0, 40), workerId.slice(0, 40)].map(fileNameOf);
    const path = join(dir, `${parts.join("_")}_${stamp(clock.now())}`);
    const log = new TaskLogFile(
      path,
      { ...facts, workerId, startTime: clock.now(), endTime: 0, status: "assigned", progress: 0 },
      clock,
      (reason) => logger.warn("A task log cannot be written; the task goes on.", { dir: path, error: reason }),
    );
    this.#open.set(facts.taskId, log);
    this.#dirs.delete(facts.taskId);
    this.#dirs.set(facts.taskId, path);
    return log;
  }

  async finish(log: TaskLogFile, status: string): Promise<void> {
    await log.finish(status);
    if (this.#open.get(log.facts.taskId) === log) this.#open.delete(log.facts.taskId);
    await this.#prune();
  }

  /** The answer to a request: the newest matching entries; what is unknown is said in the answer. */
  async answer(request: TaskLogRequest__Output): Promise<TaskLogResponse> {
    const taskId = request.task_id ?? "";
    const { workerId } = this.#options;
    const base = { task_id: taskId, worker_id: workerId };
    const open = this.#open.get(taskId);
    const dir = open?.dir ?? this.#dirs.get(taskId);
    await open?.flush();
    const facts = open?.facts ?? (dir === undefined ? undefined : readTaskFacts(dir));
    if (dir === undefined || facts === undefined) return { ...base, ...this.#unknown(taskId) };
    const entries = select(await readTaskLog(dir), request).map((line) => toEntry(line, facts));
    const metadata = request.include_metadata === true ? { metadata: toMetadata(facts, dir) } : {};
    return { ...base, success: true, log_entries: entries, ...metadata };
  }

  #unknown(taskId: string): Partial<TaskLogResponse> {
    const now = seconds(this.#options.clock.now());
    const entry = (message: string): TaskLogEntry => ({ timestamp: now, level: "WARNING", message });
    return {
      success: false,
      error_message: `Worker ${this.#options.workerId} has no log of task ${taskId}.`,
      log_entries: [
        entry(`This worker keeps no log of task ${taskId}.`),
        entry(`It keeps the logs of its last ${KEPT_LOGS} attempts; ${this.#dirs.size} are there now.`),
      ],
    };
  }

  async #prune(): Promise<void> {
    const live = new Set([...this.#open.values()].map((log) => log.dir));
    const finished = [...this.#dirs].filter(([, dir]) => !live.has(dir));
    const kept = new Set(this.#dirs.values());
    const surplus = finished.slice(0, Math.max(0, finished.length - KEPT_LOGS));
    for (const [task, dir] of surplus) {
      this.#dirs.delete(task);
      kept.delete(dir);
    }
    // Folders of earlier logs of the same task are in no map.
    for (const name of this.#names()) {
      const dir = join(this.#options.dir, name);
      if (!kept.has(dir)) await removeTaskLog(dir).catch(() => undefined);
    }
  }

  /** Folder names, oldest first. */
  #names(): readonly string[] {
    return readdirSync(this.#options.dir).sort((a, b) => a.slice(-15).localeCompare(b.slice(-15), "en"));
  }
}

function select(lines: readonly TaskLogLine[], request: TaskLogRequest__Output): readonly TaskLogLine[] {
  const level = request.log_level ?? "";
  const from = Number(request.start_time ?? 0) * 1000;
  const to = Number(request.end_time ?? 0) * 1000;
  const matching = lines.filter(
    (line) =>
      (level === "" || line.level === level.toUpperCase()) &&
      (from === 0 || line.time >= from) &&
      (to === 0 || line.time < to + 1000),
  );
  const wanted = request.max_entries ?? 0;
  return matching.slice(-(wanted > 0 ? Math.min(wanted, MAX_ENTRIES) : MAX_ENTRIES));
}

function toEntry(line: TaskLogLine, facts: TaskLogFacts): TaskLogEntry {
  return {
    timestamp: seconds(line.time),
    level: line.level,
    message: line.message,
    fields: line.fields,
    progress: line.progress,
    status: facts.status,
  };
}

function toMetadata(facts: TaskLogFacts, dir: string): NonNullable<TaskLogResponse["metadata"]> {
  const end = facts.endTime === 0 ? {} : { end_time: seconds(facts.endTime) };
  return {
    task_id: facts.taskId,
    task_type: facts.taskType,
    worker_id: facts.workerId,
    start_time: seconds(facts.startTime),
    ...end,
    duration_ms: String(facts.endTime === 0 ? 0 : facts.endTime - facts.startTime),
    status: facts.status,
    progress: facts.progress,
    volume_id: facts.volumeId,
    server: facts.server,
    collection: facts.collection,
    log_file_path: dir,
    created_at: seconds(facts.startTime),
  };
}

function seconds(ms: number): string {
  return String(Math.floor(ms / 1000));
}

/** `YYYYMMDD_HHMMSS`, UTC. */
function stamp(ms: number): string {
  const [date = "", time = ""] = new Date(ms).toISOString().split("T");
  return `${date.replaceAll("-", "")}_${time.slice(0, 8).replaceAll(":", "")}`;
}
