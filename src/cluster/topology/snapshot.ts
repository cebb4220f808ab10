import type { ServerAddress } from "../../rpc/server-address.ts";
import { CHUNK_BITS, CHUNK_MASK, Column } from "./columns.ts";

/** A volume server. Its place in `Snapshot.servers` is its index. */
export interface TopologyServer {
  /** The master's name for it; free-form. */
  readonly id: string;
  /** Undefined when neither its id nor its address can be dialled: nothing is planned that touches it. */
  readonly address: ServerAddress | undefined;
  /** `host:port`, or the id when there is no address. */
  readonly http: string;
  readonly host: string;
  readonly dataCenter: string;
  readonly rack: string;
  /** Equal for servers of one data center. */
  readonly dataCenterIndex: number;
  /** Equal for servers of one rack of one data center. */
  readonly rackIndex: number;
  readonly hostIndex: number;
  /** Indices into `Snapshot.disks`. */
  readonly disks: readonly number[];
}

/** The disks of one type of one server: the master does not tell several disks of a type apart. */
export interface TopologyDisk {
  /** Index into `Snapshot.servers`. */
  readonly server: number;
  /** Empty text for hard disks. */
  readonly type: string;
  readonly maxVolumes: number;
  /** Volumes in the list, remote ones included. */
  readonly volumes: number;
  readonly remoteVolumes: number;
  /** Bytes of the volumes that lie on the disk. */
  readonly volumeBytes: number;
  readonly ecShards: number;
  readonly ecBytes: number;
  /** 0 = not reported. */
  readonly totalBytes: number;
  readonly freeBytes: number;
  readonly tags: readonly string[];
}

/** Volumes an erasure-coded volume's shards count as, the master's rule. */
export const SHARDS_PER_SLOT = 10;

/** Volumes that still fit by count; an EC volume's ten shards take one slot. */
export function freeSlots(disk: TopologyDisk): number {
  const taken = disk.volumes - disk.remoteVolumes + Math.ceil(disk.ecShards / SHARDS_PER_SLOT);
  return Math.max(0, disk.maxVolumes - taken);
}

/** Columns of the replicas while and after they are read. */
export class ReplicaColumns {
  readonly volumeId = new Column((length) => new Uint32Array(length));
  readonly disk = new Column((length) => new Uint32Array(length));
  readonly collection = new Column((length) => new Uint32Array(length));
  readonly size = new Column((length) => new Float64Array(length));
  readonly fileCount = new Column((length) => new Uint32Array(length));
  readonly deleteCount = new Column((length) => new Uint32Array(length));
  readonly deletedBytes = new Column((length) => new Float64Array(length));
  readonly modifiedAt = new Column((length) => new Uint32Array(length));
  readonly flags = new Column((length) => new Uint8Array(length));
  readonly placement = new Column((length) => new Uint8Array(length));
  readonly ttl = new Column((length) => new Uint16Array(length));
}

export const FLAG_READ_ONLY = 1;
export const FLAG_REMOTE = 2;

/** Every replica of every volume as a table, sorted by volume id, then server. A replica is its row number. */
export class ReplicaTable {
  readonly count: number;
  readonly #volumeId: readonly Uint32Array[];
  readonly #disk: readonly Uint32Array[];
  readonly #collection: readonly Uint32Array[];
  readonly #size: readonly Float64Array[];
  readonly #fileCount: readonly Uint32Array[];
  readonly #deleteCount: readonly Uint32Array[];
  readonly #deletedBytes: readonly Float64Array[];
  readonly #modifiedAt: readonly Uint32Array[];
  readonly #flags: readonly Uint8Array[];
  readonly #placement: readonly Uint8Array[];
  readonly #ttl: readonly Uint16Array[];

  constructor(columns: ReplicaColumns) {
    this.count = columns.volumeId.length;
    this.#volumeId = columns.volumeId.chunks;
    this.#disk = columns.disk.chunks;
    this.#collection = columns.collection.chunks;
    this.#size = columns.size.chunks;
    this.#fileCount = columns.fileCount.chunks;
    this.#deleteCount = columns.deleteCount.chunks;
    this.#deletedBytes = columns.deletedBytes.chunks;
    this.#modifiedAt = columns.modifiedAt.chunks;
    this.#flags = columns.flags.chunks;
    this.#placement = columns.placement.chunks;
    this.#ttl = columns.ttl.chunks;
  }

