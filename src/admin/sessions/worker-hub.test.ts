import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Server, ServerCredentials } from "@grpc/grpc-js";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ClusterPort } from "../../cluster/cluster-port.ts";
import type { Clock } from "../../core/clock.ts";
import { AppError } from "../../core/errors.ts";
import { silentLogger } from "../../core/logger.ts";
import { createServer, listen } from "../../rpc/channel.ts";
import { workerService } from "../../rpc/proto.ts";
import type { TaskDefinition, Verdict } from "../../tasks/definition.ts";
import { AdminEvents } from "../events.ts";
import { openSqliteStore } from "../store/sqlite-store.ts";
import { newTask, openRules } from "../store/store.testkit.ts";
import type { Store, TaskRecord } from "../store/store.ts";
import { ScriptedWorker } from "./worker-client.testkit.ts";
import { WorkerHub, workerServiceHandlers } from "./worker-hub.ts";

class HandClock implements Clock {
  #skipped = 0;
  now(): number {
    return Date.now() + this.#skipped;
  }
  monotonic(): number {
    return performance.now() + this.#skipped;
  }
  advance(ms: number): void {
    this.#skipped += ms;
  }
}

/** Nothing here asks a cluster: the scripted definition's verdict is set by the test. */
const noCluster: ClusterPort = {
  volumeServer: () => {
    throw new AppError("WK-INTERNAL", "no cluster in this test");
  },
  get master(): never {
    throw new AppError("WK-INTERNAL", "no cluster in this test");
  },
};

let dataDir = "";
let store: Store;
let hub: WorkerHub;
let server: Server;
let port = 0;
let clock: HandClock;
let events: AdminEvents;
let verdict: Verdict;
let emergencyStop = false;
let pausedWorkers: ReadonlySet<string> = new Set();
const workers: ScriptedWorker[] = [];

function definition(type: string): TaskDefinition {
  return {
    type,
    displayName: type,
    description: "scripted",
    config: [],
    codec: {
      parse: (json) => json,
      toJson: () => ({}),
      toParams: () => ({ vacuum_params: {}, task_params: "vacuum_params" }),
      fromParams: () => ({}),
      needs: () => ({ reads: [], writes: [] }),
      load: () => [],
    },
    detect: () => ({ proposals: [], examined: 0, skipped: {}, truncated: false }),
    explain: () => [],
    execute: () => Promise.resolve({ facts: {} }),
    verify: () => Promise.resolve(verdict),
  };
}

async function startAdmin(): Promise<void> {
  const onFailure = (error: AppError): void => {
    throw error;
  };
  store = await openSqliteStore({ dataDir, onFailure });
  await store.rules(openRules());
  events = new AdminEvents();
  hub = new WorkerHub({
    store,
    cluster: noCluster,
    definitions: new Map(["vacuum", "balance"].map((type) => [type, definition(type)])),
    policy: {
      global: {
        legacyWorkers: ["vacuum"],
        legacyGraceMs: 1_800_000,
        workerTimeoutMs: 300_000,
        freezeLimitMs: 0,
        verify: "sample",
        bytesPerSecond: 0,
      },
      type: () => ({ taskTimeoutMs: 3_600_000 }),
      holds: () => ({ emergencyStop, pausedWorkers }),
    },
    events,
    clock,
    logger: silentLogger,
    logDir: join(dataDir, "task_logs"),
    clusterFacts: () => ({ masters: ["127.0.0.1:9333"], volumeSizeLimit: 1 }),
  });
  await hub.start();
  server = createServer({ maxReceiveBytes: 4 << 20 });
  server.addService(workerService, workerServiceHandlers(hub));
  port = await listen(server, "127.0.0.1", 0, ServerCredentials.createInsecure());
}

async function stopAdmin(): Promise<void> {
  await hub.stop();
  server.forceShutdown();
  await store.close();
}

function connect(): ScriptedWorker {
  const worker = new ScriptedWorker(port);
  workers.push(worker);
  return worker;
}

