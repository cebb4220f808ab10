import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { AppError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import type { Sandbox } from "../sandbox/sandbox.ts";
import { type Story, startStory } from "../sandbox/story.ts";
import { type DemoFleet, startFleet } from "./fleet.ts";
import { taskTable } from "./report.ts";
import { watchUntilQuiet } from "./watcher.ts";

const LIMIT_MS = 600_000;

export interface DemoOptions {
  /** A cluster that is there, in address form; empty = an embedded one with a story. */
  readonly master: string;
  /** End by itself; otherwise everything runs until `stopAsked`. */
  readonly once: boolean;
  readonly logger: Logger;
  readonly stopAsked: Promise<unknown>;
}

interface Stage {
  readonly sandbox: Sandbox;
  readonly story: Story;
}

/**
 * The main job before one's eyes: a cluster with a story, an admin and two workers as processes of their own, live
 * progress, a table of what was done, and every file read back. @returns 0, or 1 when a file is lost or a due task did
 * not complete.
 */
export async function runDemo(options: DemoOptions): Promise<number> {
  const write = (text: string): void => {
    process.stdout.write(text);
  };
  const dir = mkdtempSync(join(tmpdir(), "weed-demo-"));
  const stop = new AbortController();
  void options.stopAsked.then(() => stop.abort(new AppError("WK-CANCELLED", "The demo was interrupted.")));
  let stage: Stage | undefined;
  let fleet: DemoFleet | undefined;
  try {
    if (options.master === "") {
      write("Starting a cluster: 2 data centers, 3 racks, 5 volume servers …\n");
      stage = await startStory({ dir: join(dir, "cluster"), logger: options.logger });
      write(`${stage.story.summary}\n`);
    }
    fleet = await startFleet(stage?.sandbox.masterAddress ?? options.master, dir);
    write(`An admin and two workers are at work; the page is at ${fleet.page}/\n\n`);
    const live = process.stdout.isTTY === true;
    const tasks = await watchUntilQuiet({ fleet, write, live, signal: stop.signal, limitMs: LIMIT_MS });
    write(`\n${taskTable(tasks)}\n\n`);
    const unfinished = tasks.filter((task) => task.state !== "completed");
    if (unfinished.length > 0) write(`${unfinished.length} tasks did not complete.\n`);
    const lost = stage === undefined ? 0 : await readBack(stage.story, write);
    const code = unfinished.length > 0 || lost > 0 ? 1 : 0;
    if (options.once) return code;
    write(`\nThe page: ${fleet.page}/   Everything runs on until Ctrl-C.\n`);
    await Promise.race([options.stopAsked, fleet.broken.then((error) => Promise.reject(error))]);
    return code;
  } finally {
    await fleet?.stop();
    await stage?.sandbox.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}

/** @returns how many files are not what was written. */
async function readBack(story: Story, write: (text: string) => void): Promise<number> {
  const { read, correct, wrong } = await story.readBack();
  write(`${read} files read back, ${correct} correct\n`);
  for (const line of wrong.slice(0, 20)) write(`  ${line}\n`);
  return read - correct;
}
