import { endianness } from "node:os";
import { type IdxEntry, idxEntrySize, OFFSET_UNIT, type OffsetWidth, TOMBSTONE_SIZE } from "./idx.ts";
import type { LiveSet } from "./live-set.ts";

/** Counters of a replayed index, as volume servers report them. All grow only; a vacuum starts them anew. */
export interface NeedleCounters {
  /** Entries that set a needle, overwrites included. */
  readonly fileCount: number;
  /** Overwrites of live needles and deletion entries. */
  readonly deletedCount: number;
  /** Sum of the sizes ever set. */
  readonly contentBytes: number;
  /** Sum of the sizes overwritten or deleted. */
  readonly deletedBytes: number;
  /** Largest key seen; 0 when none. */
  readonly maxKey: bigint;
}

export interface NeedleLocation {
  /** Byte position of the newest live record (after a deletion: of the last one before it). */
  readonly offset: number;
  /** Header size; negative when deleted. */
  readonly size: number;
}

const MIN_CAPACITY = 64;
/** Where the halves of a u64 lie in memory. */
const LOW_HALF = endianness() === "LE" ? 0 : 1;
const HIGH_HALF = 1 - LOW_HALF;

/**
 * What an index says about every needle: a hash table over typed arrays (21 bytes a slot, at most 2/3 full), so that an
 * index of ten million entries replays in seconds and stays small. Keys are split into two 32-bit halves because
 * bigints as map keys cost several times the memory and time.
 */
export class NeedleMap {
  #capacity = MIN_CAPACITY;
  #used = 0;
  #live = 0;
  #high = new Uint32Array(MIN_CAPACITY);
  #low = new Uint32Array(MIN_CAPACITY);
  #offset = new Float64Array(MIN_CAPACITY);
  #size = new Int32Array(MIN_CAPACITY);
  #taken = new Uint8Array(MIN_CAPACITY);
  #fileCount = 0;
  #deletedCount = 0;
  #contentBytes = 0;
  #deletedBytes = 0;
  #maxHigh = 0;
  #maxLow = 0;

  /** Replays a whole index; a torn last entry is ignored. */
  static fromIdx(bytes: Buffer, width: OffsetWidth = 4): NeedleMap {
    const map = new NeedleMap();
    map.replay(bytes, width);
    return map;
  }

  /** Applies the whole entries at the start of `bytes` in order and returns how many bytes those were. */
  replay(bytes: Buffer, width: OffsetWidth = 4): number {
    const step = idxEntrySize(width);
    const end = bytes.length - (bytes.length % step);
    // Several times as fast as the methods of Buffer.
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    for (let at = 0; at < end; at += step) {
      const units = view.getUint32(at + 8) + (width === 4 ? 0 : view.getUint8(at + 12) * 2 ** 32);
      const size = view.getInt32(at + 8 + width);
      this.#apply(view.getUint32(at), view.getUint32(at + 4), units * OFFSET_UNIT, size);
    }
    return end;
  }

  /** Applies one entry: a position and a size that is not negative set the needle, everything else deletes it. */
  apply(entry: IdxEntry): void {
    const { high, low } = split(entry.key);
    this.#apply(high, low, entry.offset, entry.size);
  }

  /** The needle's newest state; undefined when the index never named it. */
  get(key: bigint): NeedleLocation | undefined {
    const { high, low } = split(key);
    const slot = this.#slot(high, low);
    return this.#taken[slot] === 0 ? undefined : { offset: this.#offset[slot] ?? 0, size: this.#size[slot] ?? 0 };
  }

  /** Needles that are present, empty files included. */
  get liveCount(): number {
    return this.#live;
  }

