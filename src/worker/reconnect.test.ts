import { readdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { deferred } from "../core/deferred.ts";
import type { LogFields, Logger } from "../core/logger.ts";
import { silentLogger } from "../core/logger.ts";
import { serverAddress } from "../rpc/server-address.ts";
import type { TaskContext, TaskResult } from "../tasks/context.ts";
import { AdminDouble } from "./admin-double.testkit.ts";
import { startWorker, taskDouble, tempDir, workerOptions } from "./worker.testkit.ts";
import type { Worker } from "./worker.ts";

const DONE: TaskResult = { facts: {} };

let dir: ReturnType<typeof tempDir>;
const admins: AdminDouble[] = [];
const workers: Worker[] = [];

beforeEach(() => {
  dir = tempDir();
});
afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.stop();
  for (const admin of admins.splice(0)) await admin.stop();
  dir.remove();
});

async function startAdmin(options: Partial<Parameters<typeof AdminDouble.start>[0]> = {}): Promise<AdminDouble> {
  const admin = await AdminDouble.start({ leased: true, ...options });
  admins.push(admin);
  return admin;
}

async function start(
  on: readonly AdminDouble["address"][],
  execute: (context: TaskContext) => Promise<TaskResult>,
  logger: Logger = silentLogger,
): Promise<Worker> {
  const worker = await startWorker(workerOptions(on, dir.path), [taskDouble("vacuum", execute)], { logger });
  workers.push(worker);
  return worker;
}

function recordingLogger(lines: { message: string; fields: LogFields }[]): Logger {
  const add = (message: string, fields: LogFields = {}): void => {
    lines.push({ message, fields });
  };
  const logger: Logger = {
    error: add,
    warn: add,
    info: add,
    v: () => undefined,
    enabled: () => false,
    child: () => logger,
  };
  return logger;
}

describe("a lost stream", () => {
  it("is replaced; the task goes on and its words are said again, in order", async () => {
    const admin = await startAdmin();
    admin.unacknowledged.add("audit").add("task_complete").add("task_update");
    const gate = deferred<void>();
    await start([admin.address], async (context) => {
      await context.checkpoint("frozen", {});
      context.audit({ call: "a", server: "a:1", volumeId: 7, precondition: "" }).catch(() => undefined);
      await gate.promise;
      return DONE;
    });
    const first = await admin.take("registration");
    await admin.take("task_request");
    const taskId = admin.assign({ task_type: "vacuum" });
    await admin.take("audit");
    admin.cut();
    const second = await admin.take("registration");
    expect(second.registration?.extensions).toEqual({
      ...first.registration?.extensions,
      running_task_ids: [taskId],
    });
    const words = [await admin.take("task_update", (said) => said.task_update?.seq === "1"), await admin.take("audit")];
    expect(words.map((said) => said.task_update?.seq ?? said.audit?.seq)).toEqual(["1", "3"]);
    gate.resolve();
    const end = await admin.take("task_complete");
    admin.cut();
    const third = await admin.take("registration");
    expect(third.registration?.extensions?.running_task_ids).toEqual([taskId]);
    const again = await admin.take("task_complete");
    expect(again.task_complete).toEqual(end.task_complete);
    for (const seq of ["1", "3", "4"]) admin.ack(taskId, seq);
    await expect.poll(() => readdirSync(join(dir.path, "outbox"))).toEqual([]);
  });

  it("keeps the task fenced until the lease is renewed", async () => {
    const admin = await startAdmin({ leaseMs: 3_000 });
    const left: number[] = [];
    const gate = deferred<void>();
    await start([admin.address], async (context) => {
      await context.lease.whenAtLeast(1);
      await gate.promise;
      while (context.lease.remainingMs() > 0) await context.sleep(20);
      left.push(context.lease.remainingMs());
      await context.checkpoint("fenced", {});
      await context.lease.whenAtLeast(1_000);
      left.push(context.lease.remainingMs());
      return DONE;
    });
    await admin.take("task_request");
    admin.assign({ task_type: "vacuum" });
    await admin.take("task_update");
    admin.grants = false;
    gate.resolve();
    await admin.take("checkpoint");
    admin.grants = true;
    await admin.take("task_complete");
    expect(left[0]).toBeLessThanOrEqual(0);
    expect(left[1]).toBeGreaterThan(900);
  });

  it("aborts what the admin gave away meanwhile", async () => {
    const admin = await startAdmin();
    const codes: string[] = [];
    await start([admin.address], async (context) => {
      await context.sleep(3_600_000).catch((reason) => codes.push(reason.code));
      return DONE;
    });
    await admin.take("task_request");
    const taskId = admin.assign({ task_type: "vacuum" });
    await admin.take("task_update");
    admin.lost.add(taskId);
    admin.cut();
    await admin.take("task_complete");
    expect(codes).toEqual(["WK-ATTEMPT-DEAD"]);
  });

  it("is noticed when the admin falls silent without closing it", async () => {
    const admin = await startAdmin({ leaseMs: 1_200 });
    await start([admin.address], async () => DONE);
    await admin.take("task_request");
    admin.grants = false;
    admin.heartbeats = false;
    await admin.take("registration");
    await admin.take("registration");
    expect(admin.streamCount).toBeGreaterThanOrEqual(2);
  });
});

