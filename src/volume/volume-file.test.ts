import { createHash } from "node:crypto";
import { open, writeFile } from "node:fs/promises";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { crcEtag } from "./crc32c.ts";
import { parseFileId } from "./file-id.ts";
import { useFixture, useTempDir } from "./fixture.testkit.ts";
import { compareLiveSets } from "./live-set.ts";
import { decodeNeedle, encodeNeedle, FLAG_COMPRESSED, recordLength } from "./needle.ts";
import { NeedleMap } from "./needle-map.ts";
import { encodeSuperBlock } from "./super-block.ts";
import { NO_TTL } from "./ttl.ts";
import { readNeedle, readSuperBlock, scanVolume } from "./volume-file.ts";

const fixture = useFixture();
const temp = useTempDir();

async function loadMap(name: string): Promise<NeedleMap> {
  return NeedleMap.fromIdx(await fixture.bytes(name));
}

describe("a volume written by SeaweedFS 4.44", () => {
  it.each([
    ["plain", 0],
    ["vacuumed", 1],
  ])("gives back every needle (%s)", async (folder, revision) => {
    const map = await loadMap(`${folder}/fixture_1.idx`);
    const dat = await open(fixture.path(`${folder}/fixture_1.dat`));
    try {
      expect(await readSuperBlock(dat)).toMatchObject({ version: 3, compactionRevision: revision, ttl: NO_TTL });
      for (const expected of await fixture.needles()) {
        const { key, cookie } = parseFileId(expected.fid);
        const at = map.get(key);
        if (expected.deleted) {
          expect(at === undefined || at.size < 0, expected.fid).toBe(true);
          continue;
        }
        const needle = await readNeedle(dat, 3, at?.offset ?? 0, at?.size ?? 0);
        expect(needle.id).toBe(key);
        expect(needle.cookie).toBe(cookie);
        expect(needle.name?.toString()).toBe(expected.size === 0 ? undefined : expected.name);
        const content = (needle.flags & FLAG_COMPRESSED) === 0 ? needle.data : gunzipSync(needle.data);
        expect(content.length).toBe(expected.size);
        expect(createHash("md5").update(content).digest("hex"), expected.fid).toBe(expected.md5);
        expect(crcEtag(needle.checksum)).toBe(expected.etag);
        if (expected.name === "pair.bin") {
          expect(JSON.parse(needle.pairs?.toString() ?? "")).toEqual({ Color: "green", Depth: "7" });
        }
      }
    } finally {
      await dat.close();
    }
  });

  it("has 43 files written, 10 deleted, and the same live needles after the vacuum", async () => {
    const plain = await loadMap("plain/fixture_1.idx");
    const vacuumed = await loadMap("vacuumed/fixture_1.idx");
    expect(plain.counters).toMatchObject({ fileCount: 43, deletedCount: 10, maxKey: 0x12an });
    expect(vacuumed.counters).toMatchObject({ fileCount: 33, deletedCount: 0, deletedBytes: 0 });
    expect(plain.counters.contentBytes - plain.counters.deletedBytes).toBe(vacuumed.counters.contentBytes);
    expect(compareLiveSets(plain.liveSet(), vacuumed.liveSet())).toMatchObject({ equal: true });
    const needles = await fixture.needles();
    const live = needles.filter(({ deleted }) => !deleted).map(({ fid }) => parseFileId(fid).key);
    expect([...plain.liveSet().keys]).toEqual(live.sort((a, b) => (a < b ? -1 : 1)));
  });

  it("is walked record by record, and re-encodes to the same bytes but for the padding", async () => {
    const dat = await open(fixture.path("plain/fixture_1.dat"));
    try {
      let end = 8;
      let empty = 0;
      for await (const { offset, header, length, record } of scanVolume(dat)) {
        expect(offset).toBe(end);
        end += length;
        if (header.size === 0) empty++;
        const again = encodeNeedle(decodeNeedle(record, 3), 3);
        expect(again.length).toBe(length);
        // A tombstone keeps the checksum of the data it deletes: nothing reads it.
        const compared = header.size === 0 ? 16 : 16 + header.size + 12;
        expect(again.subarray(0, compared).equals(record.subarray(0, compared))).toBe(true);
      }
      expect(end).toBe((await dat.stat()).size);
      // Ten tombstones and one empty file: the .dat does not tell them apart.
      expect(empty).toBe(11);
    } finally {
      await dat.close();
    }
  });
});

describe("walking a damaged volume", () => {
  const superBlock = encodeSuperBlock({
    version: 3,
    replicaPlacement: { otherDataCenters: 0, otherRacks: 0, otherServers: 0 },
    ttl: NO_TTL,
    compactionRevision: 0,
  });
  const small = encodeNeedle({ id: 1n, cookie: 1, data: Buffer.from("hello") }, 3);
  const large = encodeNeedle({ id: 2n, cookie: 1, data: Buffer.alloc(3 * 1024 * 1024, 7) }, 3);

  async function walk(name: string, content: Buffer): Promise<{ ids: bigint[]; error: unknown }> {
    await writeFile(temp.path(name), content);
    const dat = await open(temp.path(name));
    const ids: bigint[] = [];
    try {
      for await (const { header, record } of scanVolume(dat)) {
        ids.push(header.id);
        expect(record.length).toBe(recordLength(header.size, 3));
      }
      return { ids, error: undefined };
    } catch (error) {
      return { ids, error };
    } finally {
      await dat.close();
    }
  }

  it("reads records larger than its buffer", async () => {
    expect(await walk("large.dat", Buffer.concat([superBlock, small, large, small]))).toEqual({
      ids: [1n, 2n, 1n],
      error: undefined,
    });
  });

  it.each([10, 20, 40])("stops at a record that is cut %d bytes after its start", async (cut) => {
    const content = Buffer.concat([superBlock, small, large.subarray(0, cut)]);
    const { ids, error } = await walk(`cut-${cut}.dat`, content);
    expect(ids).toEqual([1n]);
    expect(error).toMatchObject({ code: "WK-FORMAT", details: { offset: 8 + small.length } });
  });

  it("says when the index and the record disagree", async () => {
    await writeFile(temp.path("index.dat"), Buffer.concat([superBlock, small]));
    const dat = await open(temp.path("index.dat"));
    try {
      await expect(readNeedle(dat, 3, 8, 12)).rejects.toThrow(/index says 12/);
      await expect(readNeedle(dat, 3, 8000, 12)).rejects.toThrow(/only 0 bytes/);
      expect((await readNeedle(dat, 3, 8, 10)).data.toString()).toBe("hello");
    } finally {
      await dat.close();
    }
  });
});
