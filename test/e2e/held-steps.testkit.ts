import { expect } from "vitest";
import type { Fault, FaultFacts, FaultSpec } from "../../src/sandbox/faults.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import type { Fleet, FleetTaskDetail } from "./fleet.testkit.ts";
import { type TestProcess, until } from "./processes.testkit.ts";

/** A moment of a task: the call, or the point inside a call, at which a server is held while the worker dies. */
export interface Step {
  /** For messages. */
  readonly name: string;
  readonly rpc: string;
  readonly at?: string;
  /** Place of the server; default any. */
  readonly server?: number;
  readonly nth?: number;
  /** What else the call must be; gets the volume's id, which calls name in different ways. */
  readonly match?: (facts: FaultFacts, volumeId: number) => boolean;
  /**
   * The server goes on only when the next attempt makes this call; default: as soon as the worker is dead, as servers
   * do that finish what nobody waits for.
   */
  readonly goesOnAt?: { readonly rpc: string; readonly match?: (facts: FaultFacts) => boolean };
}

/** A task of one type that is held at a step. */
export interface HeldTask {
  readonly step: Step;
  readonly volumeId: number;
  readonly taskId: number;
  readonly hold: Fault;
}

/** Starts one task for each step and resolves when every one of them is held at its step. */
export async function holdTasks(
  { sandbox, fleet }: { readonly sandbox: Sandbox; readonly fleet: Fleet },
  type: string,
  steps: readonly { readonly step: Step; readonly volumeId: number }[],
): Promise<readonly HeldTask[]> {
  const held: HeldTask[] = [];
  for (const { step, volumeId } of steps) {
    const hold = sandbox.faults.add({ ...faultOf(step, volumeId), action: "hang" });
    held.push({ step, volumeId, hold, taskId: await fleet.create(type, volumeId) });
  }
  await until(`all tasks to be at their steps`, async () => {
    const missing = held.filter(({ hold }) => hold.hits === 0);
    if (missing.length === 0) return true;
    const ended = await Promise.all(missing.map(({ taskId }) => fleet.task(taskId)));
    throw new Error(
      missing
        .map(({ step }, at) => `${step.name} is not reached: ${ended[at]?.task.state} ${ended[at]?.task.error ?? ""}`)
        .join("; "),
    );
  });
  return held;
}

function faultOf({ rpc, at, server, nth, match }: Step, volumeId: number): Omit<FaultSpec, "action"> {
  return {
    rpc,
    ...(at !== undefined && { at }),
    ...(server !== undefined && { server }),
    ...(nth !== undefined && { nth }),
    ...(match === undefined ? { volumeId } : { match: (facts) => match(facts, volumeId) }),
  };
}

/**
 * Kills the worker, lets the servers go on, starts another worker and waits until it has ended every task. Every task
 * must be completed by the other worker, after exactly one lost attempt.
 */
export async function finishElsewhere(
  { sandbox, fleet }: { readonly sandbox: Sandbox; readonly fleet: Fleet },
  victim: TestProcess,
  held: readonly HeldTask[],
): Promise<ReadonlyMap<number, FleetTaskDetail>> {
  await victim.kill();
  for (const { step, hold, volumeId } of held) {
    if (step.goesOnAt === undefined) {
      hold.release();
      continue;
    }
    const { rpc, match } = step.goesOnAt;
    const seen = sandbox.faults.add({ rpc, volumeId, ...(match !== undefined && { match }), action: "delay" });
    void seen.hit.then(() => hold.release());
  }
  await fleet.startConnectedWorker("rescuer", ["-maxConcurrent=100"]);
  const ended = new Map<number, FleetTaskDetail>();
  for (const { taskId, step, volumeId } of held) {
    const detail = await fleet.ended(taskId);
    const what = `${step.name} (volume ${volumeId}, task ${taskId})`;
    expect({ what, ...summaryOf(detail) }).toEqual({
      what,
      state: "completed",
      worker: "rescuer",
      losses: 1,
      error: null,
    });
    ended.set(volumeId, detail);
  }
  return ended;
}

function summaryOf({ task }: FleetTaskDetail) {
  return { state: task.state, worker: task.workerId, losses: task.losses, error: task.error };
}
