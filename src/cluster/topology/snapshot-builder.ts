import { AppError } from "../../core/errors.ts";
import { type ServerAddress, serverAddressOfNode } from "../../rpc/server-address.ts";
import { normalizeDiskType } from "../../volume/disk-type.ts";
import { type Column, orderByVolume, reorderAll } from "./columns.ts";
import {
  EcColumns,
  EcShardTable,
  FLAG_READ_ONLY,
  FLAG_REMOTE,
  ReplicaColumns,
  ReplicaTable,
  Snapshot,
  type TopologyDisk,
  type TopologyServer,
} from "./snapshot.ts";

/** Used by the master when it does not say. */
const DEFAULT_SIZE_LIMIT_MB = 30_000;

export interface ServerInput {
  readonly id: string;
  readonly address: string;
  /** 0 = derived from the port. */
  readonly grpcPort: number;
  readonly dataCenter: string;
  readonly rack: string;
}

export interface DiskInput {
  readonly type: string;
  readonly maxVolumes: number;
  readonly totalBytes: number;
  readonly freeBytes: number;
  readonly tags: readonly string[];
}

/** One replica. The walker fills the same object again and again. */
export interface ReplicaInput {
  volumeId: number;
  /** From `collection()`. */
  collection: number;
  size: number;
  fileCount: number;
  deleteCount: number;
  deletedBytes: number;
  modifiedAt: number;
  readOnly: boolean;
  remote: boolean;
  placement: number;
  ttl: number;
}

export interface EcInput {
  volumeId: number;
  collection: number;
  bits: number;
  bytes: number;
  generation: bigint;
}

interface DiskDraft extends DiskInput {
  server: number;
  volumes: number;
  remoteVolumes: number;
  volumeBytes: number;
  ecShards: number;
  ecBytes: number;
}

/** Collects a topology in any order and makes the sorted `Snapshot` of it. Used once. */
export class SnapshotBuilder {
  readonly #servers: { readonly input: ServerInput; readonly disks: number[] }[] = [];
  readonly #serverByPlace = new Map<string, number>();
  readonly #disks: DiskDraft[] = [];
  readonly #collections: string[] = [];
  readonly #collectionIndex = new Map<string, number>();
  #sizeLimitMb = 0;

  readonly #replicas = new ReplicaColumns();
  readonly #ec = new EcColumns();

  /** The volume size limit as the master says it; 0 or never set = 30,000 MB. */
  setSizeLimitMb(megabytes: number): void {
    this.#sizeLimitMb = megabytes;
  }

  /** The index of a server; adding it again returns the same one. */
  server(input: ServerInput): number {
    const place = placeKey(input.dataCenter, input.rack, input.id);
    const known = this.#serverByPlace.get(place);
    if (known !== undefined) return known;
    const index = this.#servers.length;
    this.#servers.push({ input, disks: [] });
    this.#serverByPlace.set(place, index);
    return index;
  }

  /** The index of a server's disk type; made empty when it was not announced. */
  diskOf(server: number, type: string): number {
    const wanted = normalizeDiskType(type);
    const found = this.#servers[server]?.disks.find((disk) => this.#disks[disk]?.type === wanted);
    return found ?? this.disk(server, { type: wanted, maxVolumes: 0, totalBytes: 0, freeBytes: 0, tags: [] });
  }

