import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deferred } from "../core/deferred.ts";
import type { TaskContext, TaskResult } from "../tasks/context.ts";
import { TaskFailed } from "../tasks/task-failed.ts";
import { AdminDouble } from "./admin-double.testkit.ts";
import { startWorker, taskDouble, tempDir, workerOptions } from "./worker.testkit.ts";
import type { Worker } from "./worker.ts";

const DONE: TaskResult = { facts: {} };

let dir: ReturnType<typeof tempDir>;
let admin: AdminDouble;
let worker: Worker | undefined;

beforeEach(async () => {
  dir = tempDir();
  admin = await AdminDouble.start({ leased: true });
});
afterEach(async () => {
  await worker?.stop();
  worker = undefined;
  await admin.stop();
  dir.remove();
});

async function start(
  execute: (context: TaskContext) => Promise<TaskResult>,
  changes: Parameters<typeof workerOptions>[2] = {},
): Promise<Worker> {
  worker = await startWorker(workerOptions([admin.address], dir.path, changes), [taskDouble("vacuum", execute)]);
  await admin.take("task_request");
  return worker;
}

/** A task that waits until it is told to stop, and says what it saw. */
function stoppable(seen: string[]) {
  return async (context: TaskContext): Promise<TaskResult> => {
    try {
      await context.sleep(3_600_000);
    } catch (reason) {
      seen.push((reason as { code: string }).code);
      throw new TaskFailed("WK-CANCELLED", "rolled back", { clean: true, cause: reason });
    }
    return DONE;
  };
}

function cancel(taskId: string, force = false): void {
  admin.send({ message: "task_cancellation", task_cancellation: { task_id: taskId, reason: "by hand", force } });
}

describe("cancellation", () => {
  it("rolls back and says so", async () => {
    const seen: string[] = [];
    await start(stoppable(seen));
    const taskId = admin.assign({ task_type: "vacuum" });
    await admin.take("task_update");
    cancel(taskId);
    expect((await admin.take("task_complete")).task_complete).toMatchObject({
      task_id: taskId,
      kind: "COMPLETION_CANCELLED",
    });
    expect(seen).toEqual(["WK-CANCELLED"]);
  });

  it("comes too late past the commit point", async () => {
    const gate = deferred<void>();
    await start(async (context) => {
      await context.commitPoint({});
      await gate.promise;
      context.safePoint();
      expect(context.signal.aborted).toBe(false);
      return DONE;
    });
    const taskId = admin.assign({ task_type: "vacuum" });
    await admin.take("checkpoint");
    await admin.take("lease_renewal");
    cancel(taskId);
    // Messages are read in order: once the log is answered, the cancellation was read.
    admin.send({ message: "task_log_request", task_log_request: { task_id: taskId } });
    await admin.take("task_log_response");
    gate.resolve();
    expect((await admin.take("task_complete")).task_complete).toMatchObject({ success: true });
  });

  it("while the commit point is on its way, leaves the decision to the admin", async () => {
    admin.unacknowledged.add("checkpoint");
    const decisions: string[] = [];
    const execute = async (context: TaskContext): Promise<TaskResult> => {
      await context.commitPoint({});
      decisions.push("forward");
      return DONE;
    };
    await start(execute);
    const forward = admin.assign({ task_type: "vacuum" });
    const said = await admin.take("checkpoint");
    cancel(forward);
    admin.ack(forward, said.checkpoint?.seq);
    const end = await admin.take("task_complete");
    expect(end.task_complete).toMatchObject({ success: true });

    const back = admin.assign({ task_type: "vacuum" });
    const again = await admin.take("checkpoint");
    cancel(back);
    admin.ack(back, again.checkpoint?.seq, { code: "WK-TASK-STATE", message: "is being cancelled" });
    const stopped = await admin.take("task_complete");
    expect(stopped.task_complete).toMatchObject({ success: false, kind: "COMPLETION_CANCELLED" });
    expect(decisions).toEqual(["forward"]);
  });

  it("with force means that the attempt is lost: nothing may be changed any more", async () => {
    const seen: string[] = [];
    await start(async (context) => {
      await context.commitPoint({});
      try {
        await context.lease.whenAtLeast(13_300);
        await context.sleep(3_600_000);
      } catch (reason) {
        seen.push((reason as { code: string }).code, String(context.lease.remainingMs()));
        await context.audit({ call: "x", server: "a:1", volumeId: 7, precondition: "" }).catch((error) => {
          seen.push(error.code);
        });
        throw reason;
      }
      return DONE;
    });
    const taskId = admin.assign({ task_type: "vacuum" });
    await admin.take("checkpoint");
    await admin.take("lease_renewal");
    cancel(taskId, true);
    const end = await admin.take("task_complete");
    expect(end.task_complete).toMatchObject({ success: false, error_code: "WK-ATTEMPT-DEAD" });
    expect(seen).toEqual(["WK-ATTEMPT-DEAD", "0", "WK-ATTEMPT-DEAD"]);
  });

  it("of a task that does not run changes nothing", async () => {
    await start(async () => DONE);
    cancel("epoch1-99-a1");
    cancel("epoch1-99-a1", true);
    const taskId = admin.assign({ task_type: "vacuum" });
    expect((await admin.take("task_complete")).task_complete).toMatchObject({ task_id: taskId, success: true });
  });
});

