import { expect } from "vitest";
import type { Fault, FaultFacts, FaultSpec } from "../../src/sandbox/faults.ts";
import type { FleetTaskDetail } from "./fleet.testkit.ts";
import { until } from "./processes.testkit.ts";
import type { SandboxFleet } from "./sandbox-fleet.testkit.ts";

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

/** A task that is held, or was held when its worker was killed, at a step. */
export interface HeldTask {
  readonly step: Step;
  readonly volumeId: number;
  readonly taskId: number;
  readonly hold: Fault;
}

type Room = Pick<SandboxFleet, "sandbox" | "fleet">;

/** Workers that run, and are killed, at the same time. */
const AT_ONCE = 4;

/** The collection a step's volume must be in: it is paused while other workers are being killed. */
export function collectionOf(at: number): string {
  return `group${Math.floor(at / AT_ONCE)}`;
}

/** Makes a task for each step, to be held there by whichever worker gets it. */
async function makeTasks(
  { sandbox, fleet }: Room,
  type: string,
  steps: readonly { readonly step: Step; readonly volumeId: number }[],
): Promise<readonly HeldTask[]> {
  const made: HeldTask[] = [];
  for (const { step, volumeId } of steps) {
    const hold = sandbox.faults.add({ ...faultOf(step, volumeId), action: "hang" });
    made.push({ step, volumeId, hold, taskId: await fleet.create(type, volumeId) });
  }
  return made;
}

/** Makes a task for each step and resolves when every one of them is held at its step by a running worker. */
export async function holdTasks(
  room: Room,
  type: string,
  steps: readonly { readonly step: Step; readonly volumeId: number }[],
): Promise<readonly HeldTask[]> {
  const held = await makeTasks(room, type, steps);
  for (const task of held) await atItsStep(room, task);
  return held;
}

/**
 * Runs a task for each step on workers with one slot, and kills the worker of each task the moment the task is held at
 * its step. Volume ids count from 1 in the order of the steps.
 */
export async function killAtSteps(room: Room, type: string, steps: readonly Step[]): Promise<readonly HeldTask[]> {
  const { fleet } = room;
  const killed: HeldTask[] = [];
  for (let first = 0; first < steps.length; first += AT_ONCE) {
    const wanted = steps.slice(first, first + AT_ONCE).map((step, at) => ({ step, volumeId: first + at + 1 }));
    const group = await makeTasks(room, type, wanted);
    const victims = new Map(
      group.map((_, at) => {
        const name = `victim-${first + at}`;
        return [name, fleet.startWorker(name, ["-maxConcurrent=1"])];
      }),
    );
    await Promise.all(
      group.map(async (task) => {
        await atItsStep(room, task);
        const { workerId } = (await fleet.task(task.taskId)).task;
        await victims.get(workerId ?? "")?.kill();
        if (task.step.goesOnAt === undefined) task.hold.release();
      }),
    );
    await fleet.put("/api/v1/pauses", { kind: "collection", name: collectionOf(first), paused: true });
    killed.push(...group);
  }
  return killed;
}

async function atItsStep({ fleet }: Room, { step, taskId, hold }: HeldTask): Promise<void> {
  await until(`the task to be at its step`, async () => {
    if (hold.hits > 0) return true;
    const { task } = await fleet.task(taskId);
    throw new Error(`"${step.name}" is not reached; the task is ${task.state}${task.error ? `: ${task.error}` : ""}`);
  });
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
 * Starts another worker and waits until it has ended every task. Every task must be completed by it, after exactly one
 * lost attempt.
 */
export async function finishElsewhere(
  { sandbox, fleet }: Room,
  killed: readonly HeldTask[],
): Promise<readonly FleetTaskDetail[]> {
  for (const { step, hold, volumeId } of killed) {
    if (step.goesOnAt === undefined) continue;
    const { rpc, match } = step.goesOnAt;
    const seen = sandbox.faults.add({ rpc, volumeId, ...(match !== undefined && { match }), action: "delay" });
    void seen.hit.then(() => hold.release());
  }
  for (const name of new Set(killed.map((_, at) => collectionOf(at)))) {
    await fleet.put("/api/v1/pauses", { kind: "collection", name, paused: false });
  }
  await fleet.startConnectedWorker("rescuer", ["-maxConcurrent=12"]);
  const ended: FleetTaskDetail[] = [];
  for (const { taskId, step, volumeId } of killed) {
    const detail = await fleet.ended(taskId);
    const what = `${step.name} (volume ${volumeId}, task ${taskId})`;
    const { state, workerId, losses, error } = detail.task;
    expect({ what, state, workerId, losses, error }).toEqual({
      what,
      state: "completed",
      workerId: "rescuer",
      losses: 1,
      error: null,
    });
    ended.push(detail);
  }
  return ended;
}
