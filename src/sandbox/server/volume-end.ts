import { idxEntryCount, idxEntrySize, readIdxEntry } from "../../volume/idx.ts";
import { decodeNeedleHeader, NEEDLE_HEADER_SIZE, recordLength } from "../../volume/needle.ts";
import type { VolumeVersion } from "../../volume/super-block.ts";

/** What the end of a volume's files tells when it is loaded. */
export interface VolumeEnd {
  /** Whether the index entry with the highest offset names the last record of the .dat; if not, nothing may be appended. */
  readonly fits: boolean;
  /** When the last record was appended, Unix nanoseconds; 0 when there is none. */
  readonly lastAppendNs: bigint;
}

const CHECKSUM_SIZE = 4;

/** @param read Bytes of the .dat. */
export function volumeEnd(
  idx: Buffer,
  datSize: number,
  version: VolumeVersion,
  read: (offset: number, length: number) => Buffer,
): VolumeEnd {
  const broken: VolumeEnd = { fits: false, lastAppendNs: 0n };
  if (idx.length % idxEntrySize() !== 0) return broken;
  let last = { key: 0n, offset: 0, size: 0 };
  for (let i = 0; i < idxEntryCount(idx); i++) {
    const entry = readIdxEntry(idx, i);
    if (entry.offset >= last.offset) last = entry;
  }
  if (last.offset === 0) return { fits: true, lastAppendNs: 0n };
  const size = Math.max(0, last.size);
  if (last.offset + recordLength(size, version) !== datSize) return broken;
  const record = read(last.offset, recordLength(size, version));
  const header = decodeNeedleHeader(record);
  if (header.id !== last.key || header.size !== size) return broken;
  const at = NEEDLE_HEADER_SIZE + size + CHECKSUM_SIZE;
  return { fits: true, lastAppendNs: version === 3 ? record.readBigUInt64BE(at) : 0n };
}
