import {
  closeSync,
  existsSync,
  fstatSync,
  fsyncSync,
  ftruncateSync,
  openSync,
  readSync,
  utimesSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import {
  type DecodedNeedle,
  decodeNeedle,
  decodeNeedleHeader,
  encodeNeedle,
  type Needle,
  needleBodySize,
  recordLength,
} from "../../volume/needle.ts";
import {
  formatReplicaPlacement,
  parseReplicaPlacement,
  type ReplicaPlacement,
} from "../../volume/replica-placement.ts";
import {
  decodeSuperBlock,
  encodeSuperBlock,
  isVolumeVersion,
  SUPER_BLOCK_SIZE,
  type SuperBlock,
  type VolumeVersion,
} from "../../volume/super-block.ts";
import { type Ttl, ttlSeconds } from "../../volume/ttl.ts";
import { type VolumeInfo, volumeInfo } from "../../volume/vif.ts";
import type { Disk } from "./disk.ts";
import { readVif, writeVif } from "./vif-file.ts";
import { volumeEnd } from "./volume-end.ts";
import { VolumeIndex } from "./volume-index.ts";

/** Which deletions and writes a volume takes. */
export type WriteMode = "writable" | "delete-only" | "read-only";

/** What writing a needle did. */
export interface WriteOutcome {
  /** The same content was there already: nothing was written. */
  readonly unchanged: boolean;
  readonly checksumSize: number;
}

/** The two open files of a volume. */
interface Backend {
  readonly dat: number;
  readonly index: VolumeIndex;
  datSize: number;
}

/** State a compaction leaves for the commit; a server's start begins without any. */
export interface CompactionMemory {
  running: boolean;
  /** Length of the .idx when the last compaction began. */
  idxOffset: number;
  revision: number;
}

/**
 * One mounted volume: open .dat and .idx, what the .vif said when it was mounted, and the marks since. It may be
 * *closed*: still mounted, but without its files, after a commit that failed. Files that were unlinked below it
 * go on to be read and written, as open files do.
 */
export class Volume {
  readonly id: number;
  readonly collection: string;
  /** Path without extension. */
  readonly base: string;
  readonly compaction: CompactionMemory = { running: false, idxOffset: 0, revision: 0 };
  readonly #disk: Disk;
  #info: VolumeInfo;
  #superBlock: SuperBlock;
  #backend: Backend | undefined;
  #mode: WriteMode;
  #lastAppendNs = 0n;
  #modifiedSeconds: number;

  private constructor(
    disk: Disk,
    base: string,
    id: number,
    collection: string,
    info: VolumeInfo,
    superBlock: SuperBlock,
  ) {
    this.#disk = disk;
    this.base = base;
    this.id = id;
    this.collection = collection;
    this.#info = info;
    this.#superBlock = superBlock;
    this.#mode = modeOf(info);
    this.#modifiedSeconds = Math.floor(Date.now() / 1000);
  }

  /** Makes the files of a new volume and opens them. */
  static create(
    disk: Disk,
    base: string,
    options: { id: number; collection: string; placement: ReplicaPlacement; ttl: Ttl; version: VolumeVersion },
  ): Volume {
    disk.need(SUPER_BLOCK_SIZE, `${base}.dat`);
    const block = {
      version: options.version,
      replicaPlacement: options.placement,
      ttl: options.ttl,
      compactionRevision: 0,
    };
    writeFileSync(`${base}.dat`, encodeSuperBlock(block));
    writeFileSync(`${base}.idx`, "");
    writeVif(`${base}.vif`, volumeInfo({ version: options.version, bytesOffset: 4 }));
    return Volume.load(disk, base, options.id, options.collection);
  }

  /** Opens the files of a volume. @throws Error when there is no .dat or it is not one. */
  static load(disk: Disk, base: string, id: number, collection: string): Volume {
    if (!existsSync(`${base}.dat`)) throw new Error(`volume data file ${base}.dat does not exist`);
    const info = readVif(`${base}.vif`) ?? volumeInfo({ bytesOffset: 4 });
    if (!existsSync(`${base}.idx`)) writeFileSync(`${base}.idx`, "");
    const block = decodeSuperBlock(readHead(`${base}.dat`));
    const volume = new Volume(
      disk,
      base,
      id,
      collection,
      { ...info, version: info.version || block.version, bytesOffset: 4 },
      block,
    );
    volume.open();
    if (info.version === 0 && info.ecShardConfig === undefined) writeVif(`${base}.vif`, volume.#info);
    return volume;
  }

  /** Opens .dat and .idx anew; a volume whose end does not fit its index becomes read-only. */
  open(): void {
    const dat = openSync(`${this.base}.dat`, "r+");
    const { size, mtimeMs } = fstatSync(dat);
    this.#modifiedSeconds = Math.floor(mtimeMs / 1000);
    const head = Buffer.alloc(SUPER_BLOCK_SIZE);
    readSync(dat, head, 0, SUPER_BLOCK_SIZE, 0);
    this.#superBlock = decodeSuperBlock(head);
    const index = VolumeIndex.open(`${this.base}.idx`, this.#mode === "writable" ? undefined : `${this.base}.sdx`);
    this.#backend = { dat, index, datSize: size };
    const end = volumeEnd(index.bytes(), size, this.version, (offset, length) => this.bytes(offset, length));
    if (end.fits) this.#lastAppendNs = end.lastAppendNs;
    else this.#mode = "read-only";
  }

  /** Lets go of the files; the volume stays, closed. */
  close(): void {
    if (this.#backend === undefined) return;
    this.#backend.index.close();
    closeSync(this.#backend.dat);
    this.#backend = undefined;
  }

  get closed(): boolean {
    return this.#backend === undefined;
  }

  get info(): VolumeInfo {
    return this.#info;
  }

  get version(): VolumeVersion {
    return isVolumeVersion(this.#info.version) ? this.#info.version : this.#superBlock.version;
  }

  get revision(): number {
    return this.#superBlock.compactionRevision;
  }

  get ttl(): Ttl {
    return this.#superBlock.ttl;
  }

  get placement(): ReplicaPlacement {
    return this.#info.replication === ""
      ? this.#superBlock.replicaPlacement
      : parseReplicaPlacement(this.#info.replication);
  }

  get mode(): WriteMode {
    return this.#mode;
  }

  /** What clients see: marked, broken, or on a disk that is almost full. */
  get readOnly(): boolean {
    return this.#mode !== "writable" || this.#disk.low;
  }

  get datSize(): number {
    return this.#backend?.datSize ?? 0;
  }

  get index(): VolumeIndex | undefined {
    return this.#backend?.index;
  }

  get lastAppendNs(): bigint {
    return this.#lastAppendNs;
  }

  /** Unix seconds of the last change. */
  get modifiedSeconds(): number {
    return this.#modifiedSeconds;
  }

  datModifiedSeconds(): number {
    return this.#backend === undefined ? 0 : Math.floor(fstatSync(this.#backend.dat).mtimeMs / 1000);
  }

  /** Share of deleted bytes. */
  garbageRatio(): number {
    const counters = this.#backend?.index.counters;
    if (counters === undefined || counters.contentBytes === 0) return 0;
    if (counters.deletedBytes === 0 && counters.deletedCount > 0) {
      return (this.datSize - counters.contentBytes - SUPER_BLOCK_SIZE) / this.datSize;
    }
    return counters.deletedBytes / counters.contentBytes;
  }

  /** Whether a volume with a TTL has outlived it, counted from its last change. */
  expired(nowSeconds: number): boolean {
    const seconds = ttlSeconds(this.ttl);
    return seconds > 0 && this.#modifiedSeconds > 0 && nowSeconds >= this.#modifiedSeconds + seconds;
  }

  /** The live needle, checksum verified; undefined when it is unknown or deleted. */
  read(key: bigint): DecodedNeedle | undefined {
    const found = this.#backend?.index.get(key);
    if (found === undefined || found.size < 0 || found.offset === 0) return undefined;
    return decodeNeedle(this.record(found.offset, found.size), this.version);
  }

  /** The bytes of a whole record. @throws Error when the volume is closed or ends before it. */
  record(offset: number, size: number): Buffer {
    const length = recordLength(size, this.version);
    const bytes = this.bytes(offset, length);
    if (bytes.length < length) throw new Error(`EOF reading ${length} bytes at ${offset} of volume ${this.id}`);
    const header = decodeNeedleHeader(bytes);
    if (header.size !== Math.max(0, size)) {
      throw new Error(
        `entry not found: offset ${offset} found id ${header.id.toString(16)} size ${header.size}, expected size ${size}`,
      );
    }
    return bytes;
  }

  /** Up to `length` raw bytes of the .dat. */
  bytes(offset: number, length: number): Buffer {
    if (this.#backend === undefined) throw new Error(`volume ${this.id} is closed`);
    const buffer = Buffer.alloc(length);
    const read = readSync(this.#backend.dat, buffer, 0, length, offset);
    return buffer.subarray(0, read);
  }

  /** @throws Error "volume N is read only" or "volume N is closed". */
  checkWritable(): Backend {
    if (this.#backend === undefined) throw new Error(`volume ${this.id} is closed`);
    if (this.readOnly) throw new Error(`volume ${this.id} is read only`);
    return this.#backend;
  }

  /** Appends a needle, unless the same is there already. A different cookie than the existing needle's is refused. */
  write(needle: Needle, options: { checkCookie: boolean; fsync?: boolean }): WriteOutcome {
    const backend = this.checkWritable();
    const before = backend.index.get(needle.id);
    if (before !== undefined && before.size > 0) {
      const known = decodeNeedle(this.record(before.offset, before.size), this.version);
      if (options.checkCookie && known.cookie !== needle.cookie) {
        throw new Error(`mismatching cookie ${needle.cookie.toString(16)}`);
      }
      if (this.ttl.count === 0 && known.cookie === needle.cookie && known.data.equals(needle.data)) {
        return { unchanged: true, checksumSize: known.size };
      }
    }
    this.#append(backend, needle, needleBodySize(needle, this.version));
    if (options.fsync === true) fsyncSync(backend.dat);
    this.#modifiedSeconds = Math.max(this.#modifiedSeconds, needle.lastModified ?? 0);
    return { unchanged: false, checksumSize: needleBodySize(needle, this.version) };
  }

  /** Marks a needle deleted; returns the size it had, 0 when there was nothing to delete. */
  delete(key: bigint, cookie: number): number {
    const backend = this.#backend;
    if (backend === undefined) return 0;
    if (this.#mode === "read-only" || this.#disk.low) throw new Error(`volume ${this.id} is read only`);
    const before = backend.index.get(key);
    if (before === undefined || before.size < 0) return 0;
    this.#append(backend, { id: key, cookie, data: Buffer.alloc(0) }, -1);
    return before.size;
  }

  /** Sets what writes are taken; with `persist` also in the .vif, which is rewritten from memory. */
  mark(mode: WriteMode, persist: boolean): void {
    const reopen = mode === "writable" && this.#backend?.index.sorted === true;
    this.#mode = mode;
    if (reopen) {
      this.close();
      this.open();
    }
    if (!persist) return;
    this.#info = { ...this.#info, readOnly: mode !== "writable", readOnlyCanDelete: mode === "delete-only" };
    writeVif(`${this.base}.vif`, this.#info);
  }

  /** Sets the time of the last change, of the file too, as a volume looks that was left alone since then. */
  setModified(seconds: number): void {
    this.#modifiedSeconds = seconds;
    for (const extension of [".dat", ".idx"]) utimesSync(this.base + extension, seconds, seconds);
  }

  #append(backend: Backend, needle: Needle, size: number): void {
    const now = BigInt(Date.now()) * 1_000_000n;
    const appendAtNs = now > this.#lastAppendNs ? now : this.#lastAppendNs + 1n;
    const record = encodeNeedle({ ...needle, appendAtNs }, this.version);
    this.#disk.need(record.length + 16, `${this.base}.dat`);
    const offset = backend.datSize;
    try {
      writeSync(backend.dat, record, 0, record.length, offset);
    } catch (reason) {
      ftruncateSync(backend.dat, offset);
      throw reason;
    }
    backend.datSize += record.length;
    this.#lastAppendNs = appendAtNs;
    backend.index.append({ key: needle.id, offset, size });
  }
}

function modeOf(info: VolumeInfo): WriteMode {
  if (!info.readOnly) return "writable";
  return info.readOnlyCanDelete ? "delete-only" : "read-only";
}

function readHead(path: string): Buffer {
  const fd = openSync(path, "r");
  const head = Buffer.alloc(SUPER_BLOCK_SIZE);
  const length = readSync(fd, head, 0, SUPER_BLOCK_SIZE, 0);
  closeSync(fd);
  return head.subarray(0, length);
}

/** Replica placement as three digits. */
export function placementText(volume: Volume): string {
  return formatReplicaPlacement(volume.placement);
}
