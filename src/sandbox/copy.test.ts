import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { volumeServerService } from "../rpc/proto.ts";
import { formatServerAddress } from "../rpc/server-address.ts";
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

const ANY_REVISION = 0xffff_ffff;

function copy(
  peers: Peers,
  source: VolumeServer,
  target: VolumeServer,
  volumeId: number,
  signal?: AbortSignal,
): Promise<unknown[]> {
  return collect(
    peers
      .to(target.address)
      .serverStream(
        volumeServerService.VolumeCopy,
        { volume_id: volumeId, source_data_node: formatServerAddress(source.address) },
        { signal },
      ),
  );
}

async function probe(peers: Peers, server: VolumeServer, volumeId: number, ext: string): Promise<number> {
  const request = {
    volume_id: volumeId,
    ext,
    compaction_revision: ANY_REVISION,
    stop_offset: 8,
    ignore_source_file_not_found: true,
  };
  return (await collect(peers.to(server.address).serverStream(volumeServerService.CopyFile, request))).length;
}

const waitForFile = (sandbox: Sandbox, server: VolumeServer, name: string, present: boolean): Promise<void> =>
  sandbox.until(() => existsSync(join(server.dir, name)) === present, `${name} to ${present ? "appear" : "go"}`);

describe("VolumeCopy", () => {
  it("makes an equal replica that is born writable, and read-only only when the source's .vif says so", async () => {
    const sandbox = await testSandbox({ servers: 3 });
    const peers = testPeers();
    const { volumeId, live } = await seededVolume(sandbox, { deleted: 3 });
    const [source, second, third] = [serverAt(sandbox, 0), serverAt(sandbox, 1), serverAt(sandbox, 2)];
    await peers.call(source.address, volumeServerService.VolumeMarkReadonly, { volume_id: volumeId });
    await copy(peers, source, second, volumeId);
    expect(await countRight(sandbox, second, live)).toBe(live.length);
    const born = await peers.call(second.address, volumeServerService.VolumeStatus, { volume_id: volumeId });
    expect(born).toMatchObject({ file_count: "20", file_deleted_count: "3" });

    await peers.call(source.address, volumeServerService.VolumeMarkReadonly, { volume_id: volumeId, persist: true });
    await copy(peers, source, third, volumeId);
    // Counts of an equal copy that was loaded read-only differ: every entry counts, tombstones twice.
    const frozen = await peers.call(third.address, volumeServerService.VolumeStatus, { volume_id: volumeId });
    expect(frozen).toMatchObject({ is_read_only: true, file_count: "23", file_deleted_count: "6" });
    expect(extensionsOf(third, volumeId)).toEqual([".dat", ".idx", ".sdx", ".vif"]);
    expect(readFileSync(join(third.dir, "1.dat"))).toEqual(readFileSync(join(source.dir, "1.dat")));
  });

  it("goes on when its caller is gone and leaves a ghost: mounted, readable, without files", async () => {
    const sandbox = await testSandbox({ servers: 2 });
    const peers = testPeers();
    const { volumeId, live } = await seededVolume(sandbox);
    const [source, target] = [serverAt(sandbox, 0), serverAt(sandbox, 1)];
    const paused = sandbox.faults.add({ server: 1, rpc: "VolumeCopy", at: "dat", action: "hang" });
    const caller = new AbortController();
    const call = copy(peers, source, target, volumeId, caller.signal);
    await paused.hit;
    expect(extensionsOf(target, volumeId)).toEqual([".dat.copying", ".note"]);
    caller.abort();
    await expect(call).rejects.toMatchObject({ code: "WK-CANCELLED" });
    const mounted = sandbox.faults.add({ server: 1, rpc: "VolumeCopy", at: "mounted", action: "hang" });
    paused.release();
    await mounted.hit;
    expect(extensionsOf(target, volumeId)).toEqual([".dat", ".idx", ".vif"]);
    mounted.release();
    await waitForFile(sandbox, target, "1.dat", false);

    expect(extensionsOf(target, volumeId)).toEqual([]);
    expect(await sandbox.files.lookup(volumeId)).toContain(target.address.http);
    expect(await countRight(sandbox, target, live)).toBe(live.length);
    const scrub = await peers.call(target.address, volumeServerService.ScrubVolume, {
      volume_ids: [volumeId],
      mode: "FULL",
    });
    expect(scrub.broken_volume_ids ?? []).toEqual([]);
    expect(await probe(peers, target, volumeId, ".dat")).toBe(0);
    expect(await probe(peers, target, volumeId, ".idx")).toBe(0);
    expect(await probe(peers, source, volumeId, ".dat")).toBe(1);
    await target.kill();
    await target.start();
    await sandbox.settled();
    expect(await countRight(sandbox, target, live)).toBe(0);
  });

  it("deletes a second copy, completed meanwhile, when the first one ends", async () => {
    const sandbox = await testSandbox({ servers: 2 });
    const peers = testPeers();
    const { volumeId, live } = await seededVolume(sandbox);
    const [source, target] = [serverAt(sandbox, 0), serverAt(sandbox, 1)];
    const paused = sandbox.faults.add({ server: 1, rpc: "VolumeCopy", at: "note", action: "hang" });
    const caller = new AbortController();
    const first = copy(peers, source, target, volumeId, caller.signal).catch(() => undefined);
    await paused.hit;
    caller.abort();
    await first;
    await copy(peers, source, target, volumeId);
    expect(await countRight(sandbox, target, live)).toBe(live.length);
    expect(await probe(peers, target, volumeId, ".dat")).toBe(1);
    paused.release();
    await waitForFile(sandbox, target, "1.dat", false);
    expect(await countRight(sandbox, target, live)).toBe(live.length);
    expect(await probe(peers, target, volumeId, ".dat")).toBe(0);
  });

  it("is complete when only its last message was lost", async () => {
    const sandbox = await testSandbox({ servers: 2 });
    const peers = testPeers();
    const { volumeId, live } = await seededVolume(sandbox);
    const [source, target] = [serverAt(sandbox, 0), serverAt(sandbox, 1)];
    sandbox.faults.add({ server: 1, rpc: "VolumeCopy", action: "lose-reply" });
    await expect(copy(peers, source, target, volumeId)).rejects.toMatchObject({ code: "WK-RPC-UNREACHABLE" });
    expect(await countRight(sandbox, target, live)).toBe(live.length);
    expect(await probe(peers, target, volumeId, ".dat")).toBe(1);
  });

  it("deletes the target's replica first and may then fail", async () => {
    const sandbox = await testSandbox({ servers: 2 });
    const peers = testPeers();
    const { volumeId } = await seededVolume(sandbox, { replication: "001" });
    const [source, target] = [serverAt(sandbox, 0), serverAt(sandbox, 1)];
    sandbox.faults.add({ server: 0, rpc: "CopyFile", action: "cut" });
    await expect(copy(peers, source, target, volumeId)).rejects.toMatchObject({
      code: expect.stringContaining("WK-RPC"),
    });
    expect(extensionsOf(target, volumeId)).toEqual([]);
    expect(await sandbox.files.lookup(volumeId)).toEqual([source.address.http]);
    await expect(copy(peers, source, target, 99)).rejects.toThrow(/not found volume id 99/);
  });

  it("leaves .note and .dat.copying when the target dies; a later copy goes over them", async () => {
    const sandbox = await testSandbox({ servers: 2 });
    const peers = testPeers();
    const { volumeId, live } = await seededVolume(sandbox);
    const [source, target] = [serverAt(sandbox, 0), serverAt(sandbox, 1)];
    sandbox.faults.add({ server: 1, rpc: "VolumeCopy", at: "dat", action: "kill" });
    await expect(copy(peers, source, target, volumeId)).rejects.toMatchObject({ code: "WK-RPC-UNREACHABLE" });
    await target.start();
    await sandbox.settled();
    expect(extensionsOf(target, volumeId)).toEqual([".dat.copying", ".note"]);
    await expect(peers.call(target.address, volumeServerService.VolumeMount, { volume_id: volumeId })).rejects.toThrow(
      /not found on disk/,
    );
    await copy(peers, source, target, volumeId);
    expect(extensionsOf(target, volumeId)).toEqual([".dat", ".idx", ".vif"]);
    expect(await countRight(sandbox, target, live)).toBe(live.length);
  });

  it("fails on a full disk and cleans up", async () => {
    const sandbox = await testSandbox({ servers: [{}, { diskBytes: 20_000_000 }] });
    const peers = testPeers();
    const { volumeId } = await seededVolume(sandbox, { size: 100_000 });
    const [source, target] = [serverAt(sandbox, 0), serverAt(sandbox, 1)];
    const { total } = target.disk.usage();
    target.disk.fill(Math.ceil(total * 0.01) + 100);
    await expect(copy(peers, source, target, volumeId)).rejects.toThrow(/no space left on device/);
    expect(extensionsOf(target, volumeId)).toEqual([]);
  });
});