function ours(workerId: string, nonce = `${workerId}-n1`, running: string[] = []): ScriptedWorker {
  const worker = connect();
  worker.register(workerId, { nonce, running, capabilities: ["vacuum", "balance"] });
  return worker;
}

async function enqueue(...volumes: number[]): Promise<void> {
  await store.enqueue(volumes.map((volume) => newTask(volume, { servers: ["a:1"] })));
  hub.wake();
}

async function taskBecomes(id: number, state: TaskRecord["state"]): Promise<TaskRecord> {
  for (;;) {
    const found = await store.task(id);
    if (found?.task.state === state) return found.task;
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "weedkeeper-hub-"));
  clock = new HandClock();
  verdict = { reached: true };
  emergencyStop = false;
  pausedWorkers = new Set();
  await startAdmin();
});

afterEach(async () => {
  for (const worker of workers.splice(0)) worker.close();
  await stopAdmin();
  rmSync(dataDir, { recursive: true, force: true });
});

describe("two processes with one id", () => {
  it("leave the id with the newer one as long as it is connected; the older one may have it afterwards", async () => {
    const older = ours("twin", "n1");
    await older.next((message) => message.registration_response?.session);
    const newer = ours("twin", "n2");
    await newer.next((message) => message.registration_response?.session);
    expect(await older.end()).toContain("Another stream registered with this worker id");

    const again = ours("twin", "n1");
    const answer = await again.next((message) => message.registration_response);
    expect(answer.success ?? false).toBe(false);
    expect(answer.message).toMatch(
      /^Another process .*has the worker id twin\. Each process needs an id of its own\.$/,
    );
    await again.end();
    newer.request();
    await enqueue(7);
    expect((await newer.assignment()).params).toMatchObject({ volume_id: 7 });

    newer.close();
    await expect.poll(() => hub.worker("twin")?.status).toBe("lost");
    const last = ours("twin", "n1");
    expect(await last.next((message) => message.registration_response?.success)).toBe(true);
  });
});

describe("the emergency stop", () => {
  it("is told to our workers at once, before any acknowledgement that follows it", async () => {
    const worker = ours("w1");
    await worker.next((message) => message.registration_response?.session);
    const told = (): (boolean | undefined)[] =>
      worker.received.flatMap(({ lease_grant: grant }) => (grant === undefined ? [] : [grant.emergency_stop]));
    events.emit("policy");
    emergencyStop = true;
    events.emit("policy");
    events.emit("policy");
    await worker.next((message) => message.lease_grant);
    emergencyStop = false;
    events.emit("policy");
    worker.say({ message: "lease_renewal", lease_renewal: { nonce: "1", task_ids: [] } });
    await worker.next((message) => (message.lease_grant?.nonce === "1" ? true : undefined));
    expect(told().map((on) => on ?? false)).toEqual([true, false, false]);
  });
});

