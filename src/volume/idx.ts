import { AppError } from "../core/errors.ts";

/** Bytes an offset takes in an index: 4 in standard builds of SeaweedFS (volumes up to 32 GiB), 5 in large-disk builds. */
export type OffsetWidth = 4 | 5;

/** Size field of a deletion entry. */
export const TOMBSTONE_SIZE = -1;

/** One entry of .idx or .ecx. */
export interface IdxEntry {
  /** Needle id, u64. */
  readonly key: bigint;
  /** Position of the record in the .dat in bytes, a multiple of 8; 0 when there is none. */
  readonly offset: number;
  /** The record's header size; negative for a deletion, 0 for an empty file. */
  readonly size: number;
}

/** Offsets are stored in units of 8 bytes. */
export const OFFSET_UNIT = 8;

export function idxEntrySize(width: OffsetWidth = 4): number {
  return 12 + width;
}

/** Number of whole entries in a buffer; a torn last entry does not count. */
export function idxEntryCount(bytes: Buffer, width: OffsetWidth = 4): number {
  return Math.floor(bytes.length / idxEntrySize(width));
}

/** The n-th entry. The caller keeps `index` below `idxEntryCount`. */
export function readIdxEntry(bytes: Buffer, index: number, width: OffsetWidth = 4): IdxEntry {
  const at = index * idxEntrySize(width);
  return {
    key: bytes.readBigUInt64BE(at),
    offset: readIdxOffset(bytes, at + 8, width),
    size: bytes.readInt32BE(at + 8 + width),
  };
}

/** Byte position from the offset field at `at`. In 5-byte offsets the highest byte comes last. */
function readIdxOffset(bytes: Buffer, at: number, width: OffsetWidth): number {
  const low = bytes.readUInt32BE(at);
  return (width === 4 ? low : low + bytes.readUInt8(at + 4) * 2 ** 32) * OFFSET_UNIT;
}

/** Bytes of one entry. Throws WK-FORMAT when the offset is no multiple of 8 or too large for the width. */
export function encodeIdxEntry(entry: IdxEntry, width: OffsetWidth = 4): Buffer {
  const bytes = Buffer.alloc(idxEntrySize(width));
  writeIdxEntry(bytes, 0, entry, width);
  return bytes;
}

/** Writes the n-th entry of a buffer; the caller provides the room. */
export function writeIdxEntry(bytes: Buffer, index: number, entry: IdxEntry, width: OffsetWidth = 4): void {
  const units = entry.offset / OFFSET_UNIT;
  if (!Number.isInteger(units) || units < 0 || units >= 2 ** (8 * width)) {
    throw new AppError("WK-FORMAT", `Offset ${entry.offset} cannot be stored in an index with ${width}-byte offsets.`);
  }
  const at = index * idxEntrySize(width);
  bytes.writeBigUInt64BE(entry.key, at);
  bytes.writeUInt32BE(units % 2 ** 32, at + 8);
  if (width === 5) bytes.writeUInt8(Math.floor(units / 2 ** 32), at + 12);
  bytes.writeInt32BE(entry.size, at + 8 + width);
}
