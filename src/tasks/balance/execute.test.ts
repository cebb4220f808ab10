import { unlink } from "node:fs/promises";
import pLimit from "p-limit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { type BedVolume, sandboxBed, type TaskBed } from "../bed.testkit.ts";
import { SHORT_WAITS, TestContext } from "../context.testkit.ts";
import { CALL_FAULTS, chooseCalls, cleanRun, type SweepCase, strike } from "../sweep.testkit.ts";
import { executeBalance } from "./execute.ts";
import type { BalancePlan } from "./plan.ts";

let bed: TaskBed;
let sandbox: Sandbox;
beforeAll(async () => {
  ({ bed, sandbox } = await sandboxBed(3));
});
afterAll(() => bed.close());

const source = (): string => bed.server(0);
const target = (): string => bed.server(1);

function planOf(volume: BedVolume): BalancePlan {
  const { volumeId, collection, bytes } = volume;
  return { volumeId, collection, source: source(), target: target(), diskType: "", sizeBytes: bytes };
}

function sweepCase(): SweepCase {
  return {
    bed,
    volume: () => bed.volume({ on: [source()] }),
    execute: (ctx, volume) => executeBalance(ctx, planOf(volume)),
    asBefore: (volume) => bed.normalProblems(volume, [source()]),
    asWanted: (volume) => bed.normalProblems(volume, [target()]),
  };
}

describe("executeBalance", () => {
  it("moves a volume with every file and leaves it writable", async () => {
    const volume = await bed.volume({ on: [source()], files: 20 });
    const ctx = new TestContext({ cluster: bed.cluster });
    expect((await executeBalance(ctx, planOf(volume))).facts).toMatchObject({ outcome: "moved" });
    expect(await bed.normalProblems(volume, [target()])).toEqual([]);
    expect(ctx.task.history.map(({ step }) => step)).toEqual(["freeze", "copy", "committed"]);
    // It takes writes again.
    await bed.put([target()], `${volume.volumeId},ff00112233`, Buffer.from("new"));
  });

  it("moves a read-only volume, with deletions allowed as before, and leaves it so", async () => {
    const volume = await bed.volume({ on: [source()] });
    await bed.cluster
      .volumeServer(source())
      .volumeMarkReadonly({ volumeId: volume.volumeId, persist: true, canDelete: true });
    await executeBalance(new TestContext({ cluster: bed.cluster }), planOf(volume));
    expect(await bed.normalProblems(volume, [target()], { readOnly: true, canDelete: true })).toEqual([]);
  });

  it("moves one of two replicas and leaves the other alone", async () => {
    const volume = await bed.volume({ on: [source(), bed.server(2)] });
    await executeBalance(new TestContext({ cluster: bed.cluster }), planOf(volume));
    expect(await bed.normalProblems(volume, [target(), bed.server(2)])).toEqual([]);
  });

  it("refuses a target that already has a replica, and touches neither", async () => {
    const volume = await bed.volume({ on: [source(), target()] });
    await expect(executeBalance(new TestContext({ cluster: bed.cluster }), planOf(volume))).rejects.toMatchObject({
      code: "WK-TASK-STALE",
      clean: true,
      retry: false,
    });
    expect(await bed.normalProblems(volume, [source(), target()])).toEqual([]);
  });

  it("calls the goal met when the volume has been moved already", async () => {
    const volume = await bed.volume({ on: [target()] });
    const { facts } = await executeBalance(new TestContext({ cluster: bed.cluster }), planOf(volume));
    expect(facts).toMatchObject({ outcome: "already moved" });
    expect(await bed.normalProblems(volume, [target()])).toEqual([]);
  });

  it("goes back when the source was written to after the copy was verified", async () => {
    const volume = await bed.volume({ on: [source()] });
    const client = bed.cluster.volumeServer(source());
    const late = `${volume.volumeId},ee${"aabbccdd"}`;
    const ctx = new TestContext({ cluster: bed.cluster });
    ctx.commitPoint = async (state) => {
      await TestContext.prototype.commitPoint.call(ctx, state);
      await client.volumeMarkWritable(volume.volumeId);
      await bed.put([source()], late, Buffer.from("written after the copy"));
    };
    await expect(executeBalance(ctx, planOf(volume))).rejects.toMatchObject({ code: "WK-TASK-UNSAFE", clean: true });
    expect(await bed.normalProblems(volume, [source()])).toEqual([]);
    expect((await fetch(`http://${sandbox.servers[0]?.address.http}/${late}`)).status).toBe(200);

    await executeBalance(new TestContext({ cluster: bed.cluster, task: ctx.task }), planOf(volume));
    expect(await bed.normalProblems(volume, [target()])).toEqual([]);
    expect((await fetch(`http://${sandbox.servers[1]?.address.http}/${late}`)).status).toBe(200);
  });

  it("rolls back when it is cancelled in mid-copy, and finishes when it is too late", async () => {
    for (const [step, moved] of [
      ["volumeCopy", false],
      ["volumeDelete", true],
    ] as const) {
      const volume = await bed.volume({ on: [source()] });
      let cancelled: boolean | undefined;
      const ctx: TestContext = new TestContext({
        cluster: bed.cluster,
        fault: (call) => {
          if (call.method === step) cancelled ??= ctx.cancel();
          return undefined;
        },
      });
      const outcome = await executeBalance(ctx, planOf(volume)).catch((error: unknown) => error);
      expect(cancelled).toBe(!moved);
      if (moved) expect(outcome).toMatchObject({ facts: { outcome: "moved" } });
      else expect(outcome).toMatchObject({ code: "WK-CANCELLED", clean: true });
      expect(await bed.normalProblems(volume, [moved ? target() : source()])).toEqual([]);
    }
  });
});

