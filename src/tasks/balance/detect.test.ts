import { describe, expect, it } from "vitest";
import { type ClusterSketch, sketch, type VolumeSketch } from "../../cluster/topology/snapshot.testkit.ts";
import type { DetectInput } from "../definition.ts";
import { detectInput, failedTexts } from "../planning/detect.testkit.ts";
import { afterPlan, movesOf } from "./balance.testkit.ts";
import { detectBalance, explainBalance } from "./detect.ts";
import { balanceCodec } from "./plan.ts";

const MB = 1024 * 1024;
const OLD = 1_600_000_000;

/** `count` volumes on one server, ids from `first`. */
function volumes(first: number, count: number, on: readonly string[], more: Partial<VolumeSketch> = {}) {
  return Array.from(
    { length: count },
    (_, at): VolumeSketch => ({ id: first + at, on, size: 100 * MB, modifiedAt: OLD, ...more }),
  );
}

function plan(cluster: ClusterSketch, more: Partial<DetectInput> = {}) {
  return detectBalance(detectInput(sketch(cluster), more));
}

function counts(cluster: ClusterSketch): Readonly<Record<string, number>> {
  const result: Record<string, number> = Object.fromEntries(cluster.servers.map((server) => [server.http, 0]));
  for (const volume of cluster.volumes ?? []) for (const http of volume.on) result[http] = (result[http] ?? 0) + 1;
  return result;
}

const [a, b, c, d] = ["a:8080", "b:8080", "c:8080", "d:8080"] as const;
const two = [{ http: a }, { http: b }];
const three = [...two, { http: c }];

