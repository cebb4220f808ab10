import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { crc32c, crcEtag, crcMatches, maskCrc } from "./crc32c.ts";
import {
  decodeNeedle,
  decodeNeedleHeader,
  encodeNeedle,
  FLAG_CHUNK_MANIFEST,
  FLAG_COMPRESSED,
  type Needle,
  recordLength,
} from "./needle.ts";
import type { VolumeVersion } from "./super-block.ts";

const versions = fc.constantFrom<VolumeVersion>(1, 2, 3);
const text = (maxLength: number) =>
  fc.option(
    fc.uint8Array({ maxLength }).map((bytes) => Buffer.from(bytes)),
    { nil: undefined },
  );

/** fast-check gives undefined for absent fields; the type wants them left out. */
function compact(fields: { [K in keyof Needle]: Needle[K] | undefined }): Needle {
  const { id = 0n, cookie = 0, data = Buffer.alloc(0), ...rest } = fields;
  return { id, cookie, data, ...Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) };
}

const needles = fc
  .record({
    id: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
    cookie: fc.nat(0xffff_ffff),
    data: fc.uint8Array({ minLength: 1, maxLength: 300 }).map((bytes) => Buffer.from(bytes)),
    flags: fc.constantFrom(0, FLAG_COMPRESSED, FLAG_CHUNK_MANIFEST, FLAG_COMPRESSED | FLAG_CHUNK_MANIFEST | 0x40),
    name: text(255),
    mime: text(255),
    lastModified: fc.option(fc.integer({ min: 0, max: 2 ** 40 - 1 }), { nil: undefined }),
    ttl: fc.option(fc.record({ count: fc.integer({ min: 1, max: 255 }), unit: fc.integer({ min: 0, max: 6 }) }), {
      nil: undefined,
    }),
    pairs: text(400),
    appendAtNs: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  })
  .map(compact);

describe("checksum", () => {
  it("is CRC-32C with the old mask", () => {
    expect(crc32c(Buffer.from("123456789"))).toBe(0xe3069283);
    expect(maskCrc(0xe3069283)).toBe(0xc78ab0e5);
    expect(crc32c(Buffer.from("hello"))).toBe(0x9a71bb4c);
    expect(maskCrc(0x9a71bb4c)).toBe(0x191c1fbb);
    expect(crcMatches(0x191c1fbb, 0x9a71bb4c)).toBe(true);
    expect(crcMatches(0x191c1fbc, 0x9a71bb4c)).toBe(false);
    expect(crcEtag(0xab)).toBe("000000ab");
  });

  it("goes on from a previous part", () => {
    expect(crc32c(Buffer.from("6789"), crc32c(Buffer.from("12345")))).toBe(0xe3069283);
  });
});

describe("needle record", () => {
  it("has the bytes of the format's example", () => {
    const record = encodeNeedle(
      { id: 1n, cookie: 0x12345678, data: Buffer.from("hello"), appendAtNs: 0x0102030405060708n },
      3,
    );
    expect(record.toString("hex")).toBe(
      "1234567800000000000000010000000a0000000568656c6c6f009a71bb4c01020304050607080000",
    );
  });

  it("always has 1 to 8 bytes of padding", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 5000 }), versions, (size, version) => {
        const length = recordLength(size, version);
        const padding = length - 16 - size - (version === 3 ? 12 : 4);
        expect(length % 8).toBe(0);
        expect(padding).toBeGreaterThanOrEqual(1);
        expect(padding).toBeLessThanOrEqual(8);
      }),
    );
    expect(recordLength(-1, 3)).toBe(32);
    expect(recordLength(4, 3)).toBe(40);
  });

  it("keeps every field in versions 2 and 3", () => {
    fc.assert(
      fc.property(needles, fc.constantFrom<VolumeVersion>(2, 3), (needle, version) => {
        const record = encodeNeedle(needle, version);
        const { size, checksum, flags, ...rest } = decodeNeedle(Buffer.concat([record, Buffer.from("next")]), version);
        expect(recordLength(size, version)).toBe(record.length);
        expect(checksum).toBe(crc32c(needle.data));
        expect(rest).toEqual({
          ...compact({ ...needle, flags: undefined }),
          appendAtNs: version === 3 ? needle.appendAtNs : 0n,
        });
        expect(flags & 0xc1).toBe(needle.flags);
        expect(encodeNeedle({ ...rest, flags }, version)).toEqual(record);
      }),
    );
  });

  it("keeps id, cookie and data in version 1", () => {
    fc.assert(
      fc.property(needles, ({ id, cookie, data }) => {
        expect(decodeNeedle(encodeNeedle({ id, cookie, data }, 1), 1)).toMatchObject({
          id,
          cookie,
          data,
          size: data.length,
        });
      }),
    );
  });

  it("writes an empty file as a record without a body", () => {
    const record = encodeNeedle(
      { id: 7n, cookie: 9, data: Buffer.alloc(0), name: Buffer.from("lost"), appendAtNs: 5n },
      3,
    );
    expect(record.length).toBe(32);
    expect(decodeNeedleHeader(record)).toEqual({ id: 7n, cookie: 9, size: 0 });
    expect(decodeNeedle(record, 3)).toMatchObject({ size: 0, flags: 0, appendAtNs: 5n });
  });

  it("accepts the masked checksum of old releases and refuses changed data", () => {
    const record = encodeNeedle({ id: 1n, cookie: 2, data: Buffer.from("hello") }, 3);
    const masked = Buffer.from(record);
    masked.writeUInt32BE(0x191c1fbb, 26);
    expect(decodeNeedle(masked, 3).checksum).toBe(0x9a71bb4c);
    record.writeUInt8(0, 21);
    expect(() => decodeNeedle(record, 3)).toThrow(expect.objectContaining({ code: "WK-CHECKSUM" }));
  });

  it("throws nothing but its own errors on any bytes", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 80 }), fc.nat(64), versions, (noise, size, version) => {
        const bytes = Buffer.from(noise);
        if (bytes.length >= 16) bytes.writeInt32BE(size, 12);
        try {
          decodeNeedle(bytes, version);
        } catch (error) {
          expect(error).toMatchObject({ name: "AppError", code: expect.stringMatching(/^WK-(FORMAT|CHECKSUM)$/) });
        }
      }),
    );
  });

  it.each<Partial<Needle>>([
    { name: Buffer.alloc(256) },
    { mime: Buffer.alloc(256) },
    { pairs: Buffer.alloc(65_536) },
    { lastModified: 2 ** 40 },
    { lastModified: -1 },
  ])("refuses a field that does not fit (%#)", (field) => {
    expect(() => encodeNeedle({ id: 1n, cookie: 1, data: Buffer.from("x"), ...field }, 3)).toThrow(/does not fit/);
  });
});