  disk(server: number, input: DiskInput): number {
    const index = this.#disks.length;
    this.#disks.push({
      ...input,
      type: normalizeDiskType(input.type),
      server,
      volumes: 0,
      remoteVolumes: 0,
      volumeBytes: 0,
      ecShards: 0,
      ecBytes: 0,
    });
    this.#servers[server]?.disks.push(index);
    return index;
  }

  /** The index of a collection's name. */
  collection(name: string): number {
    const known = this.#collectionIndex.get(name);
    if (known !== undefined) return known;
    const index = this.#collections.length;
    this.#collections.push(name);
    this.#collectionIndex.set(name, index);
    return index;
  }

  addReplica(disk: number, replica: ReplicaInput): void {
    const draft = this.#disks[disk];
    if (draft === undefined) throw new AppError("WK-INTERNAL", `There is no disk ${disk} in this topology.`);
    draft.volumes++;
    if (replica.remote) draft.remoteVolumes++;
    else draft.volumeBytes += replica.size;
    const to = this.#replicas;
    to.volumeId.push(replica.volumeId);
    to.disk.push(disk);
    to.collection.push(replica.collection);
    to.size.push(replica.size);
    to.fileCount.push(replica.fileCount);
    to.deleteCount.push(replica.deleteCount);
    to.deletedBytes.push(replica.deletedBytes);
    to.modifiedAt.push(replica.modifiedAt);
    to.flags.push((replica.readOnly ? FLAG_READ_ONLY : 0) | (replica.remote ? FLAG_REMOTE : 0));
    to.placement.push(replica.placement);
    to.ttl.push(replica.ttl);
  }

  addEcShards(disk: number, shards: EcInput): void {
    const draft = this.#disks[disk];
    if (draft === undefined) throw new AppError("WK-INTERNAL", `There is no disk ${disk} in this topology.`);
    draft.ecShards += bitCount(shards.bits);
    draft.ecBytes += shards.bytes;
    const to = this.#ec;
    to.volumeId.push(shards.volumeId);
    to.disk.push(disk);
    to.collection.push(shards.collection);
    to.bits.push(shards.bits);
    to.bytes.push(shards.bytes);
    to.generation.push(shards.generation);
  }

  build(taken: { readonly takenAt: number; readonly clockOffsetMs: number }): Snapshot {
    const { servers, disks, rank } = this.#places();
    this.#sortReplicas(rank);
    this.#sortEcShards(rank);
    return new Snapshot({
      ...taken,
      volumeSizeLimit: (this.#sizeLimitMb || DEFAULT_SIZE_LIMIT_MB) * 1024 * 1024,
      servers,
      disks,
      collections: this.#collections,
      replicas: new ReplicaTable(this.#replicas),
      ecShards: new EcShardTable(this.#ec),
    });
  }

  #sortReplicas(rank: Uint32Array): void {
    const {
      volumeId,
      disk,
      collection,
      size,
      fileCount,
      deleteCount,
      deletedBytes,
      modifiedAt,
      flags,
      placement,
      ttl,
    } = this.#replicas;
    const order = orderByVolume(volumeId, disk, rank);
    reorderAll([volumeId, disk, collection, fileCount, deleteCount, modifiedAt], order);
    reorderAll([size, deletedBytes], order);
    reorderAll([flags, placement], order);
    reorderAll([ttl], order);
    renumber(disk, rank);
  }

  #sortEcShards(rank: Uint32Array): void {
    const { volumeId, disk, collection, bits, bytes, generation } = this.#ec;
    const order = orderByVolume(volumeId, disk, rank);
    reorderAll([volumeId, disk, collection, bits], order);
    reorderAll([bytes], order);
    reorderAll([generation], order);
    renumber(disk, rank);
  }

  /** Servers and disks in one order that does not depend on the master's, and each old disk's new index. */
  #places(): { servers: readonly TopologyServer[]; disks: readonly TopologyDisk[]; rank: Uint32Array } {
    const numbering = new Numbering();
    const drafts = this.#servers
      .map(({ input, disks }) => ({ input, disks, ...dialled(input) }))
      .sort((a, b) => compareText(a.http, b.http) || compareText(a.input.id, b.input.id));
    const servers: TopologyServer[] = [];
    const disks: TopologyDisk[] = [];
    const rank = new Uint32Array(this.#disks.length);
    for (const { input, address, http, host, disks: old } of drafts) {
      const own: number[] = [];
      const sorted = [...old].sort((a, b) => compareText(this.#disks[a]?.type ?? "", this.#disks[b]?.type ?? ""));
      for (const index of sorted) {
        const draft = this.#disks[index];
        if (draft === undefined) continue;
        rank[index] = disks.length;
        own.push(disks.length);
        disks.push({ ...draft, server: servers.length });
      }
      servers.push({
        id: input.id,
        address,
        http,
        host,
        dataCenter: input.dataCenter,
        rack: input.rack,
        dataCenterIndex: numbering.of("dc", input.dataCenter),
        rackIndex: numbering.of("rack", `${input.dataCenter}\n${input.rack}`),
        hostIndex: numbering.of("host", host),
        disks: own,
      });
    }
    return { servers, disks, rank };
  }
}

function placeKey(dataCenter: string, rack: string, id: string): string {
  return `${dataCenter}\n${rack}\n${id}`;
}

function dialled(input: ServerInput): { address: ServerAddress | undefined; http: string; host: string } {
  try {
    const address = serverAddressOfNode({ id: input.id, address: input.address, grpc_port: input.grpcPort });
    return { address, http: address.http, host: address.host };
  } catch {
    // A free-form id without an address: it stays in the picture, its volumes count as copies.
    return { address: undefined, http: input.id, host: input.id };
  }
}

class Numbering {
  readonly #kinds = new Map<string, Map<string, number>>();

  of(kind: string, name: string): number {
    let names = this.#kinds.get(kind);
    if (names === undefined) {
      names = new Map();
      this.#kinds.set(kind, names);
    }
    const index = names.get(name) ?? names.size;
    names.set(name, index);
    return index;
  }
}

/** Gives the disks of a table their new numbers. */
function renumber(disks: Column<Uint32Array>, rank: Uint32Array): void {
  for (const chunk of disks.chunks) {
    for (let at = 0; at < chunk.length; at++) chunk[at] = rank[chunk[at] ?? 0] ?? 0;
  }
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Number of set bits: of shards in a row. */
export function bitCount(bits: number): number {
  let left = bits >>> 0;
  let count = 0;
  while (left !== 0) {
    left &= left - 1;
    count++;
  }
  return count;
}