describe("detectBalance", () => {
  it("plans many moves in one pass, until the servers are even", () => {
    const cluster = { servers: three, volumes: volumes(1, 30, [a]) };
    const { proposals, truncated } = plan(cluster);
    expect(counts(afterPlan(cluster, proposals))).toEqual({ [a]: 10, [b]: 10, [c]: 10 });
    expect(proposals).toHaveLength(20);
    expect(truncated).toBe(false);
    expect(proposals[0]).toMatchObject({
      type: "balance",
      priority: 1,
      bytes: 100 * MB,
      needs: { reads: [a], writes: [b] },
      reason: "a:8080 is 3 % used, b:8080 0 %, the mean is 1 %: 100 MB move",
    });
    expect(balanceCodec.parse(proposals[0]?.plan ?? {})).toMatchObject({ diskType: "", sizeBytes: 100 * MB });
  });

  it("lets servers settle whose load a task changed just now: what the master shows of them may be over", () => {
    const cluster = { servers: three, volumes: volumes(1, 30, [a]) };
    const { takenAt } = sketch(cluster);
    const giving = plan(cluster, { changed: new Map([[a, takenAt - 1000]]) });
    expect(giving).toMatchObject({ proposals: [], skipped: { settling: 30 } });
    const taking = plan(cluster, { changed: new Map([[b, takenAt + 1000]]) });
    expect(new Set(movesOf(taking.proposals).map((move) => move.to))).toEqual(new Set([c]));
    expect(plan(cluster, { changed: new Map([[a, takenAt - 20_000]]) }).proposals).toHaveLength(20);
    const input = detectInput(sketch(cluster), { changed: new Map([[a, takenAt]]) });
    expect(failedTexts(explainBalance(input, 1))).toContainEqual(
      expect.stringContaining("a task changed the load of a:8080 just now"),
    );
  });

  it("leaves a cluster alone that is even enough, has too few servers or nothing in it", () => {
    const even = { servers: two, volumes: [...volumes(1, 10, [a]), ...volumes(20, 9, [b])] };
    expect(plan(even)).toMatchObject({ proposals: [], skipped: { imbalance: 1 } });
    const one = { servers: [{ http: a }], volumes: volumes(1, 10, [a]) };
    expect(plan(one)).toMatchObject({ proposals: [], skipped: { servers: 1 } });
    expect(
      plan({ servers: three, volumes: volumes(1, 9, [a]) }, { config: { min_server_count: 4 } }).proposals,
    ).toEqual([]);
    expect(plan({ servers: two }).proposals).toEqual([]);
  });

  it("balances each disk type by itself", () => {
    const servers = [...two, { http: a, type: "ssd" }, { http: b, type: "ssd" }];
    const even = [...volumes(1, 5, [a]), ...volumes(11, 5, [b]), ...volumes(21, 5, [a], { type: "ssd" })];
    const mixed = [...even, ...volumes(31, 5, [b], { type: "ssd" })];
    expect(plan({ servers, volumes: mixed }).proposals).toEqual([]);
    const ssd = volumes(100, 10, [a], { type: "ssd" });
    const { proposals } = plan({ servers, volumes: [...volumes(1, 5, [a]), ...volumes(11, 5, [b]), ...ssd] });
    expect(proposals.map((spec) => balanceCodec.parse(spec.plan).diskType)).toEqual(new Array(5).fill("ssd"));
  });

  it("counts bytes, not volumes", () => {
    const cluster = {
      servers: two,
      volumes: [...volumes(1, 40, [a], { size: 10 * MB }), ...volumes(50, 4, [b], { size: 100 * MB })],
    };
    expect(plan(cluster).proposals).toEqual([]);
    const heavy = {
      servers: two,
      volumes: [...volumes(1, 4, [a], { size: 500 * MB }), ...volumes(9, 8, [b], { size: MB })],
    };
    expect(movesOf(plan(heavy).proposals).map((move) => move.from)).toEqual([a, a]);
  });

  it("goes by capacity: servers of different size end with the same share, without overshoot", () => {
    const servers = [
      { http: a, max: 100 },
      { http: b, max: 50 },
      { http: c, max: 10 },
    ];
    const cluster = { servers, volumes: [...volumes(1, 80, [a]), ...volumes(100, 0, [b])] };
    const after = afterPlan(cluster, plan(cluster).proposals);
    const shares = Object.values(counts(after)).map((count, at) => count / (servers[at]?.max ?? 1));
    expect(Math.max(...shares) - Math.min(...shares)).toBeLessThan(0.1 * 0.5);
    expect(plan(after).proposals).toEqual([]);
  });

  it("never fills a disk beyond 90 %, whatever the slots say", () => {
    const total = 10_000 * MB;
    const servers = [
      { http: a, total, free: 1000 * MB },
      { http: b, total, free: 1050 * MB },
      { http: c, total, free: 500 * MB },
      { http: d, total, free: 8000 * MB },
    ];
    const cluster = { servers, volumes: volumes(1, 60, [a]) };
    const moves = movesOf(plan(cluster).proposals);
    expect(moves.length).toBeGreaterThan(10);
    expect(moves.filter((move) => move.to === b).length).toBe(0);
    expect(moves.filter((move) => move.to === c)).toEqual([]);
    const full = servers.map((server) => ({ ...server, free: 900 * MB }));
    expect(plan({ ...cluster, servers: full }).proposals).toEqual([]);
  });

  it("is urgent for volumes on a nearly full disk", () => {
    const servers = [
      { http: a, total: 1000 * MB, free: 50 * MB },
      { http: b, total: 1000 * MB, free: 900 * MB },
    ];
    expect(plan({ servers, volumes: volumes(1, 9, [a]) }).proposals[0]?.priority).toBe(2);
  });

  it("leaves remote, expiring, busy, coded, over- and under-replicated volumes where they are", () => {
    const cluster: ClusterSketch = {
      servers: three,
      volumes: [
        { id: 1, on: [a], size: 100 * MB, remote: true },
        { id: 2, on: [a], size: 100 * MB, ttl: 3 * 256 + 3 },
        { id: 3, on: [a], size: 100 * MB },
        { id: 4, on: [a], size: 100 * MB },
        { id: 5, on: [a, b], size: 100 * MB },
        { id: 6, on: [a], size: 100 * MB, placement: 1 },
        { id: 7, on: [a], size: 0 },
      ],
      ec: [{ id: 4, on: c, shards: [0] }],
    };
    expect(plan(cluster, { busy: new Set([3]) })).toMatchObject({
      proposals: [],
      skipped: { busy: 1, remote: 1, ttl: 1, ec_shards: 1, extra_replicas: 1, replicas: 1, content: 1 },
    });
  });

  it("keeps placements: racks for 010, data centers for 100, never beside another replica", () => {
    const servers = [
      { http: a, at: "d1/r1" },
      { http: b, at: "d1/r2" },
      { http: c, at: "d1/r1" },
      { http: d, at: "d2/r1" },
    ];
    const racks = { servers, volumes: volumes(1, 8, [a, b], { placement: 10 }) };
    expect(new Set(movesOf(plan(racks).proposals).map((move) => `${move.from}>${move.to}`))).toEqual(
      new Set([`${a}>${c}`]),
    );
    const centers = { servers, volumes: volumes(1, 8, [a, d], { placement: 100 }) };
    const to = new Set(movesOf(plan(centers).proposals).map((move) => move.to));
    expect(to.has(d)).toBe(false);
    expect([...to].sort()).toEqual([b, c]);
    const pair = { servers: two, volumes: volumes(1, 8, [a, b], { placement: 1 }) };
    expect(plan({ ...pair, volumes: [...pair.volumes, ...volumes(20, 1, [a], { size: MB })] }).proposals).toEqual([]);
  });

  it("falls through to the next full server when the fullest has nothing to give", () => {
    const cluster = {
      servers: three,
      volumes: [...volumes(1, 20, [a], { ttl: 3 * 256 + 3 }), ...volumes(50, 15, [b])],
    };
    const moves = movesOf(plan(cluster).proposals);
    expect(moves.length).toBeGreaterThan(0);
    expect(new Set(moves.map((move) => `${move.from}>${move.to}`))).toEqual(new Set([`${b}>${c}`]));
  });

  it("counts what live tasks will bring and take", () => {
    const cluster = { servers: two, volumes: volumes(1, 10, [a]) };
    const reserved = Array.from({ length: 5 }, () => [
      { server: a, diskType: "", bytes: -100 * MB, volumes: -1, ecShards: 0 },
      { server: b, diskType: "", bytes: 100 * MB, volumes: 1, ecShards: 0 },
      { server: "gone:1", diskType: "", bytes: 100 * MB, volumes: 1, ecShards: 0 },
    ]).flat();
    expect(plan(cluster, { reserved, busy: new Set([1, 2, 3, 4, 5]) }).proposals).toEqual([]);
    const slots = { servers: two, volumes: volumes(1, 10, [a], { size: 10 * MB }) };
    const incoming = [{ server: b, diskType: "", bytes: 0, volumes: 98, ecShards: 11 }];
    expect(plan(slots).proposals.length).toBeGreaterThan(0);
    expect(plan(slots, { reserved: incoming }).proposals).toEqual([]);
  });

  it("stays inside its filters, as source and as target", () => {
    const servers = [
      { http: a, at: "d1/r1" },
      { http: b, at: "d2/r1" },
      { http: c, at: "d1/r2" },
    ];
    const cluster = { servers, volumes: [...volumes(1, 9, [a]), ...volumes(20, 9, [a], { collection: "logs" })] };
    const inCenter = movesOf(plan(cluster, { config: { data_center_filter: "d1" } }).proposals);
    expect(new Set(inCenter.map((move) => move.to))).toEqual(new Set([c]));
    const inCollection = movesOf(plan(cluster, { config: { collection_filter: "logs" } }).proposals);
    expect(inCollection.every((move) => move.volumeId >= 20)).toBe(true);
    expect(plan(cluster, { config: { node_filter: "b:*,c:*" } }).proposals).toEqual([]);
  });

  it("prefers quiet volumes of nearly the same size", () => {
    const now = 1_700_000_000;
    const busyOnes = volumes(1, 6, [a], { modifiedAt: now - 10 });
    const quiet = [
      { id: 50, on: [a], size: 95 * MB, modifiedAt: OLD },
      { id: 51, on: [a], size: 90 * MB, modifiedAt: now - 10, readOnly: true },
    ];
    const moves = movesOf(plan({ servers: two, volumes: [...busyOnes, ...quiet] }).proposals);
    expect(moves.slice(0, 2).map((move) => move.volumeId)).toEqual([50, 51]);
  });

  it("stops at the wanted number and says that there is more", () => {
    const detection = plan({ servers: three, volumes: volumes(1, 30, [a]) }, { maxProposals: 7 });
    expect(detection.proposals).toHaveLength(7);
    expect(detection.truncated).toBe(true);
  });

  it("moves one volume by hand to the best place, also between even servers when forced", () => {
    const cluster = { servers: three, volumes: [...volumes(1, 9, [a]), ...volumes(20, 3, [b])] };
    const only = { volumeId: 4, force: false };
    expect(movesOf(plan(cluster, { only }).proposals)).toEqual([{ volumeId: 4, from: a, to: c, bytes: 100 * MB }]);
    const even = { servers: two, volumes: [...volumes(1, 4, [a]), ...volumes(20, 4, [b])] };
    expect(plan(even, { only }).proposals).toEqual([]);
    expect(movesOf(plan(even, { only: { ...only, force: true } }).proposals)).toMatchObject([{ from: a, to: b }]);
    expect(plan(even, { only: { volumeId: 99, force: true } })).toMatchObject({ proposals: [], examined: 0 });
  });

  it("explains why a volume stays and why one moves", () => {
    const cluster = { servers: two, volumes: [...volumes(1, 9, [a]), ...volumes(20, 8, [b])] };
    const input = detectInput(sketch(cluster));
    expect(failedTexts(explainBalance(input, 1))).toEqual([
      "balance: imbalance 11.8 % ≤ 20 %, a:8080 is 0.9 % used and b:8080 0.8 % → not due",
      "balance: no server is below the mean, has room for it and keeps its placement → left out",
    ]);
    const uneven = detectInput(sketch({ servers: two, volumes: volumes(1, 9, [a]) }));
    expect(failedTexts(explainBalance(uneven, 1))).toEqual([]);
    expect(explainBalance(uneven, 1).at(-1)?.text).toBe(
      "balance: moving it from a:8080 to b:8080 brings both closer to the mean → ok",
    );
    expect(failedTexts(explainBalance(uneven, 77))).toEqual(["balance: the master lists no volume 77 → left out"]);
  });
});
