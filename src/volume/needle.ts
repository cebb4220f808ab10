import { AppError } from "../core/errors.ts";
import { crc32c, crcMatches } from "./crc32c.ts";
import type { VolumeVersion } from "./super-block.ts";
import { type Ttl, ttlFromBytes } from "./ttl.ts";

/** The data is stored gzip-compressed. */
export const FLAG_COMPRESSED = 0x01;
/** The data is a chunk manifest (JSON). */
export const FLAG_CHUNK_MANIFEST = 0x80;
const FLAG_NAME = 0x02;
const FLAG_MIME = 0x04;
const FLAG_LAST_MODIFIED = 0x08;
const FLAG_TTL = 0x10;
const FLAG_PAIRS = 0x20;
const STRUCTURAL_FLAGS = FLAG_NAME | FLAG_MIME | FLAG_LAST_MODIFIED | FLAG_TTL | FLAG_PAIRS;

/** Cookie, id and size: the start of every record. */
export const NEEDLE_HEADER_SIZE = 16;
/** Records start at multiples of this; offsets in indexes count in it. */
const NEEDLE_ALIGNMENT = 8;
const CHECKSUM_SIZE = 4;
const APPEND_TIME_SIZE = 8;
const LAST_MODIFIED_LIMIT = 2 ** 40;

export interface NeedleHeader {
  readonly cookie: number;
  readonly id: bigint;
  /** Length of the body; not the length of the data. */
  readonly size: number;
}

/** One stored file. Empty `data` is an empty file or a tombstone: only the index tells which; then nothing below is stored. */
export interface Needle {
  /** u64. */
  readonly id: bigint;
  readonly cookie: number;
  readonly data: Uint8Array;
  /** FLAG_COMPRESSED and FLAG_CHUNK_MANIFEST; the flags that say which fields exist are worked out when encoding. */
  readonly flags?: number;
  /** At most 255 bytes; "present and empty" differs from absent. */
  readonly name?: Uint8Array;
  /** At most 255 bytes. */
  readonly mime?: Uint8Array;
  /** Unix seconds, 40 bits. */
  readonly lastModified?: number;
  readonly ttl?: Ttl;
  /** JSON object text, at most 65535 bytes. */
  readonly pairs?: Uint8Array;
  /** Unix nanoseconds; stored in version 3 only. Default 0. */
  readonly appendAtNs?: bigint;
}

/** A needle read from bytes: its data and names are views of them, not copies. */
export interface DecodedNeedle extends Needle {
  readonly data: Buffer;
  readonly flags: number;
  readonly name?: Buffer;
  readonly mime?: Buffer;
  readonly pairs?: Buffer;
  readonly appendAtNs: bigint;
  /** Header size field. */
  readonly size: number;
  /** Raw CRC-32C of the data (not the stored form, which may be the old masked one). */
  readonly checksum: number;
}

/** Bytes of padding after a record: 1 to 8, never 0. */
function paddingLength(size: number, version: VolumeVersion): number {
  return NEEDLE_ALIGNMENT - (unpaddedLength(size, version) % NEEDLE_ALIGNMENT);
}

function unpaddedLength(size: number, version: VolumeVersion): number {
  return NEEDLE_HEADER_SIZE + size + CHECKSUM_SIZE + (version === 3 ? APPEND_TIME_SIZE : 0);
}

/** Bytes of the whole record in the .dat for a header size (a tombstone's −1 counts as 0). */
export function recordLength(size: number, version: VolumeVersion): number {
  const body = Math.max(0, size);
  return unpaddedLength(body, version) + paddingLength(body, version);
}

/** Reads the 16 header bytes at `at`. Throws WK-FORMAT when they are not all there. */
export function decodeNeedleHeader(bytes: Buffer, at = 0): NeedleHeader {
  if (at + NEEDLE_HEADER_SIZE > bytes.length) throw cutShort("header", bytes.length - at);
  return { cookie: bytes.readUInt32BE(at), id: bytes.readBigUInt64BE(at + 4), size: bytes.readInt32BE(at + 12) };
}

/** Header size field that `encodeNeedle` will write. */
export function needleBodySize(needle: Needle, version: VolumeVersion): number {
  const length = needle.data.length;
  if (version === 1 || length === 0) return length;
  return (
    4 +
    length +
    1 +
    (needle.name === undefined ? 0 : 1 + needle.name.length) +
    (needle.mime === undefined ? 0 : 1 + needle.mime.length) +
    (needle.lastModified === undefined ? 0 : 5) +
    (needle.ttl === undefined ? 0 : 2) +
    (needle.pairs === undefined ? 0 : 2 + needle.pairs.length)
  );
}

/**
 * The record's bytes, padding (zeros) included. Version 1 keeps only id, cookie and data.
 * Throws WK-FORMAT when a field is longer than its length prefix can say.
 */
export function encodeNeedle(needle: Needle, version: VolumeVersion): Buffer {
  checkLimits(needle);
  const size = needleBodySize(needle, version);
  const bytes = Buffer.alloc(recordLength(size, version));
  bytes.writeUInt32BE(needle.cookie, 0);
  bytes.writeBigUInt64BE(needle.id, 4);
  bytes.writeUInt32BE(size, 12);
  if (version === 1) bytes.set(needle.data, NEEDLE_HEADER_SIZE);
  else if (size > 0) encodeBody(needle, bytes.subarray(NEEDLE_HEADER_SIZE, NEEDLE_HEADER_SIZE + size));
  const tail = NEEDLE_HEADER_SIZE + size;
  bytes.writeUInt32BE(crc32c(needle.data), tail);
  if (version === 3) bytes.writeBigUInt64BE(needle.appendAtNs ?? 0n, tail + CHECKSUM_SIZE);
  return bytes;
}