describe("a worker of ours", () => {
  it("gets a task the moment it is there, and its words are written down before they are acknowledged", async () => {
    const worker = ours("w1");
    const session = await worker.next((message) => message.registration_response?.session);
    expect(session).toMatchObject({ protocol: 1, lease_ms: 20_000, renew_ms: 3_000 });
    worker.request();
    await enqueue(7);
    const { task_id: taskId = "", attempt, params } = await worker.assignment();
    expect(attempt).toMatchObject({ number: 1, epoch: session.epoch, masters: ["127.0.0.1:9333"] });
    expect(params).toMatchObject({ volume_id: 7, task_id: taskId });
    worker.say({
      message: "task_update",
      task_update: { task_id: taskId, seq: 1, progress: 40, stage: "compact", bytes_done: "-5" },
    });
    expect(await worker.ack(1)).toBe(true);
    expect((await store.task(1))?.task.state).toBe("running");
    expect(hub.progress(1)).toMatchObject({ stage: "compact", percent: 40, bytesDone: undefined });
    const state = Buffer.from(JSON.stringify({ was: "writable" }));
    worker.say({
      message: "checkpoint",
      checkpoint: { task_id: taskId, seq: 2, step: "frozen", commit_point: true, state },
    });
    expect(await worker.ack(2)).toBe(true);
    expect((await store.task(1))?.task).toMatchObject({ committed: true, checkpoint: { state: { was: "writable" } } });
    worker.complete(taskId, 3);
    expect(await worker.ack(3)).toBe(true);
    await taskBecomes(1, "completed");
    expect(hub.worker("w1")).toMatchObject({ status: "idle", completed: 1, failed: 0, protocol: "weedkeeper" });
  });

  it("leaves its log with the admin, where it outlives the worker", async () => {
    const worker = ours("w1");
    worker.request();
    await enqueue(7);
    const { task_id: taskId = "" } = await worker.assignment();
    worker.complete(taskId, 1);
    const asked = await worker.next((message) => message.task_log_request);
    expect(asked).toMatchObject({ task_id: taskId, worker_id: "w1", max_entries: 1000 });
    const entry = { timestamp: "5", level: "INFO", message: "compacted", fields: { volume: "7" } };
    worker.say({
      message: "task_log_response",
      task_log_response: { task_id: taskId, success: true, log_entries: [entry] },
    });
    await taskBecomes(1, "completed");
    while (!existsSync(join(dataDir, "task_logs", `${taskId}.json`)))
      await new Promise((resolve) => setTimeout(resolve, 10));
    worker.close();
    expect(await hub.pullLog("w1", taskId, 10)).toEqual([{ ...entry, timestamp: 5 }]);
  });

  it("is not believed when the servers do not show what it says", async () => {
    verdict = { reached: false, why: "volume 7 still has 40 % garbage" };
    const worker = ours("w1");
    worker.request();
    await enqueue(7);
    const { task_id: taskId = "" } = await worker.assignment();
    worker.complete(taskId, 1);
    await worker.ack(1);
    expect((await store.task(1))?.task.state).toBe("verifying");
    verdict = { reached: true };
    await taskBecomes(1, "completed");
  });

  it("loses what it does not renew; its late word changes nothing and is answered with a cancellation", async () => {
    const first = ours("w1");
    first.request();
    await enqueue(7);
    const { task_id: taskId = "" } = await first.assignment();
    clock.advance(15_000);
    first.say({ message: "lease_renewal", lease_renewal: { nonce: 5, task_ids: [taskId, "invented-1-a1"] } });
    const grant = await first.next((message) => message.lease_grant);
    expect(grant).toMatchObject({ nonce: "5", lost_task_ids: ["invented-1-a1"] });
    const second = ours("w2");
    second.request();
    clock.advance(15_000);
    await second.next((message) => message.registration_response);
    clock.advance(7_001);
    const again = await second.assignment();
    expect(again.task_id).toMatch(/-1-a2$/);
    expect(Number(again.attempt?.fence)).toBeGreaterThan(0);
    first.complete(taskId, 1);
    expect(await first.ack(1)).toBe(false);
    const cancelled = await first.next((message) => message.task_cancellation);
    expect(cancelled).toMatchObject({ task_id: taskId, force: true });
    expect((await store.task(1))?.task).toMatchObject({ state: "assigned", attempt: 2, losses: 1 });
  });

  it("that was restarted frees at once what its former process had", async () => {
    const before = ours("w1", "n1");
    before.request();
    await enqueue(7);
    await before.assignment();
    before.close();
    const after = ours("w1", "n2");
    after.request();
    expect((await after.assignment()).task_id).toMatch(/-1-a2$/);
  });

  it("that reconnects keeps what it names and is told what is not its own", async () => {
    const before = ours("w1", "n1");
    before.request();
    await enqueue(7);
    const { task_id: taskId = "" } = await before.assignment();
    before.close();
    const after = ours("w1", "n1", [taskId, "invented-9-a1"]);
    const session = await after.next((message) => message.registration_response?.session);
    expect(session.lost_task_ids).toEqual(["invented-9-a1"]);
    after.complete(taskId, 1);
    expect(await after.ack(1)).toBe(true);
    await taskBecomes(1, "completed");
  });

  it("is asked to stop, rolls back, and the task is cancelled; past its commit point it is too late", async () => {
    const worker = ours("w1");
    worker.request(2);
    await enqueue(7, 8);
    const first = await worker.assignment();
    const second = await worker.assignment(first.task_id);
    const one = first.task_id ?? "";
    const two = second.task_id ?? "";
    worker.say({ message: "checkpoint", checkpoint: { task_id: two, seq: 1, step: "commit", commit_point: true } });
    await worker.ack(1);
    expect(await store.act({ taskId: 2, action: { kind: "cancel", by: "test" } })).toMatchObject({
      code: "WK-TASK-TOO-LATE",
    });
    await store.act({ taskId: 1, action: { kind: "cancel", by: "test" } });
    hub.sendCancellation(1, "by test");
    expect(await worker.next((message) => message.task_cancellation)).toMatchObject({ task_id: one, force: false });
    worker.say({ message: "task_complete", task_complete: { task_id: one, seq: 9, kind: "COMPLETION_CANCELLED" } });
    await worker.ack(9);
    expect((await store.task(1))?.task.state).toBe("cancelled");
  });

  it("gets nothing new while it is paused, and is forgotten some time after it is gone", async () => {
    pausedWorkers = new Set(["w1"]);
    const paused = ours("w1");
    paused.request();
    await paused.next((message) => message.registration_response);
    const other = ours("w2");
    other.request();
    await other.next((message) => message.registration_response);
    await enqueue(7);
    await other.assignment();
    expect(paused.received.some((message) => message.task_assignment !== undefined)).toBe(false);
    paused.close();
    while (hub.worker("w1")?.status !== "lost") await new Promise((resolve) => setTimeout(resolve, 10));
    clock.advance(300_001);
    while (hub.worker("w1") !== undefined) await new Promise((resolve) => setTimeout(resolve, 10));
  });

  it("hears of an emergency stop with its next renewal", async () => {
    const worker = ours("w1");
    emergencyStop = true;
    worker.say({ message: "lease_renewal", lease_renewal: { nonce: 1 } });
    expect(await worker.next((message) => message.lease_grant)).toMatchObject({ emergency_stop: true });
  });

  it("gets its task from the next process of the admin, with one full new term", async () => {
    const before = ours("w1", "n1");
    before.request();
    await enqueue(7);
    const { task_id: taskId = "" } = await before.assignment();
    before.say({ message: "task_update", task_update: { task_id: taskId, seq: 1 } });
    await before.ack(1);
    await stopAdmin();
    await startAdmin();
    clock.advance(21_000);
    const after = ours("w1", "n1", [taskId]);
    await after.next((message) => message.registration_response);
    after.complete(taskId, 2);
    expect(await after.ack(2)).toBe(true);
    await taskBecomes(1, "completed");
  });
});

