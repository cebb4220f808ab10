import type { FileHandle } from "node:fs/promises";
import { AppError } from "../core/errors.ts";
import {
  type DecodedNeedle,
  decodeNeedle,
  decodeNeedleHeader,
  NEEDLE_HEADER_SIZE,
  type NeedleHeader,
  recordLength,
} from "./needle.ts";
import {
  decodeSuperBlock,
  firstNeedleOffset,
  SUPER_BLOCK_SIZE,
  type SuperBlock,
  type VolumeVersion,
} from "./super-block.ts";

/** One record found by walking a .dat. */
export interface ScannedRecord {
  /** Byte position in the .dat. */
  readonly offset: number;
  readonly header: NeedleHeader;
  /** Bytes of the whole record, padding included. */
  readonly length: number;
  /** The whole record; valid only until the next one is asked for. */
  readonly record: Buffer;
}

const SCAN_BUFFER = 1024 * 1024;

/** Reads the superblock of an open .dat or first EC shard. Throws WK-FORMAT. */
export async function readSuperBlock(dat: FileHandle): Promise<SuperBlock> {
  return decodeSuperBlock(await readUpTo(dat, SUPER_BLOCK_SIZE, 0));
}

/**
 * Reads the needle of an index entry (byte offset and header size).
 * Throws WK-FORMAT when another record is there, WK-CHECKSUM when its data was changed.
 */
export async function readNeedle(
  dat: FileHandle,
  version: VolumeVersion,
  offset: number,
  size: number,
): Promise<DecodedNeedle> {
  const bytes = await readUpTo(dat, recordLength(size, version), offset);
  const header = decodeNeedleHeader(bytes);
  if (header.size !== Math.max(0, size)) {
    throw new AppError(
      "WK-FORMAT",
      `The record at offset ${offset} has size ${header.size}, but the index says ${size}.`,
    );
  }
  return decodeNeedle(bytes, version);
}

/**
 * Walks the records of a .dat in file order with bounded memory (1 MiB or one record), without checking checksums.
 * Tombstones and overwritten needles are included. Throws WK-FORMAT with `details.offset` at a record that is cut short or
 * impossible: everything yielded before it is whole.
 */
export async function* scanVolume(dat: FileHandle): AsyncGenerator<ScannedRecord, void, undefined> {
  const superBlock = await readSuperBlock(dat);
  const { version } = superBlock;
  const { size: end } = await dat.stat();
  let offset = firstNeedleOffset(superBlock);
  let window: Buffer = Buffer.alloc(0);
  let windowStart = offset;
  while (offset < end) {
    if (offset + NEEDLE_HEADER_SIZE > windowStart + window.length) {
      window = await readUpTo(dat, Math.min(SCAN_BUFFER, end - offset), offset);
      windowStart = offset;
    }
    if (windowStart + window.length < offset + NEEDLE_HEADER_SIZE) throw tornRecord(offset, end);
    const header = decodeNeedleHeader(window, offset - windowStart);
    const length = recordLength(header.size, version);
    if (header.size < 0 || offset + length > end) throw tornRecord(offset, end);
    if (offset + length > windowStart + window.length) {
      const wanted = Math.min(Math.max(SCAN_BUFFER, length), end - offset);
      window = await readUpTo(dat, wanted, offset);
      windowStart = offset;
      if (window.length < length) throw tornRecord(offset, end);
    }
    const start = offset - windowStart;
    yield { offset, header, length, record: window.subarray(start, start + length) };
    offset += length;
  }
}

function tornRecord(offset: number, end: number): AppError {
  return new AppError("WK-FORMAT", `The record at offset ${offset} does not fit into the file of ${end} bytes.`, {
    hint: "The end of the .dat may have been cut off by a crash.",
    details: { offset },
  });
}

/** Fills `buffer` from the file at `position` and returns how many bytes there were: fewer when the file ends first. */
export async function readInto(file: FileHandle, buffer: Uint8Array, position: number): Promise<number> {
  let filled = 0;
  while (filled < buffer.length) {
    const { bytesRead } = await file.read(buffer, filled, buffer.length - filled, position + filled);
    if (bytesRead === 0) break;
    filled += bytesRead;
  }
  return filled;
}

async function readUpTo(file: FileHandle, length: number, position: number): Promise<Buffer> {
  const buffer = Buffer.allocUnsafe(length);
  return buffer.subarray(0, await readInto(file, buffer, position));
}
