import { closeSync, openSync, writeSync } from "node:fs";
import pLimit from "p-limit";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { AppError } from "../../core/errors.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { type BedVolume, sandboxBed, type TaskBed } from "../bed.testkit.ts";
import { DurableTask, TestContext, type TestContextOptions } from "../context.testkit.ts";
import type { CallFault } from "../faulty-cluster.testkit.ts";
import { CALL_FAULTS, chooseCalls, cleanRun, type SweepCase, strike } from "../sweep.testkit.ts";
import { executeErasureCoding } from "./execute.ts";
import type { EcPlan, EncodeMode } from "./plan.ts";

let bed: TaskBed;
let sandbox: Sandbox;
beforeAll(async () => {
  ({ bed, sandbox } = await sandboxBed(5));
});
afterAll(() => bed.close());

/** Servers 0 and 4 may hold replicas; the source keeps some shards, server 4 gets none. */
function targets(): EcPlan["targets"] {
  return [
    { server: bed.server(1), shardIds: [0, 1, 2, 3] },
    { server: bed.server(2), shardIds: [4, 5, 6, 7] },
    { server: bed.server(3), shardIds: [8, 9, 10] },
    { server: bed.server(0), shardIds: [11, 12, 13] },
  ];
}

function planOf(volume: BedVolume, encodeMode: EncodeMode = "server"): EcPlan {
  const { volumeId, collection, on, bytes } = volume;
  const [source = ""] = on;
  return {
    volumeId,
    collection,
    source,
    replicas: on,
    targets: targets(),
    dataShards: 10,
    parityShards: 4,
    encodeMode,
    sizeBytes: bytes,
    diskType: "",
  };
}

function context(given: Partial<TestContextOptions> = {}): TestContext {
  return new TestContext({ cluster: bed.cluster, scratchDir: bed.scratch, ...given });
}

/** Changes some bytes in the middle of a file. */
function damage(path: string): void {
  const file = openSync(path, "r+");
  writeSync(file, Buffer.from("damage"), 0, 6, 1000);
  closeSync(file);
}

const two = (): readonly string[] => [bed.server(0), bed.server(4)];
const one = (): readonly string[] => [bed.server(0)];

async function restart(index: number): Promise<void> {
  const server = sandbox.servers[index];
  await server?.kill();
  await server?.start();
  await sandbox.settled();
  const reachable = (): Promise<boolean> =>
    bed.cluster
      .volumeServer(bed.server(index))
      .ping()
      .then(
        () => true,
        () => false,
      );
  await expect.poll(reachable, { timeout: 30_000 }).toBe(true);
}

describe.each(["server", "worker"] as const)("executeErasureCoding, %s mode", (mode) => {
  it("turns both replicas of a volume into 14 shards with every file", async () => {
    const volume = await bed.volume({ on: two(), files: 40, size: 60_000 });
    const ctx = context();
    const { facts } = await executeErasureCoding(ctx, planOf(volume, mode));
    expect(facts).toMatchObject({ outcome: "encoded", mode, replicas_removed: "2" });
    expect(await bed.shardProblems(volume, targets())).toEqual([]);
    expect(ctx.task.history.map(({ step }) => step)).toEqual(["frozen", "building", "committed"]);
    expect(ctx.progressReports.at(-1)).toMatchObject({ stage: "done", percent: 100 });
  });

  it("leaves nothing at a source that keeps no shard", async () => {
    const volume = await bed.volume({ on: one() });
    const elsewhere = targets().map((target) =>
      target.server === bed.server(0) ? { ...target, server: bed.server(4) } : target,
    );
    await executeErasureCoding(context(), { ...planOf(volume, mode), targets: elsewhere });
    expect(await bed.shardProblems(volume, elsewhere)).toEqual([]);
  });

  it("encodes a volume that was read-only", async () => {
    const volume = await bed.volume({ on: one() });
    await bed.cluster.volumeServer(bed.server(0)).volumeMarkReadonly({ volumeId: volume.volumeId, persist: true });
    await executeErasureCoding(context(), planOf(volume, mode));
    expect(await bed.shardProblems(volume, targets())).toEqual([]);
  });

  it("takes everything back when it is cancelled, at each stage", async () => {
    const volume = await bed.volume({ on: two() });
    const stages = [
      "scrubVolume",
      "volumeMarkReadonly",
      mode === "server" ? "ecShardsCopy" : "receiveFile",
      "ecShardsMount",
    ];
    for (const stage of [...stages, "scrubEcVolume"]) {
      const ctx: TestContext = context({
        fault: ({ method }) => {
          if (method === stage) ctx.cancel();
          return undefined;
        },
      });
      await expect(executeErasureCoding(ctx, planOf(volume, mode))).rejects.toMatchObject({
        code: "WK-CANCELLED",
        clean: true,
      });
      expect(await bed.normalProblems(volume, two()), stage).toEqual([]);
    }
  });

  it("removes shards of other runs first, wherever they lie", async () => {
    const volume = await bed.volume({ on: one() });
    const { volumeId, collection } = volume;
    const [source, third, fourth] = [0, 3, 4].map((index) => bed.cluster.volumeServer(bed.server(index)));
    await source?.ecShardsGenerate({ volumeId, collection });
    for (const client of [third, fourth]) {
      const request = {
        volumeId,
        collection,
        source: source?.address ?? bed.cluster.volumeServer(bed.server(0)).address,
      };
      await client?.ecShardsCopy({ ...request, shardIds: [5], copyEcx: true, copyVif: true });
    }
    await third?.ecShardsMount({ volumeId, collection, shardIds: [5] });
    await executeErasureCoding(context(), planOf(volume, mode));
    expect(await bed.shardProblems(volume, targets())).toEqual([]);
  });
});

