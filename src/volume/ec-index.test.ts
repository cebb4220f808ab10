import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decodedDatSize, decodeEcj, encodeEcjEntry, encodeEcx, findInEcx, foldEcj, idxFromEcx } from "./ec-index.ts";
import { decodeEcSum, encodeEcSum, newEcChecksums } from "./ec-sum.ts";
import { useFixture } from "./fixture.testkit.ts";
import { encodeIdxEntry, idxEntryCount, type OffsetWidth, readIdxEntry } from "./idx.ts";
import { NeedleMap } from "./needle-map.ts";

const fixture = useFixture();
const entries = fc.uniqueArray(
  fc.record({
    key: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    offset: fc.integer({ min: 1, max: 2 ** 32 - 1 }).map((units) => units * 8),
    size: fc.integer({ min: 0, max: 2 ** 30 }),
  }),
  { selector: ({ key }) => key, maxLength: 60 },
);

describe(".ecx and .ecj", () => {
  it.each(["plain", "vacuumed"])("make SeaweedFS's .ecx from the %s index, but for the places", async (folder) => {
    const ecx = encodeEcx(NeedleMap.fromIdx(await fixture.bytes(`${folder}/fixture_1.idx`)).liveSet());
    const real = await fixture.bytes("ec/fixture_1.ecx");
    if (folder === "vacuumed") expect(ecx.equals(real)).toBe(true);
    const keysAndSizes = (bytes: Buffer) =>
      Array.from({ length: idxEntryCount(bytes) }, (_, index) => {
        const { key, size } = readIdxEntry(bytes, index);
        return [key, size];
      });
    expect(keysAndSizes(ecx)).toEqual(keysAndSizes(real));
    expect(decodedDatSize(real, 3)).toBe((await fixture.bytes("vacuumed/fixture_1.dat")).length);
  });

  it("find every needle and no other", () => {
    fc.assert(
      fc.property(entries, fc.constantFrom<OffsetWidth>(4, 5), (list, width) => {
        const idx = Buffer.concat(list.map((entry) => encodeIdxEntry(entry, width)));
        const ecx = encodeEcx(NeedleMap.fromIdx(idx, width).liveSet(), width);
        for (const entry of list) {
          expect(findInEcx(ecx, entry.key, width)).toEqual(entry);
          const next = entry.key + 1n;
          if (!list.some(({ key }) => key === next)) expect(findInEcx(ecx, next, width)).toBeUndefined();
        }
      }),
    );
  });

  it("fold journalled deletions, and turn into an index without the deleted needles", () => {
    fc.assert(
      fc.property(entries, fc.array(fc.nat(100)), (list, picks) => {
        const ecx = encodeEcx(NeedleMap.fromIdx(Buffer.concat(list.map((entry) => encodeIdxEntry(entry)))).liveSet());
        const deleted = new Set(picks.map((pick) => list[pick % Math.max(1, list.length)]?.key ?? 5n));
        const ecj = Buffer.concat([...[...deleted, ...deleted].map(encodeEcjEntry), Buffer.alloc(3)]);
        expect(decodeEcj(ecj)).toEqual(deleted);
        const folded = foldEcj(ecx, ecj);
        const live = NeedleMap.fromIdx(idxFromEcx(ecx, ecj)).liveSet();
        for (const { key, size } of list) {
          expect(findInEcx(folded, key)?.size).toBe(deleted.has(key) ? -1 : size);
          expect(live.keys.includes(key)).toBe(!deleted.has(key));
        }
        expect(NeedleMap.fromIdx(folded).liveSet()).toEqual(live);
      }),
    );
  });

  it("refuse to take an unsorted index for an .ecx", () => {
    const ecx = Buffer.concat([2n, 1n].map((key) => encodeIdxEntry({ key, offset: 8, size: 1 })));
    expect(() => decodedDatSize(ecx, 3)).toThrow(/not sorted at entry 1/);
    expect(decodedDatSize(Buffer.alloc(0), 3)).toBe(8);
  });
});

describe(".ecsum", () => {
  const config = { dataShards: 2, parityShards: 1, encodeTsNs: 1795276505042448617n };
  const blocks = [0, 1, 2].map((shard) => ({ shard, coveredSize: 2 ** 24 + 1, blocks: [0xffff_ffff, shard] }));
  const sums = { ...newEcChecksums(config, blocks), config };

  it("written by SeaweedFS is read, and written again to the same bytes", async () => {
    const bytes = await fixture.bytes("ec/fixture_1.ecsum");
    const real = decodeEcSum(bytes);
    expect(real).toMatchObject({ blockSize: 2 ** 24, generation: 0, config: { dataShards: 10, parityShards: 4 } });
    expect(real.shards.map(({ shard, coveredSize, blocks }) => [shard, coveredSize, blocks.length])).toEqual(
      Array.from({ length: 14 }, (_, shard) => [shard, 2_097_152, 1]),
    );
    expect(real.encodeUuid.length).toBe(16);
    expect(encodeEcSum(real).equals(bytes)).toBe(true);
  });

  it("keeps every value", () => {
    expect(decodeEcSum(encodeEcSum(sums))).toEqual(sums);
  });

  it("is refused when any byte of it changed or is missing", () => {
    const bytes = encodeEcSum(sums);
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.integer({ min: 1, max: 255 }), (at, change) => {
        const damaged = Buffer.from(bytes);
        damaged.writeUInt8(damaged.readUInt8(at) ^ change, at);
        expect(() => decodeEcSum(damaged)).toThrow(/\.ecsum/);
        expect(() => decodeEcSum(bytes.subarray(0, at))).toThrow(/\.ecsum/);
      }),
    );
  });

  it.each([
    [{ blockSize: 3 * 2 ** 20 }, /block size/],
    [{ shards: sums.shards.slice(1) }, /one entry for each of its 3/],
    [{ shards: sums.shards.map((shard) => ({ ...shard, blocks: [1] })) }, /1 checksums for the 16777217 bytes/],
  ])("is refused when it contradicts itself (%#)", (change, message) => {
    expect(() => decodeEcSum(encodeEcSum({ ...sums, ...change }), "1.ecsum")).toThrow(message);
  });
});
