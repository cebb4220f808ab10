import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { masterService, volumeServerService } from "../rpc/proto.ts";
import { httpCall } from "./http-client.ts";
import type { Peers } from "./peers.ts";
import { collect, countRight, randomFiles, seededVolume, serverAt, testPeers, testSandbox } from "./sandbox.testkit.ts";
import type { Sandbox } from "./sandbox.ts";
import type { VolumeServer } from "./server/volume-server.ts";

const VOLUME = { volume_id: 1 };

const status = (peers: Peers, server: VolumeServer): Promise<{ is_read_only?: boolean; file_count?: string }> =>
  peers.call(server.address, volumeServerService.VolumeStatus, VOLUME);

async function listed(peers: Peers, sandbox: Sandbox): Promise<{ size?: string; read_only?: boolean }[]> {
  const { topology_info } = await peers.call(sandbox.masterAddress, masterService.VolumeList, VOLUME);
  return (topology_info?.data_center_infos ?? [])
    .flatMap((center) => center.rack_infos ?? [])
    .flatMap((rack) => rack.data_node_infos ?? [])
    .flatMap((node) => node.diskInfos?.[""]?.volume_infos ?? []);
}

async function remount(peers: Peers, server: VolumeServer): Promise<void> {
  await peers.call(server.address, volumeServerService.VolumeUnmount, VOLUME);
  await peers.call(server.address, volumeServerService.VolumeMount, VOLUME);
}

describe("marks", () => {
  it("are lost at a remount or restart unless they were persisted", async () => {
    const sandbox = await testSandbox({ servers: 1 });
    const peers = testPeers();
    await seededVolume(sandbox);
    const server = serverAt(sandbox, 0);
    await peers.call(server.address, volumeServerService.VolumeMarkReadonly, VOLUME);
    expect((await status(peers, server)).is_read_only).toBe(true);
    await remount(peers, server);
    expect((await status(peers, server)).is_read_only).toBeUndefined();
    await peers.call(server.address, volumeServerService.VolumeMarkReadonly, { ...VOLUME, persist: true });
    await server.kill();
    await server.start();
    await sandbox.settled();
    expect((await status(peers, server)).is_read_only).toBe(true);
    const text = readFileSync(join(server.dir, "1.vif"), "utf8");
    expect(JSON.parse(text)).toEqual({
      files: [],
      version: 3,
      replication: "",
      bytesOffset: 4,
      datFileSize: "0",
      expireAtSec: "0",
      readOnly: true,
      ecShardConfig: null,
      readOnlyCanDelete: false,
    });
    await peers.call(server.address, volumeServerService.VolumeMarkWritable, VOLUME);
    expect(await status(peers, server)).toMatchObject({ file_count: "20" });
  });

  it("refuse writes at once and let deletions through when asked to", async () => {
    const sandbox = await testSandbox({ servers: 1 });
    const peers = testPeers();
    const { live } = await seededVolume(sandbox);
    const server = serverAt(sandbox, 0);
    const [first, second, third] = live;
    await peers.call(server.address, volumeServerService.VolumeMarkReadonly, { ...VOLUME, can_delete: true });
    await expect(sandbox.files.put(server.address.http, first?.fid ?? "", Buffer.from("x"))).rejects.toThrow(
      /500 .*volume 1 is read only/,
    );
    expect(await sandbox.files.delete(second?.fid ?? "")).toBe(202);
    await peers.call(server.address, volumeServerService.VolumeMarkReadonly, VOLUME);
    expect(await sandbox.files.delete(third?.fid ?? "")).toBe(500);
    // The master was told, so it makes a new volume for the next file.
    expect((await sandbox.files.upload(Buffer.from("elsewhere"))).volumeId).toBe(2);
  });

  it("fail after they took effect when the master is gone", async () => {
    const sandbox = await testSandbox({ servers: 1 });
    const peers = testPeers();
    await seededVolume(sandbox);
    const server = serverAt(sandbox, 0);
    sandbox.faults.add({ server: "master", rpc: "VolumeMarkReadonly", nth: 2, action: "fail" });
    await expect(peers.call(server.address, volumeServerService.VolumeMarkReadonly, VOLUME)).rejects.toThrow(
      /injected failure/,
    );
    expect((await status(peers, server)).is_read_only).toBe(true);
  });
});

