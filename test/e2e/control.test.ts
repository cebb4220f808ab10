import { expect, it } from "vitest";
import { BY_HAND, BY_SCAN } from "./fleet.testkit.ts";
import { holdTasks } from "./held-steps.testkit.ts";
import { until } from "./processes.testkit.ts";
import { sandboxFleet } from "./sandbox-fleet.testkit.ts";
import { expectIntact, expectReadBack, seedVolume, servers } from "./volumes.testkit.ts";

const COMPACTING = { name: "in the compaction", rpc: "VacuumVolumeCompact", at: "needle" };
const COMMITTING = { name: "before the commit", rpc: "VacuumVolumeCommit" };

it("a cancel before the commit point puts everything back; after it, it is too late", async () => {
  const room = await sandboxFleet({ servers: 2, settings: { vacuum: BY_HAND.vacuum } });
  const { sandbox, fleet, server } = room;
  const early = await seedVolume(sandbox, { volumeId: 1, on: [server(0)], files: 6, deleted: 3 });
  const late = await seedVolume(sandbox, { volumeId: 2, on: [server(1)], files: 6, deleted: 3 });
  const never = await seedVolume(sandbox, { volumeId: 3, on: [server(0)], files: 6, deleted: 3 });
  await fleet.startReadyAdmin();
  await fleet.startConnectedWorker("worker-a", ["-maxConcurrent=2"]);
  const [before, after] = await holdTasks(room, "vacuum", [
    { step: COMPACTING, volumeId: 1 },
    { step: COMMITTING, volumeId: 2 },
  ]);
  if (before === undefined || after === undefined) throw new Error("no tasks");
  const waiting = await fleet.create("vacuum", 3);

  const asked = await fleet.post<{ ended: boolean; task: { state: string } }>(
    `/api/v1/tasks/${before.taskId}/cancel`,
    {},
  );
  expect(asked).toMatchObject({ ended: false, task: { state: "cancelling" } });
  const refused = await fleet.request(`/api/v1/tasks/${after.taskId}/cancel`, { method: "POST", body: {} });
  expect(refused.status).toBe(409);
  expect(await refused.json()).toMatchObject({ code: "WK-TASK-TOO-LATE" });
  expect(await fleet.post(`/api/v1/tasks/${waiting}/cancel`, {})).toMatchObject({ ended: true });

  before.hold.release();
  after.hold.release();
  expect((await fleet.ended(before.taskId)).task).toMatchObject({ state: "cancelled", committed: false });
  expect((await fleet.ended(after.taskId)).task).toMatchObject({ state: "completed", attempt: 1 });
  const rpc = servers(sandbox);
  expect(await rpc.revisions(1)).toEqual([0]);
  expect(await rpc.revisions(2)).toEqual([1]);
  expect(await rpc.revisions(3)).toEqual([0]);
  rpc.close();
  for (const volume of [early, late, never]) await expectIntact(sandbox, volume);
});

it("the emergency stop holds every task before its next destructive call, over a restart of the admin too", async () => {
  const room = await sandboxFleet({ servers: 2, settings: { vacuum: BY_HAND.vacuum } });
  const { sandbox, fleet, server } = room;
  const volume = await seedVolume(sandbox, { volumeId: 1, on: [server(0), server(1)], files: 6, deleted: 3 });
  const other = await seedVolume(sandbox, { volumeId: 2, on: [server(1)], files: 6, deleted: 3 });
  await fleet.startReadyAdmin();
  const worker = await fleet.startConnectedWorker("worker-a");
  const [held] = await holdTasks(room, "vacuum", [{ step: COMPACTING, volumeId: 1 }]);
  if (held === undefined) throw new Error("no task");
  const commits = sandbox.faults.add({ rpc: "VacuumVolumeCommit", action: "delay", delayMs: 0, times: 1_000 });

  await fleet.put("/api/v1/emergency-stop", { on: true });
  const kept = await fleet.create("vacuum", 2);
  await worker.says(/Emergency stop: no destructive step begins/);
  held.hold.release();
  await until("the task to be at its commit point", async () => (await fleet.task(held.taskId)).task.committed);
  await fleet.admin.kill();
  await fleet.startReadyAdmin();
  await until("the worker to be back", async () => (await fleet.workers()).some(({ status }) => status !== "lost"));
  expect(await fleet.api("/api/v1/holds")).toMatchObject({ emergencyStop: { by: expect.any(String) } });
  const explanation = await fleet.explain("vacuum", 2);
  expect(explanation.queue.find(({ rule }) => rule === "emergency-stop")).toMatchObject({ pass: false });
  expect((await fleet.task(kept)).task.state).toBe("pending");
  expect((await fleet.task(held.taskId)).task.state).toBe("running");
  expect(commits.hits).toBe(0);

  await fleet.put("/api/v1/emergency-stop", { on: false });
  expect((await fleet.ended(held.taskId)).task).toMatchObject({ state: "completed", attempt: 1 });
  expect((await fleet.ended(kept)).task).toMatchObject({ state: "completed", attempt: 1 });
  expect(commits.hits).toBe(3);
  for (const each of [volume, other]) await expectIntact(sandbox, each);
});

