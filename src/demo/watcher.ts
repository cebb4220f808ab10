import { AppError } from "../core/errors.ts";
import { sleep } from "../core/sleep.ts";
import type { ApiScan, ApiTask } from "./api-client.ts";
import type { DemoFleet } from "./fleet.ts";
import { bytesText } from "./report.ts";

const POLL_MS = 400;
const BAR_WIDTH = 24;
const ENDED = new Set(["completed", "cancelled", "dead", "quarantined"]);

export interface WatchOptions {
  readonly fleet: DemoFleet;
  /** One line each; a line that starts with a carriage return replaces the last one on a terminal. */
  readonly write: (text: string) => void;
  readonly live: boolean;
  readonly signal: AbortSignal;
  /** The most this may take, ms. */
  readonly limitMs: number;
}

/**
 * Shows what happens until nothing is due any more: no task is live, and every type was looked over after the last one
 * ended and found nothing. @returns all tasks. @throws AppError WK-DEMO when it takes too long.
 */
export async function watchUntilQuiet(options: WatchOptions): Promise<readonly ApiTask[]> {
  const { fleet, write, live, signal } = options;
  const said = new Map<number, string>();
  const giveUp = Date.now() + options.limitMs;
  for (;;) {
    const state = await Promise.race([Promise.all([fleet.api.tasks(), fleet.api.scans()]), fleet.broken]);
    if (state instanceof AppError) throw state;
    const [tasks, scans] = state;
    for (const task of [...tasks].reverse()) {
      const word = lineOf(task);
      if (said.get(task.id) === word) continue;
      said.set(task.id, word);
      write(`${live ? "\r\u001b[K" : ""}${word}\n`);
    }
    if (live) write(`\r\u001b[K${barOf(tasks)}`);
    if (isQuiet(tasks, scans)) {
      if (live) write("\r\u001b[K");
      return tasks;
    }
    if (Date.now() > giveUp) throw new AppError("WK-DEMO", `Work is still due after ${options.limitMs / 1000} s.`);
    await sleep(POLL_MS, signal);
  }
}

function isQuiet(tasks: readonly ApiTask[], scans: readonly ApiScan[]): boolean {
  if (tasks.some((task) => !ENDED.has(task.state))) return false;
  const last = Math.max(0, ...tasks.map((task) => Date.parse(task.finishedAt ?? "") || 0));
  return scans.every(
    (scan) => !scan.running && scan.error === null && scan.found === 0 && Date.parse(scan.lastStartedAt ?? "") > last,
  );
}

function lineOf(task: ApiTask): string {
  const name = `task ${task.id}  ${task.type} of volume ${task.volumeId}`;
  if (task.state === "pending") return `${name}: due, ${task.reason}`;
  const attempt = task.attempt > 1 ? ` (attempt ${task.attempt})` : "";
  const error = task.error === null || task.state === "completed" ? "" : `: ${task.error}`;
  return `${name}: ${task.state}${attempt}${error}`;
}

function barOf(tasks: readonly ApiTask[]): string {
  const running = tasks.filter((task) => task.progress !== null && !ENDED.has(task.state));
  const done = tasks.filter((task) => ENDED.has(task.state)).length;
  const parts = running.map((task) => {
    const percent = task.progress?.percent ?? 0;
    const filled = Math.round((percent / 100) * BAR_WIDTH);
    return `${task.type} ${task.volumeId} [${"█".repeat(filled)}${"·".repeat(BAR_WIDTH - filled)}] ${task.progress?.stage ?? ""}`;
  });
  const waiting = tasks.length - done - running.length;
  const bytes = tasks.reduce((sum, task) => sum + (ENDED.has(task.state) ? task.bytes : 0), 0);
  return [`${done} done (${bytesText(bytes)})`, `${waiting} waiting`, ...parts]
    .join("  ")
    .slice(0, process.stdout.columns ?? 120);
}
