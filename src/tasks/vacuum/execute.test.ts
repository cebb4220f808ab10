import pLimit from "p-limit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppError } from "../../core/errors.ts";
import { type BedVolume, sandboxBed, type TaskBed } from "../bed.testkit.ts";
import { DurableTask, TestContext } from "../context.testkit.ts";
import { CALL_FAULTS, chooseCalls, cleanRun, type SweepCase, strike } from "../sweep.testkit.ts";
import { executeVacuum } from "./execute.ts";
import type { VacuumPlan } from "./plan.ts";

let bed: TaskBed;
beforeAll(async () => {
  ({ bed } = await sandboxBed(3));
});
afterAll(() => bed.close());

const replicas = (): readonly string[] => [bed.server(0), bed.server(1)];

function planOf(volume: BedVolume): VacuumPlan {
  const { volumeId, collection, on, bytes } = volume;
  return { volumeId, collection, replicas: on, garbageThreshold: 0.1, sizeBytes: bytes };
}

async function revisions(volume: BedVolume): Promise<number[]> {
  const read = volume.on.map((server) => bed.cluster.volumeServer(server).readVolumeFileStatus(volume.volumeId));
  return (await Promise.all(read)).map((status) => status.compactionRevision);
}

function sweepCase(): SweepCase {
  return {
    bed,
    volume: () => bed.volume({ on: replicas() }),
    execute: (ctx, volume) => executeVacuum(ctx, planOf(volume)),
    asBefore: (volume) => bed.normalProblems(volume, volume.on),
    asWanted: async (volume) => {
      const problems = await bed.normalProblems(volume, volume.on);
      for (const server of volume.on) {
        const garbage = await bed.cluster.volumeServer(server).vacuumVolumeCheck(volume.volumeId);
        if (garbage > 0) problems.push(`${server} still has garbage`);
      }
      return problems;
    },
    records: (contexts) => {
      const calls = contexts.flatMap((ctx) => ctx.cluster.calls);
      return replicas().flatMap((server) => {
        const count = (method: string): number =>
          calls.filter((call) => call.method === method && server.startsWith(call.server)).length;
        const [compacts, commits] = [count("vacuumVolumeCompact"), count("vacuumVolumeCommit")];
        return commits > compacts ? [`${commits} commits after ${compacts} compactions on ${server}`] : [];
      });
    },
  };
}