describe("executeErasureCoding refuses", () => {
  it("replicas that hold different files, and leaves both as they were", async () => {
    const volume = await bed.volume({ on: two() });
    await bed.put([bed.server(4)], `${volume.volumeId},dd00112233`, Buffer.from("only here"));
    await expect(executeErasureCoding(context(), planOf(volume))).rejects.toMatchObject({
      code: "WK-TASK-VERIFY",
      clean: true,
      retry: false,
    });
    expect(await bed.normalProblems(volume, two())).toEqual([]);
  });

  it("a volume with a replica that the plan does not know", async () => {
    const volume = await bed.volume({ on: two() });
    const plan = { ...planOf(volume), replicas: one() };
    await expect(executeErasureCoding(context(), plan)).rejects.toMatchObject({ code: "WK-TASK-STALE", clean: true });
    expect(await bed.normalProblems(volume, two())).toEqual([]);
  });

  it("a damaged source", async () => {
    const volume = await bed.volume({ on: one(), files: 9, size: 4000 });
    damage(`${sandbox.servers[0]?.dir}/${volume.collection}_${volume.volumeId}.dat`);
    await expect(executeErasureCoding(context(), planOf(volume))).rejects.toMatchObject({
      code: "WK-TASK-VERIFY",
      clean: true,
    });
  });

  it("shards of which one byte is wrong", async () => {
    const volume = await bed.volume({ on: one() });
    const ctx = context();
    ctx.progress = ({ stage }) => {
      if (stage !== "verify") return;
      damage(`${sandbox.servers[2]?.dir}/${volume.collection}_${volume.volumeId}.ec05`);
    };
    await expect(executeErasureCoding(ctx, planOf(volume))).rejects.toMatchObject({
      code: "WK-TASK-VERIFY",
      clean: true,
    });
    expect(await bed.normalProblems(volume, one())).toEqual([]);
  });
});

describe("executeErasureCoding after a restart of a server", () => {
  it("starts again when the source hid its .dat before the commit point", async () => {
    const volume = await bed.volume({ on: two() });
    const first = context({ fault: ({ method }) => (method === "scrubEcVolume" ? "die-before" : undefined) });
    await expect(executeErasureCoding(first, planOf(volume))).rejects.toMatchObject({ clean: false });
    await restart(0);
    await expect(bed.cluster.volumeServer(bed.server(0)).volumeStatus(volume.volumeId)).rejects.toThrow();
    await executeErasureCoding(context({ task: first.task }), planOf(volume));
    expect(await bed.shardProblems(volume, targets())).toEqual([]);
  });

  it("takes everything back when the source restarts in the middle", async () => {
    const volume = await bed.volume({ on: two() });
    const ctx = context();
    ctx.commitPoint = async () => {
      await restart(0);
      throw new AppError("WK-TASK-UNSAFE", "the server restarted");
    };
    await expect(executeErasureCoding(ctx, planOf(volume))).rejects.toMatchObject({ clean: true });
    expect(await bed.normalProblems(volume, two())).toEqual([]);
  });

  it.each([0, 1])("rolls forward when server %i hid its replica after the commit point", async (hidden) => {
    const volume = await bed.volume({ on: [bed.server(0), bed.server(1)] });
    const first = context({ fault: ({ method }) => (method === "volumeDelete" ? "die-before" : undefined) });
    await expect(executeErasureCoding(first, planOf(volume))).rejects.toMatchObject({ clean: false });
    await restart(hidden);
    expect(await bed.disk(volume, bed.server(hidden))).toContain(".dat");
    await executeErasureCoding(context({ task: first.task }), planOf(volume));
    expect(await bed.shardProblems(volume, targets())).toEqual([]);
  });

  it("rolls forward when the source died while it deleted the volume", async () => {
    const volume = await bed.volume({ on: two() });
    const kill = sandbox.faults.add({ server: 0, rpc: "VolumeDelete", volumeId: volume.volumeId, action: "kill" });
    const task = new DurableTask();
    const running = executeErasureCoding(context({ task }), planOf(volume)).catch((error: unknown) => error);
    await kill.hit;
    await restart(0);
    const outcome = await running;
    if (outcome instanceof Error) {
      expect(outcome).toMatchObject({ clean: false });
      await executeErasureCoding(context({ task }), planOf(volume));
    }
    expect(await bed.shardProblems(volume, targets())).toEqual([]);
  });
});

