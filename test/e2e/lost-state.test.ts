import { rmSync } from "node:fs";
import { expect, it } from "vitest";
import { BY_HAND, SIDE_BY_SIDE } from "./fleet.testkit.ts";
import { holdTasks } from "./held-steps.testkit.ts";
import { until } from "./processes.testkit.ts";
import { sandboxFleet } from "./sandbox-fleet.testkit.ts";
import { expectIntact, seedVolume } from "./volumes.testkit.ts";

it("a fresh admin whose database is lost goes on with what was frozen, half compacted and half copied", {
  timeout: 240_000,
}, async () => {
  const room = await sandboxFleet({
    servers: [{ maxVolumes: 50 }, { maxVolumes: 50 }, { maxVolumes: 50 }],
    settings: {
      maintenance: SIDE_BY_SIDE.global,
      vacuum: { ...BY_HAND.vacuum, ...SIDE_BY_SIDE.type },
      balance: { ...BY_HAND.balance, ...SIDE_BY_SIDE.type },
    },
  });
  const { sandbox, fleet, server } = room;
  const compacted = await seedVolume(sandbox, { volumeId: 1, on: [server(0), server(1)], files: 8, deleted: 4 });
  const moved = await seedVolume(sandbox, { volumeId: 2, on: [server(0)], files: 8 });
  // What stays makes the first server the fullest one.
  for (const volumeId of [3, 4]) await seedVolume(sandbox, { volumeId, on: [server(0)], files: 8 });
  await fleet.startReadyAdmin();
  await fleet.startConnectedWorker("keeper");
  const compact = { name: "in the compaction", rpc: "VacuumVolumeCompact", at: "needle" };
  const copy = { name: "in the copy", rpc: "VolumeCopy", at: "dat" };
  const held = [
    ...(await holdTasks(room, "vacuum", [{ step: compact, volumeId: 1 }])),
    ...(await holdTasks(room, "balance", [{ step: copy, volumeId: 2 }])),
  ];
  expect(server(0).store?.get(1)?.readOnly).toBe(true);
  expect(server(0).store?.get(2)?.readOnly).toBe(true);

  await fleet.admin.kill();
  rmSync(fleet.dataDir, { recursive: true });
  await fleet.startReadyAdmin();
  for (const { hold } of held) hold.release();
  const recovered = await until("both tasks to be taken over and completed", async () => {
    const tasks = (await fleet.tasks()).filter((task) => task.createdBy === "recovery");
    return tasks.length === 2 && tasks.every((task) => task.state === "completed") && tasks;
  });
  expect(recovered.map(({ type, volumeId }) => `${type} ${volumeId}`).sort()).toEqual(["balance 2", "vacuum 1"]);
  await expectIntact(sandbox, compacted);
  await expectIntact(sandbox, moved);
});
