import { closeSync, existsSync, fstatSync, openSync, readFileSync, readSync, writeFileSync, writeSync } from "node:fs";
import type { VolumeEcShardInformationMessage } from "../../rpc/gen/master_pb/VolumeEcShardInformationMessage.ts";
import { decodeEcj, encodeEcjEntry, findInEcx } from "../../volume/ec-index.ts";
import { datSizeFromShards, shardExtension } from "../../volume/ec-layout.ts";
import { type IdxEntry, idxEntryCount, readIdxEntry } from "../../volume/idx.ts";
import { decodeSuperBlock, isVolumeVersion, SUPER_BLOCK_SIZE, type VolumeVersion } from "../../volume/super-block.ts";
import { type VolumeInfo, volumeInfo } from "../../volume/vif.ts";
import { readVif } from "./vif-file.ts";

/** One mounted shard: an open file, which stays readable when it is unlinked. */
interface OpenShard {
  readonly fd: number;
  readonly size: number;
}

/** The mounted shards of one EC volume on this server, with their index and deletion journal. */
export class EcVolume {
  readonly id: number;
  readonly collection: string;
  readonly base: string;
  readonly info: VolumeInfo;
  readonly ecx: Buffer;
  readonly #ecj: number;
  readonly #deleted: Set<bigint>;
  readonly #shards = new Map<number, OpenShard>();

  /** Opens index and journal. @throws Error without an index. */
  constructor(base: string, id: number, collection: string) {
    if (!existsSync(`${base}.ecx`)) throw new Error("no .ecx index found on any local disk");
    this.id = id;
    this.collection = collection;
    this.base = base;
    this.info = readVif(`${base}.vif`) ?? volumeInfo({});
    this.ecx = readFileSync(`${base}.ecx`);
    if (!existsSync(`${base}.ecj`)) writeFileSync(`${base}.ecj`, "");
    this.#deleted = decodeEcj(readFileSync(`${base}.ecj`));
    this.#ecj = openSync(`${base}.ecj`, "a");
  }

  /** Names the encode run; 0 when the .vif does not tell. */
  get generation(): bigint {
    return this.info.ecShardConfig?.encodeTsNs ?? 0n;
  }

  get dataShards(): number {
    return this.info.ecShardConfig?.dataShards || 10;
  }

  get parityShards(): number {
    return this.info.ecShardConfig?.parityShards || 4;
  }

  get shardIds(): number[] {
    return [...this.#shards.keys()].sort((a, b) => a - b);
  }

  get version(): VolumeVersion {
    if (isVolumeVersion(this.info.version)) return this.info.version;
    const head = this.readShard(0, 0, SUPER_BLOCK_SIZE);
    return head === undefined ? 3 : decodeSuperBlock(head).version;
  }

  /** Size of the former .dat: tells how the shards were cut. */
  get datSize(): number {
    if (this.info.datFileSize > 0) return this.info.datFileSize;
    const [shard] = this.#shards.values();
    return datSizeFromShards(shard?.size ?? 0);
  }

  shardSize(shard: number): number | undefined {
    return this.#shards.get(shard)?.size;
  }

  /** @throws Error when the file is not there. */
  mount(shard: number): boolean {
    if (this.#shards.has(shard)) return false;
    const path = this.base + shardExtension(shard);
    if (!existsSync(path)) throw new Error(`MountEcShards ${this.id}.${shard} not found on disk`);
    const fd = openSync(path, "r");
    this.#shards.set(shard, { fd, size: fstatSync(fd).size });
    return true;
  }

  unmount(shard: number): boolean {
    const open = this.#shards.get(shard);
    if (open === undefined) return false;
    closeSync(open.fd);
    return this.#shards.delete(shard);
  }

  close(): void {
    for (const shard of this.shardIds) this.unmount(shard);
    closeSync(this.#ecj);
  }

  /** Bytes of a mounted shard, fewer at its end; undefined when it is not mounted. */
  readShard(shard: number, offset: number, length: number): Buffer | undefined {
    const open = this.#shards.get(shard);
    if (open === undefined) return undefined;
    const buffer = Buffer.alloc(length);
    return buffer.subarray(0, readSync(open.fd, buffer, 0, length, offset));
  }

  /** The index entry of a live needle. */
  find(key: bigint): IdxEntry | undefined {
    const entry = findInEcx(this.ecx, key);
    return entry === undefined || entry.size < 0 || this.isDeleted(key) ? undefined : entry;
  }

  isDeleted(key: bigint): boolean {
    return this.#deleted.has(key);
  }

  /** Notes a deletion in the journal; the index is not touched. */
  delete(key: bigint): void {
    if (this.find(key) === undefined) return;
    writeSync(this.#ecj, encodeEcjEntry(key));
    this.#deleted.add(key);
  }

  /** Entries of the index. */
  *entries(): Generator<IdxEntry> {
    for (let i = 0; i < idxEntryCount(this.ecx); i++) yield readIdxEntry(this.ecx, i);
  }

  /** What a heartbeat says about some of the mounted shards. */
  report(shards: readonly number[] = this.shardIds): VolumeEcShardInformationMessage {
    return {
      id: this.id,
      collection: this.collection,
      ec_index_bits: shards.reduce((bits, shard) => bits | (1 << shard), 0) >>> 0,
      shard_sizes: shards.map((shard) => this.shardSize(shard) ?? 0),
      disk_type: "",
      disk_id: 0,
      expire_at_sec: this.info.expireAtSec,
      encode_ts_ns: String(this.generation),
    };
  }
}
