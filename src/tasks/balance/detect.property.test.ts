import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type ClusterSketch,
  type ServerSketch,
  sketch,
  type VolumeSketch,
} from "../../cluster/topology/snapshot.testkit.ts";
import { moveObstacle } from "../placement/replica-moves.ts";
import { detectInput } from "../planning/detect.testkit.ts";
import { afterPlan, type MoveRecord, movesOf } from "./balance.testkit.ts";
import { detectBalance } from "./detect.ts";

const MB = 1024 * 1024;
const NAMES = Array.from({ length: 12 }, (_, at) => `s${String(at).padStart(2, "0")}:8080`);

const server = (http: string): fc.Arbitrary<ServerSketch> =>
  fc
    .record({
      at: fc.constantFrom("d1/r1", "d1/r2", "d2/r1", "d2/r2", "d3/r1"),
      max: fc.integer({ min: 0, max: 60 }),
      disk: fc.option(fc.integer({ min: 500, max: 20_000 }), { nil: undefined }),
      used: fc.integer({ min: 0, max: 100 }),
    })
    .map(({ at, max, disk, used }) => ({
      http,
      at,
      max,
      ...(disk === undefined ? {} : { total: disk * MB, free: Math.floor((disk * MB * (100 - used)) / 100) }),
    }));

const placements = [0, 0, 0, 1, 10, 100, 2, 110] as const;

/** Any cluster: some volumes lie where their placement does not want them, some disks are overfull. */
const anyCluster: fc.Arbitrary<ClusterSketch> = fc
  .integer({ min: 2, max: NAMES.length })
  .chain((count) =>
    fc.record({
      servers: fc.tuple(...NAMES.slice(0, count).map(server)),
      volumes: fc.array(
        fc.record({
          placement: fc.constantFrom(...placements),
          spread: fc.shuffledSubarray(NAMES.slice(0, count), { minLength: 1 }),
          // most volumes crowd onto the first servers
          crowd: fc.boolean(),
          size: fc.oneof(fc.integer({ min: 0, max: 1000 }), fc.constant(300)),
          ttl: fc.constantFrom(0, 0, 0, 0, 771),
          readOnly: fc.boolean(),
        }),
        { maxLength: 60 },
      ),
    }),
  )
  .map(({ servers, volumes }) => ({
    servers,
    volumes: volumes.map(({ placement, spread, crowd, size, ttl, readOnly }, at): VolumeSketch => {
      const copies = Math.floor(placement / 100) + (Math.floor(placement / 10) % 10) + (placement % 10) + 1;
      const order = crowd ? [...spread].sort() : spread;
      return { id: at + 1, on: order.slice(0, copies), placement, size: size * MB, ttl, readOnly };
    }),
  }));

/** Sum of load² ÷ capacity with the capacities of the start: what every move must make smaller. */
function unevenness(cluster: ClusterSketch, capacities: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const { http } of cluster.servers) {
    let load = 0;
    for (const volume of cluster.volumes ?? []) if (volume.on.includes(http)) load += volume.size ?? 0;
    sum += (load / MB) ** 2 / (capacities.get(http) ?? 1);
  }
  return sum;
}

function capacitiesOf(cluster: ClusterSketch): ReadonlyMap<string, number> {
  return new Map(
    cluster.servers.map(({ http, max = 100, total = 0, free = 0 }) => {
      let load = 0;
      for (const volume of cluster.volumes ?? []) if (volume.on.includes(http)) load += volume.size ?? 0;
      return [http, Math.max(1, Math.min(max * 1000, total > 0 ? (load + free) / MB : Infinity))];
    }),
  );
}

function one(move: MoveRecord, cluster: ClusterSketch): ClusterSketch {
  return {
    ...cluster,
    volumes: (cluster.volumes ?? []).map((volume) =>
      volume.id === move.volumeId
        ? { ...volume, on: volume.on.map((http) => (http === move.from ? move.to : http)) }
        : volume,
    ),
  };
}

