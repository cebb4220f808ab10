import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { AdminDouble } from "./admin-double.testkit.ts";
import { startWorker, taskDouble, tempDir, workerOptions } from "./worker.testkit.ts";
import type { Worker } from "./worker.ts";

let dir: ReturnType<typeof tempDir>;
let worker: Worker | undefined;
let admin: AdminDouble;

beforeEach(async () => {
  dir = tempDir();
  admin = await AdminDouble.start({ leased: true });
});
afterEach(async () => {
  await worker?.stop();
  await admin.stop();
  dir.remove();
});

function journal(): readonly string[] {
  return readdirSync(join(dir.path, "journal"));
}

async function begin(): Promise<string> {
  const options = workerOptions([admin.address], dir.path, { heartbeatMs: 50 });
  const task = taskDouble("vacuum", async (context) => {
    await context.checkpoint("frozen", { was: "writable" });
    await context.commitPoint({ revision: 3 });
    await context.sleep(3_600_000);
    return { facts: {} };
  });
  worker = await startWorker(options, [task]);
  await admin.take("task_request");
  const taskId = admin.assign({ task_type: "vacuum" });
  await admin.take("checkpoint", (said) => said.checkpoint?.commit_point === true);
  return taskId;
}

it("offers what it did for an admin that is no more, until the new one takes it", async () => {
  const taskId = await begin();
  const { port } = admin;
  await admin.stop();
  admin = await AdminDouble.start({ leased: true, port, epoch: "epoch2" });
  admin.lost.add(taskId);
  admin.unacknowledged.add("task_complete");
  const end = await admin.take("task_complete");
  admin.ack(taskId, end.task_complete?.seq, { code: "WK-ATTEMPT-DEAD", message: "of another epoch" });
  const offer = await admin.take("orphan");
  expect(offer.orphan).toMatchObject({
    task_id: taskId,
    task_type: "vacuum",
    step: "commit",
    committed: true,
    params: { volume_id: 7 },
  });
  expect(JSON.parse(String(offer.orphan?.state))).toEqual({ revision: 3 });
  admin.ack(taskId, offer.orphan?.seq, { code: "WK-TASK-BUSY", message: "later" });
  const again = await admin.take("orphan");
  expect(journal()).toHaveLength(1);
  admin.ack(taskId, again.orphan?.seq);
  while (journal().length > 0) await admin.take("heartbeat");
});

it("drops what the admin's own queue knows, and what it has heard the end of", async () => {
  const taskId = await begin();
  expect(journal()).toHaveLength(1);
  admin.lost.add(taskId);
  while (journal().length > 0) await admin.take("heartbeat");
  expect(admin.untaken("orphan")).toEqual([]);
});
