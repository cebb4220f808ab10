import { closeSync, fstatSync, openSync, readFileSync, readSync, writeFileSync, writeSync } from "node:fs";
import { encodeEcx } from "../../volume/ec-index.ts";
import { encodeIdxEntry, type IdxEntry, idxEntryCount, idxEntrySize, readIdxEntry } from "../../volume/idx.ts";
import { type NeedleCounters, type NeedleLocation, NeedleMap } from "../../volume/needle-map.ts";

type Counted = Pick<NeedleCounters, "fileCount" | "deletedCount">;

/**
 * The open .idx of a mounted volume. A volume that is read-only when it is loaded gets a sorted copy (.sdx) and
 * counts differently, as SeaweedFS does: every entry is a file, and tombstones count as deletions a second time.
 */
export class VolumeIndex {
  readonly #fd: number;
  readonly #map: NeedleMap;
  /** What to add to the map's counters. */
  readonly #extra: Counted;
  /** Whether it was opened for a read-only volume. */
  readonly sorted: boolean;
  #size: number;

  private constructor(fd: number, map: NeedleMap, size: number, extra: Counted, sorted: boolean) {
    this.sorted = sorted;
    this.#fd = fd;
    this.#map = map;
    this.#size = size;
    this.#extra = extra;
  }

  static open(path: string, sortedPath: string | undefined): VolumeIndex {
    const bytes = readFileSync(path);
    const map = NeedleMap.fromIdx(bytes);
    let extra = { fileCount: 0, deletedCount: 0 };
    if (sortedPath !== undefined) {
      writeFileSync(sortedPath, encodeEcx(map.liveSet()));
      let tombstones = 0;
      const entries = idxEntryCount(bytes);
      for (let i = 0; i < entries; i++) if (readIdxEntry(bytes, i).size < 0) tombstones++;
      extra = { fileCount: entries - map.counters.fileCount, deletedCount: tombstones };
    }
    return new VolumeIndex(openSync(path, "r+"), map, bytes.length, extra, sortedPath !== undefined);
  }

  get fileSize(): number {
    return this.#size;
  }

  get counters(): NeedleCounters {
    const counted = this.#map.counters;
    return {
      ...counted,
      fileCount: counted.fileCount + this.#extra.fileCount,
      deletedCount: counted.deletedCount + this.#extra.deletedCount,
    };
  }

  get(key: bigint): NeedleLocation | undefined {
    return this.#map.get(key);
  }

  append(entry: IdxEntry): void {
    writeSync(this.#fd, encodeIdxEntry(entry), 0, idxEntrySize(), this.#size);
    this.#size += idxEntrySize();
    this.#map.apply(entry);
  }

  /** The whole index, read from the open file. */
  bytes(): Buffer {
    const buffer = Buffer.alloc(this.#size);
    return buffer.subarray(0, readSync(this.#fd, buffer, 0, this.#size, 0));
  }

  /** Seconds of the file's last change. */
  modifiedSeconds(): number {
    return Math.floor(fstatSync(this.#fd).mtimeMs / 1000);
  }

  close(): void {
    closeSync(this.#fd);
  }
}