describe("detectBalance on any cluster", () => {
  it("makes every single move an improvement that keeps placement, slots and free space", () => {
    fc.assert(
      fc.property(anyCluster, (cluster) => {
        const snapshot = sketch(cluster);
        const moves = movesOf(detectBalance(detectInput(snapshot)).proposals);
        const capacities = capacitiesOf(cluster);
        const byName = new Map(snapshot.servers.map((entry) => [entry.http, entry]));
        expect(new Set(moves.map((move) => move.volumeId)).size).toBe(moves.length);
        let now = cluster;
        for (const move of moves) {
          const volume = (now.volumes ?? []).find(({ id }) => id === move.volumeId);
          const from = byName.get(move.from);
          const to = byName.get(move.to);
          if (volume === undefined || from === undefined || to === undefined) throw new Error("unknown");
          expect(volume.ttl).toBe(0);
          expect(volume.on).toContain(move.from);
          const others = volume.on.filter((http) => http !== move.from).flatMap((http) => byName.get(http) ?? []);
          expect(moveObstacle(others, from, to, volume.placement ?? 0)).toBe("none");
          const next = one(move, now);
          expect(unevenness(next, capacities)).toBeLessThan(unevenness(now, capacities));
          now = next;
        }
        const after = afterPlan(cluster, detectBalance(detectInput(snapshot)).proposals);
        for (const { http, max = 0, total = 0, free = 0 } of after.servers) {
          const incoming = moves.filter((move) => move.to === http);
          if (incoming.length === 0) continue;
          const before = (cluster.volumes ?? []).filter(({ on }) => on.includes(http)).length;
          expect(before + incoming.length).toBeLessThanOrEqual(max);
          if (total > 0) expect(total - free).toBeLessThanOrEqual(total * 0.9 + 1);
        }
      }),
      { numRuns: 1000 },
    );
  });

  it("never takes a replica back to where it was: plan after plan comes to rest", () => {
    fc.assert(
      fc.property(anyCluster, fc.integer({ min: 1, max: 60 }), (start, maxProposals) => {
        let cluster = start;
        const left = new Set<string>();
        let rounds = 0;
        for (; rounds < 200; rounds++) {
          const { proposals } = detectBalance(detectInput(sketch(cluster), { maxProposals }));
          if (proposals.length === 0) break;
          for (const move of movesOf(proposals)) {
            // Replicas are told apart by their place in the list, which a plan does not change.
            const replica = cluster.volumes?.find(({ id }) => id === move.volumeId)?.on.indexOf(move.from);
            expect(left.has(`${move.volumeId} ${replica} ${move.to}`)).toBe(false);
            left.add(`${move.volumeId} ${replica} ${move.from}`);
          }
          cluster = afterPlan(cluster, proposals);
        }
        expect(rounds).toBeLessThan(200);
      }),
      { numRuns: 1000 },
    );
  });

  it("is done in one plan where servers hold many volumes each", () => {
    const counts = fc.array(fc.integer({ min: 0, max: 60 }), { minLength: 2, maxLength: 7 });
    fc.assert(
      fc.property(counts, fc.integer({ min: 1, max: 3 }), fc.nat(), (held, grow, seed) => {
        const lists = [10 * (held.length + 1), ...held];
        const servers = lists.map((_, at) => ({ http: NAMES[at] ?? "", max: 100 + 30 * ((at * grow) % 3) }));
        let id = 1;
        const volumes = lists.flatMap((count, at) =>
          Array.from({ length: count }, (): VolumeSketch => {
            const size = (50 + ((id * 7919 + seed) % 351)) * MB;
            return { id: id++, on: [NAMES[at] ?? ""], size };
          }),
        );
        const cluster = { servers, volumes };
        const after = afterPlan(cluster, detectBalance(detectInput(sketch(cluster))).proposals);
        expect(detectBalance(detectInput(sketch(after))).proposals).toEqual([]);
      }),
    );
  });

  it("brings equal volumes on equal servers within one volume or half the threshold of each other", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 30 }), { minLength: 2, maxLength: 10 }), (held) => {
        const servers = NAMES.slice(0, held.length).map((http) => ({ http }));
        let id = 1;
        const volumes = held.flatMap((count, at) =>
          Array.from({ length: count }, (): VolumeSketch => ({ id: id++, on: [NAMES[at] ?? ""], size: 100 * MB })),
        );
        const cluster = { servers, volumes };
        const after = afterPlan(cluster, detectBalance(detectInput(sketch(cluster))).proposals);
        const counts = servers.map(({ http }) => after.volumes?.filter(({ on }) => on.includes(http)).length ?? 0);
        const mean = volumes.length / held.length;
        expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(Math.max(1, Math.ceil(0.2 * mean)));
        expect(detectBalance(detectInput(sketch(after))).proposals).toEqual([]);
      }),
    );
  });
});
