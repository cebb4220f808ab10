import { AppError } from "../../core/errors.ts";
import type { TaskLogResponse__Output } from "../../rpc/gen/worker_pb/TaskLogResponse.ts";
import type { WorkerRoster } from "./worker-roster.ts";
import type { TaskLogLine } from "./worker-view.ts";

const ANSWER_MS = 10_000;
const TRIES = 3;
const PAUSE_MS = 1_000;
const LONGEST_MESSAGE = 2000;
const MOST_FIELDS = 20;

interface Asked {
  resolve(lines: readonly TaskLogLine[]): void;
  reject(reason: AppError): void;
}

/** Asks workers for the logs of their attempts. worker.proto has no request ids: one question per attempt at a time. */
export class LogCollector {
  readonly #roster: WorkerRoster;
  readonly #asked = new Map<string, Asked>();
  readonly #questions = new Map<string, Promise<readonly TaskLogLine[]>>();

  constructor(roster: WorkerRoster) {
    this.#roster = roster;
  }

  /** Newest `maxEntries` lines. Tries three times; WK-WORKER-GONE, WK-TIMEOUT, or WK-WORKER-LOG with the worker's words. */
  pull(workerId: string, wireId: string, maxEntries: number): Promise<readonly TaskLogLine[]> {
    const key = keyOf(workerId, wireId);
    const asked = this.#questions.get(key);
    if (asked !== undefined) return asked;
    const question = this.#ask(workerId, wireId, maxEntries).finally(() => this.#questions.delete(key));
    this.#questions.set(key, question);
    return question;
  }

  /** A log came in. */
  answered(workerId: string, response: TaskLogResponse__Output): void {
    const asked = this.#asked.get(keyOf(workerId, response.task_id ?? ""));
    if (asked === undefined) return;
    if (response.success === true) asked.resolve((response.log_entries ?? []).map(lineOf));
    else
      asked.reject(new AppError("WK-WORKER-LOG", response.error_message ?? "The worker has no log of this attempt."));
  }

  async #ask(workerId: string, wireId: string, maxEntries: number): Promise<readonly TaskLogLine[]> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#once(workerId, wireId, maxEntries);
      } catch (reason) {
        if (attempt === TRIES) throw reason;
        await new Promise((resolve) => setTimeout(resolve, PAUSE_MS).unref());
      }
    }
  }

  async #once(workerId: string, wireId: string, maxEntries: number): Promise<readonly TaskLogLine[]> {
    const session = this.#roster.session(workerId);
    if (session === undefined) throw new AppError("WK-WORKER-GONE", `Worker ${workerId} is not connected.`);
    const key = keyOf(workerId, wireId);
    let timer: NodeJS.Timeout | undefined;
    try {
      return await new Promise<readonly TaskLogLine[]>((resolve, reject) => {
        this.#asked.set(key, { resolve, reject });
        timer = setTimeout(
          () => reject(new AppError("WK-TIMEOUT", `Worker ${workerId} sent no log within ${ANSWER_MS / 1000} s.`)),
          ANSWER_MS,
        );
        session.send({
          message: "task_log_request",
          task_log_request: { task_id: wireId, worker_id: workerId, include_metadata: true, max_entries: maxEntries },
        });
      });
    } finally {
      clearTimeout(timer);
      this.#asked.delete(key);
    }
  }
}

function keyOf(workerId: string, wireId: string): string {
  return `${workerId} ${wireId}`;
}

function lineOf(entry: NonNullable<TaskLogResponse__Output["log_entries"]>[number]): TaskLogLine {
  return {
    timestamp: Number(entry.timestamp ?? "0"),
    level: entry.level ?? "",
    message: (entry.message ?? "").slice(0, LONGEST_MESSAGE),
    fields: Object.fromEntries(Object.entries(entry.fields ?? {}).slice(0, MOST_FIELDS)),
  };
}
