import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { volumeServerService } from "../rpc/proto.ts";
import type { Peers } from "./peers.ts";
import {
  collect,
  countRight,
  extensionsOf,
  randomFiles,
  seededVolume,
  serverAt,
  testPeers,
  testSandbox,
} from "./sandbox.testkit.ts";
import type { VolumeServer } from "./server/volume-server.ts";

const VOLUME = { volume_id: 1 };

const compact = (peers: Peers, server: VolumeServer): Promise<unknown[]> =>
  collect(peers.to(server.address).serverStream(volumeServerService.VacuumVolumeCompact, VOLUME));
const commit = (peers: Peers, server: VolumeServer): Promise<{ volume_size?: string }> =>
  peers.call(server.address, volumeServerService.VacuumVolumeCommit, VOLUME);
const fileStatus = (
  peers: Peers,
  server: VolumeServer,
): Promise<{ compaction_revision?: number; dat_file_size?: string }> =>
  peers.call(server.address, volumeServerService.ReadVolumeFileStatus, VOLUME);

async function seeded(deleted = 10): Promise<
  Awaited<ReturnType<typeof seededVolume>> & {
    sandbox: Awaited<ReturnType<typeof testSandbox>>;
    peers: Peers;
    server: VolumeServer;
  }
> {
  const sandbox = await testSandbox({ servers: 1 });
  const peers = testPeers();
  return { sandbox, peers, server: serverAt(sandbox, 0), ...(await seededVolume(sandbox, { deleted })) };
}

