import { expect, it } from "vitest";
import { BY_HAND, SIDE_BY_SIDE } from "./fleet.testkit.ts";
import { collectionOf, finishElsewhere, killAtSteps, type Step } from "./held-steps.testkit.ts";
import { sandboxFleet } from "./sandbox-fleet.testkit.ts";
import { expectEncoded, expectReadBack, restartServers, type SeededVolume, seedVolume } from "./volumes.testkit.ts";

type Facts = Readonly<Record<string, unknown>>;

const scrubs = ({ volume_ids }: Facts, id: number): boolean => Array.isArray(volume_ids) && volume_ids.includes(id);
/** A file of the volume that is being received. */
const receives =
  (ext: string) =>
  ({ path }: Facts, id: number): boolean =>
    typeof path === "string" && path.endsWith(`_${id}${ext}`);

const SERVER_STEPS: readonly Step[] = [
  { name: "in the scrub of the source", rpc: "ScrubVolume", match: scrubs },
  { name: "before the freeze", rpc: "VolumeMarkReadonly" },
  { name: "half frozen", rpc: "VolumeMarkReadonly", nth: 2 },
  { name: "half mounted", rpc: "VolumeEcShardsMount", nth: 3 },
  { name: "before the proof", rpc: "VolumeEcShardsInfo" },
  { name: "in the parity check", rpc: "VolumeEcShardRead", nth: 20 },
  { name: "in the scrub of the shards", rpc: "ScrubEcVolume", match: scrubs },
  { name: "past the commit point, before the first deletion", rpc: "VolumeDelete" },
  { name: "before the second deletion", rpc: "VolumeDelete", nth: 2 },
  { name: "before the encoding", rpc: "VolumeEcShardsGenerate" },
  { name: "in the encoding", rpc: "VolumeEcShardsGenerate", at: "encode" },
  {
    name: "in an encoding that still runs when the next attempt tears down",
    rpc: "VolumeEcShardsGenerate",
    at: "encode",
    goesOnAt: { rpc: "VolumeEcShardsDelete" },
  },
  { name: "encoded, not answered", rpc: "VolumeEcShardsGenerate", at: "vif" },
  { name: "in the repair of the .vif", rpc: "ReceiveFile", at: "chunk", match: receives(".vif") },
  { name: "before the metadata", rpc: "VolumeEcShardsCopy" },
  { name: "in the first shard", rpc: "VolumeEcShardsCopy", at: "shard", match: ofShard },
  {
    name: "in a shard that still comes when the next attempt tears down",
    rpc: "VolumeEcShardsCopy",
    at: "shard",
    match: ofShard,
    goesOnAt: { rpc: "VolumeEcShardsDelete" },
  },
  { name: "before the sixth copy", rpc: "VolumeEcShardsCopy", nth: 6 },
];

function ofShard({ volume_id, ext }: Facts, id: number): boolean {
  return volume_id === id && typeof ext === "string" && /^\.ec\d\d$/.test(ext);
}

const WORKER_STEPS: readonly Step[] = [
  {
    name: "fetching the volume",
    rpc: "CopyFile",
    match: ({ ext, volume_id, stop_offset }, id) => volume_id === id && ext === ".dat" && Number(stop_offset) > 8,
  },
  { name: "sending the index", rpc: "ReceiveFile", at: "chunk", match: receives(".ecx") },
  { name: "sending the metadata", rpc: "ReceiveFile", at: "chunk", match: receives(".vif") },
  { name: "sending a data shard", rpc: "ReceiveFile", at: "chunk", match: receives(".ec03") },
  { name: "sending the last shard", rpc: "ReceiveFile", at: "chunk", match: receives(".ec13") },
  { name: "half mounted", rpc: "VolumeEcShardsMount", nth: 3 },
  { name: "before the proof", rpc: "VolumeEcShardsInfo" },
  { name: "past the commit point, before the first deletion", rpc: "VolumeDelete" },
  { name: "before the second deletion", rpc: "VolumeDelete", nth: 2 },
];

it.each([
  ["server", SERVER_STEPS],
  ["worker", WORKER_STEPS],
] as const)(
  "kill −9 of a worker at each step of an erasure coding in %s mode: another worker finishes it, nothing is lost or left",
  { timeout: 400_000 },
  async (mode, modeSteps) => {
    const room = await sandboxFleet({
      servers: Array.from({ length: 5 }, () => ({ maxVolumes: 200 })),
      settings: {
        erasure_coding: { ...BY_HAND.erasure_coding, ...SIDE_BY_SIDE.type, ec_encode: mode },
        maintenance: SIDE_BY_SIDE.global,
      },
    });
    const { sandbox, fleet, server } = room;
    const volumes: SeededVolume[] = [];
    for (const [at] of modeSteps.entries()) {
      const on = [server(at % 5), server((at + 1) % 5)];
      const wish = { volumeId: at + 1, on, collection: collectionOf(at), files: 6, size: 10_000, deleted: 1 };
      volumes.push(await seedVolume(sandbox, wish));
    }
    await fleet.startReadyAdmin();
    const killed = await killAtSteps(room, "erasure_coding", modeSteps);
    for (const { task } of await finishElsewhere(room, killed)) expect(task.facts["mode"]).toBe(mode);
    for (const volume of volumes) await expectEncoded(sandbox, volume);
    await restartServers(sandbox);
    for (const volume of volumes) await expectReadBack(sandbox, volume, 5);
  },
);
