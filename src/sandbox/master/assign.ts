import { randomInt } from "node:crypto";
import { status } from "@grpc/grpc-js";
import type { VolumeInformationMessage__Output as VolumeRecord } from "../../rpc/gen/master_pb/VolumeInformationMessage.ts";
import { volumeServerService } from "../../rpc/proto.ts";
import { normalizeDiskType } from "../../volume/disk-type.ts";
import { formatFileId } from "../../volume/file-id.ts";
import {
  formatReplicaPlacement,
  parseReplicaPlacement,
  type ReplicaPlacement,
  replicaCopies,
  replicaPlacementToByte,
} from "../../volume/replica-placement.ts";
import { formatTtl, parseTtl, type Ttl, ttlToUint32 } from "../../volume/ttl.ts";
import type { Peers } from "../peers.ts";
import { RpcFailure } from "../rpc-failure.ts";
import { choosePlacement, type PlacementWish } from "./placement.ts";
import type { DataNode, Topology } from "./topology.ts";

/** What kind of volume a client wants to write to. */
export interface AssignWish extends PlacementWish {
  readonly collection: string;
  readonly replication: ReplicaPlacement;
  readonly ttl: Ttl;
  /** Volumes made when none is writable; 0: the sandbox's default. */
  readonly writableVolumeCount: number;
}

export interface Assigned {
  readonly fid: string;
  readonly count: number;
  /** The replicas, the one to write to first. */
  readonly nodes: readonly DataNode[];
}

/** Text fields of an assignment, of RPC or HTTP. @throws RpcFailure when one cannot be read. */
export function assignWish(fields: Readonly<Record<string, string>>, defaultReplication: string): AssignWish {
  const replication = fields["replication"] || defaultReplication;
  return {
    collection: fields["collection"] ?? "",
    replication: readable(`unexpected replication type: ${replication}`, () => parseReplicaPlacement(replication)),
    ttl: readable(`unexpected ttl: ${fields["ttl"]}`, () => parseTtl(fields["ttl"] ?? "")),
    dataCenter: fields["dataCenter"] ?? "",
    rack: fields["rack"] ?? "",
    dataNode: fields["dataNode"] ?? "",
    diskType: normalizeDiskType(fields["disk"] ?? ""),
    writableVolumeCount: Number(fields["writableVolumeCount"] ?? 0),
  };
}

export interface AssignerOptions {
  readonly topology: Topology;
  readonly peers: Peers;
  readonly volumeSizeLimitBytes: number;
  /** Volumes made at once when a collection has no writable one. */
  readonly growth: number;
}

/** Gives out file ids and makes the volumes for them. */
export class Assigner {
  readonly #options: AssignerOptions;
  /** Volumes a vacuum works on get no new files. */
  readonly #blocked = new Set<number>();
  #lastKey = 0n;
  #growing: Promise<unknown> = Promise.resolve();

  constructor(options: AssignerOptions) {
    this.#options = options;
  }