describe("vacuum", () => {
  it("checks, compacts and commits: the revision grows by one and only live needles stay", async () => {
    const { sandbox, peers, server, live, deleted } = await seeded();
    const { garbage_ratio } = await peers.call(server.address, volumeServerService.VacuumVolumeCheck, VOLUME);
    expect(garbage_ratio).toBeCloseTo(0.5, 1);
    const before = Number((await fileStatus(peers, server)).dat_file_size);
    expect(await compact(peers, server)).toEqual([]);
    expect(extensionsOf(server, 1)).toEqual([".cpd", ".cpx", ".dat", ".idx", ".vif"]);
    const { volume_size } = await commit(peers, server);
    expect(Number(volume_size)).toBeLessThan(before / 1.8);
    expect(await fileStatus(peers, server)).toMatchObject({ compaction_revision: 1, dat_file_size: volume_size });
    expect(extensionsOf(server, 1)).toEqual([".dat", ".idx", ".vif"]);
    expect(await countRight(sandbox, server, live)).toBe(live.length);
    for (const file of deleted) expect((await sandbox.files.read(server.address.http, file.fid)).status).toBe(404);
  });

  it("replays what happened between compaction and commit", async () => {
    const { sandbox, peers, server, live } = await seeded();
    await compact(peers, server);
    const [gone, changed, ...rest] = live;
    await sandbox.files.delete(gone?.fid ?? "");
    const [data = Buffer.alloc(0)] = randomFiles(1, 999);
    const overwritten = await sandbox.files.put(server.address.http, changed?.fid ?? "", data);
    const added = await sandbox.files.upload(data);
    await commit(peers, server);
    expect(await countRight(sandbox, server, [...rest, overwritten, added])).toBe(rest.length + 2);
    expect((await sandbox.files.read(server.address.http, gone?.fid ?? "")).status).toBe(404);
    await server.kill();
    await server.start();
    expect(await countRight(sandbox, server, [...rest, overwritten, added])).toBe(rest.length + 2);
  });

  it("fails when much is written while it compacts; a commit then closes the volume", async () => {
    const { sandbox, peers, server, live } = await seeded();
    const paused = sandbox.faults.add({ rpc: "VacuumVolumeCompact", at: "needle", nth: 5, action: "hang" });
    const call = compact(peers, server);
    await paused.hit;
    for (const data of randomFiles(5, 5000)) await sandbox.files.upload(data);
    paused.release();
    await expect(call).rejects.toThrow(/unexpected new data size: \d+ does not match size of content minus deleted/);
    await expect(commit(peers, server)).rejects.toThrow(/open idx file .*\.cpx failed/);
    expect(await countRight(sandbox, server, live)).toBe(0);
    await peers.call(server.address, volumeServerService.VolumeUnmount, VOLUME);
    await peers.call(server.address, volumeServerService.VolumeMount, VOLUME);
    expect(await countRight(sandbox, server, live)).toBe(live.length);
  });

  it("closes the volume when a commit has nothing to commit: 404, no status, gone from the list", async () => {
    const { sandbox, peers, server, live } = await seeded();
    await expect(commit(peers, server)).rejects.toThrow(/readIndexEntry .* at offset -16 failed/);
    expect(await countRight(sandbox, server, live)).toBe(0);
    await expect(peers.call(server.address, volumeServerService.VolumeStatus, VOLUME)).rejects.toThrow(
      /volume 1 data backend not found/,
    );
    await expect(compact(peers, server)).rejects.toThrow(/backend is empty/);
    // What a closed volume answers with gRPC OK: no size, but its revision.
    expect((await fileStatus(peers, server)).dat_file_size).toBeUndefined();
    await expect(sandbox.files.put(server.address.http, live[0]?.fid ?? "", Buffer.from("x"))).rejects.toThrow(
      /volume 1 is closed/,
    );
    await sandbox.pulse();
    expect(await sandbox.files.lookup(1)).toEqual([]);
    await peers.call(server.address, volumeServerService.VolumeUnmount, VOLUME);
    await peers.call(server.address, volumeServerService.VolumeMount, VOLUME);
    expect(await countRight(sandbox, server, live)).toBe(live.length);
    expect(await sandbox.files.lookup(1)).toEqual([server.address.http]);
  });

  it("leaves an empty .cpc after a repeated commit; a crash in the next compaction destroys the replica", async () => {
    const { sandbox, peers, server, live } = await seeded();
    await compact(peers, server);
    await commit(peers, server);
    await expect(commit(peers, server)).rejects.toThrow(/compact swap aborted: missing \.cpd\/\.cpx/);
    expect(statSync(join(server.dir, "1.cpc")).size).toBe(0);
    await expect(peers.call(server.address, volumeServerService.VacuumVolumeCleanup, VOLUME)).rejects.toThrow(
      /refusing cleanup while commit marker present/,
    );
    await peers.call(server.address, volumeServerService.VolumeUnmount, VOLUME);
    await peers.call(server.address, volumeServerService.VolumeMount, VOLUME);
    expect(await countRight(sandbox, server, live)).toBe(live.length);
    expect(existsSync(join(server.dir, "1.cpc"))).toBe(true);

    sandbox.faults.add({ rpc: "VacuumVolumeCompact", at: "needle", nth: 5, action: "kill" });
    await expect(compact(peers, server)).rejects.toMatchObject({ code: "WK-RPC-UNREACHABLE" });
    await server.start();
    await sandbox.settled();
    expect(existsSync(join(server.dir, "1.cpc"))).toBe(false);
    expect(await countRight(sandbox, server, live)).toBeLessThan(live.length);
  });

  it("removes a left-over .cpc at a restart, and finishes a commit that a crash interrupted", async () => {
    const { sandbox, peers, server, live } = await seeded();
    await compact(peers, server);
    sandbox.faults.add({ rpc: "VacuumVolumeCommit", at: "half", action: "kill" });
    await expect(commit(peers, server)).rejects.toMatchObject({ code: "WK-RPC-UNREACHABLE" });
    expect(extensionsOf(server, 1)).toEqual([".cpc", ".cpx", ".dat", ".idx", ".vif"]);
    await server.start();
    await sandbox.settled();
    expect(extensionsOf(server, 1)).toEqual([".dat", ".idx", ".vif"]);
    expect(await fileStatus(peers, server)).toMatchObject({ compaction_revision: 1 });
    expect(await countRight(sandbox, server, live)).toBe(live.length);
  });

  it("rolls back a crash before the commit, unless the restart skips the clean-up", async () => {
    const { sandbox, peers, server, live } = await seeded();
    sandbox.faults.add({ rpc: "VacuumVolumeCompact", at: "needle", nth: 5, action: "kill" });
    await expect(compact(peers, server)).rejects.toMatchObject({ code: "WK-RPC-UNREACHABLE" });
    await server.start(false);
    expect(extensionsOf(server, 1)).toEqual([".cpd", ".dat", ".idx", ".vif"]);
    await server.kill();
    await server.start();
    await sandbox.settled();
    expect(extensionsOf(server, 1)).toEqual([".dat", ".idx", ".vif"]);
    expect(await countRight(sandbox, server, live)).toBe(live.length);
    expect((await fileStatus(peers, server)).compaction_revision).toBeUndefined();
  });

  it("says success while another compaction of the volume runs, and goes on without its caller", async () => {
    const { sandbox, peers, server, live } = await seeded();
    const paused = sandbox.faults.add({ rpc: "VacuumVolumeCompact", at: "needle", nth: 3, action: "hang" });
    const caller = new AbortController();
    const stream = peers
      .to(server.address)
      .serverStream(volumeServerService.VacuumVolumeCompact, VOLUME, { signal: caller.signal });
    const first = collect(stream);
    await paused.hit;
    expect(await compact(peers, server)).toEqual([]);
    await commit(peers, server);
    expect((await fileStatus(peers, server)).compaction_revision).toBeUndefined();
    caller.abort();
    await expect(first).rejects.toMatchObject({ code: "WK-CANCELLED" });
    paused.release();
    await sandbox.until(() => existsSync(join(server.dir, "1.cpx")), "the compaction to end");
    await sandbox.until(() => server.store?.get(1)?.compaction.running === false, "the compaction to be over");
    await commit(peers, server);
    expect((await fileStatus(peers, server)).compaction_revision).toBe(1);
    expect(await countRight(sandbox, server, live)).toBe(live.length);
  });

  it("needs room for a whole copy", async () => {
    const { peers, server } = await seeded();
    server.disk.fill(50_000);
    await expect(compact(peers, server)).rejects.toThrow(/free space: \d+ bytes, not enough for \d+ bytes/);
    server.disk.empty();
    expect(await compact(peers, server)).toEqual([]);
  });
});