it("a pause holds tasks of a type, a collection or a server back and says so, until it is lifted", async () => {
  const { sandbox, fleet, server } = await sandboxFleet({ servers: 2, settings: { vacuum: BY_HAND.vacuum } });
  const volume = await seedVolume(sandbox, {
    volumeId: 1,
    on: [server(0)],
    collection: "photos",
    files: 6,
    deleted: 3,
  });
  await fleet.startReadyAdmin();
  await fleet.startConnectedWorker("worker-a");
  const pauses = [
    { kind: "type", name: "vacuum" },
    { kind: "collection", name: "photos" },
    { kind: "server", name: server(0).address.http },
  ];
  for (const pause of pauses) await fleet.put("/api/v1/pauses", { ...pause, paused: true });
  const id = await fleet.create("vacuum", 1);
  for (const pause of pauses) {
    const { queue, runnable } = await fleet.explain("vacuum", 1);
    expect(runnable).toBe(false);
    expect(queue.filter(({ pass, text }) => !pass && text.includes("paused")).length).toBeGreaterThan(0);
    expect((await fleet.task(id)).task.state).toBe("pending");
    await fleet.put("/api/v1/pauses", { ...pause, paused: false });
  }
  expect((await fleet.ended(id)).task.state).toBe("completed");
  await expectIntact(sandbox, volume);
});

it("two processes with one worker id: the newer one has it and works, the older one learns why", async () => {
  const room = await sandboxFleet({ servers: 2, settings: { vacuum: BY_HAND.vacuum } });
  const { sandbox, fleet, server } = room;
  const volume = await seedVolume(sandbox, { volumeId: 1, on: [server(0)], files: 6, deleted: 3 });
  await fleet.startReadyAdmin();
  const older = fleet.startWorker("older", ["-id=twin"]);
  const [held] = await holdTasks(room, "vacuum", [{ step: COMPACTING, volumeId: 1 }]);
  const newer = fleet.startWorker("newer", ["-id=twin"]);
  await older.says(/Does another process run with this worker's id/);
  held?.hold.release();
  const { task } = await fleet.ended(held?.taskId ?? 0);
  expect(task).toMatchObject({ state: "completed", workerId: "twin", attempt: 2, losses: 1 });
  await newer.says(/A task ended: completed/);
  expect(older.output).not.toContain("A task ended: completed");
  await expectIntact(sandbox, volume);
});

it("a changed setting takes effect without a restart, and outlives one", async () => {
  const { sandbox, fleet, server } = await sandboxFleet({
    servers: 2,
    settings: { vacuum: { ...BY_SCAN, garbage_threshold: 0.9 } },
  });
  const volume = await seedVolume(sandbox, { volumeId: 1, on: [server(0)], files: 10, deleted: 3 });
  await fleet.startReadyAdmin();
  await fleet.startConnectedWorker("worker-a");
  const before = await until("a look at the volume", async () => {
    const explanation = await fleet.explain("vacuum", 1);
    return explanation.rules.some(({ rule, pass }) => rule === "garbage" && !pass) && explanation;
  });
  expect(before.summary).toContain("< 90");
  const tooMuch = await fleet.request("/api/v1/policies/vacuum", { method: "PUT", body: { garbage_threshold: 7 } });
  expect(tooMuch.status).toBe(400);
  expect(await tooMuch.json()).toMatchObject({ field: "garbage_threshold" });
  await fleet.put("/api/v1/policies/vacuum", { garbage_threshold: 0.2 });
  expect((await fleet.endedOn("vacuum", 1)).task.state).toBe("completed");
  await fleet.admin.kill();
  await fleet.startReadyAdmin();
  const { settings } = await fleet.api<{ settings: { name: string; value: unknown; source: string }[] }>(
    "/api/v1/policies/vacuum",
  );
  expect(settings.find(({ name }) => name === "garbage_threshold")).toMatchObject({ value: 0.2, source: "page" });
  await expectReadBack(sandbox, volume, 1);
});
