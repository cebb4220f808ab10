import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  DEFAULT_EC_LAYOUT,
  datSizeFromShards,
  type EcLayout,
  ecGeometry,
  ecRows,
  locateInShards,
  parseShardExtension,
  shardExtension,
} from "./ec-layout.ts";

const GiB = 2 ** 30;
const MiB = 2 ** 20;
const SMALL: EcLayout = { dataShards: 3, parityShards: 2, largeBlock: 40, smallBlock: 8 };

describe("shard geometry", () => {
  it.each([
    [1, 0, 1],
    [10 * MiB, 0, 1],
    [10 * MiB + 1, 0, 2],
    [12_184_328, 0, 2],
    [10 * GiB - 1, 0, 1024],
    [10 * GiB, 1, 0],
    [10 * GiB + 1, 1, 1],
    [30 * GiB, 3, 0],
    [30 * GiB + 25 * MiB, 3, 3],
  ])("cuts %d bytes into %d large and %d small rows", (size, largeRows, smallRows) => {
    expect(ecGeometry(size)).toEqual({ largeRows, smallRows, shardSize: largeRows * GiB + smallRows * MiB });
  });

  it("covers the volume with rows in order", () => {
    expect([...ecRows(3 * 40 * 2 + 5, SMALL)]).toEqual([
      { datOffset: 0, shardOffset: 0, blockSize: 40 },
      { datOffset: 120, shardOffset: 40, blockSize: 40 },
      { datOffset: 240, shardOffset: 80, blockSize: 8 },
    ]);
  });

  it("finds bytes of the volume at their place", () => {
    expect(locateInShards(10 * MiB - 4, 8, 12_184_328)).toEqual([
      { shard: 9, offset: MiB - 4, length: 4 },
      { shard: 0, offset: MiB, length: 4 },
    ]);
    expect(locateInShards(10 * GiB - 1, 2, 10 * GiB + 100)).toEqual([
      { shard: 9, offset: GiB - 1, length: 1 },
      { shard: 0, offset: GiB, length: 1 },
    ]);
    expect(locateInShards(20 * GiB - 1, 1, 20 * GiB)).toEqual([{ shard: 9, offset: 2 * GiB - 1, length: 1 }]);
    expect(locateInShards(5, 0, 100)).toEqual([]);
    expect(() => locateInShards(10 * MiB - 1, 2, 100)).toThrow(/outside/);
  });

  it("locates as the rows are laid out", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), fc.nat(700), fc.nat(300), (datSize, from, wanted) => {
        const capacity = ecGeometry(datSize, SMALL).shardSize * 3;
        const offset = from % capacity;
        const length = Math.min(wanted, capacity - offset);
        const places = [...ecRows(datSize, SMALL)].flatMap(({ shardOffset, blockSize }) =>
          Array.from({ length: 3 * blockSize }, (_, at) => [
            Math.floor(at / blockSize),
            shardOffset + (at % blockSize),
          ]),
        );
        const located = locateInShards(offset, length, datSize, SMALL).flatMap((span) =>
          Array.from({ length: span.length }, (_, at) => [span.shard, span.offset + at]),
        );
        expect(located).toEqual(places.slice(offset, offset + length));
      }),
    );
  });

  it("guesses the cut from the shard size only when that is safe", () => {
    expect(ecGeometry(datSizeFromShards(3 * GiB + 5 * MiB))).toEqual(ecGeometry(30 * GiB + 41 * MiB));
    expect(() => datSizeFromShards(2 * GiB)).toThrow(/does not tell/);
    expect(() => datSizeFromShards(MiB + 1)).toThrow(/does not tell/);
    expect(datSizeFromShards(0)).toBe(0);
  });

  it("names shard files", () => {
    expect([0, 13, 31].map(shardExtension)).toEqual([".ec00", ".ec13", ".ec31"]);
    expect([".ec00", ".ec31", ".ec32", ".ecx", ".ec7"].map(parseShardExtension)).toEqual([
      0,
      31,
      undefined,
      undefined,
      undefined,
    ]);
    expect(DEFAULT_EC_LAYOUT).toMatchObject({ dataShards: 10, parityShards: 4 });
  });
});
