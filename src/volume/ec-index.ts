import { AppError } from "../core/errors.ts";
import {
  type IdxEntry,
  idxEntryCount,
  idxEntrySize,
  type OffsetWidth,
  readIdxEntry,
  TOMBSTONE_SIZE,
  writeIdxEntry,
} from "./idx.ts";
import type { LiveSet } from "./live-set.ts";
import { recordLength } from "./needle.ts";
import { SUPER_BLOCK_SIZE, type VolumeVersion } from "./super-block.ts";

const ECJ_ENTRY_SIZE = 8;

/** Bytes of a .ecx: the live needles in the layout of .idx, ascending by key. Empty when no needle lives. */
export function encodeEcx(live: LiveSet, width: OffsetWidth = 4): Buffer {
  const bytes = Buffer.alloc(live.keys.length * idxEntrySize(width));
  for (const [index, key] of live.keys.entries()) {
    writeIdxEntry(bytes, index, { key, offset: live.offsets[index] ?? 0, size: live.sizes[index] ?? 0 }, width);
  }
  return bytes;
}

/**
 * Binary search; undefined when the key is not in the .ecx. Deleted needles have a negative size if the .ecx was folded or
 * written by 4.13; deletions of 4.44 stand in the .ecj only.
 */
export function findInEcx(ecx: Buffer, key: bigint, width: OffsetWidth = 4): IdxEntry | undefined {
  const index = searchEcx(ecx, key, width);
  return index === undefined ? undefined : readIdxEntry(ecx, index, width);
}

function searchEcx(ecx: Buffer, key: bigint, width: OffsetWidth): number | undefined {
  const step = idxEntrySize(width);
  let low = 0;
  let high = idxEntryCount(ecx, width) - 1;
  while (low <= high) {
    const middle = (low + high) >>> 1;
    const found = ecx.readBigUInt64BE(middle * step);
    if (found === key) return middle;
    if (found < key) low = middle + 1;
    else high = middle - 1;
  }
  return undefined;
}

/** The deletion journal: needle ids, duplicates possible; a torn last one is ignored. */
export function decodeEcj(ecj: Buffer): Set<bigint> {
  const keys = new Set<bigint>();
  for (let at = 0; at + ECJ_ENTRY_SIZE <= ecj.length; at += ECJ_ENTRY_SIZE) keys.add(ecj.readBigUInt64BE(at));
  return keys;
}

/** One entry to append to a deletion journal. */
export function encodeEcjEntry(key: bigint): Buffer {
  const bytes = Buffer.alloc(ECJ_ENTRY_SIZE);
  bytes.writeBigUInt64BE(key);
  return bytes;
}

/** A copy of the .ecx in which every journalled needle is marked deleted; the journal can then go. */
export function foldEcj(ecx: Buffer, ecj: Buffer, width: OffsetWidth = 4): Buffer {
  const folded = Buffer.from(ecx);
  for (const key of decodeEcj(ecj)) {
    const index = searchEcx(folded, key, width);
    if (index === undefined) continue;
    writeIdxEntry(folded, index, { ...readIdxEntry(folded, index, width), size: TOMBSTONE_SIZE }, width);
  }
  return folded;
}

/** The .idx of a volume decoded from shards: the .ecx, then a deletion for each journalled needle. */
export function idxFromEcx(ecx: Buffer, ecj: Buffer, width: OffsetWidth = 4): Buffer {
  const deletions = [...decodeEcj(ecj)].map((key) => {
    const bytes = Buffer.alloc(idxEntrySize(width));
    writeIdxEntry(bytes, 0, { key, offset: 0, size: TOMBSTONE_SIZE }, width);
    return bytes;
  });
  return Buffer.concat([ecx, ...deletions]);
}

/**
 * How long the .dat decoded from shards must be: the end of the last live needle, at least the superblock.
 * Throws WK-FORMAT when the .ecx is not sorted, which would hide needles from the search.
 */
export function decodedDatSize(ecx: Buffer, version: VolumeVersion, width: OffsetWidth = 4): number {
  let end = SUPER_BLOCK_SIZE;
  let previous = -1n;
  for (let index = 0; index < idxEntryCount(ecx, width); index++) {
    const { key, offset, size } = readIdxEntry(ecx, index, width);
    if (key <= previous) throw new AppError("WK-FORMAT", `The .ecx is not sorted at entry ${index}.`);
    previous = key;
    if (size >= 0) end = Math.max(end, offset + recordLength(size, version));
  }
  return end;
}
