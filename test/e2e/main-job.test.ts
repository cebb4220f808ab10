import { describe, expect, it } from "vitest";
import { BY_SCAN } from "./fleet.testkit.ts";
import { until } from "./processes.testkit.ts";
import { sandboxFleet } from "./sandbox-fleet.testkit.ts";
import { deleteFile, expectEncoded, expectIntact, seedVolume, servers } from "./volumes.testkit.ts";

describe("the main job, from the planner's own scan to what the servers show", () => {
  it("vacuums both replicas of a volume once it has garbage enough, and says why not before and after", async () => {
    const { sandbox, fleet, server } = await sandboxFleet({ servers: 3, settings: { vacuum: BY_SCAN } });
    const volume = await seedVolume(sandbox, { volumeId: 1, on: [server(0), server(1)], files: 10, deleted: 1 });
    await fleet.startReadyAdmin();
    await fleet.startConnectedWorker("worker-a");

    const before = await until("a scan that looked at the volume", async () => {
      const explanation = await fleet.explain("vacuum", 1);
      return explanation.rules.some(({ rule }) => rule === "garbage") && explanation;
    });
    expect(before.due).toBe(false);
    expect(before.summary).toMatch(/^No vacuum for volume 1: .*garbage 10(\.\d)? % < 30(\.\d)? %/);
    expect(await fleet.tasks()).toEqual([]);

    const [first, second, third, fourth, ...kept] = volume.live;
    for (const file of [first, second, third, fourth]) {
      if (file !== undefined) await deleteFile(sandbox, file);
    }
    const { task, attempts, audit } = await fleet.endedOn("vacuum", 1);
    expect(task).toMatchObject({ state: "completed", attempt: 1, createdBy: "scan", workerId: "worker-a" });
    expect(attempts).toHaveLength(1);
    expect(audit.filter(({ outcome }) => outcome === "ok").map(({ call }) => call)).toEqual([
      "VacuumVolumeCommit",
      "VacuumVolumeCommit",
    ]);
    expect(Number(task.facts["bytes_reclaimed"])).toBeGreaterThan(2 * 5 * 20_000);
    const rpc = servers(sandbox);
    expect(await rpc.revisions(1)).toEqual([1, 1]);
    rpc.close();
    await expectIntact(sandbox, { ...volume, live: kept, deleted: volume.live.filter((file) => !kept.includes(file)) });

    const after = await until("the garbage to be gone from the rules", async () => {
      const explanation = await fleet.explain("vacuum", 1);
      return explanation.rules.some(({ rule, pass }) => rule === "garbage" && !pass) && explanation;
    });
    expect(after.due).toBe(false);
    expect(after.summary).toMatch(/^No vacuum for volume 1: /);
    expect(await fleet.tasks()).toHaveLength(1);
  });

  it("moves volumes off the fullest server until the servers are even, and then rests", async () => {
    const { sandbox, fleet, server } = await sandboxFleet({
      servers: 3,
      settings: {
        balance: { ...BY_SCAN, enabled: false, max_concurrent_per_server: 4 },
        maintenance: { server_writes: 4 },
      },
    });
    const volumes = [];
    for (const volumeId of [1, 2, 3, 4, 5, 6]) {
      volumes.push(await seedVolume(sandbox, { volumeId, on: [server(0)], files: 5, size: 100_000 }));
    }
    await fleet.startReadyAdmin();
    await fleet.startConnectedWorker("worker-a", ["-maxConcurrent=4"]);
    const before = await fleet.explain("balance", 1);
    expect(before.runnable).toBe(false);
    expect(before.queue.find(({ pass }) => !pass)?.text).toMatch(/balance.*switched off/);

    await fleet.put("/api/v1/policies/balance", { enabled: true });
    await until("the servers to be even", async () => {
      const counts = sandbox.servers.map(({ store }) => store?.volumes.length ?? 0);
      return counts.every((count) => count === 2);
    });
    await until("every move to be completed", async () => {
      const tasks = await fleet.tasks("&type=balance");
      return tasks.length > 0 && tasks.every(({ state }) => state === "completed");
    });
    const moves = await fleet.tasks("&type=balance");
    expect(moves).toHaveLength(4);
    expect(moves.map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1]);
    const { scans } = await fleet.post<{ scans: { found: number; error: string | null }[] }>("/api/v1/scans", {
      type: "balance",
    });
    expect(scans).toMatchObject([{ found: 0, error: null }]);
    for (const volume of volumes) await expectIntact(sandbox, volume);
    const after = await fleet.explain("balance", 1);
    expect(after.due).toBe(false);
  });

  it.each(["server", "worker"])("erasure codes a full replicated volume in %s mode", async (mode) => {
    const { sandbox, fleet, server } = await sandboxFleet({
      servers: 5,
      volumeSizeLimitMb: 1,
      settings: { erasure_coding: { ...BY_SCAN, ec_encode: mode } },
    });
    const half = await seedVolume(sandbox, { volumeId: 1, on: [server(0)], files: 5, size: 100_000 });
    const full = await seedVolume(sandbox, { volumeId: 2, on: [server(1), server(2)], files: 11, size: 100_000 });
    await fleet.startReadyAdmin();
    await fleet.startConnectedWorker("worker-a");

    const { task } = await fleet.endedOn("erasure_coding", 2);
    expect(task).toMatchObject({ state: "completed", attempt: 1, createdBy: "scan", facts: { mode } });
    await expectEncoded(sandbox, full);
    await expectIntact(sandbox, half);
    const explanation = await fleet.explain("erasure_coding", 1);
    expect(explanation.due).toBe(false);
    expect(explanation.summary).toMatch(/No erasure_coding for volume 1: .* < 95/);
    expect(await fleet.tasks()).toHaveLength(1);

    // What the shards are for: any one server may be lost.
    await server(3).kill();
    await sandbox.settled();
    const left = await sandbox.files.lookup(2);
    for (const file of full.live) {
      expect(await sandbox.files.read(left[0] ?? "", file.fid)).toMatchObject({ status: 200, md5: file.md5 });
    }
  });
});