  get counters(): NeedleCounters {
    return {
      fileCount: this.#fileCount,
      deletedCount: this.#deletedCount,
      contentBytes: this.#contentBytes,
      deletedBytes: this.#deletedBytes,
      maxKey: join(this.#maxHigh, this.#maxLow),
    };
  }

  /** The live needles, ascending by key. */
  liveSet(): LiveSet {
    const keys = new BigUint64Array(this.#live);
    // The same memory as pairs of halves: making a bigint a key would take most of the time.
    const halves = new Uint32Array(keys.buffer);
    let count = 0;
    for (let slot = 0; slot < this.#capacity; slot++) {
      if (this.#taken[slot] === 0 || (this.#size[slot] ?? 0) < 0) continue;
      halves[2 * count + LOW_HALF] = this.#low[slot] ?? 0;
      halves[2 * count + HIGH_HALF] = this.#high[slot] ?? 0;
      count++;
    }
    keys.sort();
    const offsets = new Float64Array(count);
    const sizes = new Int32Array(count);
    for (let i = 0; i < count; i++) {
      const slot = this.#slot(halves[2 * i + HIGH_HALF] ?? 0, halves[2 * i + LOW_HALF] ?? 0);
      offsets[i] = this.#offset[slot] ?? 0;
      sizes[i] = this.#size[slot] ?? 0;
    }
    return { keys, offsets, sizes };
  }

  #apply(high: number, low: number, offset: number, size: number): void {
    const slot = this.#claim(high, low);
    const before = this.#size[slot] ?? 0;
    const wasLive = before >= 0;
    if (offset !== 0 && size >= 0) {
      this.#fileCount++;
      this.#contentBytes += size;
      if (wasLive) this.#retire(before);
      else this.#live++;
      this.#offset[slot] = offset;
      this.#size[slot] = size;
    } else {
      this.#retire(wasLive ? before : 0);
      if (wasLive) this.#live--;
      this.#size[slot] = TOMBSTONE_SIZE;
    }
    if (high > this.#maxHigh || (high === this.#maxHigh && low > this.#maxLow)) {
      this.#maxHigh = high;
      this.#maxLow = low;
    }
  }

  #retire(size: number): void {
    this.#deletedCount++;
    this.#deletedBytes += size;
  }

  /** The slot of a key; a new key gets one in the deleted state. */
  #claim(high: number, low: number): number {
    if (this.#used * 3 >= this.#capacity * 2) this.#grow();
    const slot = this.#slot(high, low);
    if (this.#taken[slot] === 0) {
      this.#taken[slot] = 1;
      this.#high[slot] = high;
      this.#low[slot] = low;
      this.#size[slot] = TOMBSTONE_SIZE;
      this.#used++;
    }
    return slot;
  }

  /** Where a key is, or the free slot where it would go (linear probing). */
  #slot(high: number, low: number): number {
    const mask = this.#capacity - 1;
    let slot = mix(high, low) & mask;
    while (this.#taken[slot] === 1 && (this.#low[slot] !== low || this.#high[slot] !== high)) slot = (slot + 1) & mask;
    return slot;
  }

  #grow(): void {
    const { length } = this.#taken;
    const [high, low, offset, size, taken] = [this.#high, this.#low, this.#offset, this.#size, this.#taken];
    this.#capacity = length * 2;
    this.#high = new Uint32Array(this.#capacity);
    this.#low = new Uint32Array(this.#capacity);
    this.#offset = new Float64Array(this.#capacity);
    this.#size = new Int32Array(this.#capacity);
    this.#taken = new Uint8Array(this.#capacity);
    for (let from = 0; from < length; from++) {
      if (taken[from] === 0) continue;
      const to = this.#slot(high[from] ?? 0, low[from] ?? 0);
      this.#taken[to] = 1;
      this.#high[to] = high[from] ?? 0;
      this.#low[to] = low[from] ?? 0;
      this.#offset[to] = offset[from] ?? 0;
      this.#size[to] = size[from] ?? 0;
    }
  }
}

/** Keys come from a counter: without mixing, volumes that share a sequence would cluster. */
function mix(high: number, low: number): number {
  let hash = Math.imul(low ^ Math.imul(high, 0x85eb_ca6b), 0x9e37_79b1);
  hash = Math.imul(hash ^ (hash >>> 15), 0xc2b2_ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}

function split(key: bigint): { high: number; low: number } {
  return { high: Number(key >> 32n), low: Number(key & 0xffff_ffffn) };
}

function join(high: number, low: number): bigint {
  return (BigInt(high) << 32n) | BigInt(low);
}
