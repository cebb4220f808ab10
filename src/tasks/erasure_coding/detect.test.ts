import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ClusterSketch,
  type ServerSketch,
  sketch,
  type VolumeSketch,
} from "../../cluster/topology/snapshot.testkit.ts";
import { httpForm } from "../../rpc/server-address.ts";
import { checkValues } from "../config-schema.ts";
import type { DetectInput } from "../definition.ts";
import { detectInput, failedTexts } from "../planning/detect.testkit.ts";
import { ecConfig } from "./config.ts";
import { detectEc, explainEc } from "./detect.ts";
import { ecCodec } from "./plan.ts";

const MB = 1024 * 1024;
const NOW = 1_700_000_000;
const DAY = 86_400;

function serverList(count: number, more: Partial<ServerSketch> = {}): ServerSketch[] {
  return Array.from({ length: count }, (_, at) => ({ http: `s${at}:8080`, ...more }));
}

/** Full for a size limit of 1000 MB, and cold. */
const cold: VolumeSketch = { id: 1, on: ["s0:8080"], size: 990 * MB, files: 10, modifiedAt: NOW - DAY };

function detect(cluster: ClusterSketch, more: Partial<DetectInput> = {}) {
  return detectEc(detectInput(sketch(cluster), more));
}

function plansOf(cluster: ClusterSketch, more: Partial<DetectInput> = {}) {
  return detect(cluster, more).proposals.map((spec) => ecCodec.parse(spec.plan));
}

function shardsByServer(plan: { targets: readonly { server: string; shardIds: readonly number[] }[] } | undefined) {
  return Object.fromEntries((plan?.targets ?? []).map(({ server, shardIds }) => [httpForm(server), shardIds.length]));
}

