import { existsSync, mkdirSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deferred } from "../core/deferred.ts";
import type { TaskContext, TaskResult } from "../tasks/context.ts";
import { TaskFailed } from "../tasks/task-failed.ts";
import { AdminDouble, type Said } from "./admin-double.testkit.ts";
import { startWorker, taskDouble, tempDir, workerOptions } from "./worker.testkit.ts";
import type { Worker } from "./worker.ts";

const DONE: TaskResult = { facts: { reclaimed: "12" } };

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

type Execute = (context: TaskContext) => Promise<TaskResult>;

async function start(execute: Execute, changes: Parameters<typeof workerOptions>[2] = {}): Promise<Worker> {
  worker = await startWorker(workerOptions([admin.address], dir.path, changes), [taskDouble("vacuum", execute)]);
  return worker;
}

const forTask =
  (taskId: string) =>
  (message: Said): boolean =>
    message.task_complete?.task_id === taskId;

describe("a worker on an admin with leases", () => {
  it("registers first, then beats, renews and asks for as many tasks as it has slots", async () => {
    const started = await start(async () => DONE);
    const first = await admin.take("registration");
    expect(first.worker_id).toBe(started.id);
    expect(first.registration).toMatchObject({
      worker_id: started.id,
      capabilities: ["vacuum"],
      max_concurrent: 2,
      extensions: { protocol: 1, version: "0.0.0-test", process_nonce: expect.stringMatching(/^[0-9a-f]{16}$/) },
    });
    expect((await admin.take("heartbeat")).heartbeat).toMatchObject({ status: "active", max_concurrent: 2 });
    expect((await admin.take("task_request")).task_request).toMatchObject({ available_slots: 2 });
    const renewals = [await admin.take("lease_renewal"), await admin.take("lease_renewal")];
    expect(renewals.map((message) => message.lease_renewal?.nonce)).toEqual(["1", "2"]);
    expect(existsSync(join(dir.path, "worker.id"))).toBe(true);
  });

  it("runs a task and tells its end, with numbers that only grow", async () => {
    await start(async (context) => {
      expect(context.attempt).toMatchObject({ number: 3, checkpoint: { step: "frozen", state: { size: 9 } } });
      expect([context.committed, context.options.verify, context.options.bytesPerSecond]).toEqual([true, "full", 5]);
      context.progress({ stage: "compact", percent: 40, bytesDone: 4, bytesTotal: 10 });
      await context.checkpoint("copied", { size: 10 });
      await context.lease.whenAtLeast(5_000);
      await context.audit({ call: "VolumeDelete", server: "a:1", volumeId: 7, precondition: "frozen" });
      await context.audit({ call: "VolumeDelete", server: "a:1", volumeId: 7, precondition: "frozen", outcome: "ok" });
      return DONE;
    });
    await admin.take("task_request");
    const taskId = admin.assign({
      task_type: "vacuum",
      attempt: {
        number: 3,
        committed: true,
        checkpoint: Buffer.from('{"step":"frozen","state":{"size":9}}'),
        verify: "full",
        bytes_per_second: 5,
      },
    });
    const begun = await admin.take("task_update", (message) => message.task_update?.seq !== undefined);
    expect(begun.task_update).toMatchObject({ task_id: taskId, status: "in_progress", seq: "1" });
    const progress = await admin.take("task_update");
    expect(progress.task_update).toMatchObject({ stage: "compact", progress: 40, bytes_done: "4", bytes_total: "10" });
    const { checkpoint } = await admin.take("checkpoint");
    expect(checkpoint).toMatchObject({ task_id: taskId, seq: "2", step: "copied" });
    expect(checkpoint?.state?.toString()).toBe('{"size":10}');
    expect((await admin.take("audit")).audit).toMatchObject({ seq: "3", call: "VolumeDelete", volume_id: 7 });
    expect((await admin.take("audit")).audit).toMatchObject({ seq: "4", outcome: "ok" });
    expect((await admin.take("task_complete")).task_complete).toMatchObject({
      task_id: taskId,
      success: true,
      seq: "5",
      result_metadata: { reclaimed: "12" },
    });
    await expect.poll(() => readdirSync(join(dir.path, "outbox"))).toEqual([]);
    admin.send({ message: "task_log_request", task_log_request: { task_id: taskId, include_metadata: true } });
    const log = (await admin.take("task_log_response")).task_log_response;
    expect(log?.metadata).toMatchObject({ status: "completed", volume_id: 7 });
    expect(log?.log_entries?.map((entry) => entry.message)).toContain("checkpoint copied");
  });

  it("waits with a checkpoint until it is acknowledged", async () => {
    admin.unacknowledged.add("checkpoint");
    const passed: string[] = [];
    await start(async (context) => {
      await context.checkpoint("frozen", {});
      passed.push("frozen");
      await context.commitPoint({ targets: ["b:1"] });
      passed.push("committed");
      expect(context.committed).toBe(true);
      return DONE;
    });
    await admin.take("task_request");
    const taskId = admin.assign({ task_type: "vacuum" });
    const first = await admin.take("checkpoint");
    await admin.take("lease_renewal");
    expect(passed).toEqual([]);
    admin.ack(taskId, first.checkpoint?.seq);
    const second = await admin.take("checkpoint");
    expect(second.checkpoint).toMatchObject({ commit_point: true });
    expect(passed).toEqual(["frozen"]);
    admin.ack(taskId, second.checkpoint?.seq);
    await admin.take("task_complete");
    expect(passed).toEqual(["frozen", "committed"]);
  });

  it("does not take more than its slots, and hands the rest back", async () => {
    const gate = deferred<void>();
    await start(async () => {
      await gate.promise;
      return DONE;
    });
    await admin.take("task_request");
    const ids = [1, 2, 3].map(() => admin.assign({ task_type: "vacuum" }));
    const refused = await admin.take("task_complete");
    expect(refused.task_complete).toMatchObject({
      task_id: ids[2],
      success: false,
      error_code: "WK-WORKER-CAPACITY",
      error_message: "executor is at capacity",
      kind: "COMPLETION_HANDED_BACK",
    });
    await admin.take("task_request", (message) => (message.task_request?.available_slots ?? 0) === 0);
    gate.resolve();
    await admin.take("task_complete", forTask(ids[0] ?? ""));
    await admin.take("task_complete", forTask(ids[1] ?? ""));
    await admin.take("task_request", (message) => message.task_request?.available_slots === 2);
  });

  it("runs an assignment that comes twice once", async () => {
    let runs = 0;
    const gate = deferred<void>();
    await start(async () => {
      runs++;
      await gate.promise;
      return DONE;
    });
    await admin.take("task_request");
    admin.assign({ task_type: "vacuum", task_id: "epoch1-9-a1" });
    admin.assign({ task_type: "vacuum", task_id: "epoch1-9-a1" });
    await admin.take("task_request", (message) => message.task_request?.available_slots === 1);
    gate.resolve();
    await admin.take("task_complete");
    await admin.take("task_request", (message) => message.task_request?.available_slots === 2);
    expect([runs, admin.untaken("task_complete").length]).toEqual([1, 0]);
  });

  it("refuses what it cannot run, and stays", async () => {
    await start(async () => DONE);
    await admin.take("task_request");
    const unknown = admin.assign({ task_type: "vacumm" });
    expect((await admin.take("task_complete", forTask(unknown))).task_complete).toMatchObject({
      success: false,
      error_code: "WK-TASK-TYPE",
      error_message: 'This worker runs vacuum, not "vacumm".',
    });
    const planless = admin.assign({ task_type: "vacuum", params: {} });
    expect((await admin.take("task_complete", forTask(planless))).task_complete).toMatchObject({
      error_code: "WK-TASK-PLAN",
    });
    const broken = admin.assign({ task_type: "vacuum", attempt: { checkpoint: Buffer.from("{") } });
    expect((await admin.take("task_complete", forTask(broken))).task_complete).toMatchObject({
      error_code: "WK-TASK-PLAN",
    });
    admin.assign({ task_type: "vacuum", task_id: "x".repeat(5_000_000) });
    admin.send({});
    const good = admin.assign({ task_type: "vacuum" });
    expect((await admin.take("task_complete", forTask(good))).task_complete?.success).toBe(true);
  });

  it.each([
    [
      new TaskFailed("WK-TASK-STALE", "gone", { clean: true, retry: false }),
      { kind: "COMPLETION_DEFAULT", error_code: "WK-TASK-STALE", result_metadata: { retry: "false" } },
    ],
    [
      new TaskFailed("WK-TASK-VERIFY", "differs", { clean: false, details: { server: "a:1" } }),
      { kind: "COMPLETION_UNCLEAN", error_code: "WK-TASK-VERIFY", result_metadata: { server: "a:1" } },
    ],
    [new Error("boom"), { kind: "COMPLETION_DEFAULT", error_code: "WK-INTERNAL", error_message: "boom" }],
  ])("says how a task failed: %s", async (error, expected) => {
    await start(async () => {
      throw error;
    });
    await admin.take("task_request");
    admin.assign({ task_type: "vacuum" });
    const { task_complete: complete } = await admin.take("task_complete");
    expect(complete).toMatchObject({ success: false, ...expected });
  });

  it("calls an unexpected error after a checkpoint unclean", async () => {
    await start(async (context) => {
      await context.checkpoint("frozen", {});
      throw new Error("boom");
    });
    await admin.take("task_request");
    admin.assign({ task_type: "vacuum" });
    expect((await admin.take("task_complete")).task_complete?.kind).toBe("COMPLETION_UNCLEAN");
  });

  it("makes and removes scratch folders, those of the last process too", async () => {
    mkdirSync(join(dir.path, "scratch", "old"), { recursive: true });
    let seen = "";
    await start(async (context) => {
      seen = context.options.scratchDir;
      mkdirSync(seen, { recursive: true });
      writeFileSync(join(seen, "x"), "x");
      return DONE;
    });
    expect(existsSync(join(dir.path, "scratch", "old"))).toBe(false);
    await admin.take("task_request");
    admin.assign({ task_type: "vacuum" });
    await admin.take("task_complete");
    expect(seen.startsWith(join(dir.path, "scratch"))).toBe(true);
    expect(existsSync(seen)).toBe(false);
  });

  it("starts no second worker in the same directory", async () => {
    await start(async () => DONE);
    await expect(startWorker(workerOptions([admin.address], dir.path), [])).rejects.toMatchObject({
      code: "WK-WORKER-LOCKED",
    });
  });
});
