import { describe, expect, it } from "vitest";
import { BY_HAND, SIDE_BY_SIDE } from "./fleet.testkit.ts";
import { collectionOf, finishElsewhere, killAtSteps, type Step } from "./held-steps.testkit.ts";
import { sandboxFleet } from "./sandbox-fleet.testkit.ts";
import {
  expectIntact,
  expectReadBack,
  restartServers,
  type SeededVolume,
  seedVolume,
  servers,
} from "./volumes.testkit.ts";

const VACUUM_STEPS: readonly Step[] = [
  { name: "before the first look", rpc: "VacuumVolumeCheck" },
  { name: "before the freeze", rpc: "VolumeMarkReadonly" },
  { name: "frozen, not answered", rpc: "VolumeMarkReadonly", at: "marked" },
  { name: "half frozen", rpc: "VolumeMarkReadonly", nth: 2 },
  { name: "before the compaction", rpc: "VacuumVolumeCompact" },
  { name: "in the compaction", rpc: "VacuumVolumeCompact", at: "needle" },
  {
    name: "in a compaction that still runs when the next attempt compacts",
    rpc: "VacuumVolumeCompact",
    at: "needle",
    goesOnAt: { rpc: "VacuumVolumeCompact" },
  },
  { name: "compacted half", rpc: "VacuumVolumeCompact", at: "cpd" },
  { name: "compacted, not answered", rpc: "VacuumVolumeCompact", at: "cpx" },
  {
    name: "before the commit point",
    rpc: "CopyFile",
    match: ({ ext, volume_id }, id) => ext === ".cpx" && volume_id === id,
    nth: 3,
  },
  { name: "before the first commit", rpc: "VacuumVolumeCommit" },
  { name: "in the first commit", rpc: "VacuumVolumeCommit", at: "marked" },
  { name: "half of the first commit", rpc: "VacuumVolumeCommit", at: "half" },
  { name: "first commit not answered", rpc: "VacuumVolumeCommit", at: "swapped" },
  { name: "before the second commit", rpc: "VacuumVolumeCommit", nth: 2 },
  { name: "before the thaw", rpc: "VolumeMarkWritable" },
  { name: "half thawed", rpc: "VolumeMarkWritable", nth: 2 },
  { name: "thawed, not answered", rpc: "VolumeMarkWritable", at: "marked", nth: 2 },
];

const ofVolume = ({ volume_ids }: Readonly<Record<string, unknown>>, id: number): boolean =>
  Array.isArray(volume_ids) && volume_ids.includes(id);

const BALANCE_STEPS: readonly Step[] = [
  { name: "before the freeze", rpc: "VolumeMarkReadonly" },
  { name: "frozen, not answered", rpc: "VolumeMarkReadonly", at: "marked" },
  { name: "waiting for the source to rest", rpc: "ReadVolumeFileStatus", server: 0, nth: 5 },
  { name: "before the copy", rpc: "VolumeCopy" },
  { name: "copy announced", rpc: "VolumeCopy", at: "note" },
  { name: "in the copy", rpc: "VolumeCopy", at: "dat" },
  {
    name: "in a copy that still runs when the next attempt looks",
    rpc: "VolumeCopy",
    at: "dat",
    goesOnAt: { rpc: "CopyFile", match: ({ ext }) => ext === ".note" },
  },
  { name: "copied, not mounted", rpc: "VolumeCopy", at: "copied" },
  { name: "copied and mounted, not answered", rpc: "VolumeCopy", at: "mounted" },
  {
    name: "mounted, and answered only when the next attempt looks",
    rpc: "VolumeCopy",
    at: "mounted",
    goesOnAt: { rpc: "CopyFile", match: ({ ext }) => ext === ".note" },
  },
  { name: "in the scrub of the copy", rpc: "ScrubVolume", match: ofVolume },
  { name: "past the commit point, before the deletion", rpc: "VolumeDelete" },
  { name: "before the thaw of the copy", rpc: "VolumeMarkWritable" },
  { name: "thawed, not answered", rpc: "VolumeMarkWritable", at: "marked" },
];

describe("kill −9 of a worker", () => {
  it("at each step of a vacuum: another worker finishes, each replica is committed once", {
    timeout: 400_000,
  }, async () => {
    const room = await sandboxFleet({
      servers: [{ maxVolumes: 100 }, { maxVolumes: 100 }, { maxVolumes: 100 }],
      settings: { vacuum: { ...BY_HAND.vacuum, ...SIDE_BY_SIDE.type }, maintenance: SIDE_BY_SIDE.global },
    });
    const { sandbox, fleet, server } = room;
    const volumes: SeededVolume[] = [];
    for (const [at] of VACUUM_STEPS.entries()) {
      const on = [server(at % 3), server((at + 1) % 3)];
      const wish = { volumeId: at + 1, on, collection: collectionOf(at), files: 6, size: 5_000, deleted: 4 };
      volumes.push(await seedVolume(sandbox, wish));
    }
    await fleet.startReadyAdmin();
    const killed = await killAtSteps(room, "vacuum", VACUUM_STEPS);
    await finishElsewhere(room, killed);
    const rpc = servers(sandbox);
    for (const { step, volumeId } of killed) {
      expect({ step: step.name, revisions: await rpc.revisions(volumeId) }).toEqual({
        step: step.name,
        revisions: [1, 1],
      });
    }
    rpc.close();
    for (const volume of volumes) await expectIntact(sandbox, volume);
    await restartServers(sandbox);
    for (const volume of volumes) await expectReadBack(sandbox, volume, 2);
  });

  it("at each step of a move: another worker finishes it, the volume is at one place and whole", {
    timeout: 400_000,
  }, async () => {
    const room = await sandboxFleet({
      servers: [{ maxVolumes: 100 }, { maxVolumes: 100 }, { maxVolumes: 100 }, { maxVolumes: 100 }],
      settings: { balance: { ...BY_HAND.balance, ...SIDE_BY_SIDE.type }, maintenance: SIDE_BY_SIDE.global },
    });
    const { sandbox, fleet, server } = room;
    const volumes: SeededVolume[] = [];
    // As many again stay, so that every move brings the fullest server closer to the mean.
    for (let at = 0; at < 2 * BALANCE_STEPS.length; at++) {
      const wish = { volumeId: at + 1, on: [server(0)], collection: collectionOf(at), files: 6, size: 5_000 };
      volumes.push(await seedVolume(sandbox, wish));
    }
    await fleet.startReadyAdmin();
    await finishElsewhere(room, await killAtSteps(room, "balance", BALANCE_STEPS));
    for (const volume of volumes) await expectIntact(sandbox, volume);
    expect(server(0).store?.volumes).toHaveLength(BALANCE_STEPS.length);
    await restartServers(sandbox);
    for (const volume of volumes) await expectReadBack(sandbox, volume, 1);
  });
});