  volumeId(row: number): number {
    return this.#volumeId[row >> CHUNK_BITS]?.[row & CHUNK_MASK] ?? 0;
  }
  /** Index into `Snapshot.disks`. */
  disk(row: number): number {
    return this.#disk[row >> CHUNK_BITS]?.[row & CHUNK_MASK] ?? 0;
  }
  /** Index into `Snapshot.collections`. */
  collection(row: number): number {
    return this.#collection[row >> CHUNK_BITS]?.[row & CHUNK_MASK] ?? 0;
  }
  size(row: number): number {
    return this.#size[row >> CHUNK_BITS]?.[row & CHUNK_MASK] ?? 0;
  }
  fileCount(row: number): number {
    return this.#fileCount[row >> CHUNK_BITS]?.[row & CHUNK_MASK] ?? 0;
  }
  deleteCount(row: number): number {
    return this.#deleteCount[row >> CHUNK_BITS]?.[row & CHUNK_MASK] ?? 0;
  }
  deletedBytes(row: number): number {
    return this.#deletedBytes[row >> CHUNK_BITS]?.[row & CHUNK_MASK] ?? 0;
  }
  /** Unix seconds of the last write by the volume server's clock; 0 = not known. */
  modifiedAt(row: number): number {
    return this.#modifiedAt[row >> CHUNK_BITS]?.[row & CHUNK_MASK] ?? 0;
  }
  readOnly(row: number): boolean {
    return ((this.#flags[row >> CHUNK_BITS]?.[row & CHUNK_MASK] ?? 0) & FLAG_READ_ONLY) !== 0;
  }
  /** Its bytes lie in a remote tier. */
  remote(row: number): boolean {
    return ((this.#flags[row >> CHUNK_BITS]?.[row & CHUNK_MASK] ?? 0) & FLAG_REMOTE) !== 0;
  }
  /** The placement's byte: 110 means "110". */
  placement(row: number): number {
    return this.#placement[row >> CHUNK_BITS]?.[row & CHUNK_MASK] ?? 0;
  }
  /** As on the wire: count × 256 + unit; 0 = none. */
  ttl(row: number): number {
    return this.#ttl[row >> CHUNK_BITS]?.[row & CHUNK_MASK] ?? 0;
  }
}

/** Columns of the EC shards. */
export class EcColumns {
  readonly volumeId = new Column((length) => new Uint32Array(length));
  readonly disk = new Column((length) => new Uint32Array(length));
  readonly collection = new Column((length) => new Uint32Array(length));
  readonly bits = new Column((length) => new Uint32Array(length));
  readonly bytes = new Column((length) => new Float64Array(length));
  readonly generation = new Column((length) => new BigInt64Array(length));
}

/** Mounted EC shards: one row for each volume, server and disk type; sorted like the replicas. */
export class EcShardTable {
  readonly count: number;
  readonly #volumeId: readonly Uint32Array[];
  readonly #disk: readonly Uint32Array[];
  readonly #collection: readonly Uint32Array[];
  readonly #bits: readonly Uint32Array[];
  readonly #bytes: readonly Float64Array[];
  readonly #generation: readonly BigInt64Array[];

  constructor(columns: EcColumns) {
    this.count = columns.volumeId.length;
    this.#volumeId = columns.volumeId.chunks;
    this.#disk = columns.disk.chunks;
    this.#collection = columns.collection.chunks;
    this.#bits = columns.bits.chunks;
    this.#bytes = columns.bytes.chunks;
    this.#generation = columns.generation.chunks;
  }

  volumeId(row: number): number {
    return this.#volumeId[row >> CHUNK_BITS]?.[row & CHUNK_MASK] ?? 0;
  }
  /** Index into `Snapshot.disks`. */
  disk(row: number): number {
    return this.#disk[row >> CHUNK_BITS]?.[row & CHUNK_MASK] ?? 0;
  }
  collection(row: number): number {
    return this.#collection[row >> CHUNK_BITS]?.[row & CHUNK_MASK] ?? 0;
  }
  /** Bit n is shard n. */
  bits(row: number): number {
    return this.#bits[row >> CHUNK_BITS]?.[row & CHUNK_MASK] ?? 0;
  }
  /** Bytes of the row's shards together; 0 = not reported. */
  bytes(row: number): number {
    return this.#bytes[row >> CHUNK_BITS]?.[row & CHUNK_MASK] ?? 0;
  }
  /** `encode_ts_ns`; 0n from servers that do not say. */
  generation(row: number): bigint {
    return this.#generation[row >> CHUNK_BITS]?.[row & CHUNK_MASK] ?? 0n;
  }
}

export interface SnapshotParts {
  /** Unix ms by our clock when the master began to answer. */
  readonly takenAt: number;
  /** The master's clock minus ours, ms. */
  readonly clockOffsetMs: number;
  /** Bytes at which a volume is full. */
  readonly volumeSizeLimit: number;
  readonly servers: readonly TopologyServer[];
  readonly disks: readonly TopologyDisk[];
  readonly collections: readonly string[];
  readonly replicas: ReplicaTable;
  readonly ecShards: EcShardTable;
}

/**
 * The cluster at one moment, compact: about 45 bytes a replica. Volumes are groups of replica rows: group `g` has
 * the rows `groupStart(g)` to `groupStart(g + 1)` (exclusive).
 */
export class Snapshot {
  readonly takenAt: number;
  readonly clockOffsetMs: number;
  readonly volumeSizeLimit: number;
  readonly servers: readonly TopologyServer[];
  readonly disks: readonly TopologyDisk[];
  readonly collections: readonly string[];
  readonly replicas: ReplicaTable;
  readonly ecShards: EcShardTable;
  /** Volumes that have at least one replica; those that only have EC shards are not among them. */
  readonly volumeCount: number;
  readonly #starts: Uint32Array;

  constructor(parts: SnapshotParts) {
    this.takenAt = parts.takenAt;
    this.clockOffsetMs = parts.clockOffsetMs;
    this.volumeSizeLimit = parts.volumeSizeLimit;
    this.servers = parts.servers;
    this.disks = parts.disks;
    this.collections = parts.collections;
    this.replicas = parts.replicas;
    this.ecShards = parts.ecShards;
    this.#starts = groupStarts(parts.replicas);
    this.volumeCount = this.#starts.length - 1;
  }

  /** First replica row of group `g`; for `g` = `volumeCount` the number of rows. */
  groupStart(group: number): number {
    return this.#starts[group] ?? this.replicas.count;
  }

  /** The group of a volume, or -1 when it has no replica. */
  groupOf(volumeId: number): number {
    const group = lowerBound(this.volumeCount, (at) => this.replicas.volumeId(this.groupStart(at)) < volumeId);
    return group < this.volumeCount && this.replicas.volumeId(this.groupStart(group)) === volumeId ? group : -1;
  }

  /** First EC row of a volume and the row after its last; both equal when it has none. */
  ecRows(volumeId: number): { readonly start: number; readonly end: number } {
    const table = this.ecShards;
    const start = lowerBound(table.count, (at) => table.volumeId(at) < volumeId);
    let end = start;
    while (end < table.count && table.volumeId(end) === volumeId) end++;
    return { start, end };
  }

  /** The first group and the first EC row of volumes with a larger id: where a page of a list begins. */
  after(volumeId: number): { readonly group: number; readonly ecRow: number } {
    return {
      group: lowerBound(this.volumeCount, (at) => this.replicas.volumeId(this.groupStart(at)) <= volumeId),
      ecRow: lowerBound(this.ecShards.count, (at) => this.ecShards.volumeId(at) <= volumeId),
    };
  }

  /** The disk of a replica row. */
  diskOf(row: number): TopologyDisk {
    return entry(this.disks, this.replicas.disk(row));
  }

  /** The server of a replica row. */
  serverOf(row: number): TopologyServer {
    return entry(this.servers, this.diskOf(row).server);
  }

  collectionOf(row: number): string {
    return this.collections[this.replicas.collection(row)] ?? "";
  }
}

function entry<T>(list: readonly T[], index: number): T {
  const found = list[index];
  if (found === undefined) throw new RangeError(`There is no entry ${index} in a list of ${list.length}.`);
  return found;
}

function groupStarts(replicas: ReplicaTable): Uint32Array {
  let groups = 0;
  for (let row = 0; row < replicas.count; row++) {
    if (row === 0 || replicas.volumeId(row) !== replicas.volumeId(row - 1)) groups++;
  }
  const starts = new Uint32Array(groups + 1);
  let group = 0;
  for (let row = 0; row < replicas.count; row++) {
    if (row === 0 || replicas.volumeId(row) !== replicas.volumeId(row - 1)) starts[group++] = row;
  }
  starts[groups] = replicas.count;
  return starts;
}

/** The first index for which `before` is false. */
function lowerBound(length: number, before: (at: number) => boolean): number {
  let low = 0;
  let high = length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (before(middle)) low = middle + 1;
    else high = middle;
  }
  return low;
}