  /** Keys grow past every key a server reports. */
  seenKey(key: bigint): void {
    if (key > this.#lastKey) this.#lastKey = key;
  }

  block(volumeId: number): void {
    this.#blocked.add(volumeId);
  }

  unblock(volumeId: number): void {
    this.#blocked.delete(volumeId);
  }

  async assign(wish: AssignWish, count: number): Promise<Assigned> {
    const volumeId = this.#pick(wish) ?? (await this.#growOne(wish));
    const key = this.#lastKey + 1n;
    this.#lastKey += BigInt(count);
    const fid = formatFileId({ volumeId, key, cookie: randomInt(1, 2 ** 32) });
    const nodes = this.#options.topology.replicas(volumeId);
    const first = nodes[randomInt(Math.max(1, nodes.length))];
    if (first === undefined) throw noWritable(wish);
    return { fid, count, nodes: [first, ...nodes.filter((node) => node !== first)] };
  }

  /** Makes `count` volumes; returns the number of replicas made. @throws RpcFailure without free slots. */
  async grow(wish: AssignWish, count: number): Promise<number> {
    let made = 0;
    for (let i = 0; i < count; i++) made += (await this.#create(wish)).length;
    return made;
  }

  /** Whether files may be written to a volume now. */
  isWritable(volumeId: number): boolean {
    const { topology, volumeSizeLimitBytes } = this.#options;
    const nodes = topology.replicas(volumeId);
    const records = nodes.map((node) => ({ node, record: node.volumes.get(volumeId) ?? {} }));
    if (this.#blocked.has(volumeId) || nodes.some((node) => node.maintenance)) return false;
    return (
      records.length > 0 &&
      records.every(({ node, record }) => {
        const readOnly = node.marks.get(volumeId) ?? record.read_only ?? false;
        const placement = record.replica_placement ?? 0;
        const copies = Math.floor(placement / 100) + (Math.floor(placement / 10) % 10) + (placement % 10) + 1;
        return !readOnly && Number(record.size ?? 0) < volumeSizeLimitBytes && records.length >= copies;
      })
    );
  }

  /** Volumes of the wanted kind that take files. */
  writables(wish: AssignWish): number[] {
    const found = new Set<number>();
    for (const node of this.#options.topology.nodes.values()) {
      if (wish.dataCenter !== "" && node.dataCenter !== wish.dataCenter) continue;
      if (wish.rack !== "" && node.rack !== wish.rack) continue;
      if (wish.dataNode !== "" && node.id !== wish.dataNode && node.url !== wish.dataNode) continue;
      for (const [id, record] of node.volumes) if (fits(record, wish) && this.isWritable(id)) found.add(id);
    }
    return [...found].sort((a, b) => a - b);
  }

  #pick(wish: AssignWish): number | undefined {
    const writables = this.writables(wish);
    return writables[randomInt(Math.max(1, writables.length))];
  }

  /** One growth at a time: those that wait use what the first one made. */
  async #growOne(wish: AssignWish): Promise<number> {
    const growth = this.#growing.then(async () => {
      const found = this.#pick(wish);
      if (found !== undefined) return found;
      const wanted = wish.writableVolumeCount || this.#options.growth;
      for (let made = 0; made < wanted; made++) {
        try {
          await this.#create(wish);
        } catch (reason) {
          if (made === 0) throw reason;
          break;
        }
      }
      return this.#pick(wish);
    });
    this.#growing = growth.catch(() => undefined);
    const volumeId = await growth;
    if (volumeId === undefined) throw noWritable(wish);
    return volumeId;
  }

  async #create(wish: AssignWish): Promise<readonly DataNode[]> {
    const { topology, peers } = this.#options;
    const nodes = choosePlacement([...topology.nodes.values()], wish.replication, wish);
    if (nodes === undefined || nodes.length < replicaCopies(wish.replication)) throw noWritable(wish);
    const volumeId = topology.nextVolumeId();
    const done: DataNode[] = [];
    try {
      for (const node of nodes) {
        await peers.call(node, volumeServerService.AllocateVolume, {
          volume_id: volumeId,
          collection: wish.collection,
          replication: formatReplicaPlacement(wish.replication),
          ttl: formatTtl(wish.ttl),
          disk_type: wish.diskType,
          version: 3,
        });
        done.push(node);
      }
    } catch (reason) {
      await Promise.allSettled(
        done.map((node) =>
          peers.call(node, volumeServerService.VolumeDelete, { volume_id: volumeId, only_empty: true }),
        ),
      );
      throw reason;
    }
    for (const node of nodes) topology.register(node, newRecord(volumeId, wish));
    return nodes;
  }
}

function newRecord(volumeId: number, wish: AssignWish): VolumeRecord {
  return {
    id: volumeId,
    size: "8",
    collection: wish.collection,
    replica_placement: replicaPlacementToByte(wish.replication),
    version: 3,
    ttl: ttlToUint32(wish.ttl),
    disk_type: wish.diskType,
    modified_at_second: String(Math.floor(Date.now() / 1000)),
  };
}

function fits(record: VolumeRecord, wish: AssignWish): boolean {
  return (
    (record.collection ?? "") === wish.collection &&
    (record.disk_type ?? "") === wish.diskType &&
    (record.replica_placement ?? 0) === replicaPlacementToByte(wish.replication) &&
    (record.ttl ?? 0) === ttlToUint32(wish.ttl)
  );
}

function noWritable(wish: AssignWish): RpcFailure {
  const { otherDataCenters: dc, otherRacks: rack, otherServers: node } = wish.replication;
  const what = JSON.stringify({
    ...(wish.collection === "" ? {} : { collection: wish.collection }),
    replication: { ...(dc > 0 && { dc }), ...(rack > 0 && { rack }), ...(node > 0 && { node }) },
    ttl: { Count: wish.ttl.count, Unit: wish.ttl.unit },
    ...(wish.dataCenter === "" ? {} : { dataCenter: wish.dataCenter }),
    version: 3,
  });
  return new RpcFailure(`no writable volumes for ${what}, volume growth in progress`, status.RESOURCE_EXHAUSTED);
}

function readable<T>(text: string, parse: () => T): T {
  try {
    return parse();
  } catch {
    throw new RpcFailure(text);
  }
}
