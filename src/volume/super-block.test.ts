import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodeSuperBlock, encodeSuperBlock, firstNeedleOffset, type VolumeVersion } from "./super-block.ts";

const blocks = fc.record({
  version: fc.constantFrom<VolumeVersion>(1, 2, 3),
  replicaPlacement: fc.record({ otherDataCenters: fc.nat(1), otherRacks: fc.nat(9), otherServers: fc.nat(9) }),
  ttl: fc.record({ count: fc.integer({ min: 1, max: 255 }), unit: fc.nat(6) }),
  compactionRevision: fc.nat(0xffff),
});

describe("superblock", () => {
  it("keeps every field", () => {
    fc.assert(
      fc.property(blocks, (block) => {
        expect(decodeSuperBlock(encodeSuperBlock(block))).toEqual({ ...block, extraSize: 0 });
      }),
    );
  });

  it("starts the needles after its extra area, except in version 1", () => {
    const bytes = Buffer.from("030a0000000c0004", "hex");
    const block = decodeSuperBlock(bytes);
    expect(block).toMatchObject({ compactionRevision: 12, extraSize: 4 });
    expect(firstNeedleOffset(block)).toBe(12);
    expect(firstNeedleOffset({ ...block, version: 1 })).toBe(8);
  });

  it("refuses short bytes and unknown versions", () => {
    expect(() => decodeSuperBlock(Buffer.alloc(7))).toThrow(/only 7/);
    expect(() => decodeSuperBlock(Buffer.alloc(8))).toThrow(/version 0 is not supported/);
    expect(() => decodeSuperBlock(Buffer.from("04000000000c0000", "hex"))).toThrow(/version 4/);
  });
});