describe("what an admin of before began", () => {
  it("is taken over from the checkpoint a worker kept, once, and only when it is of another epoch", async () => {
    const worker = ours("w1");
    const session = await worker.next((message) => message.registration_response?.session);
    const state = Buffer.from(JSON.stringify({ frozen: ["a:1"] }));
    const orphan = {
      task_id: "0123456789-4-a2",
      seq: 7,
      task_type: "vacuum",
      step: "frozen",
      state,
      params: { volume_id: 9 },
    };
    worker.say({ message: "orphan", orphan });
    expect(await worker.ack(7)).toBe(true);
    worker.say({ message: "orphan", orphan: { ...orphan, seq: 8 } });
    expect(await worker.ack(8)).toBe(false);
    worker.say({ message: "orphan", orphan: { ...orphan, seq: 9, task_id: `${session.epoch}-4-a2` } });
    expect(await worker.ack(9)).toBe(true);
    worker.request();
    const { attempt, params } = await worker.assignment();
    expect(params?.volume_id).toBe(9);
    expect(JSON.parse(String(attempt?.checkpoint))).toEqual({ step: "frozen", state: { frozen: ["a:1"] } });
    expect(await store.tasks({ limit: 9 })).toHaveLength(1);
  });
});

describe("two streams of one worker id", () => {
  it("the newer one wins and the end of the older one hurts nobody", async () => {
    const older = ours("w1", "n1");
    older.request();
    await older.next((message) => message.registration_response);
    const newer = ours("w1", "n2");
    await newer.next((message) => message.registration_response);
    expect(await older.end()).toContain("Another stream registered");
    newer.request();
    await enqueue(7);
    expect((await newer.assignment()).task_id).toMatch(/-1-a1$/);
    expect(hub.workers()).toHaveLength(1);
    expect(hub.worker("w1")?.status).toBe("active");
  });
});

