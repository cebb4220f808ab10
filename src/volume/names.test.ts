import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { displayDiskType, normalizeDiskType } from "./disk-type.ts";
import { formatFileId, parseFileId, parseFilePath } from "./file-id.ts";
import { parseVolumeFileName, parseVolumeId, volumeBaseName } from "./volume-name.ts";

const volumeIds = fc.integer({ min: 1, max: 0xffff_ffff });

describe("file id", () => {
  it("writes hex without leading zero bytes of the key", () => {
    expect(formatFileId({ volumeId: 3, key: 1n, cookie: 0x637037d6 })).toBe("3,01637037d6");
    expect(formatFileId({ volumeId: 3, key: 0x100n, cookie: 5 })).toBe("3,010000000005");
    expect(formatFileId({ volumeId: 3, key: 0n, cookie: 5 })).toBe("3,00000005");
  });

  it("reads an odd number of digits and a batch suffix", () => {
    expect(parseFileId("1,100d5b12ab1")).toEqual({ volumeId: 1, key: 0x100n, cookie: 0xd5b12ab1 });
    expect(parseFileId("1,01637037d6_3")).toEqual({ volumeId: 1, key: 4n, cookie: 0x637037d6 });
  });

  it("keeps every id with a key above 0", () => {
    fc.assert(
      fc.property(
        volumeIds,
        fc.bigInt({ min: 1n, max: 2n ** 64n - 1n }),
        fc.nat(0xffff_ffff),
        (volumeId, key, cookie) => {
          const fid = { volumeId, key, cookie };
          expect(parseFileId(formatFileId(fid))).toEqual(fid);
          expect(parseFilePath(`/${formatFileId(fid)}.jpg`)).toEqual(fid);
        },
      ),
    );
  });

  it.each([
    "",
    "3",
    "3,",
    "3,00000005",
    "0,01637037d6",
    "x,01637037d6",
    "3,01637037d6_",
    "3,0163703zd6",
    `3,${"f".repeat(25)}`,
    `3,${"f".repeat(24)}_1`,
  ])("refuses %j", (text) => {
    expect(() => parseFileId(text)).toThrow(/not a file id/);
  });

  it("reads the paths of HTTP requests", () => {
    const fid = { volumeId: 3, key: 1n, cookie: 0x637037d6 };
    for (const path of [
      "/3,01637037d6",
      "/3,01637037d6.tar.gz",
      "/3/01637037d6",
      "/3/01637037d6/photo.jpg",
      "/3/01637037d6.jpg",
    ]) {
      expect(parseFilePath(path), path).toEqual(fid);
    }
    for (const path of ["/", "/status", "/3/x", "/3/01637037d6/a/b", "3,01637037d6"])
      expect(parseFilePath(path), path).toBeUndefined();
  });
});

describe("volume file names", () => {
  it("splits at the last underscore", () => {
    expect(parseVolumeFileName("a_b_12.ec07")).toEqual({ collection: "a_b", volumeId: 12, extension: ".ec07" });
    expect(parseVolumeFileName("7.dat")).toEqual({ collection: "", volumeId: 7, extension: ".dat" });
    expect(parseVolumeFileName("my.pics_7.idx")).toEqual({ collection: "my.pics", volumeId: 7, extension: ".idx" });
  });

  it.each(["vol_dir.uuid", "7", ".dat", "7.dat.copying", "a_07.dat", "a_.dat", "_7.dat", "0.dat", "a_4294967296.dat"])(
    "takes %j for no volume file",
    (name) => {
      expect(parseVolumeFileName(name)).toBeUndefined();
    },
  );

  it("keeps collection and id", () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z0-9_.-]{0,12}$/), volumeIds, (collection, volumeId) => {
        expect(parseVolumeFileName(`${volumeBaseName(collection, volumeId)}.dat`)).toEqual({
          collection,
          volumeId,
          extension: ".dat",
        });
      }),
    );
    expect(parseVolumeId("4294967295")).toBe(4294967295);
  });
});

describe("disk type", () => {
  it("writes hdd as empty text", () => {
    expect(["", "hdd", "HDD", "SSD", "NVMe"].map(normalizeDiskType)).toEqual(["", "", "", "ssd", "nvme"]);
    expect(["", "ssd"].map(displayDiskType)).toEqual(["hdd", "ssd"]);
  });
});