describe("heartbeats", () => {
  it("tell sizes and marks a pulse late, and places at once", async () => {
    const sandbox = await testSandbox({ servers: 1, pulseMs: 60_000 });
    const peers = testPeers();
    const server = serverAt(sandbox, 0);
    await sandbox.createVolume({ volumeId: 1, on: [server] });
    await sandbox.files.uploadMany(randomFiles(3, 1000));
    await peers.call(server.address, volumeServerService.VolumeMarkReadonly, VOLUME);
    expect(await listed(peers, sandbox)).toMatchObject([{ id: 1 }]);
    await sandbox.pulse();
    const [after] = await listed(peers, sandbox);
    expect(Number(after?.size)).toBeGreaterThan(3000);
    expect(after?.read_only).toBe(true);
    await peers.call(server.address, volumeServerService.VolumeDelete, VOLUME);
    await sandbox.until(async () => (await listed(peers, sandbox)).length === 0, "the volume to leave the list");
  });

  it("end with VolumeServerLeave although the server goes on to serve", async () => {
    const sandbox = await testSandbox({ servers: 2 });
    const peers = testPeers();
    const { live } = await seededVolume(sandbox);
    const server = serverAt(sandbox, 0);
    await peers.call(server.address, volumeServerService.VolumeServerLeave, {});
    await sandbox.until(() => !sandbox.master.connectedServers.includes(server.address.http), "the server to leave");
    expect(await countRight(sandbox, server, live)).toBe(live.length);
    expect((await httpCall(`http://${server.address.http}/healthz`)).status).toBe(503);
  });
});

describe("a full disk", () => {
  it("refuses writes with ENOSPC, then makes every volume read-only, and shows it", async () => {
    const sandbox = await testSandbox({ servers: [{ diskBytes: 10_000_000 }], pulseMs: 60_000 });
    const peers = testPeers();
    const { live } = await seededVolume(sandbox);
    const server = serverAt(sandbox, 0);
    server.disk.fill(150_000);
    const [big = Buffer.alloc(0)] = randomFiles(1, 200_000);
    await expect(sandbox.files.put(server.address.http, "1,ff00000001", big)).rejects.toThrow(
      /no space left on device/,
    );
    expect((await status(peers, server)).is_read_only).toBeUndefined();
    server.disk.fill(50_000);
    expect((await status(peers, server)).is_read_only).toBe(true);
    const { disk_statuses } = await peers.call(server.address, volumeServerService.VolumeServerStatus, {});
    expect(disk_statuses).toMatchObject([{ all: "10000000", free: "50000" }]);
    await sandbox.pulse();
    expect(await listed(peers, sandbox)).toMatchObject([{ read_only: true }]);
    server.disk.empty();
    expect((await status(peers, server)).is_read_only).toBeUndefined();
    expect(await countRight(sandbox, server, live)).toBe(live.length);
  });
});

describe("raw needles", () => {
  it("are listed with deleted ones and masked checksums, written as blobs, and tailed with deletions as empty files", async () => {
    const sandbox = await testSandbox({ servers: 2, tailLoopMs: 5 });
    const peers = testPeers();
    const { live, deleted } = await seededVolume(sandbox, { files: 5, deleted: 1 });
    const [source, target] = [serverAt(sandbox, 0), serverAt(sandbox, 1)];
    const all = await collect(
      peers.to(source.address).serverStream(volumeServerService.ReadAllNeedles, { volume_ids: [1] }),
    );
    expect(all).toHaveLength(5);
    const needle = all[2];
    const known = await peers.call(source.address, volumeServerService.VolumeNeedleStatus, {
      volume_id: 1,
      needle_id: needle?.needle_id ?? "",
    });
    expect(known).toMatchObject({ crc: needle?.crc, cookie: needle?.cookie });

    await peers.call(target.address, volumeServerService.AllocateVolume, { volume_id: 1, replication: "000" });
    await peers.call(target.address, volumeServerService.VolumeTailReceiver, {
      volume_id: 1,
      since_ns: 0,
      idle_timeout_seconds: 2,
      source_volume_server: source.address.http,
    });
    expect(await countRight(sandbox, target, live)).toBe(live.length);
    const gone = await sandbox.files.read(target.address.http, deleted[0]?.fid ?? "");
    expect(gone).toMatchObject({ status: 200, data: Buffer.alloc(0) });
    const results = await peers.call(target.address, volumeServerService.BatchDelete, {
      file_ids: [live[0]?.fid ?? "", `1,${Number(needle?.needle_id).toString(16)}00000000`, "nonsense", "9,0112345678"],
      skip_cookie_check: false,
    });
    expect(results.results?.map((result) => result.status)).toEqual([202, 400, 400, 404]);
  });
});

describe("maintenance mode", () => {
  it("is guarded by its version, survives a restart, and refuses what changes volumes", async () => {
    const sandbox = await testSandbox({ servers: 1 });
    const peers = testPeers();
    await seededVolume(sandbox);
    const server = serverAt(sandbox, 0);
    const set = (maintenance: boolean, version: number): Promise<unknown> =>
      peers.call(server.address, volumeServerService.SetState, { state: { maintenance, version } });
    await expect(set(true, 7)).rejects.toThrow(/version mismatch/);
    await set(true, 0);
    await server.kill();
    await server.start();
    await sandbox.settled();
    await expect(peers.call(server.address, volumeServerService.VolumeDelete, VOLUME)).rejects.toMatchObject({
      code: "WK-RPC-MAINTENANCE",
    });
    await set(false, 1);
    await peers.call(server.address, volumeServerService.VolumeDelete, VOLUME);
  });
});
