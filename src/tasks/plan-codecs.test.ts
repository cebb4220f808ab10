import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AppError } from "../core/errors.ts";
import type { TaskParams__Output } from "../rpc/gen/worker_pb/TaskParams.ts";
import { type BalancePlan, balanceCodec } from "./balance/plan.ts";
import { type EcPlan, ecCodec, TOTAL_SHARDS } from "./erasure_coding/plan.ts";
import { type VacuumPlan, vacuumCodec } from "./vacuum/plan.ts";

const server = fc
  .record({
    host: fc.constantFrom("10.0.0.1", "vol-a.example", "[2001:db8::1]"),
    port: fc.integer({ min: 1, max: 999 }),
  })
  .map(({ host, port }) => `${host}:${8000 + port}.${18000 + port}`);
const volumeId = fc.integer({ min: 1, max: 0xffff_ffff });
const collection = fc.constantFrom("", "photos", "ünïcode");
const sizeBytes = fc.integer({ min: 0, max: 2 ** 45 });

const vacuumPlan: fc.Arbitrary<VacuumPlan> = fc.record({
  volumeId,
  collection,
  replicas: fc.uniqueArray(server, { minLength: 1, maxLength: 5 }),
  garbageThreshold: fc.double({ min: 0, max: 1, noNaN: true }),
  sizeBytes,
});

const balancePlan: fc.Arbitrary<BalancePlan> = fc
  .tuple(volumeId, collection, fc.uniqueArray(server, { minLength: 2, maxLength: 2 }), sizeBytes)
  .map(([volumeId, collection, [source = "", target = ""], sizeBytes]) => ({
    volumeId,
    collection,
    source,
    target,
    diskType: "",
    sizeBytes,
  }));

const ecPlan: fc.Arbitrary<EcPlan> = fc
  .tuple(
    volumeId,
    collection,
    fc.uniqueArray(server, { minLength: 1, maxLength: 3 }),
    fc.uniqueArray(server, { minLength: 1, maxLength: 14 }),
    sizeBytes,
    fc.constantFrom("auto" as const, "server" as const, "worker" as const),
    fc.constantFrom("", "ssd"),
  )
  .map(([volumeId, collection, replicas, servers, sizeBytes, encodeMode, diskType]) => ({
    volumeId,
    collection,
    source: replicas[0] ?? "",
    replicas,
    targets: servers.map((name, at) => ({
      server: name,
      shardIds: Array.from({ length: TOTAL_SHARDS }, (_, id) => id).filter((id) => id % servers.length === at),
    })),
    dataShards: 10,
    parityShards: 4,
    encodeMode,
    sizeBytes,
    diskType,
  }));

/** What a protobuf round trip does to the values: 64-bit numbers come back as text, absent ones stay absent. */
function overTheWire(params: object): TaskParams__Output {
  return JSON.parse(
    JSON.stringify(params, (key, value: unknown) =>
      typeof value === "number" && ["volume_size", "estimated_size", "estimated_shard_size"].includes(key)
        ? String(value)
        : value === "" || value === 0
          ? undefined
          : value,
    ).replaceAll("null", "0"),
  );
}

