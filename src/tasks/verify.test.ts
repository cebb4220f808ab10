import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { executeBalance } from "./balance/execute.ts";
import { verifyBalance } from "./balance/verify.ts";
import { type BedVolume, sandboxBed, type TaskBed } from "./bed.testkit.ts";
import { TestContext } from "./context.testkit.ts";
import type { TaskResult } from "./context.ts";
import type { VerifyInput } from "./definition.ts";
import { executeErasureCoding } from "./erasure_coding/execute.ts";
import type { EcPlan } from "./erasure_coding/plan.ts";
import { verifyErasureCoding } from "./erasure_coding/verify.ts";
import { taskTypes } from "./registry.ts";
import { executeVacuum } from "./vacuum/execute.ts";
import type { VacuumPlan } from "./vacuum/plan.ts";
import { verifyVacuum } from "./vacuum/verify.ts";

let bed: TaskBed;
beforeAll(async () => {
  ({ bed } = await sandboxBed(4));
});
afterAll(() => bed.close());

/** What the admin has after the worker's word: its facts and the last checkpoint. */
function word(ctx: TestContext, result: TaskResult): VerifyInput {
  return { checkpoint: ctx.task.checkpoint, facts: result.facts, signal: AbortSignal.timeout(30_000) };
}

/** A word without anything behind it. */
const empty = (): VerifyInput => ({ checkpoint: undefined, facts: {}, signal: AbortSignal.timeout(30_000) });

function vacuumPlan({ volumeId, collection, on, bytes }: BedVolume): VacuumPlan {
  return { volumeId, collection, replicas: on, garbageThreshold: 0.1, sizeBytes: bytes };
}

function ecPlan({ volumeId, collection, on, bytes }: BedVolume): EcPlan {
  const shards = [
    [0, 1, 2, 3],
    [4, 5, 6, 7],
    [8, 9, 10],
    [11, 12, 13],
  ];
  return {
    volumeId,
    collection,
    source: on[0] ?? "",
    replicas: on,
    targets: shards.map((shardIds, index) => ({ server: bed.server(index), shardIds })),
    dataShards: 10,
    parityShards: 4,
    encodeMode: "server",
    sizeBytes: bytes,
    diskType: "",
  };
}

describe("verifyVacuum", () => {
  it("sees a vacuum that was done, and that one was not", async () => {
    const volume = await bed.volume({ on: [bed.server(0), bed.server(1)] });
    const plan = vacuumPlan(volume);
    const before = await verifyVacuum(bed.cluster, plan, empty());
    expect(before).toMatchObject({ reached: false, why: expect.stringContaining("33.3 % garbage") });
    const ctx = new TestContext({ cluster: bed.cluster });
    const result = await executeVacuum(ctx, plan);
    expect(await verifyVacuum(bed.cluster, plan, word(ctx, result))).toEqual({ reached: true });
    // A worker of SeaweedFS leaves no facts.
    expect(await verifyVacuum(bed.cluster, plan, empty())).toEqual({
      reached: true,
    });
  });

  it("does not believe a revision that is not there, nor a volume left frozen", async () => {
    const volume = await bed.volume({ on: [bed.server(0)] });
    const plan = vacuumPlan(volume);
    const ctx = new TestContext({ cluster: bed.cluster });
    const result = await executeVacuum(ctx, plan);
    const lie = { ...word(ctx, result), facts: { [`revision ${bed.server(0)}`]: "9" } };
    expect(await verifyVacuum(bed.cluster, plan, lie)).toMatchObject({ why: expect.stringContaining("not 9") });
    await bed.cluster.volumeServer(bed.server(0)).volumeMarkReadonly({ volumeId: volume.volumeId, persist: false });
    expect(await verifyVacuum(bed.cluster, plan, word(ctx, result))).toMatchObject({
      why: expect.stringContaining("is read-only now"),
    });
  });

  it("sees files of a compaction that nobody committed", async () => {
    const volume = await bed.volume({ on: [bed.server(0)] });
    await bed.cluster.volumeServer(bed.server(0)).vacuumVolumeCompact({ volumeId: volume.volumeId });
    expect(await verifyVacuum(bed.cluster, vacuumPlan(volume), empty())).toMatchObject({
      why: expect.stringContaining("left-over .cpd"),
    });
  });
});

describe("verifyBalance", () => {
  it("sees a move that was done, and that one was not or only half", async () => {
    const volume = await bed.volume({ on: [bed.server(0)] });
    const { volumeId, collection, bytes } = volume;
    const [source, target] = [bed.server(0), bed.server(1)];
    const plan = { volumeId, collection, source, target, diskType: "", sizeBytes: bytes };
    expect(await verifyBalance(bed.cluster, plan, empty())).toMatchObject({ reached: false });
    await bed.cluster
      .volumeServer(target)
      .volumeCopy({ volumeId, collection, source: bed.cluster.volumeServer(source).address });
    expect(await verifyBalance(bed.cluster, plan, empty())).toMatchObject({
      why: expect.stringContaining(`${source} still has volume`),
    });
    await bed.cluster.volumeServer(target).volumeDelete({ volumeId });
    const ctx = new TestContext({ cluster: bed.cluster });
    const result = await executeBalance(ctx, plan);
    expect(await verifyBalance(bed.cluster, plan, word(ctx, result))).toEqual({ reached: true });
    await bed.cluster.volumeServer(target).volumeMarkReadonly({ volumeId, persist: true });
    expect(await verifyBalance(bed.cluster, plan, word(ctx, result))).toMatchObject({
      why: expect.stringContaining("was writable"),
    });
  });
});

describe("verifyErasureCoding", () => {
  it("sees all shards, and that one is gone or a replica is left", async () => {
    const volume = await bed.volume({ on: [bed.server(0)] });
    const plan = ecPlan(volume);
    expect(await verifyErasureCoding(bed.cluster, plan, empty())).toMatchObject({ reached: false });
    const ctx = new TestContext({ cluster: bed.cluster });
    const result = await executeErasureCoding(ctx, plan);
    expect(await verifyErasureCoding(bed.cluster, plan, word(ctx, result))).toEqual({ reached: true });
    await bed.cluster.volumeServer(bed.server(2)).ecShardsUnmount({ volumeId: volume.volumeId, shardIds: [9] });
    expect(await verifyErasureCoding(bed.cluster, plan, word(ctx, result))).toMatchObject({
      why: expect.stringContaining("does not serve shard 9"),
    });
  });
});

describe("the registry", () => {
  it("has every type under its own name", () => {
    expect([...taskTypes.keys()]).toEqual(["vacuum", "erasure_coding", "balance"]);
    for (const [name, definition] of taskTypes) expect(definition.type).toBe(name);
  });
});
