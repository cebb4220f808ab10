import { randomBytes } from "node:crypto";
import { copyFile, mkdir, readdir, readFile, truncate, writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { decodeShards } from "./ec-decode.ts";
import { generateEcVolume } from "./ec-generate.ts";
import { decodedDatSize, idxFromEcx } from "./ec-index.ts";
import { type EcLayout, shardExtension } from "./ec-layout.ts";
import { rebuildShards } from "./ec-rebuild.ts";
import { decodeEcSum } from "./ec-sum.ts";
import { checksumShard, differingBlocks } from "./ec-verify.ts";
import { useFixture, useTempDir } from "./fixture.testkit.ts";
import { encodeSuperBlock } from "./super-block.ts";
import { NO_TTL } from "./ttl.ts";
import { parseVif } from "./vif.ts";

const fixture = useFixture();
const temp = useTempDir();
const ALL = Array.from({ length: 14 }, (_, shard) => shard);
const RUN = 1795276505042448617n;

async function folder(name: string): Promise<string> {
  await mkdir(temp.path(name));
  return temp.path(name);
}

const fixtureShards = (shards: readonly number[]): Map<number, string> =>
  new Map(shards.map((shard) => [shard, fixture.path(`ec/fixture_1${shardExtension(shard)}`)]));

function generateFixture(dir: string, extra: { signal?: AbortSignal; onProgress?: (done: number) => void } = {}) {
  return generateEcVolume({
    datPath: fixture.path("vacuumed/fixture_1.dat"),
    idxPath: fixture.path("vacuumed/fixture_1.idx"),
    base: `${dir}/fixture_1`,
    encodeTsNs: RUN,
    ...extra,
  });
}

describe("making an EC volume", () => {
  it("gives the files of SeaweedFS byte for byte", async () => {
    const dir = await folder("same");
    const progress: number[] = [];
    const made = await generateFixture(dir, { onProgress: (done) => void progress.push(done) });
    for (const extension of [...ALL.map(shardExtension), ".ecx"]) {
      const [ours, theirs] = [
        await readFile(`${dir}/fixture_1${extension}`),
        await fixture.bytes(`ec/fixture_1${extension}`),
      ];
      expect(ours.equals(theirs), extension).toBe(true);
    }
    const sums = decodeEcSum(await readFile(`${dir}/fixture_1.ecsum`));
    const theirSums = decodeEcSum(await fixture.bytes("ec/fixture_1.ecsum"));
    expect(sums).toEqual({ ...theirSums, encodeUuid: sums.encodeUuid });
    expect(parseVif(await readFile(`${dir}/fixture_1.vif`, "utf8"))).toEqual(
      parseVif((await fixture.bytes("ec/fixture_1.vif")).toString()),
    );
    expect(made).toMatchObject({ datSize: 12_184_328, shardSize: 2_097_152, needles: 33 });
    expect((await readdir(dir)).length).toBe(17);
    expect(progress.at(-1)).toBe(12_184_328);
    expect(progress).toEqual([...progress].sort((a, b) => a - b));
  });

  it("leaves nothing behind when it is aborted on the way", async () => {
    const dir = await folder("aborted");
    const stop = new AbortController();
    const run = generateFixture(dir, { signal: stop.signal, onProgress: () => stop.abort() });
    await expect(run).rejects.toMatchObject({ code: "WK-CANCELLED" });
    expect(await readdir(dir)).toEqual([]);
  });

  it("passes on what the progress callback throws", async () => {
    const dir = await folder("throwing");
    const run = generateFixture(dir, {
      onProgress: () => {
        throw new Error("no more");
      },
    });
    await expect(run).rejects.toThrow("no more");
    expect(await readdir(dir)).toEqual([]);
  });

  it("refuses a .dat that is shorter than its index says", async () => {
    const dir = await folder("short");
    await copyFile(fixture.path("vacuumed/fixture_1.dat"), `${dir}/1.dat`);
    await truncate(`${dir}/1.dat`, 12_184_320);
    const run = generateEcVolume({
      datPath: `${dir}/1.dat`,
      idxPath: fixture.path("vacuumed/fixture_1.idx"),
      base: `${dir}/1`,
      encodeTsNs: RUN,
    });
    await expect(run).rejects.toMatchObject({ code: "WK-FORMAT" });
    expect(await readdir(dir)).toEqual(["1.dat"]);
  });

  it("keeps the expiry and writes the index to its own folder", async () => {
    const dir = await folder("indexes");
    await mkdir(`${dir}/idx`);
    await generateEcVolume({
      datPath: fixture.path("vacuumed/fixture_1.dat"),
      idxPath: fixture.path("vacuumed/fixture_1.idx"),
      base: `${dir}/1`,
      indexBase: `${dir}/idx/1`,
      encodeTsNs: RUN,
      expireAtSec: 1_900_000_000,
      durable: false,
    });
    expect(await readdir(`${dir}/idx`)).toEqual(["1.ecx"]);
    expect(parseVif(await readFile(`${dir}/1.vif`, "utf8"))?.expireAtSec).toBe(1_900_000_000);
  });
});

describe("large rows", () => {
  const layout: EcLayout = { dataShards: 3, parityShards: 2, largeBlock: 4096, smallBlock: 512 };
  const superBlock = encodeSuperBlock({
    version: 3,
    replicaPlacement: { otherDataCenters: 0, otherRacks: 0, otherServers: 0 },
    ttl: NO_TTL,
    compactionRevision: 0,
  });

  it.each([8, 1536, 1537, 3 * 4096 - 1, 3 * 4096, 3 * 4096 + 1, 9 * 4096 + 1600])(
    "hold a volume of %d bytes, which comes back from any three shards",
    async (size) => {
      const dir = await folder(`large-${size}`);
      const dat = Buffer.concat([superBlock, randomBytes(size - superBlock.length)]);
      await writeFile(`${dir}/1.dat`, dat);
      await writeFile(`${dir}/1.idx`, "");
      await generateEcVolume({
        datPath: `${dir}/1.dat`,
        idxPath: `${dir}/1.idx`,
        base: `${dir}/1`,
        encodeTsNs: RUN,
        layout,
        durable: false,
      });
      const path = (shard: number): string => `${dir}/1${shardExtension(shard)}`;
      await rebuildShards({
        present: new Map([1, 3, 4].map((shard) => [shard, path(shard)])),
        targets: new Map([0, 2].map((shard) => [shard, `${dir}/again${shardExtension(shard)}`])),
        layout,
        pieceSize: 700,
        durable: false,
      });
      await decodeShards({
        dataShards: [`${dir}/again.ec00`, path(1), `${dir}/again.ec02`],
        datPath: `${dir}/again.dat`,
        datSize: size,
        layout,
        durable: false,
      });
      expect((await readFile(`${dir}/again.dat`)).equals(dat)).toBe(true);
      expect((await readFile(path(1))).subarray(0, 16)).toEqual(
        Buffer.concat([dat, Buffer.alloc(9000)]).subarray(...blockOne(size)),
      );
    },
  );

  /** The first 16 bytes of shard 1 start one block into the volume. */
  function blockOne(size: number): [number, number] {
    const start = size >= 3 * 4096 ? 4096 : 512;
    return [start, start + 16];
  }
});

describe("rebuilding shards", () => {
  it("gives SeaweedFS's shards again from others of them", async () => {
    const dir = await folder("rebuild");
    const lost = [0, 7, 11, 13];
    const checksums = decodeEcSum(await fixture.bytes("ec/fixture_1.ecsum"));
    const rebuilt = await rebuildShards({
      present: fixtureShards(ALL.filter((shard) => !lost.includes(shard))),
      targets: new Map(lost.map((shard) => [shard, `${dir}/1${shardExtension(shard)}`])),
      checksums,
    });
    expect(rebuilt).toEqual(lost.map((shard) => checksums.shards[shard]));
    for (const shard of lost) {
      const theirs = await fixture.bytes(`ec/fixture_1${shardExtension(shard)}`);
      expect((await readFile(`${dir}/1${shardExtension(shard)}`)).equals(theirs), String(shard)).toBe(true);
    }
    expect((await readdir(dir)).length).toBe(lost.length);
  });

  it("names the damaged shard when the checksums are known", async () => {
    const dir = await folder("damaged");
    const damaged = await fixture.bytes("ec/fixture_1.ec03");
    damaged.writeUInt8(damaged.readUInt8(77) ^ 1, 77);
    await writeFile(`${dir}/1.ec03`, damaged);
    const present = fixtureShards(ALL.slice(1));
    present.set(3, `${dir}/1.ec03`);
    const options = {
      present,
      targets: new Map([[0, `${dir}/1.ec00`]]),
      checksums: decodeEcSum(await fixture.bytes("ec/fixture_1.ecsum")),
    };
    await expect(rebuildShards(options)).rejects.toMatchObject({
      code: "WK-CHECKSUM",
      details: { shard: 3, block: 0 },
    });
    expect(await readdir(dir)).toEqual(["1.ec03"]);
    present.delete(3);
    await rebuildShards(options);
    expect((await readFile(`${dir}/1.ec00`)).equals(await fixture.bytes("ec/fixture_1.ec00"))).toBe(true);
  });

  it("refuses shards of different sizes and too few of them", async () => {
    const dir = await folder("sizes");
    await writeFile(`${dir}/1.ec01`, randomBytes(100));
    const targets = new Map([[0, `${dir}/1.ec00`]]);
    const present = fixtureShards(ALL.slice(1)).set(1, `${dir}/1.ec01`);
    await expect(rebuildShards({ present, targets })).rejects.toThrow(/1: 100, 2: 2097152/);
    const few = fixtureShards(ALL.slice(1, 10));
    await expect(rebuildShards({ present: few, targets })).rejects.toMatchObject({ code: "WK-EC-SHARDS" });
    expect(await readdir(dir)).toEqual(["1.ec01"]);
  });
});

describe("decoding and checking shards", () => {
  it("gives back the .dat and .idx that SeaweedFS encoded", async () => {
    const dir = await folder("decode");
    const ecx = await fixture.bytes("ec/fixture_1.ecx");
    await decodeShards({
      dataShards: [...fixtureShards(ALL.slice(0, 10)).values()],
      datPath: `${dir}/1.dat`,
      datSize: 12_184_328,
      length: decodedDatSize(ecx, 3),
    });
    expect((await readFile(`${dir}/1.dat`)).equals(await fixture.bytes("vacuumed/fixture_1.dat"))).toBe(true);
    expect(
      idxFromEcx(ecx, await fixture.bytes("ec/fixture_1.ecj")).equals(await fixture.bytes("vacuumed/fixture_1.idx")),
    ).toBe(true);
  });

  it("refuses shards that do not fit the size", async () => {
    const dir = await folder("unfit");
    const dataShards = [...fixtureShards(ALL.slice(0, 10)).values()];
    await expect(decodeShards({ dataShards, datPath: `${dir}/1.dat`, datSize: 30_000_000 })).rejects.toThrow(
      /asks for 3145728/,
    );
    await expect(
      decodeShards({ dataShards: dataShards.slice(1), datPath: `${dir}/1.dat`, datSize: 12_184_328 }),
    ).rejects.toThrow(/All 10/);
    expect(await readdir(dir)).toEqual([]);
  });

  it("checksums a shard file and names the blocks that differ", async () => {
    const dir = await folder("verify");
    const [first, second] = decodeEcSum(await fixture.bytes("ec/fixture_1.ecsum")).shards;
    const found = await checksumShard(fixture.path("ec/fixture_1.ec00"), 0, 2 ** 24);
    expect(found).toEqual(first);
    expect(first && differingBlocks(first, found)).toEqual([]);
    expect(second && differingBlocks(second, found)).toEqual([0]);
    const blocks = await checksumShard(fixture.path("ec/fixture_1.ec00"), 0, 2 ** 20);
    const damaged = await fixture.bytes("ec/fixture_1.ec00");
    damaged.writeUInt8(damaged.readUInt8(2 ** 20 + 5) ^ 0x80, 2 ** 20 + 5);
    await writeFile(`${dir}/1.ec00`, damaged);
    expect(differingBlocks(blocks, await checksumShard(`${dir}/1.ec00`, 0, 2 ** 20))).toEqual([1]);
    await truncate(`${dir}/1.ec00`, 2 ** 20);
    expect(differingBlocks(blocks, await checksumShard(`${dir}/1.ec00`, 0, 2 ** 20))).toEqual([1]);
  });
});