describe("several admins", () => {
  it("are tried in turn", async () => {
    const gone = await AdminDouble.start({ leased: true });
    await gone.stop();
    const refusing = await startAdmin();
    refusing.refuseRegistration = "no such worker";
    const good = await startAdmin();
    const lines: { message: string; fields: LogFields }[] = [];
    await start([gone.address, good.address], async () => DONE, recordingLogger(lines));
    await good.take("task_request");
    const failed = lines.find((line) => line.message === "The admin cannot be used.");
    expect(failed?.fields).toMatchObject({ admin: gone.address.http, code: "WK-RPC-UNREACHABLE" });
  });

  it("says what a refusing admin said", async () => {
    const admin = await startAdmin();
    admin.refuseRegistration = "the id is taken";
    const lines: { message: string; fields: LogFields }[] = [];
    const worker = await start([admin.address], async () => DONE, recordingLogger(lines));
    await admin.take("registration");
    await expect.poll(() => lines.map((line) => line.fields["code"])).toContain("WK-WORKER-REFUSED");
    expect(JSON.stringify(lines)).toContain("refused the registration: the id is taken");
    expect(worker.connected).toBe(false);
  });

  it("leaves an id alone for a while that another process took", async () => {
    const admin = await startAdmin();
    const lines: { message: string; fields: LogFields }[] = [];
    await start([admin.address], async () => DONE, recordingLogger(lines));
    await admin.take("task_request");
    admin.replaceWorker();
    await expect.poll(() => lines.map((line) => line.message)).toContain("The stream to the admin ended.");
    const ended = lines.find((line) => line.message === "The stream to the admin ended.");
    expect(ended?.fields["hint"]).toBe("Does another process run with this worker's id? Each needs its own.");
    expect(ended?.fields["nextTryMs"]).toBeGreaterThanOrEqual(15_000);
  });

  it("says that a port is none of gRPC", async () => {
    const { createServer } = await import("node:http");
    const http = createServer((_request, response) => response.end("hello"));
    await new Promise<void>((resolve) => http.listen(0, "127.0.0.1", resolve));
    const address = http.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const lines: { message: string; fields: LogFields }[] = [];
    await start([serverAddress("127.0.0.1", port - 1, port)], async () => DONE, recordingLogger(lines));
    await expect.poll(() => lines.map((line) => line.fields["code"]), { timeout: 20_000 }).toContain("WK-RPC-PROTOCOL");
    await new Promise((resolve) => http.close(resolve));
  });
});