describe("executeErasureCoding and work that outlives its caller", () => {
  it("waits for a pulled shard of a dead attempt before it clears and starts again", async () => {
    const volume = await bed.volume({ on: one() });
    const hang = sandbox.faults.add({
      server: 2,
      rpc: "VolumeEcShardsCopy",
      at: "shard",
      volumeId: volume.volumeId,
      action: "delay",
      delayMs: 40,
      times: 3,
    });
    const first = context({
      fault: ({ method, server }) =>
        method === "ecShardsCopy" && bed.server(2).startsWith(server) && hang.hits > 0 ? "die-during" : undefined,
    });
    await expect(executeErasureCoding(first, planOf(volume))).rejects.toMatchObject({ clean: false });
    await executeErasureCoding(context({ task: first.task }), planOf(volume));
    expect(await bed.shardProblems(volume, targets())).toEqual([]);
  });
});

describe("executeErasureCoding after the commit point", () => {
  it("brings a shard back that went missing, from the source or by rebuilding it", async () => {
    for (const lost of ["ecShardsUnmount", "volumeDelete"]) {
      const volume = await bed.volume({ on: one() });
      const { volumeId, collection } = volume;
      const first = context({ fault: ({ method }) => (method === lost ? "die-before" : undefined) });
      // In the first round the source still has its surplus shards, in the second it lost them all but its own.
      await expect(executeErasureCoding(first, planOf(volume))).rejects.toMatchObject({ clean: false });
      if (!first.task.committed) throw new Error("The attempt ended before its commit point.");
      const victim = bed.cluster.volumeServer(bed.server(2));
      await victim.ecShardsUnmount({ volumeId, shardIds: [6] });
      await victim.ecShardsDelete({ volumeId, collection, shardIds: [6] });
      if (lost === "volumeDelete") {
        await bed.cluster.volumeServer(bed.server(0)).ecShardsDelete({
          volumeId,
          collection,
          shardIds: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
        });
      }
      const second = context({ task: first.task });
      await executeErasureCoding(second, planOf(volume));
      const methods = second.cluster.calls.map(({ method }) => method);
      expect(methods.includes("ecShardsRebuild")).toBe(lost === "volumeDelete");
      expect(await bed.shardProblems(volume, targets())).toEqual([]);
    }
  });

  it("goes back when a replica was written to between the proof and the first deletion", async () => {
    const volume = await bed.volume({ on: one() });
    const late = `${volume.volumeId},ee00112233`;
    const ctx = context();
    ctx.commitPoint = async (state) => {
      await TestContext.prototype.commitPoint.call(ctx, state);
      // Right onto the file, as no mark may be set beside fresh shards: the size is what counts.
      await bed.cluster.volumeServer(bed.server(0)).volumeMarkWritable(volume.volumeId);
      await bed.put(one(), late, Buffer.from("late"));
    };
    await expect(executeErasureCoding(ctx, planOf(volume))).rejects.toMatchObject({
      code: "WK-TASK-UNSAFE",
      clean: true,
    });
    expect(await bed.normalProblems(volume, one())).toEqual([]);
    expect((await fetch(`http://${sandbox.servers[0]?.address.http}/${late}`)).status).toBe(200);
  });
});

// What is rolled back is the same in both modes; in worker mode only what the worker itself sends is new. A call that
// was never sent ends like one that was refused, and one that was cut like one whose answer was lost.
const SWEEPS: readonly (readonly [EncodeMode, CallFault])[] =
  process.env["WK_SWEEP"] === "full"
    ? (["server", "worker"] as const).flatMap((mode) => CALL_FAULTS.map((fault) => [mode, fault] as const))
    : [
        ["server", "error"],
        ["server", "lost"],
        ["server", "die-before"],
        ["server", "die-after"],
        ["worker", "lost"],
        ["worker", "die-after"],
      ];

describe("executeErasureCoding when one call goes wrong", () => {
  it.each(SWEEPS)("loses nothing and leaves nothing behind: %s mode, %s", { timeout: 900_000 }, async (mode, fault) => {
    const sweep: SweepCase = {
      bed,
      volume: () => bed.volume({ on: two() }),
      execute: (ctx, volume) => executeErasureCoding(ctx, planOf(volume, mode)),
      asBefore: (volume) => bed.normalProblems(volume, two()),
      asWanted: (volume) => bed.shardProblems(volume, targets()),
    };
    const calls = chooseCalls(await cleanRun(sweep), fault);
    const limit = pLimit(4);
    const found = await Promise.all(calls.map((at) => limit(() => strike(sweep, fault, at))));
    expect(found.flat()).toEqual([]);
  });
});
