import { spawn } from "node:child_process";
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { expect, it, onTestFinished } from "vitest";
import { masterService, volumeServerService } from "../../src/rpc/proto.ts";
import { formatServerAddress } from "../../src/rpc/server-address.ts";
import type { StoredFile } from "../../src/sandbox/files.ts";
import { serverAt, testPeers, testSandbox } from "../../src/sandbox/sandbox.testkit.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import { describeWith, WEED } from "../needs.testkit.ts";

const weed = process.env["WEED_BIN"] ?? "";

/** Runs commands in `weed shell` and returns what it printed. */
async function shell(sandbox: Sandbox, commands: readonly string[]): Promise<string> {
  const child = spawn(weed, ["shell", `-master=${sandbox.masterAddress}`], { stdio: ["pipe", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (part: Buffer) => {
      output += part.toString("utf8");
    });
  }
  child.stdin.end(`${[...commands, "exit"].join("\n")}\n`);
  await once(child, "close");
  return output;
}

/** Files in one collection, some of them deleted again; returns those that live. */
async function seed(
  sandbox: Sandbox,
  collection: string,
  replication: string,
  files: number,
  size: number,
): Promise<StoredFile[]> {
  const data = Array.from({ length: files }, () => randomBytes(size));
  const stored = await sandbox.files.uploadMany(data, { collection, replication });
  const cut = Math.floor(files / 2);
  for (const file of stored.slice(0, cut)) await sandbox.files.delete(file.fid);
  return stored.slice(cut);
}

/** How many files every one of their servers serves right. */
async function readBack(sandbox: Sandbox, files: readonly StoredFile[]): Promise<number> {
  let right = 0;
  for (const file of files) {
    const urls = await sandbox.files.lookup(file.volumeId);
    const reads = await Promise.all(urls.map((url) => sandbox.files.read(url, file.fid)));
    if (reads.length > 0 && reads.every((read) => read.status === 200 && read.md5 === file.md5)) right++;
  }
  return right;
}

describeWith([WEED], "weed shell on the sandbox", () => {
  it("lists, locks, vacuums, erasure-codes and repairs, and every file reads back", async () => {
    const sandbox = await testSandbox({
      servers: [{ rack: "r1" }, { rack: "r1" }, { rack: "r2" }, { rack: "r3" }],
      tailLoopMs: 20,
    });
    const peers = testPeers();
    const cold = await seed(sandbox, "cold", "000", 20, 200_000);
    const twice = await seed(sandbox, "twice", "001", 20, 100_000);
    const all = [...cold, ...twice];
    await sandbox.pulse();

    const listing = await shell(sandbox, ["volume.list"]);
    expect(listing).toContain("Topology volumeSizeLimit:8 MB hdd(volume:");
    // Servers without volumes are not printed.
    for (const url of await sandbox.files.lookup(twice[0]?.volumeId ?? 0))
      expect(listing).toContain(`DataNode ${url} hdd(`);

    await shell(sandbox, ["lock", "volume.vacuum -garbageThreshold=0.1", "unlock"]);
    expect(sandbox.master.isLocked("shell")).toBe(false);
    for (const file of [cold[0], twice[0]]) {
      const [url = ""] = await sandbox.files.lookup(file?.volumeId ?? 0);
      const request = { volume_id: file?.volumeId ?? 0 };
      const status = await peers.call(sandbox.server(url).address, volumeServerService.ReadVolumeFileStatus, request);
      expect(status.compaction_revision).toBe(1);
    }
    expect(await readBack(sandbox, all)).toBe(all.length);

    const encoded = await shell(sandbox, [
      "lock",
      "ec.encode -collection=cold -fullPercent=0 -quietFor=0s -force",
      "unlock",
    ]);
    expect(encoded).toContain("Successfully completed EC encoding for 1 volumes");
    const shards = await peers.call(sandbox.masterAddress, masterService.LookupEcVolume, {
      volume_id: cold[0]?.volumeId ?? 0,
    });
    expect(shards.shard_id_locations?.filter((entry) => entry.locations?.length === 1)).toHaveLength(14);
    expect(await readBack(sandbox, all)).toBe(all.length);

    const holder = sandbox.server((await sandbox.files.lookup(twice[0]?.volumeId ?? 0))[0] ?? "");
    const { store } = holder;
    store?.delete(twice[0]?.volumeId ?? 0, false);
    await sandbox.pulse();
    expect(await sandbox.files.lookup(twice[0]?.volumeId ?? 0)).toHaveLength(1);
    await shell(sandbox, ["lock", "volume.fix.replication -apply", "unlock"]);
    expect(await sandbox.files.lookup(twice[0]?.volumeId ?? 0)).toHaveLength(2);
    expect(await readBack(sandbox, all)).toBe(all.length);
  });

  it("balances an overfull server", async () => {
    const sandbox = await testSandbox({ servers: 2, tailLoopMs: 20 });
    const files: StoredFile[] = [];
    for (let volumeId = 1; volumeId <= 6; volumeId++) {
      await sandbox.createVolume({ volumeId, on: [serverAt(sandbox, 0)], collection: "full" });
      for (let key = 1; key <= 5; key++) {
        const fid = `${volumeId},0${key}00000001`;
        files.push(await sandbox.files.put(serverAt(sandbox, 0).address.http, fid, randomBytes(1_500_000)));
      }
    }
    await sandbox.pulse();
    const output = await shell(sandbox, ["lock", "volume.balance -collection=full -apply", "unlock"]);
    expect(output).toContain("moving  volume full_");
    expect(serverAt(sandbox, 0).store?.volumes).toHaveLength(3);
    expect(serverAt(sandbox, 1).store?.volumes).toHaveLength(3);
    expect(await readBack(sandbox, files)).toBe(files.length);
  });
});

describeWith([WEED], "weed volume on a directory of the sandbox", () => {
  it("serves every needle: written, overwritten, vacuumed, frozen, copied and erasure-coded", async () => {
    const sandbox = await testSandbox({ servers: 2 });
    const peers = testPeers();
    const [source, target] = [serverAt(sandbox, 0), serverAt(sandbox, 1)];
    const files: StoredFile[] = [];
    for (const [index, collection] of ["plain", "vacuumed", "frozen", "copied", "cold"].entries()) {
      const volumeId = index + 1;
      await sandbox.createVolume({ volumeId, on: [source], collection });
      const live = await seed(sandbox, collection, "000", 12, 150_000);
      const overwritten = live[0];
      if (overwritten !== undefined) {
        live[0] = await sandbox.files.put(source.address.http, overwritten.fid, randomBytes(5000), {
          name: "again.bin",
        });
      }
      files.push(...live);
    }
    await peers.call(sandbox.masterAddress, masterService.VacuumVolume, { volume_id: 2 });
    await peers.call(source.address, volumeServerService.VolumeMarkReadonly, { volume_id: 3, persist: true });
    const copying = peers.to(target.address).serverStream(volumeServerService.VolumeCopy, {
      volume_id: 4,
      source_data_node: formatServerAddress(source.address),
    });
    for await (const _progress of copying);
    await peers.call(source.address, volumeServerService.VolumeDelete, { volume_id: 4 });
    await peers.call(source.address, volumeServerService.VolumeEcShardsGenerate, {
      volume_id: 5,
      collection: "cold",
    });
    const shard_ids = Array.from({ length: 14 }, (_, shard) => shard);
    await peers.call(source.address, volumeServerService.VolumeEcShardsMount, {
      volume_id: 5,
      collection: "cold",
      shard_ids,
    });
    await peers.call(source.address, volumeServerService.VolumeDelete, { volume_id: 5 });

    for (const server of [source, target]) {
      await server.stop();
      const { httpPort } = server.address;
      const child = spawn(
        weed,
        [
          "volume",
          "-ip=127.0.0.1",
          `-port=${httpPort}`,
          `-dir=${server.dir}`,
          "-max=20",
          `-master=${sandbox.masterAddress}`,
          "-readMode=local",
        ],
        { stdio: "ignore" },
      );
      onTestFinished(() => void child.kill("SIGKILL"));
      await sandbox.until(
        () => sandbox.master.connectedServers.includes(server.address.http),
        "weed volume to report",
        60_000,
      );
    }
    await sandbox.until(async () => (await sandbox.files.lookup(5)).length > 0, "its shards to be reported", 60_000);
    expect(await readBack(sandbox, files)).toBe(files.length);
    const scrub = await peers.call(source.address, volumeServerService.ScrubVolume, { mode: "FULL" });
    expect(scrub).toMatchObject({ total_volumes: "3" });
    expect(scrub.broken_volume_ids ?? []).toEqual([]);
    const shards = await peers.call(source.address, volumeServerService.ScrubEcVolume, { mode: "CHECKSUM" });
    expect(shards.broken_volume_ids ?? []).toEqual([]);
    const frozen = await peers.call(source.address, volumeServerService.VolumeStatus, { volume_id: 3 });
    expect(frozen.is_read_only).toBe(true);
  });
});
