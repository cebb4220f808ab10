import { decodeNeedleHeader, NEEDLE_HEADER_SIZE, recordLength } from "../../volume/needle.ts";
import { SUPER_BLOCK_SIZE } from "../../volume/super-block.ts";
import type { Volume } from "./volume.ts";

/** One record of a mounted volume. */
export interface FoundRecord {
  readonly offset: number;
  readonly record: Buffer;
}

/** The records of a mounted volume in file order, read through its open file; stops where the file is torn. */
export function* scanRecords(volume: Volume, from: number = SUPER_BLOCK_SIZE): Generator<FoundRecord> {
  const end = volume.datSize;
  for (let offset = from; offset + NEEDLE_HEADER_SIZE <= end; ) {
    const header = decodeNeedleHeader(volume.bytes(offset, NEEDLE_HEADER_SIZE));
    const length = recordLength(header.size, volume.version);
    if (header.size < 0 || offset + length > end) return;
    yield { offset, record: volume.bytes(offset, length) };
    offset += length;
  }
}