describe("a Go worker", () => {
  it("gets vacuum of single replicas only, one at a time, without our fields", async () => {
    const worker = connect();
    worker.register("go-1", { capabilities: ["vacuum", "balance"], max: 2 });
    const response = await worker.next((message) => message.registration_response);
    expect(response.session).toBeUndefined();
    await store.enqueue([
      newTask(1, { servers: ["a:1", "b:1"] }),
      newTask(2, { type: "balance", servers: ["a:1"] }),
      newTask(3, { servers: ["a:1"] }),
      newTask(4, { servers: ["a:1"] }),
    ]);
    worker.request(1);
    const assignment = await worker.assignment();
    expect(assignment.params?.volume_id).toBe(3);
    expect(assignment.attempt).toBeUndefined();
    worker.complete(assignment.task_id ?? "", 0);
    await taskBecomes(3, "completed");
    expect((await store.task(4))?.task.state).toBe("pending");
    worker.request(1);
    expect((await worker.assignment(assignment.task_id)).params?.volume_id).toBe(4);
  });

  it("whose load falls without a word has its attempt observed", async () => {
    const worker = connect();
    worker.register("go-1");
    worker.request();
    await enqueue(7);
    await worker.assignment();
    clock.advance(36_000);
    worker.say({ message: "heartbeat", heartbeat: { current_load: 0, status: "active" } });
    await taskBecomes(1, "completed");
  });
});

describe("a worker that lies", () => {
  it("cannot end what is not its own, and the admin stays up", async () => {
    const honest = ours("w1");
    honest.request();
    await enqueue(7);
    const { task_id: taskId = "" } = await honest.assignment();
    const liar = ours("w2");
    liar.complete(taskId, 1);
    expect(await liar.ack(1)).toBe(false);
    liar.complete("abcdefgh-1234", 2);
    expect(await liar.ack(2)).toBe(false);
    liar.say({
      message: "checkpoint",
      checkpoint: { task_id: taskId, seq: 3, step: "x", state: Buffer.from("not json") },
    });
    expect(await liar.ack(3)).toBe(false);
    liar.say({ message: "task_update", task_update: { task_id: taskId, seq: 4, progress: Number.NaN } });
    expect(await liar.ack(4)).toBe(false);
    expect((await store.task(1))?.task.state).toBe("assigned");
    honest.complete(taskId, 1);
    await taskBecomes(1, "completed");
  });

  it("is refused with a sentence when its registration makes no sense", async () => {
    const nameless = connect();
    nameless.register("", { nonce: "n" });
    expect(await nameless.end()).toContain("names no worker id");
    const hasty = connect();
    hasty.request();
    expect(await hasty.end()).toContain("must be the registration");
    const long = connect();
    long.register("x".repeat(500), { nonce: "n" });
    expect(await long.end()).toContain("printable ASCII");
  });

  it("is cut for a message of 5 MB, and others go on", async () => {
    const large = ours("w1");
    await large.next((message) => message.registration_response);
    large.say({ message: "task_complete", task_complete: { task_id: "x", error_message: "y".repeat(5_000_000) } });
    expect(await large.end()).toMatch(/larger than max|RESOURCE_EXHAUSTED/);
    const other = ours("w2");
    other.request();
    await enqueue(7);
    expect((await other.assignment()).params?.volume_id).toBe(7);
  });
});
