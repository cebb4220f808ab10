import { expect, it } from "vitest";
import { BY_HAND } from "./fleet.testkit.ts";
import { holdTasks } from "./held-steps.testkit.ts";
import { sandboxFleet } from "./sandbox-fleet.testkit.ts";
import {
  expectEncoded,
  expectIntact,
  expectReadBack,
  filesOf,
  holders,
  restartServers,
  seedVolume,
  servers,
} from "./volumes.testkit.ts";

it("a copy whose stream broke deletes its files under the mounted volume: it is waited out, and the move is proved on disk", async () => {
  const { sandbox, fleet, server } = await sandboxFleet({ servers: 2, settings: { balance: BY_HAND.balance } });
  const moved = await seedVolume(sandbox, { volumeId: 1, on: [server(0)] });
  const stays = await seedVolume(sandbox, { volumeId: 2, on: [server(0)] });
  await fleet.startReadyAdmin();
  await fleet.startConnectedWorker("worker-a");
  const copies = sandbox.faults.add({ rpc: "VolumeCopy", at: "dat", action: "cut", volumeId: 1 });
  const id = await fleet.create("balance", 1);
  await copies.hit;
  const { task } = await fleet.ended(id);
  expect(task).toMatchObject({ state: "completed", failures: 1 });
  expect(holders(sandbox, 1)).toEqual([server(1)]);
  expect(filesOf(server(1), moved)).toEqual(expect.arrayContaining([".dat", ".idx"]));
  await restartServers(sandbox);
  await expectIntact(sandbox, moved);
  await expectIntact(sandbox, stays);
});

it("a commit whose answer is lost is not repeated: the revision says what became of it", async () => {
  const { sandbox, fleet, server } = await sandboxFleet({ servers: 2, settings: { vacuum: BY_HAND.vacuum } });
  const volume = await seedVolume(sandbox, { volumeId: 1, on: [server(0), server(1)], files: 6, deleted: 3 });
  await fleet.startReadyAdmin();
  await fleet.startConnectedWorker("worker-a");
  sandbox.faults.add({ rpc: "VacuumVolumeCommit", action: "lose-reply" });
  const commits = sandbox.faults.add({
    rpc: "VacuumVolumeCommit",
    at: "swapped",
    action: "delay",
    delayMs: 0,
    times: 100,
  });
  const id = await fleet.create("vacuum", 1);
  const { task, audit } = await fleet.ended(id);
  expect(task).toMatchObject({ state: "completed", attempt: 1, failures: 0 });
  expect(audit.map(({ call, outcome }) => `${call}: ${outcome.split(":")[0]}`)).toEqual(
    expect.arrayContaining(["VacuumVolumeCommit: unknown", "VacuumVolumeCommit: ok"]),
  );
  expect(commits.hits).toBe(2);
  const rpc = servers(sandbox);
  expect(await rpc.revisions(1)).toEqual([1, 1]);
  rpc.close();
  await expectIntact(sandbox, volume);
  await restartServers(sandbox);
  await expectReadBack(sandbox, volume, 2);
});

it.each([
  ["before the commit point", { name: "before the mount", rpc: "VolumeEcShardsMount" }],
  ["past the commit point", { name: "before the deletion", rpc: "VolumeDelete" }],
])(
  "a restart %s hides the .dat behind its shards: the encoding still ends whole, with no .dat left",
  async (_when, step) => {
    const room = await sandboxFleet({
      servers: 5,
      settings: { erasure_coding: { ...BY_HAND.erasure_coding, ec_encode: "server" } },
    });
    const { sandbox, fleet, server } = room;
    const volume = await seedVolume(sandbox, { volumeId: 1, on: [server(0), server(1)] });
    await fleet.startReadyAdmin();
    await fleet.startConnectedWorker("worker-a");
    const [held] = await holdTasks(room, "erasure_coding", [{ step, volumeId: 1 }]);
    const replicas = holders(sandbox, 1);
    for (const replica of replicas) await replica.kill();
    held?.hold.release();
    for (const replica of replicas) await replica.start();
    await sandbox.settled();
    // The source has all shards on its disk: its .dat is there, and it does not serve it.
    expect(replicas.some((replica) => replica.store?.get(1) === undefined)).toBe(true);
    expect(replicas.flatMap((replica) => filesOf(replica, volume))).toContain(".dat");
    const { task } = await fleet.ended(held?.taskId ?? 0);
    expect(task.state, task.error ?? "").toBe("completed");
    await expectEncoded(sandbox, volume);
    await restartServers(sandbox);
    await expectReadBack(sandbox, volume, 5);
  },
);
