import { expect, it } from "vitest";
import { BY_HAND } from "./fleet.testkit.ts";
import { holdTasks } from "./held-steps.testkit.ts";
import { until } from "./processes.testkit.ts";
import { sandboxFleet } from "./sandbox-fleet.testkit.ts";
import { expectIntact, type SeededVolume, seedVolume, servers } from "./volumes.testkit.ts";

const COMPACTING = { name: "in the compaction", rpc: "VacuumVolumeCompact", at: "needle" };
const COMMITTING = { name: "before the commit", rpc: "VacuumVolumeCommit" };
/** 128 + 15, as shells give it to a process that SIGTERM ended. */
const KILLED_BY_SIGTERM = 143;

/** A fleet with an admin, and volumes with garbage, each with its id. */
async function roomWithGarbage(volumeIds: readonly number[]) {
  const room = await sandboxFleet({ servers: 2, settings: { vacuum: BY_HAND.vacuum } });
  const volumes: SeededVolume[] = [];
  for (const volumeId of volumeIds) {
    volumes.push(await seedVolume(room.sandbox, { volumeId, on: [room.server(volumeId % 2)], files: 6, deleted: 3 }));
  }
  await room.fleet.startReadyAdmin();
  return { ...room, volumes };
}

it("SIGTERM of a worker: it takes no new task, finishes what runs, says goodbye and exits 0", async () => {
  const room = await roomWithGarbage([1, 2]);
  const { sandbox, fleet, volumes } = room;
  const worker = await fleet.startConnectedWorker("leaving", ["-maxConcurrent=1"]);
  const [held] = await holdTasks(room, "vacuum", [{ step: COMPACTING, volumeId: 1 }]);
  const waiting = await fleet.create("vacuum", 2);
  worker.signal("SIGTERM");
  await worker.says(/takes no new task/);
  expect((await fleet.task(waiting)).task.state).toBe("pending");
  held?.hold.release();
  expect(await worker.exited).toBe(0);
  expect(worker.output).toContain('"unsentWords":0');
  await fleet.admin.says(/Worker leaving says goodbye/);
  expect((await fleet.ended(held?.taskId ?? 0)).task).toMatchObject({ state: "completed", attempt: 1, losses: 0 });
  expect((await fleet.task(waiting)).task.state).toBe("pending");
  await fleet.startConnectedWorker("next");
  expect((await fleet.ended(waiting)).task).toMatchObject({ state: "completed", attempt: 1, workerId: "next" });
  for (const volume of volumes) await expectIntact(sandbox, volume);
});

it("a second SIGTERM ends a worker at once; the same worker starts again and goes on at once, past the commit point forward", async () => {
  const room = await roomWithGarbage([1, 2]);
  const { sandbox, fleet, volumes } = room;
  const worker = await fleet.startConnectedWorker("hasty");
  const held = await holdTasks(room, "vacuum", [
    { step: COMPACTING, volumeId: 1 },
    { step: COMMITTING, volumeId: 2 },
  ]);
  worker.signal("SIGTERM");
  await worker.says(/takes no new task/);
  worker.signal("SIGTERM");
  expect(await worker.exited).toBe(KILLED_BY_SIGTERM);
  for (const { hold } of held) hold.release();
  fleet.startWorker("hasty");
  for (const { taskId } of held) {
    const { task, attempts } = await fleet.ended(taskId);
    expect(task).toMatchObject({ state: "completed", attempt: 2, losses: 1 });
    expect(attempts[0]).toMatchObject({ outcome: "lost", error: expect.stringContaining("restarted") });
  }
  const rpc = servers(sandbox);
  for (const { volumeId } of volumes) expect(await rpc.revisions(volumeId)).toEqual([1]);
  rpc.close();
  for (const volume of volumes) await expectIntact(sandbox, volume);
});

it("past -shutdownTimeout a worker hands its task back with nothing left behind and exits 0", async () => {
  const room = await roomWithGarbage([1]);
  const { sandbox, fleet, volumes } = room;
  const worker = await fleet.startConnectedWorker("leaving", ["-shutdownTimeout=100ms"]);
  const [held] = await holdTasks(room, "vacuum", [{ step: COMPACTING, volumeId: 1 }]);
  worker.signal("SIGTERM");
  await worker.says(/handed back/);
  held?.hold.release();
  expect(await worker.exited).toBe(0);
  const { task } = await fleet.task(held?.taskId ?? 0);
  expect(task).toMatchObject({ state: "pending", failures: 0, losses: 0 });
  await fleet.startConnectedWorker("next");
  expect((await fleet.ended(task.id)).task).toMatchObject({ state: "completed", workerId: "next", attempt: 2 });
  for (const volume of volumes) await expectIntact(sandbox, volume);
});

it("SIGTERM of the admin: it exits 0 by itself with tasks held and streams open, and its successor goes on", async () => {
  const room = await roomWithGarbage([1, 2, 3]);
  const { sandbox, fleet, volumes } = room;
  const worker = await fleet.startConnectedWorker("worker-a", ["-maxConcurrent=1"]);
  const [held] = await holdTasks(room, "vacuum", [{ step: COMPACTING, volumeId: 1 }]);
  const waiting = [await fleet.create("vacuum", 2), await fleet.create("vacuum", 3)];
  const events = await fleet.request("/api/v1/events");
  expect(events.headers.get("content-type")).toContain("text/event-stream");
  const before = (await fleet.tasks()).map(({ id, state }) => ({ id, state }));

  fleet.admin.signal("SIGTERM");
  expect(await fleet.admin.exited).toBe(0);
  // It ended in order, and not because its time was over.
  expect(fleet.admin.output).toContain("The admin has stopped.");
  expect(fleet.admin.output).not.toMatch(/does not stop in time|did not stop cleanly/);
  await events.text();

  await fleet.startReadyAdmin();
  expect((await fleet.tasks()).map(({ id, state }) => ({ id, state }))).toEqual(before);
  await until("the worker to be back", async () => (await fleet.workers()).some(({ id }) => id === "worker-a"));
  held?.hold.release();
  for (const id of [held?.taskId ?? 0, ...waiting]) {
    expect((await fleet.ended(id)).task).toMatchObject({ state: "completed", attempt: 1, losses: 0 });
  }
  expect(worker.running).toBe(true);
  for (const volume of volumes) await expectIntact(sandbox, volume);
});
