import { mkdirSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFailed, onTestFinished } from "vitest";
import { BY_HAND } from "../e2e/fleet.testkit.ts";
import { TestProcess, until } from "../e2e/processes.testkit.ts";
import { sandboxFleet, showOutput } from "../e2e/sandbox-fleet.testkit.ts";
import { expectIntact, seedVolume, servers } from "../e2e/volumes.testkit.ts";
import { describeWith, WEED_413 } from "../needs.testkit.ts";

describeWith([WEED_413], "a Go 4.13 worker on our admin", () => {
  it("vacuums the volumes of one replica, one by one, and leaves the others", { timeout: 240_000 }, async () => {
    const { sandbox, fleet, server } = await sandboxFleet({ servers: 2, settings: { vacuum: BY_HAND.vacuum } });
    const first = await seedVolume(sandbox, { volumeId: 1, on: [server(0)], deleted: 4 });
    const second = await seedVolume(sandbox, { volumeId: 2, on: [server(1)], deleted: 4 });
    const replicated = await seedVolume(sandbox, { volumeId: 3, on: [server(0), server(1)], deleted: 4 });
    await fleet.startReadyAdmin();
    const home = mkdtempSync(join(tmpdir(), "wk-go-worker-"));
    const workingDir = join(home, "work");
    mkdirSync(workingDir);
    const worker = new TestProcess({
      name: "go-worker",
      program: process.env["WEED_BIN_413"] ?? "",
      args: ["worker", `-admin=127.0.0.1:${fleet.port}`, "-capabilities=vacuum,balance", `-workingDir=${workingDir}`],
      cwd: home,
    });
    onTestFinished(async () => {
      await worker.kill();
      await rm(home, { recursive: true, force: true });
    });
    onTestFailed(() => showOutput([worker]));
    const [listed] = await until("the Go worker to be listed", async () => {
      const workers = await fleet.workers();
      return workers.length === 1 && workers;
    });
    const untouched = await fleet.create("vacuum", 3);
    for (const volume of [first, second]) {
      const { task } = await fleet.ended(await fleet.create("vacuum", volume.volumeId));
      expect(task).toMatchObject({ state: "completed", attempt: 1, workerId: listed?.id });
      await expectIntact(sandbox, volume);
    }
    const rpc = servers(sandbox);
    expect([await rpc.revisions(1), await rpc.revisions(2), await rpc.revisions(3)]).toEqual([[1], [1], [0, 0]]);
    rpc.close();
    expect((await fleet.task(untouched)).task.state).toBe("pending");

    await fleet.startConnectedWorker("ours");
    expect((await fleet.ended(untouched)).task).toMatchObject({ state: "completed", workerId: "ours" });
    await expectIntact(sandbox, replicated);
  });
});