describe("executeVacuum", () => {
  it("compacts all replicas, keeps every file and leaves the volume writable", async () => {
    const volume = await bed.volume({ on: replicas(), files: 30 });
    const ctx = new TestContext({ cluster: bed.cluster });
    const { facts } = await executeVacuum(ctx, planOf(volume));
    expect(facts).toMatchObject({ outcome: "compacted" });
    expect(Number(facts["bytes_reclaimed"])).toBeGreaterThan(0);
    expect(await revisions(volume)).toEqual([1, 1]);
    expect(await bed.normalProblems(volume, volume.on)).toEqual([]);
    expect(ctx.task.history.map(({ step }) => step)).toEqual(["freeze", "committed"]);
    expect(ctx.progressReports.at(-1)).toMatchObject({ stage: "done", percent: 100 });
  });

  it("does nothing below the threshold", async () => {
    const volume = await bed.volume({ on: replicas() });
    const ctx = new TestContext({ cluster: bed.cluster });
    const { facts } = await executeVacuum(ctx, { ...planOf(volume), garbageThreshold: 0.9 });
    expect(facts).toMatchObject({ outcome: "nothing to reclaim" });
    expect(await revisions(volume)).toEqual([0, 0]);
    expect(ctx.task.history).toEqual([]);
  });

  it("compacts a read-only volume and leaves it read-only", async () => {
    const volume = await bed.volume({ on: replicas() });
    for (const server of volume.on) {
      await bed.cluster.volumeServer(server).volumeMarkReadonly({ volumeId: volume.volumeId, persist: true });
    }
    await executeVacuum(new TestContext({ cluster: bed.cluster }), planOf(volume));
    expect(await revisions(volume)).toEqual([1, 1]);
    expect(await bed.normalProblems(volume, volume.on, { readOnly: true })).toEqual([]);
  });

  it("vacuums the same volume again and again", async () => {
    const volume = await bed.volume({ on: replicas() });
    for (const round of [1, 2, 3]) {
      const ctx = new TestContext({ cluster: bed.cluster });
      await executeVacuum(ctx, { ...planOf(volume), garbageThreshold: 0 });
      expect(await revisions(volume)).toEqual([round, round]);
    }
    expect(await bed.normalProblems(volume, volume.on)).toEqual([]);
  });

  it("refuses a replica with a left-over commit marker and touches nothing", async () => {
    const volume = await bed.volume({ on: replicas() });
    const [first = ""] = volume.on;
    const client = bed.cluster.volumeServer(first);
    await client.vacuumVolumeCompact({ volumeId: volume.volumeId });
    await client.vacuumVolumeCommit(volume.volumeId);
    // A repeated commit fails, closes the volume and leaves the marker.
    await expect(client.vacuumVolumeCommit(volume.volumeId)).rejects.toThrow();
    const attempt = executeVacuum(new TestContext({ cluster: bed.cluster }), planOf(volume));
    await expect(attempt).rejects.toMatchObject({ code: "WK-TASK-UNSAFE", clean: true });
    await expect(attempt).rejects.toThrow("left-over commit marker");
    // The closed volume was brought back all the same.
    expect(await bed.fileProblems(volume, volume.on)).toEqual([]);
    expect(await bed.disk(volume, first)).toContain(".cpc");
  });

  it("leaves the compaction of another client alone", async () => {
    const volume = await bed.volume({ on: replicas() });
    const [first = ""] = volume.on;
    const client = bed.cluster.volumeServer(first);
    await client.vacuumVolumeCompact({ volumeId: volume.volumeId });
    const attempt = executeVacuum(new TestContext({ cluster: bed.cluster }), planOf(volume));
    await expect(attempt).rejects.toMatchObject({ code: "WK-TASK-UNSAFE", clean: true, retry: true });
    // Its files are still there for its own commit.
    await client.vacuumVolumeCommit(volume.volumeId);
    expect(await bed.normalProblems(volume, volume.on)).toEqual([]);
    expect(await revisions(volume)).toEqual([1, 0]);
  });

  it("rolls back when it is cancelled before the commit point, and finishes after it", async () => {
    for (const [step, reclaimed] of [
      ["vacuumVolumeCompact", false],
      ["vacuumVolumeCommit", true],
    ] as const) {
      const volume = await bed.volume({ on: replicas() });
      let cancelled: boolean | undefined;
      const ctx: TestContext = new TestContext({
        cluster: bed.cluster,
        fault: (call) => {
          if (call.method === step) cancelled ??= ctx.cancel();
          return undefined;
        },
      });
      const outcome = await executeVacuum(ctx, planOf(volume)).catch((error: unknown) => error);
      expect(cancelled).toBe(!reclaimed);
      if (reclaimed) expect(outcome).toMatchObject({ facts: { outcome: "compacted" } });
      else expect(outcome).toMatchObject({ code: "WK-CANCELLED", clean: true });
      expect(await revisions(volume)).toEqual(reclaimed ? [1, 1] : [0, 0]);
      expect(await bed.normalProblems(volume, volume.on)).toEqual([]);
    }
  });

  it("touches nothing any more once the attempt is lost", async () => {
    const volume = await bed.volume({ on: replicas() });
    let callsWhenLost = -1;
    const ctx: TestContext = new TestContext({
      cluster: bed.cluster,
      onCheckpoint: (_, commit) => {
        if (commit) {
          ctx.lose();
          callsWhenLost = ctx.cluster.calls.length;
        }
        return undefined;
      },
    });
    await expect(executeVacuum(ctx, planOf(volume))).rejects.toMatchObject({ clean: false });
    expect(ctx.cluster.calls.length).toBe(callsWhenLost);
    // The next attempt finds the freeze in the checkpoint and goes on.
    await executeVacuum(new TestContext({ cluster: bed.cluster, task: ctx.task }), planOf(volume));
    expect(await bed.normalProblems(volume, volume.on)).toEqual([]);
  });

  it("does not commit while the lease is too short for the call", async () => {
    const volume = await bed.volume({ on: replicas() });
    const ctx: TestContext = new TestContext({
      cluster: bed.cluster,
      onCheckpoint: (_, commit) => {
        if (commit) ctx.lease.left = 5000;
        return undefined;
      },
    });
    const running = executeVacuum(ctx, planOf(volume));
    await expect.poll(() => ctx.task.committed, { timeout: 10_000 }).toBe(true);
    expect(ctx.cluster.calls.map(({ method }) => method)).not.toContain("vacuumVolumeCommit");
    ctx.lease.left = 60_000;
    await running;
    expect(await revisions(volume)).toEqual([1, 1]);
  });

  it("gives up when the volume was frozen for longer than allowed", async () => {
    const volume = await bed.volume({ on: replicas() });
    const ctx: TestContext = new TestContext({
      cluster: bed.cluster,
      options: { freezeLimitMs: 1 },
    });
    await expect(executeVacuum(ctx, planOf(volume))).rejects.toMatchObject({ code: "WK-TIMEOUT", clean: true });
    expect(await bed.normalProblems(volume, volume.on)).toEqual([]);
  });

  it("has every commit in the audit before and after it", async () => {
    const volume = await bed.volume({ on: replicas() });
    const task = new DurableTask();
    await executeVacuum(new TestContext({ cluster: bed.cluster, task }), planOf(volume));
    const commits = task.audit.filter(({ call }) => call === "VacuumVolumeCommit");
    expect(commits.map(({ server, outcome }) => [server, outcome])).toEqual(
      volume.on.flatMap((server) => [
        [server, undefined],
        [server, "ok"],
      ]),
    );
  });

  it("does not commit when its record is not kept", async () => {
    const volume = await bed.volume({ on: replicas() });
    const ctx = new TestContext({
      cluster: bed.cluster,
      onAudit: ({ call }) => (call === "VacuumVolumeCommit" ? new AppError("WK-INTERNAL", "disk full") : undefined),
    });
    await expect(executeVacuum(ctx, planOf(volume))).rejects.toThrow("disk full");
    expect(await revisions(volume)).toEqual([0, 0]);
  });
});

describe("executeVacuum when one call goes wrong", () => {
  it.each(CALL_FAULTS)("loses nothing and leaves nothing behind: %s", { timeout: 300_000 }, async (fault) => {
    const sweep = sweepCase();
    const calls = chooseCalls(await cleanRun(sweep), fault);
    const limit = pLimit(4);
    const found = await Promise.all(calls.map((at) => limit(() => strike(sweep, fault, at))));
    expect(found.flat()).toEqual([]);
  });
});