describe("detectEc", () => {
  it("plans a full, quiet volume with every shard once, away from its replicas", () => {
    const cluster = { servers: serverList(16), volumes: [{ ...cold, on: ["s0:8080", "s1:8080"], placement: 1 }] };
    const [spec, ...others] = detect(cluster).proposals;
    expect(others).toEqual([]);
    const plan = ecCodec.parse(spec?.plan ?? {});
    expect(plan.targets).toHaveLength(14);
    expect(plan.targets.flatMap((target) => target.shardIds).sort((x, y) => x - y)).toEqual([...Array(14).keys()]);
    expect(Object.keys(shardsByServer(plan))).not.toContain("s0:8080");
    expect(Object.keys(shardsByServer(plan))).not.toContain("s1:8080");
    expect(plan).toMatchObject({
      source: "s0:8080.18080",
      replicas: ["s0:8080.18080", "s1:8080.18080"],
      dataShards: 10,
      parityShards: 4,
      encodeMode: "auto",
      sizeBytes: 990 * MB,
      diskType: "",
    });
    expect(spec).toMatchObject({
      type: "erasure_coding",
      priority: 0,
      reason:
        "99 % full and quiet for 1d; at most 1 of 14 shards on one server: survives the loss of any 4 servers and of any one machine",
    });
    expect(spec?.needs.writes).toContain("s0:8080");
  });

  it("uses servers with a replica only when the loss of a server would not be survived otherwise", () => {
    const five = plansOf({ servers: serverList(5), volumes: [cold] })[0];
    expect(shardsByServer(five)).toEqual({ "s1:8080": 4, "s2:8080": 4, "s3:8080": 3, "s4:8080": 3 });
    const four = plansOf({ servers: serverList(4), volumes: [cold] })[0];
    expect(Object.keys(shardsByServer(four))).toHaveLength(4);
    expect(Math.max(...Object.values(shardsByServer(four)))).toBe(4);
  });

  it("refuses what the policy does not allow, unless forced, and says what it would survive", () => {
    const cluster = { servers: serverList(3), volumes: [cold] };
    expect(detect(cluster)).toMatchObject({ proposals: [], skipped: { survival: 1 } });
    expect(failedTexts(explainEc(detectInput(sketch(cluster)), 1))).toEqual([
      "erasure_coding: at most 5 of 14 shards on one server: the loss of one server may lose the volume; the policy asks for any one server → not due",
    ]);
    expect(plansOf(cluster, { only: { volumeId: 1, force: true } })).toHaveLength(1);
    expect(plansOf(cluster, { config: { must_survive: "none" } })).toHaveLength(1);
    const racks = { servers: serverList(8), volumes: [cold] };
    expect(detect(racks, { config: { must_survive: "rack" } }).skipped).toEqual({ survival: 1 });
  });

  it("never plans more than fits: slots, shards of others, 90 % of a disk, live tasks", () => {
    const none = { servers: serverList(6, { max: 0 }), volumes: [cold] };
    expect(detect(none).skipped).toEqual({ room: 1 });
    expect(failedTexts(explainEc(detectInput(sketch(none)), 1))[0]).toBe(
      "erasure_coding: no room for 14 shards of 99.0 MB within the limits → left out",
    );
    const full = { servers: serverList(6, { total: 1000 * MB, free: 150 * MB }), volumes: [cold] };
    expect(detect(full).skipped).toEqual({ room: 1 });
    const one = serverList(6, { max: 1 });
    const taken = one.map(({ http }) => ({ server: http, diskType: "", bytes: 0, volumes: 0, ecShards: 10 }));
    expect(plansOf({ servers: one, volumes: [cold] })).toHaveLength(1);
    expect(detect({ servers: one, volumes: [cold] }, { reserved: taken }).skipped).toEqual({ room: 1 });
  });

  it("lets the plans of one scan share the room, largest gain first", () => {
    const volumes = Array.from({ length: 30 }, (_, at) => ({ ...cold, id: at + 1, size: (960 + at) * MB }));
    const cluster = { servers: serverList(8, { max: 10 }), volumes: volumes.map((v) => ({ ...v, on: ["s0:8080"] })) };
    const detection = detect(cluster);
    // Seven servers with ten slots of ten shards each hold 50 volumes by count; the one with the replicas is full.
    const counts = new Map<string, number>();
    for (const spec of detection.proposals) {
      for (const [server, shards] of Object.entries(shardsByServer(ecCodec.parse(spec.plan)))) {
        counts.set(server, (counts.get(server) ?? 0) + shards);
      }
    }
    expect(detection.proposals).toHaveLength(30);
    expect(counts.has("s0:8080")).toBe(false);
    for (const shards of counts.values()) expect(shards).toBeLessThanOrEqual(100);
    expect(Math.max(...counts.values()) - Math.min(...counts.values())).toBeLessThanOrEqual(4);
    const limited = detect(cluster, { maxProposals: 2 });
    expect(limited.truncated).toBe(true);
    expect(limited.proposals).toHaveLength(2);
  });

  it("gives up after many volumes in a row without a place", () => {
    const volumes = Array.from({ length: 50 }, (_, at) => ({ ...cold, id: at + 1 }));
    expect(detect({ servers: serverList(3), volumes }).skipped).toEqual({ survival: 20, room_not_tried: 30 });
  });

  it("takes the replica with most files as the source, then the one with most space", () => {
    const cluster = {
      servers: serverList(8),
      volumes: [
        { ...cold, on: ["s2:8080"], placement: 1, files: 12 },
        { ...cold, on: ["s3:8080"], placement: 1, files: 15 },
      ],
    };
    expect(plansOf(cluster)[0]?.replicas).toEqual(["s3:8080.18080", "s2:8080.18080"]);
    const servers = serverList(8, { total: 9000 * MB, free: 5000 * MB }).map((server, at) =>
      at === 3 ? { ...server, free: 6000 * MB } : server,
    );
    expect(plansOf({ servers, volumes: [{ ...cold, on: ["s2:8080", "s3:8080"], placement: 1 }] })[0]?.source).toBe(
      "s3:8080.18080",
    );
  });

  it("lets a worker encode where the server has no space, and refuses when the policy wants the server", () => {
    const servers = [{ http: "s0:8080", total: 5000 * MB, free: 1000 * MB }, ...serverList(8).slice(1)];
    const cluster = { servers, volumes: [cold] };
    expect(plansOf(cluster)[0]?.encodeMode).toBe("worker");
    expect(detect(cluster, { config: { ec_encode: "server" } }).skipped).toEqual({ space: 1 });
    expect(plansOf({ servers: serverList(8), volumes: [cold] }, { config: { ec_encode: "server" } })[0]).toMatchObject({
      encodeMode: "server",
    });
  });

  it("prefers disks of the source's type and of the wanted tags while that is safe", () => {
    const ssd = serverList(6, { type: "ssd" }).map((server, at) => ({ ...server, http: `f${at}:8080` }));
    const servers = [...serverList(6), ...ssd];
    const onSsd = plansOf({ servers, volumes: [{ ...cold, on: ["f0:8080"], type: "ssd" }] })[0];
    expect(onSsd?.diskType).toBe("ssd");
    expect(Object.keys(shardsByServer(onSsd)).every((server) => server.startsWith("f"))).toBe(true);
    const fewSsd = plansOf({
      servers: [...serverList(6), ...ssd.slice(0, 2)],
      volumes: [{ ...cold, on: ["f0:8080"], type: "ssd" }],
    })[0];
    expect(Object.keys(shardsByServer(fewSsd)).some((server) => server.startsWith("s"))).toBe(true);

    const tagged = serverList(12).map((server, at) => ({ ...server, tags: at >= 6 ? ["archive"] : ["hot"] }));
    const tags = { config: { preferred_tags: "archive, hot" } };
    const archived = plansOf({ servers: tagged, volumes: [cold] }, tags)[0];
    expect(Object.keys(shardsByServer(archived)).sort()).toEqual(
      tagged
        .slice(6)
        .map(({ http }) => http)
        .sort(),
    );
  });

  it.each<[string, Partial<VolumeSketch>, Partial<DetectInput>, string]>([
    ["too empty", { size: 500 * MB }, {}, "erasure_coding: 50 % full < 95 % → not due"],
    ["written lately", { modifiedAt: NOW - 60 }, {}, "erasure_coding: last write 1m ago < 1h → not due"],
    [
      "too small",
      { size: 20 * MB },
      { config: { fullness_ratio: 0 } },
      "erasure_coding: size 20.0 MB < 30.0 MB → not due",
    ],
    ["remote", { remote: true }, {}, "erasure_coding: the volume's data lies in a remote tier → left out"],
    ["busy", {}, { busy: new Set([1]) }, "erasure_coding: a live task is already on the volume → left out"],
    [
      "other collection",
      { collection: "a" },
      { config: { collection_filter: "b" } },
      'erasure_coding: collection "a" is not matched by b → not due',
    ],
  ])("leaves out and explains: %s", (_name, volume, more, text) => {
    const input = detectInput(sketch({ servers: serverList(8), volumes: [{ ...cold, ...volume }] }), more);
    expect(detectEc(input).proposals).toEqual([]);
    expect(failedTexts(explainEc(input, 1))).toEqual([text]);
  });

  it("takes a quiet time of 0 and volumes of any age", () => {
    const cluster = { servers: serverList(8), volumes: [{ ...cold, modifiedAt: NOW + 100 }] };
    expect(plansOf(cluster, { config: { quiet_for_seconds: 0 } })).toHaveLength(1);
    expect(plansOf(cluster)).toHaveLength(0);
  });

  it("takes a volume with left-over shards again, but none that is readable from its shards", () => {
    const shards = (count: number, generation = 1n) =>
      Array.from({ length: count }, (_, at) => ({ id: 1, on: `s${1 + (at % 5)}:8080`, shards: [at], generation }));
    const cluster = { servers: serverList(8), volumes: [cold] };
    expect(plansOf({ ...cluster, ec: shards(9) })).toHaveLength(1);
    expect(plansOf({ ...cluster, ec: [...shards(9), ...shards(9, 2n)] })).toHaveLength(1);
    const complete = { ...cluster, ec: shards(14) };
    expect(detect(complete).skipped).toEqual({ ec_shards: 1 });
    expect(plansOf(complete, { only: { volumeId: 1, force: true } })).toEqual([]);
  });

  it("plans on any cluster only what its servers allow, and survives a server wherever they do", () => {
    const anyServer = fc.record({
      at: fc.constantFrom("d1/r1", "d1/r2", "d2/r1", "d3/r1"),
      max: fc.integer({ min: 0, max: 4 }),
      freeMb: fc.option(fc.integer({ min: 0, max: 3000 }), { nil: undefined }),
    });
    fc.assert(
      fc.property(fc.array(anyServer, { minLength: 1, maxLength: 9 }), fc.boolean(), (list, force) => {
        const servers = list.map(({ at, max, freeMb }, index) => ({
          http: `s${index}:8080`,
          at,
          max,
          ...(freeMb === undefined ? {} : { total: 4000 * MB, free: freeMb * MB }),
        }));
        const input = detectInput(sketch({ servers, volumes: [cold] }), { only: { volumeId: 1, force } });
        const capacity = servers.map(({ max, total, free = 0 }, at) => {
          const slots = Math.max(0, max - (at === 0 ? 1 : 0)) * 10;
          const byBytes =
            total === undefined ? Infinity : Math.max(0, Math.floor((total * 0.9 - (total - free)) / (99 * MB)));
          return Math.min(slots, byBytes);
        });
        const safe = capacity.reduce((sum, shards) => sum + Math.min(4, shards), 0) >= 14;
        const room = capacity.reduce((sum, shards) => sum + shards, 0) >= 14;
        const [spec] = detectEc(input).proposals;
        expect(spec !== undefined).toBe(safe || (force && room));
        if (spec === undefined) return;
        const counts = shardsByServer(ecCodec.parse(spec.plan));
        servers.forEach(({ http }, at) => {
          expect(counts[http] ?? 0).toBeLessThanOrEqual(capacity[at] ?? 0);
          if (safe) expect(counts[http] ?? 0).toBeLessThanOrEqual(4);
        });
      }),
      { numRuns: 300 },
    );
  });

  it("reads its settings strictly", () => {
    expect(checkValues(ecConfig, { quiet_for_seconds: 0, fullness_ratio: 0, min_size_mb: "30" })).toEqual({
      quiet_for_seconds: 0,
      fullness_ratio: 0,
      min_size_mb: 30,
    });
    expect(() => checkValues(ecConfig, { replica_placement: "9x" })).toThrow(/three digits/);
    expect(checkValues(ecConfig, { replica_placement: "021" })).toEqual({ replica_placement: "021" });
  });
});
