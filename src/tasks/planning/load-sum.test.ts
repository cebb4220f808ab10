import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sketch } from "../../cluster/topology/snapshot.testkit.ts";
import type { PlannedLoad } from "../definition.ts";
import { ReservedLoad } from "../placement/disk-room.ts";
import { LoadSum } from "./load-sum.ts";

const incoming = fc.record({ bytes: fc.nat(1000), volumes: fc.nat(2), ecShards: fc.nat(4) });
const outgoing = fc.record({
  bytes: fc.integer({ min: -1000, max: -1 }),
  volumes: fc.constant(-1),
  ecShards: fc.constant(0),
});
const load: fc.Arbitrary<PlannedLoad> = fc
  .tuple(fc.constantFrom("a:1", "b:1"), fc.constantFrom("", "ssd"), fc.oneof(incoming, outgoing))
  .map(([server, diskType, change]) => ({ server, diskType, ...change }));

describe("LoadSum", () => {
  it("promises planners the same as the single loads, in few entries", () => {
    const snapshot = sketch({
      servers: ["a:1", "b:1"].flatMap((http) =>
        ["", "ssd"].map((type) => ({ http, type, max: 50, total: 100_000, free: 50_000 })),
      ),
    });
    fc.assert(
      fc.property(fc.array(load, { maxLength: 40 }), (loads) => {
        const sum = new LoadSum();
        for (const each of loads) sum.add([each]);
        expect(sum.loads.length).toBeLessThanOrEqual(8);
        const one = new ReservedLoad(snapshot, loads);
        const other = new ReservedLoad(snapshot, sum.loads);
        snapshot.disks.forEach((_, disk) => {
          expect(other.bytes(disk)).toBe(one.bytes(disk));
          expect(other.room(snapshot, disk)).toEqual(one.room(snapshot, disk));
        });
      }),
    );
  });
});
