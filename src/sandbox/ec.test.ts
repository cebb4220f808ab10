import { readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { masterService, volumeServerService } from "../rpc/proto.ts";
import { formatServerAddress } from "../rpc/server-address.ts";
import type { StoredFile } from "./files.ts";
import type { Peers } from "./peers.ts";
import {
  collect,
  countRight,
  extensionsOf,
  seededVolume,
  serverAt,
  testPeers,
  testSandbox,
} from "./sandbox.testkit.ts";
import type { Sandbox } from "./sandbox.ts";
import type { VolumeServer } from "./server/volume-server.ts";

const ALL = Array.from({ length: 14 }, (_, shard) => shard);
const COLLECTION = "cold";

interface Encoded {
  readonly sandbox: Sandbox;
  readonly peers: Peers;
  readonly volumeId: number;
  readonly live: StoredFile[];
  readonly source: VolumeServer;
}

async function generated(servers = 3): Promise<Encoded> {
  const sandbox = await testSandbox({ servers });
  const peers = testPeers();
  // Two rows of blocks, so that needles lie in several shards.
  const { volumeId, live } = await seededVolume(sandbox, {
    files: 12,
    size: 1_000_000,
    deleted: 2,
    collection: COLLECTION,
  });
  const source = serverAt(sandbox, 0);
  await peers.call(source.address, volumeServerService.VolumeMarkReadonly, { volume_id: volumeId, persist: true });
  await peers.call(source.address, volumeServerService.VolumeEcShardsGenerate, {
    volume_id: volumeId,
    collection: COLLECTION,
  });
  return { sandbox, peers, volumeId, live, source };
}

async function place(encoded: Encoded, target: VolumeServer, shards: readonly number[]): Promise<void> {
  const { peers, volumeId, source } = encoded;
  const request = {
    volume_id: volumeId,
    collection: COLLECTION,
    source_data_node: formatServerAddress(source.address),
  };
  const meta = { copy_ecx_file: true, copy_ecj_file: true, copy_vif_file: true, copy_ecsum_file: true };
  await peers.call(target.address, volumeServerService.VolumeEcShardsCopy, { ...request, ...meta });
  for (const shard of shards) {
    await peers.call(target.address, volumeServerService.VolumeEcShardsCopy, { ...request, shard_ids: [shard] });
  }
  await mount(encoded, target, shards);
}

async function mount({ peers, volumeId }: Encoded, server: VolumeServer, shards: readonly number[]): Promise<void> {
  await peers.call(server.address, volumeServerService.VolumeEcShardsMount, {
    volume_id: volumeId,
    collection: COLLECTION,
    shard_ids: [...shards],
  });
}

/** Spreads the shards over three servers and deletes the .dat. */
async function spread(): Promise<Encoded> {
  const encoded = await generated();
  const { sandbox, peers, volumeId, source } = encoded;
  await place(encoded, serverAt(sandbox, 1), ALL.slice(0, 5));
  await place(encoded, serverAt(sandbox, 2), ALL.slice(5, 10));
  const surplus = { volume_id: volumeId, collection: COLLECTION, shard_ids: ALL.slice(0, 10) };
  await mount(encoded, source, ALL.slice(10));
  await peers.call(source.address, volumeServerService.VolumeDelete, { volume_id: volumeId });
  await peers.call(source.address, volumeServerService.VolumeEcShardsDelete, surplus);
  return encoded;
}

describe("erasure coding", () => {
  it("serves every needle from any server, with local, remote and reconstructed shards", async () => {
    const { sandbox, peers, volumeId, live, source } = await spread();
    for (const server of sandbox.servers) expect(await countRight(sandbox, server, live)).toBe(live.length);
    const listed = await peers.call(sandbox.masterAddress, masterService.LookupEcVolume, { volume_id: volumeId });
    expect(listed.shard_id_locations?.filter((entry) => (entry.locations ?? []).length === 1)).toHaveLength(14);
    await serverAt(sandbox, 1).kill();
    await sandbox.settled();
    // Nine shards are left, one too few for what lay on the dead server.
    expect(await countRight(sandbox, source, live.slice(0, 3))).toBeLessThan(3);
    await serverAt(sandbox, 1).start();
    await sandbox.settled();
    await peers.call(serverAt(sandbox, 1).address, volumeServerService.VolumeEcShardsUnmount, {
      volume_id: volumeId,
      shard_ids: [0, 1, 2, 3],
    });
    expect(await countRight(sandbox, source, live.slice(0, 3))).toBe(3);
  });

  it("deletes a needle in the journals of the servers that are asked first", async () => {
    const { sandbox, live, source, volumeId } = await spread();
    const [first] = live;
    if (first === undefined) throw new Error("no file");
    expect(await sandbox.files.delete(first.fid)).toBe(202);
    for (const server of sandbox.servers)
      expect((await sandbox.files.read(server.address.http, first.fid)).status).toBe(404);
    expect(statSync(join(source.dir, `${COLLECTION}_${volumeId}.ecj`)).size).toBe(8);
  });

  it("loses the read-only mark in the .vif, and the EC traces at the next mark", async () => {
    const { peers, volumeId, source } = await generated(1);
    const vif = (): Record<string, unknown> =>
      JSON.parse(readFileSync(join(source.dir, `${COLLECTION}_${volumeId}.vif`), "utf8"));
    expect(vif()).toMatchObject({
      readOnly: false,
      bytesOffset: 0,
      ecShardConfig: { dataShards: 10, parityShards: 4 },
    });
    expect(Number(vif()["datFileSize"])).toBe(statSync(join(source.dir, `${COLLECTION}_${volumeId}.dat`)).size);
    await peers.call(source.address, volumeServerService.VolumeMarkReadonly, { volume_id: volumeId, persist: true });
    expect(vif()).toMatchObject({ readOnly: true, ecShardConfig: null, datFileSize: "0" });
  });

  it("refuses reads of another encode run and tells deleted needles", async () => {
    const encoded = await generated(1);
    const { peers, volumeId, source } = encoded;
    await mount(encoded, source, ALL);
    const read = (request: object): Promise<{ data?: Buffer; encode_ts_ns?: string }[]> =>
      collect(
        peers.to(source.address).serverStream(volumeServerService.VolumeEcShardRead, {
          volume_id: volumeId,
          shard_id: 0,
          offset: 0,
          size: 100,
          ...request,
        }),
      );
    const [answer] = await read({});
    expect(answer?.data?.length).toBe(100);
    await expect(read({ encode_ts_ns: "5" })).rejects.toThrow(/belongs to a different encode run/);
    expect(await read({ encode_ts_ns: answer?.encode_ts_ns })).toHaveLength(1);
    await expect(read({ shard_id: 20 })).rejects.toThrow(/not found ec shard/);
  });

  it("finds damage, rebuilds the shard, and folds the journal", async () => {
    const encoded = await generated(1);
    const { peers, volumeId, source } = encoded;
    const path = join(source.dir, `${COLLECTION}_${volumeId}.ec03`);
    const bytes = readFileSync(path);
    bytes[5000] = (bytes[5000] ?? 0) ^ 1;
    writeFileSync(path, bytes);
    rmSync(join(source.dir, `${COLLECTION}_${volumeId}.ec12`));
    await mount(
      encoded,
      source,
      ALL.filter((shard) => shard !== 12),
    );
    const scrub = (): Promise<{ broken_shard_infos?: { shard_id?: number }[] }> =>
      peers.call(source.address, volumeServerService.ScrubEcVolume, { volume_ids: [volumeId], mode: "CHECKSUM" });
    expect((await scrub()).broken_shard_infos).toMatchObject([{ shard_id: 3 }]);
    const rebuilt = await peers.call(source.address, volumeServerService.VolumeEcShardsRebuild, {
      volume_id: volumeId,
      collection: COLLECTION,
    });
    expect(rebuilt.rebuilt_shard_ids).toEqual([3, 12]);
    await peers.call(source.address, volumeServerService.VolumeEcShardsUnmount, {
      volume_id: volumeId,
      shard_ids: ALL,
    });
    await mount(encoded, source, ALL);
    expect((await scrub()).broken_shard_infos ?? []).toEqual([]);
    for (const mode of ["INDEX", "LOCAL", "FULL"] as const) {
      expect(
        await peers.call(source.address, volumeServerService.ScrubEcVolume, { volume_ids: [volumeId], mode }),
      ).toMatchObject({ total_files: "10" });
    }
  });

  it("turns shards back into a volume without its deleted needles", async () => {
    const encoded = await generated(1);
    const { sandbox, peers, volumeId, live, source } = encoded;
    await mount(encoded, source, ALL);
    await peers.call(source.address, volumeServerService.VolumeDelete, { volume_id: volumeId });
    const [first, ...rest] = live;
    await sandbox.files.delete(first?.fid ?? "");
    await peers.call(source.address, volumeServerService.VolumeEcShardsToVolume, {
      volume_id: volumeId,
      collection: COLLECTION,
    });
    await peers.call(source.address, volumeServerService.VolumeEcShardsDelete, {
      volume_id: volumeId,
      collection: COLLECTION,
      full_teardown: true,
    });
    await peers.call(source.address, volumeServerService.VolumeMount, { volume_id: volumeId });
    expect(await countRight(sandbox, source, rest)).toBe(rest.length);
    expect(await peers.call(source.address, volumeServerService.VolumeStatus, { volume_id: volumeId })).toMatchObject({
      file_count: String(rest.length),
    });
  });
});

describe("what hides a .dat at a restart", () => {
  it("a full-size shard beside it; a mount brings it back, the teardown leaves its .vif", async () => {
    const { sandbox, peers, volumeId, live, source } = await generated(1);
    const volume = { volume_id: volumeId };
    await source.kill();
    await source.start();
    await sandbox.settled();
    await expect(peers.call(source.address, volumeServerService.VolumeStatus, volume)).rejects.toThrow(
      /not found volume id/,
    );
    await expect(peers.call(source.address, volumeServerService.VolumeDelete, volume)).rejects.toThrow(
      /not found on disk/,
    );
    const info = await peers.call(source.address, volumeServerService.VolumeEcShardsInfo, volume);
    expect(info.ec_shard_infos).toHaveLength(14);
    expect(await countRight(sandbox, source, live)).toBe(live.length);

    await peers.call(source.address, volumeServerService.VolumeMount, volume);
    const { volume_info } = await peers.call(source.address, volumeServerService.ReadVolumeFileStatus, volume);
    expect(volume_info?.ec_shard_config).toMatchObject({ data_shards: 10 });
    const older = { ...volume, collection: COLLECTION, full_teardown: true, encode_ts_ns: "77" };
    expect(await peers.call(source.address, volumeServerService.VolumeEcShardsDelete, older)).toEqual({
      full_teardown_done: true,
    });
    expect(extensionsOf(source, volumeId, COLLECTION)).toContain(".ec00");
    await peers.call(source.address, volumeServerService.VolumeEcShardsDelete, { ...older, encode_ts_ns: "0" });
    expect(extensionsOf(source, volumeId, COLLECTION)).toEqual([".dat", ".idx", ".vif"]);
    expect(await countRight(sandbox, source, live)).toBe(live.length);
  });

  it("not equal shards that are all too small: those are removed", async () => {
    const sandbox = await testSandbox({ servers: 1 });
    const peers = testPeers();
    const { volumeId, live } = await seededVolume(sandbox, { files: 12, size: 1_000_000, collection: COLLECTION });
    const source = serverAt(sandbox, 0);
    await peers.call(source.address, volumeServerService.VolumeEcShardsGenerate, {
      volume_id: volumeId,
      collection: COLLECTION,
    });
    await source.kill();
    for (const shard of ALL)
      truncateSync(join(source.dir, `${COLLECTION}_${volumeId}.ec${String(shard).padStart(2, "0")}`), 1024 * 1024);
    await source.start();
    await sandbox.settled();
    expect(await countRight(sandbox, source, live)).toBe(live.length);
    expect(extensionsOf(source, volumeId, COLLECTION)).toEqual([".dat", ".idx", ".vif"]);
  });

  it("unequal shards, as a server leaves them that dies in VolumeEcShardsGenerate", async () => {
    const sandbox = await testSandbox({ servers: 1 });
    const peers = testPeers();
    const { volumeId } = await seededVolume(sandbox, { files: 12, size: 1_000_000, collection: COLLECTION });
    const source = serverAt(sandbox, 0);
    sandbox.faults.add({ rpc: "VolumeEcShardsGenerate", at: "encode", nth: 2, action: "kill" });
    const call = peers.call(source.address, volumeServerService.VolumeEcShardsGenerate, {
      volume_id: volumeId,
      collection: COLLECTION,
    });
    await expect(call).rejects.toMatchObject({ code: "WK-RPC-UNREACHABLE" });
    await source.start();
    await sandbox.settled();
    await expect(peers.call(source.address, volumeServerService.VolumeStatus, { volume_id: volumeId })).rejects.toThrow(
      /not found volume id/,
    );
    expect(
      (await peers.call(source.address, volumeServerService.VolumeEcShardsInfo, { volume_id: volumeId }))
        .ec_shard_infos,
    ).toHaveLength(14);
  });

  it("goes on generating and copying when the caller is gone", async () => {
    const { sandbox, peers, volumeId, source } = await generated(2);
    const target = serverAt(sandbox, 1);
    const request = {
      volume_id: volumeId,
      collection: COLLECTION,
      shard_ids: [5, 6],
      source_data_node: formatServerAddress(source.address),
    };
    const paused = sandbox.faults.add({ server: 1, rpc: "VolumeEcShardsCopy", at: "shard", action: "hang" });
    const caller = new AbortController();
    const call = peers.call(target.address, volumeServerService.VolumeEcShardsCopy, request, { signal: caller.signal });
    await paused.hit;
    caller.abort();
    await expect(call).rejects.toMatchObject({ code: "WK-CANCELLED" });
    await peers.call(target.address, volumeServerService.VolumeEcShardsDelete, {
      volume_id: volumeId,
      collection: COLLECTION,
      full_teardown: true,
    });
    expect(extensionsOf(target, volumeId, COLLECTION)).toEqual([]);
    paused.release();
    await sandbox.until(() => extensionsOf(target, volumeId, COLLECTION).includes(".ec06"), "the copy to go on");

    const again = sandbox.faults.add({ server: 0, rpc: "VolumeEcShardsGenerate", at: "ecx", action: "cut" });
    await expect(
      peers.call(source.address, volumeServerService.VolumeEcShardsGenerate, {
        volume_id: volumeId,
        collection: COLLECTION,
      }),
    ).rejects.toMatchObject({ code: "WK-RPC-UNREACHABLE" });
    await again.hit;
    await sandbox.until(() => extensionsOf(source, volumeId, COLLECTION).includes(".ecsum"), "the encode to go on");
  });
});