describe("executeBalance and ghost copies", () => {
  it("does not trust a copy while an earlier one, cut from its caller, still runs", async () => {
    const volume = await bed.volume({ on: [source()], files: 12 });
    // The target goes on after its caller is gone and deletes its files at the end.
    const hang = sandbox.faults.add({
      server: 1,
      rpc: "VolumeCopy",
      at: "dat",
      volumeId: volume.volumeId,
      action: "hang",
    });
    const first: TestContext = new TestContext({
      cluster: bed.cluster,
      fault: (call) => (call.method === "volumeCopy" ? "die-during" : undefined),
    });
    await expect(executeBalance(first, planOf(volume))).rejects.toMatchObject({ clean: false });
    await hang.hit;

    const second = new TestContext({
      cluster: bed.cluster,
      task: first.task,
      options: { waits: { ...SHORT_WAITS, ghostWatchMs: 2000, ghostRestMs: 200 } },
    });
    const running = executeBalance(second, planOf(volume));
    const probes = (): number => second.cluster.calls.filter(({ method }) => method === "probeFile").length;
    await expect.poll(probes, { timeout: 20_000 }).toBeGreaterThan(20);
    expect(second.cluster.calls.map(({ method }) => method)).not.toContain("volumeCopy");
    hang.release();
    expect((await running).facts).toMatchObject({ outcome: "moved" });
    expect(await bed.normalProblems(volume, [target()])).toEqual([]);
  });

  it("keeps the source when the verified copy loses its files under the mounted volume", async () => {
    const volume = await bed.volume({ on: [source()] });
    const ctx = new TestContext({ cluster: bed.cluster });
    ctx.commitPoint = async (state) => {
      // What a ghost does: the directory entries go, the open volume stays and answers.
      const base = `${sandbox.servers[1]?.dir}/${volume.collection}_${volume.volumeId}`;
      await Promise.all([".dat", ".idx", ".vif"].map((ext) => unlink(base + ext)));
      await TestContext.prototype.commitPoint.call(ctx, state);
    };
    await expect(executeBalance(ctx, planOf(volume))).rejects.toMatchObject({ code: "WK-TASK-UNSAFE", clean: false });
    expect(await bed.fileProblems(volume, [source()])).toEqual([]);

    // The next attempt finds the copy gone, takes everything back, and the one after it moves the volume.
    const again = (): TestContext => new TestContext({ cluster: bed.cluster, task: ctx.task });
    await expect(executeBalance(again(), planOf(volume))).rejects.toMatchObject({
      code: "WK-TASK-VERIFY",
      clean: true,
    });
    expect(await bed.normalProblems(volume, [source()])).toEqual([]);
    await executeBalance(again(), planOf(volume));
    expect(await bed.normalProblems(volume, [target()])).toEqual([]);
  });

  it("copies over what a target left that was killed in mid-copy", async () => {
    const volume = await bed.volume({ on: [source()], files: 12 });
    const server = sandbox.servers[1];
    const kill = sandbox.faults.add({
      server: 1,
      rpc: "VolumeCopy",
      at: "dat",
      volumeId: volume.volumeId,
      action: "kill",
    });
    const waits = { ...SHORT_WAITS, deadlineBaseMs: 1500, undoMs: 300 };
    const first = new TestContext({ cluster: bed.cluster, options: { waits } });
    await expect(executeBalance(first, planOf(volume))).rejects.toMatchObject({ clean: false });
    expect(kill.hits).toBe(1);
    await server?.start();
    await sandbox.settled();
    const reachable = (): Promise<boolean> =>
      bed.cluster
        .volumeServer(target())
        .ping()
        .then(
          () => true,
          () => false,
        );
    await expect.poll(reachable, { timeout: 30_000 }).toBe(true);
    const second = new TestContext({ cluster: bed.cluster, task: first.task, options: { waits } });
    expect((await executeBalance(second, planOf(volume))).facts).toMatchObject({ outcome: "moved" });
    expect(await bed.normalProblems(volume, [target()])).toEqual([]);
  });
});

describe("executeBalance when one call goes wrong", () => {
  it.each(CALL_FAULTS)("loses nothing and leaves nothing behind: %s", { timeout: 300_000 }, async (fault) => {
    const sweep = sweepCase();
    const calls = chooseCalls(await cleanRun(sweep), fault);
    const limit = pLimit(4);
    const found = await Promise.all(calls.map((at) => limit(() => strike(sweep, fault, at))));
    expect(found.flat()).toEqual([]);
  });
});