describe("a lost attempt", () => {
  it("is aborted when a renewal names it lost", async () => {
    const seen: string[] = [];
    await start(stoppable(seen));
    const taskId = admin.assign({ task_type: "vacuum" });
    await admin.take("task_update");
    admin.lost.add(taskId);
    await admin.take("task_complete");
    expect(seen).toEqual(["WK-ATTEMPT-DEAD"]);
  });

  it("is aborted when a word of it is refused as dead", async () => {
    admin.unacknowledged.add("checkpoint");
    const seen: string[] = [];
    await start(async (context) => {
      await context.checkpoint("frozen", {}).catch((reason) => seen.push(reason.code));
      context.safePoint();
      return DONE;
    });
    const taskId = admin.assign({ task_type: "vacuum" });
    const { checkpoint } = await admin.take("checkpoint");
    admin.ack(taskId, checkpoint?.seq, { code: "WK-ATTEMPT-DEAD", message: "it is over" });
    const end = await admin.take("task_complete");
    expect(end.task_complete).toMatchObject({ success: false, error_code: "WK-ATTEMPT-DEAD" });
    expect(seen).toEqual(["WK-ATTEMPT-DEAD"]);
  });
});

describe("emergency stop", () => {
  it("holds the next destructive step and lets it go on afterwards", async () => {
    const passed: string[] = [];
    await start(async (context) => {
      await context.checkpoint("ready", {});
      await context.lease.whenAtLeast(5_000);
      passed.push("step");
      return DONE;
    });
    admin.emergencyStop = true;
    admin.assign({ task_type: "vacuum", attempt: { emergency_stop: true } });
    await admin.take("checkpoint");
    await admin.take("lease_renewal");
    await admin.take("lease_renewal");
    await admin.take("lease_renewal");
    expect(passed).toEqual([]);
    admin.emergencyStop = false;
    await admin.take("task_complete");
    expect(passed).toEqual(["step"]);
  });
});

describe("stopping the worker", () => {
  it("finishes what runs, takes nothing new, and says goodbye", async () => {
    const gate = deferred<void>();
    const running = await start(async () => {
      await gate.promise;
      return DONE;
    });
    const taskId = admin.assign({ task_type: "vacuum" });
    await admin.take("task_update");
    const stopped = running.stop();
    await admin.take("task_request", (message) => (message.task_request?.available_slots ?? 0) === 0);
    const late = admin.assign({ task_type: "vacuum" });
    expect((await admin.take("task_complete")).task_complete).toMatchObject({
      task_id: late,
      kind: "COMPLETION_HANDED_BACK",
      error_code: "WK-WORKER-STOPPING",
    });
    gate.resolve();
    expect((await admin.take("task_complete")).task_complete).toMatchObject({ task_id: taskId, success: true });
    const { shutdown } = await admin.take("shutdown");
    expect(shutdown).toMatchObject({ worker_id: running.id, reason: "normal shutdown" });
    await stopped;
  });

  it("hands back what does not finish in time", async () => {
    const seen: string[] = [];
    const running = await start(stoppable(seen), { shutdownTimeoutMs: 50 });
    const taskId = admin.assign({ task_type: "vacuum" });
    await admin.take("task_update");
    await running.stop();
    expect((await admin.take("task_complete")).task_complete).toMatchObject({
      task_id: taskId,
      kind: "COMPLETION_HANDED_BACK",
    });
    expect(seen).toEqual(["WK-WORKER-STOPPING"]);
    await admin.take("shutdown");
  });

  it("stops while no admin can be reached", async () => {
    await admin.stop();
    const lonely = await startWorker(workerOptions([admin.address], dir.path), []);
    await lonely.stop();
    expect(lonely.connected).toBe(false);
    admin = await AdminDouble.start({ leased: true });
  });
});
