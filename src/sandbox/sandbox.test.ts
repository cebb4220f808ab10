import { describe, expect, it } from "vitest";
import { masterService, volumeServerService } from "../rpc/proto.ts";
import { randomFiles, testPeers, testSandbox } from "./sandbox.testkit.ts";

describe("sandbox", () => {
  it("writes to all replicas, reads from each, and deletes on all", async () => {
    const sandbox = await testSandbox({ servers: 3 });
    const stored = await sandbox.files.uploadMany(randomFiles(5, 3000), { replication: "001", collection: "pics" });
    for (const file of stored) {
      const urls = await sandbox.files.lookup(file.volumeId);
      expect(urls).toHaveLength(2);
      for (const url of urls)
        expect(await sandbox.files.read(url, file.fid)).toMatchObject({ status: 200, md5: file.md5 });
      const other = sandbox.servers.find((server) => !urls.includes(server.address.http));
      expect((await sandbox.files.read(other?.address.http ?? "", file.fid)).status).toBe(404);
    }
    const [first] = stored;
    if (first === undefined) throw new Error("nothing stored");
    expect(await sandbox.files.delete(first.fid)).toBe(202);
    for (const url of await sandbox.files.lookup(first.volumeId)) {
      expect((await sandbox.files.read(url, first.fid)).status).toBe(404);
    }
  });

  it("vacuums through the master", async () => {
    const sandbox = await testSandbox({ servers: 2 });
    const peers = testPeers();
    const stored = await sandbox.files.uploadMany(randomFiles(20, 5000), { replication: "001" });
    for (const file of stored.slice(0, 15)) await sandbox.files.delete(file.fid);
    await sandbox.pulse();
    await peers.call(sandbox.masterAddress, masterService.VacuumVolume, { garbage_threshold: 0.3 });
    for (const server of sandbox.servers) {
      const volume_id = stored[0]?.volumeId ?? 0;
      const status = await peers.call(server.address, volumeServerService.ReadVolumeFileStatus, { volume_id });
      expect(status.compaction_revision).toBe(1);
      expect(status.file_count).toBe("5");
      for (const [index, file] of stored.entries()) {
        const read = await sandbox.files.read(server.address.http, file.fid);
        if (index < 15) expect(read.status).toBe(404);
        else expect(read).toMatchObject({ status: 200, md5: file.md5 });
      }
    }
  });

  it("comes back on the same ports with everything after a kill", async () => {
    const sandbox = await testSandbox({ servers: 1 });
    const [server] = sandbox.servers;
    if (server === undefined) throw new Error("no server");
    const stored = await sandbox.files.uploadMany(randomFiles(10, 1000));
    await server.kill();
    await sandbox.settled();
    expect(await sandbox.files.lookup(stored[0]?.volumeId ?? 0)).toEqual([]);
    await server.start();
    await sandbox.settled();
    for (const file of stored) {
      expect(await sandbox.files.read(server.address.http, file.fid)).toMatchObject({ status: 200, md5: file.md5 });
    }
  });
});