describe("an admin without leases", () => {
  it("gets the plain protocol, and a heartbeat proves that it has read a completion", async () => {
    const admin = await startAdmin({ leased: false });
    admin.heartbeats = false;
    await start([admin.address], async (context) => {
      await context.checkpoint("frozen", { size: 1 });
      await context.commitPoint({});
      await context.lease.whenAtLeast(10_500);
      await context.audit({ call: "VolumeDelete", server: "a:1", volumeId: 7, precondition: "" });
      context.progress({ stage: "compact", percent: 50, bytesDone: 1 });
      return DONE;
    });
    await admin.take("task_request");
    const taskId = admin.assign({ task_type: "vacuum", task_id: "balance_vol_5_1795276563" });
    const updates = [await admin.take("task_update"), await admin.take("task_update")];
    expect(updates.map((said) => said.task_update)).toEqual([
      expect.objectContaining({ task_id: taskId, status: "in_progress", progress: 0 }),
      expect.objectContaining({ task_id: taskId, status: "in_progress", progress: 50 }),
    ]);
    const end = await admin.take("task_complete");
    expect(Object.keys(end.task_complete ?? {}).sort()).toEqual([
      "completion_time",
      "error_message",
      "success",
      "task_id",
      "worker_id",
    ]);
    for (const kind of ["checkpoint", "audit", "lease_renewal"] as const) expect(admin.untaken(kind)).toEqual([]);
    expect(readdirSync(join(dir.path, "outbox"))).toHaveLength(1);
    // A heartbeat that asks for the proof comes soon after the completion, whatever -heartbeat says.
    admin.answerHeartbeats();
    await expect.poll(() => readdirSync(join(dir.path, "outbox"))).toEqual([]);
  });

  it("is asked for one task at a time, and again when it has none", async () => {
    const admin = await startAdmin({ leased: false });
    const gate = deferred<void>();
    await start([admin.address], async () => {
      await gate.promise;
      return DONE;
    });
    const none = { message: "task_assignment", task_assignment: {} } as const;
    await admin.take("task_request");
    admin.send(none);
    await admin.take("task_request");
    admin.assign({ task_type: "vacuum", task_id: "a" });
    await admin.take("task_request");
    admin.assign({ task_type: "vacuum", task_id: "b" });
    await admin.take("task_update");
    await admin.take("task_update");
    expect(admin.untaken("task_request")).toEqual([]);
    gate.resolve();
    await admin.take("task_request");
  });

  it("is told a completion again after a lost stream", async () => {
    const admin = await startAdmin({ leased: false });
    admin.heartbeats = false;
    await start([admin.address], async () => DONE);
    await admin.take("task_request");
    const taskId = admin.assign({ task_type: "vacuum" });
    await admin.take("task_complete");
    admin.cut();
    expect((await admin.take("task_complete")).task_complete?.task_id).toBe(taskId);
    admin.heartbeats = true;
    admin.cut();
    await expect.poll(() => readdirSync(join(dir.path, "outbox"))).toEqual([]);
  });

  it("has no say over an attempt under a lease of another admin", async () => {
    const ours = await startAdmin();
    const codes: string[] = [];
    const port = ours.port;
    await start([ours.address], async (context) => {
      await context.sleep(3_600_000).catch((reason) => codes.push(reason.code));
      return DONE;
    });
    await ours.take("task_request");
    ours.assign({ task_type: "vacuum" });
    await ours.take("task_update");
    await ours.stop();
    admins.splice(0);
    const go = await startAdmin({ leased: false, port });
    await go.take("task_request");
    await expect.poll(() => codes).toEqual(["WK-ATTEMPT-DEAD"]);
    expect(go.untaken("task_complete")).toEqual([]);
    // Its end is kept for the admin that granted the lease.
    await expect.poll(() => readdirSync(join(dir.path, "outbox"))).toHaveLength(1);
  });
});