describe("plan codecs", () => {
  it("keep every plan through the queue's JSON and through the wire form", () => {
    fc.assert(
      fc.property(vacuumPlan, balancePlan, ecPlan, (vacuum, balance, ec) => {
        expect(vacuumCodec.parse(JSON.parse(JSON.stringify(vacuumCodec.toJson(vacuum))))).toEqual(vacuum);
        expect(vacuumCodec.fromParams(overTheWire(vacuumCodec.toParams(vacuum)))).toEqual(vacuum);
        expect(balanceCodec.parse(JSON.parse(JSON.stringify(balanceCodec.toJson(balance))))).toEqual(balance);
        expect(balanceCodec.fromParams(overTheWire(balanceCodec.toParams(balance)))).toEqual(balance);
        expect(ecCodec.parse(JSON.parse(JSON.stringify(ecCodec.toJson(ec))))).toEqual(ec);
        expect(ecCodec.fromParams(overTheWire(ecCodec.toParams(ec)))).toEqual(ec);
      }),
    );
  });

  it("write the values a Go worker insists on", () => {
    fc.assert(
      fc.property(vacuumPlan, balancePlan, ecPlan, (vacuum, balance, ec) => {
        const vacuumParams = vacuumCodec.toParams(vacuum);
        expect(vacuumParams.sources?.map((source) => source.node)).toEqual(vacuum.replicas);
        const balanceParams = balanceCodec.toParams(balance);
        expect(balanceParams.balance_params?.timeout_seconds).toBeGreaterThan(0);
        expect(balanceParams.sources?.[0]).toMatchObject({ node: balance.source, volume_id: balance.volumeId });
        expect(balanceParams.targets?.[0]).toMatchObject({ node: balance.target, volume_id: balance.volumeId });
        const ecParams = ecCodec.toParams(ec);
        const ids = ecParams.targets?.flatMap((target) => target.shard_ids ?? []).sort((a, b) => a - b);
        expect(ids).toEqual(Array.from({ length: 14 }, (_, id) => id));
        expect(ecParams.erasure_coding_params).toMatchObject({ data_shards: 10, parity_shards: 4 });
      }),
    );
  });

  it("spell addresses in one way and name servers once by their HTTP form", () => {
    const plan = vacuumCodec.parse({
      volumeId: 1,
      collection: "",
      replicas: ["a:8080", "b:8080.18081"],
      garbageThreshold: 0.3,
      sizeBytes: 1,
    });
    expect(plan.replicas).toEqual(["a:8080.18080", "b:8080.18081"]);
    expect(vacuumCodec.needs(plan)).toEqual({ reads: [], writes: ["a:8080", "b:8080"] });
  });

  it("merges EC targets that a Go admin names once a disk", () => {
    const half = (from: number) => Array.from({ length: 7 }, (_, at) => from + at);
    const plan = ecCodec.fromParams({
      volume_id: 7,
      volume_size: "1000",
      sources: [{ node: "a:8080" }, { node: "b:8080" }, { node: "c:8080", shard_ids: [3] }],
      targets: [
        { node: "x:8080", shard_ids: half(0) },
        { node: "x:8080", disk_id: 1, shard_ids: half(7) },
      ],
      erasure_coding_params: { data_shards: 10, parity_shards: 4 },
    });
    expect(plan.targets).toEqual([{ server: "x:8080.18080", shardIds: [...half(0), ...half(7)] }]);
    expect(plan.replicas).toEqual(["a:8080.18080", "b:8080.18080"]);
    expect(plan.encodeMode).toBe("auto");
    expect(ecCodec.needs(plan)).toEqual({ reads: ["b:8080"], writes: ["a:8080", "x:8080"] });
  });

  it.each([
    [
      "no server",
      () => vacuumCodec.parse({ volumeId: 1, collection: "", replicas: [], garbageThreshold: 0.3, sizeBytes: 1 }),
    ],
    [
      "a server without port",
      () => vacuumCodec.fromParams({ volume_id: 1, sources: [{ node: "a" }], vacuum_params: {} }),
    ],
    ["volume 0", () => vacuumCodec.fromParams({ sources: [{ node: "a:1" }], vacuum_params: {} })],
    [
      "a move onto itself",
      () => balanceCodec.fromParams({ volume_id: 1, sources: [{ node: "a:1" }], targets: [{ node: "a:1.10001" }] }),
    ],
    [
      "a missing shard",
      () =>
        ecCodec.fromParams({
          volume_id: 1,
          sources: [{ node: "a:1" }],
          targets: [{ node: "b:1", shard_ids: [0, 1, 2] }],
          erasure_coding_params: { data_shards: 10, parity_shards: 4 },
        }),
    ],
    [
      "another ratio",
      () =>
        ecCodec.fromParams({
          volume_id: 1,
          sources: [{ node: "a:1" }],
          targets: [{ node: "b:1", shard_ids: Array.from({ length: 14 }, (_, id) => id) }],
          erasure_coding_params: { data_shards: 6, parity_shards: 3 },
        }),
    ],
  ])("refuse %s", (_name, read) => {
    expect(read).toThrow(AppError);
    expect(read).toThrow(/plan cannot be read/);
  });
});