describe("CopyFile and ReceiveFile", () => {
  it("check the revision, read stop_offset as signed, and say nothing for a missing file", async () => {
    const sandbox = await testSandbox({ servers: 1 });
    const peers = testPeers();
    const { volumeId } = await seededVolume(sandbox);
    const server = serverAt(sandbox, 0);
    const get = (request: object): Promise<{ file_content?: Buffer }[]> =>
      collect(
        peers
          .to(server.address)
          .serverStream(volumeServerService.CopyFile, { volume_id: volumeId, ext: ".dat", ...request }),
      );
    await expect(get({ compaction_revision: 5, stop_offset: 8 })).rejects.toThrow(/volume 1 is compacted/);
    expect(await get({ compaction_revision: 0, stop_offset: String(2n ** 64n - 1n) })).toMatchObject([
      { modified_ts_ns: expect.any(String) },
    ]);
    const whole = await get({ compaction_revision: 0, stop_offset: String(2n ** 63n - 1n) });
    expect(Buffer.concat(whole.map((message) => message.file_content ?? Buffer.alloc(0)))).toEqual(
      readFileSync(join(server.dir, "1.dat")),
    );
    expect(await get({ ext: ".cpc", is_ec_volume: true, stop_offset: 0 })).toEqual([]);
    await expect(get({ ext: ".cpc", is_ec_volume: true, stop_offset: 1 })).rejects.toThrow(
      /CopyFile not found ec volume id 1/,
    );
  });

  it("takes a .vif between unmount and mount", async () => {
    const sandbox = await testSandbox({ servers: 1 });
    const peers = testPeers();
    const { volumeId } = await seededVolume(sandbox);
    const server = serverAt(sandbox, 0);
    await peers.call(server.address, volumeServerService.VolumeUnmount, { volume_id: volumeId });
    const vif = Buffer.from('{"version":3,"replication":"","bytesOffset":4,"datFileSize":"0","readOnly":true}');
    const answer = await peers
      .to(server.address)
      .clientStream(volumeServerService.ReceiveFile, [
        { info: { volume_id: volumeId, ext: ".vif", is_ec_volume: true, file_size: vif.length } },
        { file_content: vif },
      ]);
    expect(answer).toEqual({ bytes_written: String(vif.length) });
    await peers.call(server.address, volumeServerService.VolumeMount, { volume_id: volumeId });
    expect(await peers.call(server.address, volumeServerService.VolumeStatus, { volume_id: volumeId })).toMatchObject({
      is_read_only: true,
    });
    const refused = await peers
      .to(server.address)
      .clientStream(volumeServerService.ReceiveFile, [{ info: { volume_id: 77, ext: ".dat" } }, { file_content: vif }]);
    expect(refused.error).toContain("volume 77 not found");
  });
});
