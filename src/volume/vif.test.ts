import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { useFixture } from "./fixture.testkit.ts";
import { cleanVif, formatVif, parseVif, type VolumeInfo, volumeInfo } from "./vif.ts";

const fixture = useFixture();
const sizes = fc.maxSafeNat();
const u64 = fc.bigInt({ min: 0n, max: 2n ** 64n - 1n });
const infos: fc.Arbitrary<VolumeInfo> = fc.record(
  {
    files: fc.array(
      fc.record({
        backendType: fc.string(),
        backendId: fc.string(),
        key: fc.string(),
        offset: sizes,
        fileSize: sizes,
        modifiedTime: u64,
        extension: fc.string(),
      }),
      { maxLength: 2 },
    ),
    version: fc.nat(3),
    replication: fc.constantFrom("", "001"),
    bytesOffset: fc.constantFrom(0, 4, 5),
    datFileSize: sizes,
    expireAtSec: sizes,
    readOnly: fc.boolean(),
    readOnlyCanDelete: fc.boolean(),
    ecShardConfig: fc.record({ dataShards: fc.nat(32), parityShards: fc.nat(32), encodeTsNs: u64 }),
  },
  {
    requiredKeys: [
      "files",
      "version",
      "replication",
      "bytesOffset",
      "datFileSize",
      "expireAtSec",
      "readOnly",
      "readOnlyCanDelete",
    ],
  },
);

describe(".vif", () => {
  it("is read as SeaweedFS 4.44 writes it", async () => {
    expect(parseVif((await fixture.bytes("plain/fixture_1.vif")).toString())).toEqual(
      volumeInfo({ version: 3, bytesOffset: 4 }),
    );
    expect(parseVif((await fixture.bytes("ec/fixture_1.vif")).toString())).toEqual(
      volumeInfo({
        version: 3,
        datFileSize: 12_184_328,
        ecShardConfig: { dataShards: 10, parityShards: 4, encodeTsNs: 1795276505042448617n },
      }),
    );
  });

  it("keeps every value", () => {
    fc.assert(
      fc.property(infos, (info) => {
        expect(parseVif(formatVif(info))).toEqual(info);
      }),
    );
  });

  it("takes snake_case, plain numbers of 64 bits, nulls and the old names", () => {
    expect(
      parseVif(`{"dat_file_size": 12, "ec_shard_config": {"data_shards":10,"parity_shards":4,"encode_ts_ns":1795276505042448617},
        "replication": "0123456789012345678", "DestroyTime": 7, "files": null, "read_only": true}`),
    ).toEqual(
      volumeInfo({
        datFileSize: 12,
        expireAtSec: 7,
        readOnly: true,
        replication: "0123456789012345678",
        ecShardConfig: { dataShards: 10, parityShards: 4, encodeTsNs: 1795276505042448617n },
      }),
    );
  });

  it("takes an empty file for an absent one", () => {
    expect(parseVif("")).toBeUndefined();
  });

  it.each([
    ["{", /not valid JSON/],
    ["[]", /the content is not an object/],
    ['{"colour":1}', /unknown key "colour"/],
    ['{"ecShardConfig":{"shards":1}}', /unknown key "ecShardConfig.shards"/],
    ['{"files":[{"key":5}]}', /"files\[0\].key" must be text/],
    ['{"readOnly":"yes"}', /"readOnly" must be true or false/],
    ['{"version":-1}', /"version" must be a whole number/],
    ['{"datFileSize":"9007199254740993"}', /below 2\^53/],
    ['{"datFileSize":1,"dat_file_size":2}', /unknown key "dat_file_size"/],
  ])("refuses %s", (text, message) => {
    expect(() => parseVif(text, "1.vif")).toThrow(message);
    expect(() => parseVif(text, "1.vif")).toThrow(/^1\.vif/);
  });

  it("leaves out the keys that older releases refuse", () => {
    const text = formatVif(cleanVif(3));
    expect(JSON.parse(text)).toEqual({
      files: [],
      version: 3,
      replication: "",
      bytesOffset: 4,
      datFileSize: "0",
      expireAtSec: "0",
      readOnly: true,
    });
    expect(formatVif(volumeInfo({ ecShardConfig: { dataShards: 10, parityShards: 4, encodeTsNs: 0n } }))).not.toContain(
      "encodeTsNs",
    );
  });
});
