import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AppError } from "../../core/errors.ts";
import { openSqliteStore } from "./sqlite-store.ts";
import { newTask, openRules, waitingWorker } from "./store.testkit.ts";
import type { Assignment, AttemptEvent, Store, WordResult } from "./store.ts";

let dataDir = "";
let store: Store;

async function open(): Promise<Store> {
  return openSqliteStore({
    dataDir,
    onFailure: (error) => {
      throw error;
    },
  });
}

async function claimOne(workerId = "w1"): Promise<Assignment> {
  const [assignment] = await store.claim({ workers: [waitingWorker(workerId)] });
  if (assignment === undefined) throw new Error("nothing was handed out");
  return assignment;
}

function say(assignment: Assignment, seq: number, event: AttemptEvent): Promise<WordResult> {
  const { wireId, workerId } = assignment;
  return store.word({ word: { wireId, workerId, seq }, event });
}

async function stateOf(id: number): Promise<string | undefined> {
  return (await store.task(id))?.task.state;
}

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "weedkeeper-store-"));
  store = await open();
  await store.rules(openRules());
});

afterEach(async () => {
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe("store: life of a task", () => {
  it("goes from pending to completed, and the file remembers", async () => {
    const [made] = await store.enqueue([newTask(7)]);
    expect(made).toEqual({ ok: true, id: 1 });
    const assignment = await claimOne();
    expect(assignment.wireId).toMatch(/^[0-9a-f]{10}-1-a1$/);
    expect(await say(assignment, 1, { kind: "start" })).toMatchObject({ ok: true, task: { state: "running" } });
    const checkpoint = { kind: "checkpoint", step: "frozen", state: { was: "writable" }, commitPoint: true } as const;
    expect(await say(assignment, 2, checkpoint)).toMatchObject({ ok: true, task: { committed: true } });
    const audit = { call: "VacuumVolumeCommit", server: "a:1", volumeId: 7, precondition: "revision 3", outcome: "" };
    expect(await say(assignment, 3, { kind: "audit", ...audit })).toMatchObject({ ok: true });
    expect(await say(assignment, 4, { kind: "done", facts: { reclaimed: "10" } })).toMatchObject({
      ok: true,
      task: { state: "verifying" },
    });
    await store.close();
    store = await open();
    const [held] = await store.held(null);
    expect(held).toMatchObject({
      task: { id: 1, state: "verifying", checkpoint: { step: "frozen" } },
      attempt: { outcome: "done" },
    });
    expect(await store.act({ taskId: 1, action: { kind: "verified" } })).toMatchObject({
      ok: true,
      task: { state: "completed", facts: { reclaimed: "10" } },
    });
    expect(await store.auditOf(1)).toMatchObject([audit]);
    expect(await store.busyVolumes(null)).toEqual([]);
  });

  it("keeps one live task per volume, whatever its type", async () => {
    const results = await store.enqueue([newTask(7), newTask(7, { type: "balance" }), newTask(8)]);
    expect(results).toEqual([
      { ok: true, id: 1 },
      { ok: false, takenBy: 1 },
      { ok: true, id: 2 },
    ]);
    await store.act({ taskId: 1, action: { kind: "cancel", by: "test" } });
    expect(await store.enqueue([newTask(7)])).toEqual([{ ok: true, id: 3 }]);
    expect(await store.act({ taskId: 1, action: { kind: "retry", by: "test" } })).toMatchObject({
      code: "WK-TASK-BUSY",
    });
  });

  it("hears a repeated word once and a dead attempt never", async () => {
    await store.enqueue([newTask(7)]);
    const first = await claimOne();
    const failure = { kind: "fail", clean: true, retry: true, code: "WK-RPC", message: "no" } as const;
    expect(await say(first, 1, failure)).toMatchObject({ ok: true, repeated: false, task: { failures: 1 } });
    expect(await say(first, 1, failure)).toMatchObject({ ok: true, repeated: true, task: { failures: 1 } });
    expect(await say(first, 2, { kind: "done", facts: {} })).toMatchObject({ ok: false, code: "WK-ATTEMPT-DEAD" });
    let second: Assignment | undefined;
    while (second === undefined) [second] = await store.claim({ workers: [waitingWorker("w2")] });
    expect(second.wireId).toMatch(/-a2$/);
    expect(second.fence).toBeGreaterThan(first.fence);
    const foreign = { word: { wireId: second.wireId, workerId: "w1", seq: 9 }, event: { kind: "start" } } as const;
    expect(await store.word(foreign)).toMatchObject({ ok: false, code: "WK-ATTEMPT-DEAD" });
    const invented = { word: { wireId: "abcdefgh-1234", workerId: "w1", seq: 9 }, event: { kind: "start" } } as const;
    expect(await store.word(invented)).toMatchObject({ ok: false, code: "WK-ATTEMPT-DEAD" });
  });

  it("keeps what was said in the same commit as something that cannot be written", async () => {
    await store.enqueue([newTask(7)]);
    const assignment = await claimOne();
    const event = { kind: "checkpoint", step: "frozen", state: { was: "writable" }, commitPoint: true } as const;
    const [said, refused] = await Promise.allSettled([say(assignment, 1, event), store.enqueue([newTask(8.5)])]);
    expect(refused).toMatchObject({ status: "rejected", reason: { code: "WK-STORE-WRITE" } });
    expect(said).toMatchObject({ value: { ok: true, repeated: false, task: { state: "running", committed: true } } });
    const written = await store.task(1);
    expect(written?.task).toMatchObject({ committed: true, checkpoint: { step: "frozen" } });
    expect(await say(assignment, 1, event)).toMatchObject({ ok: true, repeated: true });
    await store.close();
    store = await open();
    expect((await store.task(1))?.task).toEqual(written?.task);
  });

  it("gives a lost task to another worker with its checkpoint", async () => {
    await store.enqueue([newTask(7)]);
    const first = await claimOne("w1");
    await say(first, 1, { kind: "checkpoint", step: "frozen", state: { a: 1 }, commitPoint: false });
    const lost = { taskId: 1, action: { kind: "lose", reason: "the lease ran out" }, onlyAttempt: 1 } as const;
    expect(await store.act(lost)).toMatchObject({ ok: true, task: { state: "pending", losses: 1 } });
    const second = await claimOne("w2");
    expect(second.task).toMatchObject({ attempt: 2, checkpoint: { step: "frozen", state: { a: 1 } } });
    expect(await store.act(lost)).toMatchObject({ ok: false, code: "WK-ATTEMPT-DEAD" });
    expect(await stateOf(1)).toBe("assigned");
  });
});

describe("store: who gets what", () => {
  it("serves priority first, then takes turns between types", async () => {
    await store.enqueue([
      newTask(1),
      newTask(2),
      newTask(3, { type: "balance" }),
      newTask(4, { type: "balance" }),
      newTask(5, { priority: 3 }),
    ]);
    const claimed = await store.claim({ workers: [waitingWorker("w1", { slots: 5, maxConcurrent: 5 })] });
    expect(claimed.map((one) => one.task.volumeId)).toEqual([5, 3, 1, 4, 2]);
  });

  it("serves the least loaded worker first and spreads what follows", async () => {
    await store.enqueue([1, 2, 3, 4].map((volume) => newTask(volume)));
    const claimed = await store.claim({
      workers: [
        waitingWorker("full", { slots: 1, running: 3, maxConcurrent: 4 }),
        waitingWorker("free", { slots: 2, running: 0, maxConcurrent: 4 }),
        waitingWorker("half", { slots: 2, running: 1, maxConcurrent: 4 }),
      ],
    });
    expect(claimed.map((one) => one.workerId)).toEqual(["free", "free", "half", "half"]);
  });

  it("never lets a task that must wait hide one that need not", async () => {
    const crowded = Array.from({ length: 200 }, (_, index) => newTask(index + 1, { servers: ["a:1"], priority: 2 }));
    await store.enqueue([...crowded, newTask(1000, { servers: ["b:1"], priority: 0 })]);
    await store.rules(openRules({ limits: { cluster: 100, serverReads: 9, serverWrites: 1, types: {} } }));
    const worker = waitingWorker("w1", { slots: 5, maxConcurrent: 5 });
    const claimed = await store.claim({ workers: [worker] });
    expect(claimed.map((one) => one.task.volumeId)).toEqual([1, 1000]);
    const [first] = claimed;
    if (first === undefined) throw new Error("unreachable");
    await say(first, 1, { kind: "done", facts: {} });
    expect((await store.claim({ workers: [worker] })).map((one) => one.task.volumeId)).toEqual([2]);
  });

  it("forgets no waiting task when a commit fails after its resource was given back", async () => {
    await store.rules(openRules({ limits: { cluster: 100, serverReads: 9, serverWrites: 1, types: {} } }));
    await store.enqueue([newTask(1, { servers: ["a:1"] }), newTask(2, { servers: ["a:1"] })]);
    const worker = waitingWorker("w1", { slots: 2 });
    const [first, ...none] = await store.claim({ workers: [worker] });
    if (first === undefined) throw new Error("nothing was handed out");
    expect(none).toEqual([]);
    await say(first, 1, { kind: "done", facts: {} });
    await expect(store.enqueue([newTask(3.5)])).rejects.toMatchObject({ code: "WK-STORE-WRITE" });
    expect((await store.claim({ workers: [worker] })).map((one) => one.task.volumeId)).toEqual([2]);
  });

  it("obeys limits, held servers and collections, closed types and the emergency stop, live", async () => {
    await store.enqueue([
      newTask(1, { servers: ["a:1"] }),
      newTask(2, { collection: "c" }),
      newTask(3, { type: "balance" }),
    ]);
    const claim = async (): Promise<readonly number[]> =>
      (await store.claim({ workers: [waitingWorker("w1", { slots: 9, maxConcurrent: 9 })] })).map(
        (one) => one.task.volumeId,
      );
    await store.rules(openRules({ emergencyStop: true }));
    expect(await claim()).toEqual([]);
    await store.rules(openRules({ heldServers: ["a:1"], heldCollections: ["c"], openTypes: ["vacuum"] }));
    expect(await claim()).toEqual([]);
    await store.rules(openRules({ heldCollections: ["c"], openTypes: ["vacuum"] }));
    expect(await claim()).toEqual([1]);
    await store.rules(openRules({ limits: { cluster: 1, serverReads: 9, serverWrites: 9, types: {} } }));
    expect(await claim()).toEqual([]);
    await store.rules(openRules());
    expect([...(await claim())].sort()).toEqual([2, 3]);
  });

  it("prefers another worker after a failure and passes over one that cannot reach the servers", async () => {
    await store.rules(openRules({ otherWorkerMs: 3_600_000 }));
    await store.enqueue([newTask(1, { servers: ["a:1"] })]);
    const first = await claimOne("w1");
    await say(first, 1, { kind: "fail", clean: true, retry: true, code: "WK-RPC", message: "no" });
    const unreachable = waitingWorker("w2", { cannotReach: ["a:1"] });
    let claimed: readonly Assignment[] = [];
    while ((await store.nextDue(null)) === null || ((await store.nextDue(null)) ?? 0) > Date.now());
    expect(await store.claim({ workers: [waitingWorker("w1"), unreachable] })).toEqual([]);
    claimed = await store.claim({ workers: [waitingWorker("w1"), unreachable, waitingWorker("w3")] });
    expect(claimed.map((one) => one.workerId)).toEqual(["w3"]);
  });

  it("enqueues and claims in one commit when a worker waits", async () => {
    const commits: number[] = [];
    store.onCommit((operations) => commits.push(operations));
    const [, claimed] = await Promise.all([
      store.enqueue([newTask(1)]),
      store.claim({ workers: [waitingWorker("w1")] }),
    ]);
    expect(claimed).toHaveLength(1);
    expect(commits).toEqual([2]);
  });
});

describe("store: settings, lists and bad files", () => {
  it("keeps settings with who set them", async () => {
    await store.putSettings([{ scope: "vacuum", name: "garbage_threshold", value: 0.4, updatedBy: "anna" }]);
    expect(await store.settings(null)).toMatchObject([{ scope: "vacuum", value: 0.4, updatedBy: "anna" }]);
    await store.dropSetting({ scope: "vacuum", name: "garbage_threshold" });
    expect(await store.settings(null)).toEqual([]);
  });

  it("pages and filters lists, counts and prunes", async () => {
    await store.enqueue(Array.from({ length: 5 }, (_, index) => newTask(index + 1)));
    await store.act({ taskId: 5, action: { kind: "cancel", by: "test" } });
    expect((await store.tasks({ limit: 2 })).map((task) => task.id)).toEqual([5, 4]);
    expect((await store.tasks({ limit: 9, before: 4, states: ["pending"] })).map((task) => task.id)).toEqual([3, 2, 1]);
    expect(await store.counts({ dayStart: 0 })).toMatchObject({
      byState: { pending: 4, cancelled: 1 },
      byType: { vacuum: 5 },
    });
    expect(await store.prune({ finishedBefore: Date.now() + 1000 })).toEqual({ removed: 1 });
    expect(await store.task(5)).toBeNull();
  });

  it("says what is wrong with a file that is no database", async () => {
    await store.close();
    rmSync(join(dataDir, "state.db"));
    for (const extra of ["state.db-wal", "state.db-shm"]) rmSync(join(dataDir, extra), { force: true });
    writeFileSync(join(dataDir, "state.db"), "this is not a database, it only claims to be one".repeat(100));
    const failure: unknown = await open().catch((reason: unknown) => reason);
    expect(failure).toBeInstanceOf(AppError);
    expect(failure).toMatchObject({ code: "WK-STORE-OPEN" });
    rmSync(join(dataDir, "state.db"));
    store = await open();
  });

  it("draws one epoch a file and keeps it", async () => {
    const { epoch } = await store.identity(null);
    await store.close();
    store = await open();
    expect(await store.identity(null)).toEqual({ epoch, createdNow: false });
  });
});
