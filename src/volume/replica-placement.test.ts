import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatReplicaPlacement,
  parseReplicaPlacement,
  replicaCopies,
  replicaPlacementFromByte,
  replicaPlacementToByte,
} from "./replica-placement.ts";

describe("replica placement", () => {
  it("reads three digits and pads shorter text", () => {
    expect(parseReplicaPlacement("120")).toEqual({ otherDataCenters: 1, otherRacks: 2, otherServers: 0 });
    expect(parseReplicaPlacement("1")).toEqual({ otherDataCenters: 0, otherRacks: 0, otherServers: 1 });
    expect(formatReplicaPlacement(parseReplicaPlacement(""))).toBe("000");
    expect(replicaCopies(parseReplicaPlacement("112"))).toBe(5);
  });

  it("keeps every byte", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 255 }), (byte) => {
        const placement = replicaPlacementFromByte(byte);
        expect(replicaPlacementToByte(placement)).toBe(byte);
        expect(parseReplicaPlacement(formatReplicaPlacement(placement))).toEqual(placement);
      }),
    );
  });

  it.each(["256", "abc", "0000", "-1", "1.0"])("refuses %s", (text) => {
    expect(() => parseReplicaPlacement(text)).toThrow(/not a replica placement/);
  });

  it("refuses what does not fit into the byte", () => {
    expect(() => replicaPlacementFromByte(256)).toThrow(/byte/);
    expect(() => replicaPlacementToByte({ otherDataCenters: 3, otherRacks: 0, otherServers: 0 })).toThrow(
      /at most 255/,
    );
    expect(() => replicaPlacementToByte({ otherDataCenters: 0, otherRacks: 12, otherServers: 0 })).toThrow(
      /at most 255/,
    );
  });
});
