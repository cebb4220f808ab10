import { expect, it } from "vitest";
import { BY_SCAN, SIDE_BY_SIDE } from "./fleet.testkit.ts";
import { until } from "./processes.testkit.ts";
import { sandboxFleet } from "./sandbox-fleet.testkit.ts";
import { expectIntact, expectReadBack, type SeededVolume, seedVolume, servers } from "./volumes.testkit.ts";

const TASKS = 1_010;
const RUNNING = 10;
const SERVERS = 20;
/** Tasks and volumes that are looked at closely. */
const SAMPLES = [1, 2, 500, 1_000, 1_009];

it("kill −9 of the admin with 1,000 tasks queued and 10 running: each ends once, each effect is applied once", {
  timeout: 400_000,
}, async () => {
  const { sandbox, fleet, server } = await sandboxFleet({
    servers: Array.from({ length: SERVERS }, () => ({ maxVolumes: 100 })),
    pulseMs: 5_000,
    settings: {
      vacuum: { ...SIDE_BY_SIDE.type, ...BY_SCAN },
      maintenance: { ...SIDE_BY_SIDE.global, max_proposals_per_scan: 5_000 },
    },
  });
  const volumes: SeededVolume[] = [];
  for (let volumeId = 1; volumeId <= TASKS; volumeId++) {
    volumes.push(
      await seedVolume(sandbox, { volumeId, on: [server(volumeId % SERVERS)], files: 2, size: 400, deleted: 1 }),
    );
  }
  const held = sandbox.faults.add({ rpc: "VacuumVolumeCompact", action: "hang", times: RUNNING });
  await fleet.startReadyAdmin();
  fleet.startWorker("worker-a", [`-maxConcurrent=${RUNNING / 2}`]);
  fleet.startWorker("worker-b", [`-maxConcurrent=${RUNNING / 2}`]);
  const before = await until("1,000 tasks queued and 10 running", async () => {
    const { pending = 0, running = 0 } = await fleet.states();
    return held.hits === RUNNING && running === RUNNING && pending === TASKS - RUNNING && fleet.tasks();
  });
  const runningIds = before.filter(({ state }) => state === "running").map(({ id }) => id);

  await fleet.admin.kill();
  // Ten compactions end while nobody is there to hear of it.
  held.release();
  await fleet.startReadyAdmin();
  fleet.startWorker("worker-c", [`-maxConcurrent=${2 * RUNNING}`]);
  // And once more in the middle of everything, when some are done, some run and most wait.
  await until("a part of the tasks to be done", async () => ((await fleet.states())["completed"] ?? 0) > TASKS / 4);
  await fleet.admin.kill();
  await fleet.startReadyAdmin();

  const after = await until(
    "all tasks to be done",
    async () => {
      const { completed = 0, ...others } = await fleet.states();
      return completed >= TASKS && Object.values(others).every((count) => count === 0) && fleet.tasks();
    },
    300_000,
  );
  // No task was lost, doubled or made again, and none of the ten lost its worker.
  expect(after.map(({ volumeId }) => volumeId).sort((a, b) => a - b)).toEqual(
    Array.from({ length: TASKS }, (_, at) => at + 1),
  );
  expect(after.map(({ id }) => id).sort()).toEqual(before.map(({ id }) => id).sort());
  expect(after.filter(({ id, attempt }) => runningIds.includes(id) && attempt !== 1)).toEqual([]);
  expect(after.filter(({ losses, failures }) => losses + failures > 0)).toEqual([]);
  for (const id of SAMPLES) {
    const { attempts, audit } = await fleet.task(id);
    expect(attempts.map(({ outcome }) => outcome)).toEqual(["done"]);
    expect(audit.filter(({ call, outcome }) => call === "VacuumVolumeCommit" && outcome === "ok")).toHaveLength(1);
  }
  const rpc = servers(sandbox);
  for (const { volumeId } of volumes) expect(await rpc.revisions(volumeId), `volume ${volumeId}`).toEqual([1]);
  rpc.close();
  for (const volume of volumes) await expectReadBack(sandbox, volume, 1);
  for (const id of SAMPLES) {
    const volume = volumes.find(({ volumeId }) => volumeId === id);
    if (volume !== undefined) await expectIntact(sandbox, volume);
  }
});
