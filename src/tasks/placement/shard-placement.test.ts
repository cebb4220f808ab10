import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sketch } from "../../cluster/topology/snapshot.testkit.ts";
import { ReservedLoad } from "./disk-room.ts";
import { placeShards, type ShardRequest, serversToLose } from "./shard-placement.ts";
import { type ShardPlace, ShardRoom } from "./shard-room.ts";

const REQUEST: ShardRequest = { shards: 14, parity: 4, rackLimit: Infinity, serverLimit: Infinity };

/** Servers by `dc/rack` and free slots for shards. Each is a machine of its own. */
function places(list: readonly (readonly [at: string, slots: number])[]): readonly ShardPlace[] {
  const snapshot = sketch({
    servers: list.map(([at], index) => ({ http: `10.0.${index >> 8}.${index & 255}:8080`, at, max: 1000 })),
  });
  return new ShardRoom(snapshot, new ReservedLoad(snapshot, []))
    .places({ type: undefined, tags: undefined }, 1)
    .map((place, index) => ({ ...place, slots: list[index]?.[1] ?? 0 }))
    .filter((place) => place.slots > 0);
}

function spreadOf(list: Parameters<typeof places>[0], request = REQUEST) {
  const placed = placeShards(places(list), request);
  return placed === undefined
    ? undefined
    : { survives: placed.survives, shards: placed.counts.map((entry) => entry.shards) };
}

const same = (count: number, at: string, slots = 100) => Array.from({ length: count }, () => [at, slots] as const);

describe("placeShards", () => {
  it("puts one shard a server where there are enough, and spreads them over racks", () => {
    expect(spreadOf(same(20, "d1/r1"))).toEqual({ survives: "host", shards: new Array(14).fill(1) });
    const racks = [...same(5, "d1/r1"), ...same(5, "d1/r2"), ...same(5, "d1/r3"), ...same(5, "d1/r4")];
    expect(spreadOf(racks)).toEqual({ survives: "rack", shards: new Array(14).fill(1) });
    const centers = [...same(3, "d1/r1"), ...same(3, "d2/r1"), ...same(3, "d3/r1"), ...same(3, "d4/r1")];
    expect(spreadOf(centers)?.survives).toBe("data_center");
  });

  it("keeps to parity on each server with as few as four, and says so when it cannot", () => {
    expect(spreadOf(same(4, "d1/r1"))).toEqual({ survives: "host", shards: [4, 4, 3, 3] });
    expect(spreadOf(same(3, "d1/r1"))).toEqual({ survives: "none", shards: [5, 5, 4] });
    expect(spreadOf(same(1, "d1/r1"))).toEqual({ survives: "none", shards: [14] });
    expect(spreadOf(same(1, "d1/r1", 13))).toBeUndefined();
    expect(spreadOf([])).toBeUndefined();
  });

  it("fills small servers no further than they allow", () => {
    expect(spreadOf([...same(3, "d1/r1", 2), ...same(2, "d1/r1", 100)])).toEqual({
      survives: "host",
      shards: [4, 4, 2, 2, 2],
    });
  });

  it("does not gather shards on a lonely rack when racks cannot be survived anyway", () => {
    const placed = spreadOf([...same(1, "d1/r1"), ...same(13, "d1/r2")]);
    expect(placed).toEqual({ survives: "host", shards: new Array(14).fill(1) });
  });

  it("keeps the limits of a placement", () => {
    const list = [...same(10, "d1/r1"), ...same(10, "d1/r2"), ...same(10, "d1/r3")];
    const placed = placeShards(places(list), { ...REQUEST, rackLimit: 5, serverLimit: 1 });
    const racks = new Map<number, number>();
    for (const { place, shards } of placed?.counts ?? []) {
      expect(shards).toBe(1);
      racks.set(place.server.rackIndex, (racks.get(place.server.rackIndex) ?? 0) + shards);
    }
    expect(Math.max(...racks.values())).toBeLessThanOrEqual(5);
    expect(placeShards(places(list), { ...REQUEST, rackLimit: 4 })).toBeUndefined();
  });

  it("counts the servers that may be lost at once", () => {
    const of = (list: Parameters<typeof places>[0]) => {
      const placed = placeShards(places(list), REQUEST);
      return placed === undefined ? -1 : serversToLose(placed, 4);
    };
    expect(of(same(14, "d1/r1"))).toBe(4);
    expect(of(same(7, "d1/r1"))).toBe(2);
    expect(of(same(4, "d1/r1"))).toBe(1);
    expect(of(same(3, "d1/r1"))).toBe(0);
  });

  it("tells servers of one machine apart from machines", () => {
    const snapshot = sketch({
      servers: Array.from({ length: 6 }, (_, at) => ({ http: `${at < 4 ? "one" : `other${at}`}:${8080 + at}` })),
    });
    const room = new ShardRoom(snapshot, new ReservedLoad(snapshot, []));
    const placed = placeShards(room.places({ type: undefined, tags: undefined }, 1), REQUEST);
    expect(placed?.survives).toBe("server");
  });

  it("finds the widest protection there is, on any cluster", () => {
    const entry = fc.tuple(
      fc.constantFrom("d1/r1", "d1/r2", "d1/r3", "d2/r1", "d2/r2", "d3/r1", "d4/r1"),
      fc.integer({ min: 0, max: 12 }),
    );
    const sum = (numbers: readonly number[]): number => numbers.reduce((total, value) => total + value, 0);
    fc.assert(
      fc.property(fc.array(entry, { maxLength: 12 }), (list) => {
        const placed = spreadOf(list);
        const by = (key: (at: string) => string): readonly number[] => {
          const totals = new Map<string, number>();
          for (const [at, slots] of list) totals.set(key(at), (totals.get(key(at)) ?? 0) + Math.min(4, slots));
          return [...totals.values()].map((slots) => Math.min(4, slots));
        };
        const best =
          sum(by((at) => at.split("/")[0] ?? "")) >= 14
            ? "data_center"
            : sum(by((at) => at)) >= 14
              ? "rack"
              : sum(list.map(([, slots]) => Math.min(4, slots))) >= 14
                ? "host"
                : sum(list.map(([, slots]) => slots)) >= 14
                  ? "none"
                  : undefined;
        expect(placed?.survives).toBe(best);
        if (placed !== undefined) expect(sum(placed.shards)).toBe(14);
      }),
      { numRuns: 500 },
    );
  });

  it("looks at servers of every rack in a large cluster, and at others as they fill up", () => {
    const snapshot = sketch({
      servers: Array.from({ length: 600 }, (_, at) => ({
        http: `10.0.${at >> 8}.${at & 255}:8080`,
        at: `d1/r${at % 30}`,
        max: 1 + (at % 7),
      })),
    });
    const room = new ShardRoom(snapshot, new ReservedLoad(snapshot, []));
    const choice = { type: "", tags: undefined };
    const used = new Map<number, number>();
    for (let volume = 0; volume < 800; volume++) {
      const places = room.places(choice, 1);
      expect(places.length).toBeLessThanOrEqual(256);
      const placed = placeShards(places, REQUEST);
      expect(placed?.survives).toBe("rack");
      const counts = (placed?.counts ?? []).map(({ place, shards }): [number, number] => [place.index, shards]);
      room.take(choice, 1, counts);
      for (const [index, shards] of counts) used.set(index, (used.get(index) ?? 0) + shards);
    }
    expect(used.size).toBeGreaterThan(500);
    for (const [index, shards] of used)
      expect(shards).toBeLessThanOrEqual((snapshot.disks[index]?.maxVolumes ?? 0) * 10);
  });
});
