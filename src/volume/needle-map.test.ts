import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { encodeIdxEntry, type IdxEntry, idxEntryCount, type OffsetWidth, readIdxEntry } from "./idx.ts";
import { compareLiveSets } from "./live-set.ts";
import { NeedleMap } from "./needle-map.ts";

const widths = fc.constantFrom<OffsetWidth>(4, 5);
const keys = fc.oneof(fc.bigInt({ min: 0n, max: 20n }), fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }));
const entries = fc.array(
  fc.record({
    key: keys,
    offset: fc.integer({ min: 0, max: 2 ** 32 - 1 }).map((units) => units * 8),
    size: fc.oneof(fc.constant(-1), fc.constant(0), fc.integer({ min: 0, max: 1_000_000 })),
  }),
  { maxLength: 300 },
);

function encode(list: readonly IdxEntry[], width: OffsetWidth = 4): Buffer {
  return Buffer.concat(list.map((entry) => encodeIdxEntry(entry, width)));
}

/** The rules of the format over a plain Map: what NeedleMap must agree with. */
function model(list: readonly IdxEntry[]) {
  const live = new Map<bigint, IdxEntry>();
  let [fileCount, deletedCount, contentBytes, deletedBytes, maxKey] = [0, 0, 0, 0, 0n];
  for (const entry of list) {
    const before = live.get(entry.key);
    if (before !== undefined) deletedBytes += before.size;
    if (entry.key > maxKey) maxKey = entry.key;
    if (entry.offset !== 0 && entry.size >= 0) {
      fileCount++;
      contentBytes += entry.size;
      if (before !== undefined) deletedCount++;
      live.set(entry.key, entry);
    } else {
      deletedCount++;
      live.delete(entry.key);
    }
  }
  const sorted = [...live.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  return { sorted, counters: { fileCount, deletedCount, contentBytes, deletedBytes, maxKey } };
}

describe("idx entries", () => {
  it("put the highest byte of a 5-byte offset last", () => {
    const entry = { key: 1n, offset: 0x12_3456_789a * 8, size: -1 };
    const bytes = encodeIdxEntry(entry, 5);
    expect(bytes.toString("hex")).toBe("00000000000000013456789a12ffffffff");
    expect(readIdxEntry(bytes, 0, 5)).toEqual(entry);
  });

  it("keep every entry", () => {
    fc.assert(
      fc.property(entries, widths, (list, width) => {
        const bytes = Buffer.concat([encode(list, width), Buffer.alloc(width)]);
        expect(idxEntryCount(bytes, width)).toBe(list.length);
        expect(list.map((_, index) => readIdxEntry(bytes, index, width))).toEqual(list);
      }),
    );
  });

  it.each([7, -8, 2 ** 32 * 8])("refuse the offset %d", (offset) => {
    expect(() => encodeIdxEntry({ key: 1n, offset, size: 1 })).toThrow(/cannot be stored/);
  });
});

describe("needle map", () => {
  it("replays as the format says", () => {
    fc.assert(
      fc.property(entries, widths, (list, width) => {
        const map = NeedleMap.fromIdx(encode(list, width), width);
        const expected = model(list);
        const live = map.liveSet();
        expect(map.counters).toEqual(expected.counters);
        expect(map.liveCount).toBe(expected.sorted.length);
        expect([...live.keys]).toEqual(expected.sorted.map(({ key }) => key));
        expect([...live.offsets]).toEqual(expected.sorted.map(({ offset }) => offset));
        expect([...live.sizes]).toEqual(expected.sorted.map(({ size }) => size));
        for (const { key } of list) {
          const entry = expected.sorted.find((candidate) => candidate.key === key);
          if (entry === undefined) expect(map.get(key)?.size).toBe(-1);
          else expect(map.get(key)).toEqual({ offset: entry.offset, size: entry.size });
        }
        expect(map.get(2n ** 64n - 2n) === undefined).toBe(!list.some(({ key }) => key === 2n ** 64n - 2n));
      }),
    );
  });

  it("takes an index in pieces that tear entries", () => {
    fc.assert(
      fc.property(entries, fc.integer({ min: 1, max: 40 }), (list, step) => {
        const bytes = encode(list);
        const map = new NeedleMap();
        let rest: Buffer = Buffer.alloc(0);
        for (let at = 0; at < bytes.length; at += step) {
          const piece = Buffer.concat([rest, bytes.subarray(at, at + step)]);
          rest = piece.subarray(map.replay(piece));
        }
        expect(rest.length).toBe(0);
        expect(map.counters).toEqual(model(list).counters);
      }),
    );
  });

  it("remembers where a deleted needle was", () => {
    const map = new NeedleMap();
    map.apply({ key: 5n, offset: 64, size: 10 });
    map.apply({ key: 5n, offset: 128, size: -1 });
    expect(map.get(5n)).toEqual({ offset: 64, size: -1 });
  });

  it("holds many keys of a counter", () => {
    const map = new NeedleMap();
    for (let n = 1; n <= 50_000; n++) map.apply({ key: BigInt(n) * 3n + 2n ** 40n, offset: n * 8, size: n });
    expect(map.liveCount).toBe(50_000);
    expect(map.get(2n ** 40n + 3n * 777n)).toEqual({ offset: 777 * 8, size: 777 });
    expect(map.get(2n ** 40n + 1n)).toBeUndefined();
  });
});

describe("comparing copies", () => {
  const set = (...list: [bigint, number, number][]) =>
    NeedleMap.fromIdx(encode(list.map(([key, offset, size]) => ({ key, offset, size })))).liveSet();

  it("ignores order and places", () => {
    expect(compareLiveSets(set([1n, 8, 5], [2n, 48, 6]), set([2n, 8, 6], [1n, 80, 5]))).toMatchObject({
      equal: true,
      samples: [],
    });
  });

  it("counts and names what differs", () => {
    const difference = compareLiveSets(
      set([1n, 8, 5], [2n, 48, 6], [4n, 96, 1]),
      set([2n, 8, 7], [3n, 80, 5], [4n, 8, 1], [5n, 8, 0]),
    );
    expect(difference).toEqual({ equal: false, onlyLeft: 1, onlyRight: 2, sizeDiffers: 1, samples: [1n, 2n, 3n, 5n] });
  });

  it("tells an empty file from a deleted one", () => {
    expect(compareLiveSets(set([1n, 8, 0]), set([1n, 8, 5], [1n, 40, -1])).onlyLeft).toBe(1);
  });
});