function checkLimits(needle: Needle): void {
  const tooLong =
    (needle.name?.length ?? 0) > 255 ||
    (needle.mime?.length ?? 0) > 255 ||
    (needle.pairs?.length ?? 0) > 0xffff ||
    needle.data.length > 0x7fff_0000;
  const modified = needle.lastModified ?? 0;
  if (tooLong || !Number.isInteger(modified) || modified < 0 || modified >= LAST_MODIFIED_LIMIT) {
    throw new AppError("WK-FORMAT", `Needle ${needle.id.toString(16)} has a field that does not fit its record.`, {
      hint: "Name and mime may have 255 bytes, pairs 65535, data just under 2 GiB, the modification time 40 bits.",
    });
  }
}

function structuralFlags(needle: Needle): number {
  return (
    (needle.name === undefined ? 0 : FLAG_NAME) |
    (needle.mime === undefined ? 0 : FLAG_MIME) |
    (needle.lastModified === undefined ? 0 : FLAG_LAST_MODIFIED) |
    (needle.ttl === undefined ? 0 : FLAG_TTL) |
    (needle.pairs === undefined ? 0 : FLAG_PAIRS)
  );
}

function encodeBody(needle: Needle, body: Buffer): void {
  let at = body.writeUInt32BE(needle.data.length, 0);
  body.set(needle.data, at);
  at += needle.data.length;
  at = body.writeUInt8(((needle.flags ?? 0) & ~STRUCTURAL_FLAGS & 0xff) | structuralFlags(needle), at);
  for (const text of [needle.name, needle.mime]) {
    if (text === undefined) continue;
    at = body.writeUInt8(text.length, at);
    body.set(text, at);
    at += text.length;
  }
  if (needle.lastModified !== undefined) at = body.writeUIntBE(needle.lastModified, at, 5);
  if (needle.ttl !== undefined) {
    at = body.writeUInt8(needle.ttl.count, at);
    at = body.writeUInt8(needle.ttl.unit, at);
  }
  if (needle.pairs !== undefined) {
    at = body.writeUInt16BE(needle.pairs.length, at);
    body.set(needle.pairs, at);
  }
}

/**
 * Reads one record that starts at byte 0 of `bytes` (what follows it is ignored; the padding may be missing).
 * The result's buffers are views of `bytes`. Throws WK-FORMAT for impossible lengths and WK-CHECKSUM when the data was changed.
 */
export function decodeNeedle(bytes: Buffer, version: VolumeVersion): DecodedNeedle {
  const { cookie, id, size } = decodeNeedleHeader(bytes);
  if (size < 0) throw new AppError("WK-FORMAT", `Needle ${id.toString(16)} has the impossible size ${size}.`);
  if (bytes.length < unpaddedLength(size, version)) throw cutShort(`needle ${id.toString(16)}`, bytes.length);
  const tail = NEEDLE_HEADER_SIZE + size;
  const body = bytes.subarray(NEEDLE_HEADER_SIZE, tail);
  const fields = version === 1 ? { data: body, flags: 0 } : decodeBody(body, id);
  const checksum = crc32c(fields.data);
  const stored = bytes.readUInt32BE(tail);
  if (fields.data.length > 0 && !crcMatches(stored, checksum)) {
    throw new AppError("WK-CHECKSUM", `The data of needle ${id.toString(16)} does not match its checksum.`, {
      details: { stored: stored.toString(16), computed: checksum.toString(16) },
    });
  }
  const appendAtNs = version === 3 ? bytes.readBigUInt64BE(tail + CHECKSUM_SIZE) : 0n;
  return { id, cookie, size, checksum, appendAtNs, ...fields };
}

type BodyFields = Pick<DecodedNeedle, "data" | "flags" | "name" | "mime" | "lastModified" | "ttl" | "pairs">;

function decodeBody(body: Buffer, id: bigint): BodyFields {
  if (body.length === 0) return { data: body, flags: 0 };
  let at = 0;
  const take = (length: number): Buffer => {
    if (at + length > body.length) {
      throw new AppError("WK-FORMAT", `A field of needle ${id.toString(16)} reaches past the end of its body.`);
    }
    at += length;
    return body.subarray(at - length, at);
  };
  const data = take(take(4).readUInt32BE());
  const flags = take(1).readUInt8();
  return {
    data,
    flags,
    ...((flags & FLAG_NAME) !== 0 && { name: take(take(1).readUInt8()) }),
    ...((flags & FLAG_MIME) !== 0 && { mime: take(take(1).readUInt8()) }),
    ...((flags & FLAG_LAST_MODIFIED) !== 0 && { lastModified: take(5).readUIntBE(0, 5) }),
    ...((flags & FLAG_TTL) !== 0 && { ttl: decodeTtl(take(2)) }),
    ...((flags & FLAG_PAIRS) !== 0 && { pairs: take(take(2).readUInt16BE()) }),
  };
}

function decodeTtl(bytes: Buffer): Ttl {
  return ttlFromBytes(bytes.readUInt8(0), bytes.readUInt8(1));
}

function cutShort(what: string, available: number): AppError {
  return new AppError(
    "WK-FORMAT",
    `The record ends inside its ${what}: only ${Math.max(0, available)} bytes are there.`,
  );
}
