import { AppError } from "../core/errors.ts";
import type { BedVolume, TaskBed } from "./bed.testkit.ts";
import { DurableTask, TestContext } from "./context.testkit.ts";
import type { TaskContext, TaskResult } from "./context.ts";
import type { CallFault, ClusterCall } from "./faulty-cluster.testkit.ts";
import { TaskFailed } from "./task-failed.ts";

export const CALL_FAULTS: readonly CallFault[] = [
  "error",
  "lost",
  "cut",
  "unreachable",
  "die-before",
  "die-during",
  "die-after",
];

/** A task type as the sweep drives it. */
export interface SweepCase {
  readonly bed: TaskBed;
  volume(): Promise<BedVolume>;
  execute(ctx: TaskContext, volume: BedVolume): Promise<TaskResult>;
  /** What differs from "never touched". */
  asBefore(volume: BedVolume): Promise<string[]>;
  /** What differs from the goal. */
  asWanted(volume: BedVolume): Promise<string[]>;
  /** Checks the records of all attempts together. */
  records?(contexts: readonly TestContext[], task: DurableTask): string[];
}

/** Attempts a task gets: one is hit by the fault, the next must do it; one is to spare. */
const MOST_ATTEMPTS = 3;

/** One run without any fault; its calls are the steps the sweep strikes at. */
export async function cleanRun(sweep: SweepCase): Promise<readonly ClusterCall[]> {
  const volume = await sweep.volume();
  const ctx = new TestContext({ cluster: sweep.bed.cluster, scratchDir: sweep.bed.scratch });
  await sweep.execute(ctx, volume);
  const problems = await sweep.asWanted(volume);
  await sweep.bed.drop(volume);
  if (problems.length > 0) throw new Error(`A run without faults left: ${problems.join("; ")}`);
  return ctx.cluster.calls;
}

/** Calls that change nothing: whether they ran or not is the same, so fewer faults tell everything. */
const READS =
  /^(read|probe|copyFile|volumeStatus|volumeServerStatus|vacuumVolumeCheck|scrub|list|ecShardsInfo|ecShardRead|ping)/;

/**
 * The calls to strike at with a fault: of each method that changes something the first and the last, and with `error`
 * also the first of each method that reads. With WK_SWEEP=full in the environment: every call.
 */
export function chooseCalls(calls: readonly ClusterCall[], fault: CallFault): readonly number[] {
  if (process.env["WK_SWEEP"] === "full") return calls.map(({ index }) => index);
  const chosen = new Set<number>();
  for (const method of new Set(calls.map((call) => call.method))) {
    const group = calls.filter((call) => call.method === method).map(({ index }) => index);
    const [first = 0, last = 0] = [group[0], group.at(-1)];
    if (!READS.test(method)) chosen.add(first).add(last);
    else if (fault === "error") chosen.add(first);
  }
  return [...chosen].sort((a, b) => a - b);
}

/**
 * Runs the task with one fault at one call, then again without faults until it is done. Resolves to everything that
 * is wrong: a file lost or come back, something left over, a clean failure that was not clean, a goal not reached.
 */
export async function strike(sweep: SweepCase, fault: CallFault, at: number): Promise<string[]> {
  const volume = await sweep.volume();
  const task = new DurableTask();
  const contexts: TestContext[] = [];
  const story: string[] = [];
  const problems: string[] = [];
  let done = false;
  while (!done && contexts.length < MOST_ATTEMPTS) {
    const first = contexts.length === 0;
    const ctx = new TestContext({
      cluster: sweep.bed.cluster,
      task,
      scratchDir: `${sweep.bed.scratch}/${volume.volumeId}`,
      fault: (call) => {
        if (!first || call.index !== at) return undefined;
        story.push(`${fault} at ${call.index} ${call.method} on ${call.server}`);
        return fault;
      },
    });
    contexts.push(ctx);
    try {
      await sweep.execute(ctx, volume);
      done = true;
    } catch (reason) {
      const error = AppError.from(reason);
      story.push(`${error.code} ${error.message}`);
      if (!(error instanceof TaskFailed)) problems.push(`not a TaskFailed: ${error.stack}`);
      else if (error.clean)
        problems.push(...(await sweep.asBefore(volume)).map((text) => `after a clean failure ${text}`));
    }
  }
  if (!done) problems.push("not done");
  problems.push(...(await sweep.asWanted(volume)), ...(sweep.records?.(contexts, task) ?? []));
  await sweep.bed.drop(volume);
  if (problems.length === 0) return [];
  const lines = contexts.flatMap((ctx, index) => ctx.lines.map((line) => `  ${index + 1}: ${line}`));
  return [`${story.join(" | ")} → ${problems.join("; ")}\n${lines.join("\n")}`];
}
