import type { Heartbeat__Output } from "../../rpc/gen/master_pb/Heartbeat.ts";
import type { Location } from "../../rpc/gen/master_pb/Location.ts";
import type { VolumeEcShardInformationMessage__Output as EcRecord } from "../../rpc/gen/master_pb/VolumeEcShardInformationMessage.ts";
import type { VolumeInformationMessage__Output as VolumeRecord } from "../../rpc/gen/master_pb/VolumeInformationMessage.ts";
import type { VolumeShortInformationMessage__Output as ShortRecord } from "../../rpc/gen/master_pb/VolumeShortInformationMessage.ts";

/** What clients that follow the cluster are told about one server. */
export interface LocationChange {
  readonly node: DataNode;
  readonly newVids: readonly number[];
  readonly deletedVids: readonly number[];
  readonly newEcVids: readonly number[];
  readonly deletedEcVids: readonly number[];
}

/** One volume server, as its heartbeats describe it. */
export class DataNode {
  readonly id: string;
  ip = "";
  port = 0;
  grpcPort = 0;
  publicUrl = "";
  dataCenter = "DefaultDataCenter";
  rack = "DefaultRack";
  maintenance = false;
  uuids: readonly string[] = [];
  maxVolumeCounts: Readonly<Record<string, number>> = {};
  totalBytes: Readonly<Record<string, string>> = {};
  freeBytes: Readonly<Record<string, string>> = {};
  diskTags: NonNullable<Heartbeat__Output["disk_tags"]> = [];
  /** By volume id. */
  volumes = new Map<number, VolumeRecord>();
  /** By volume id and disk. */
  ecShards = new Map<string, EcRecord>();
  /** What VolumeMarkReadonly said since the last full list: volume id → read-only. */
  readonly marks = new Map<number, boolean>();
  /** The stream that feeds this node; a later one of the same server takes over. */
  stream: object | undefined;
  /** Full heartbeats taken in from that stream. */
  beats = 0;

  constructor(id: string) {
    this.id = id;
  }

  /** `ip:port`, where HTTP is served. */
  get url(): string {
    return `${this.ip}:${this.port}`;
  }

  get location(): Location {
    return {
      url: this.url,
      public_url: this.publicUrl === "" ? this.url : this.publicUrl,
      grpc_port: this.grpcPort,
      data_center: this.dataCenter,
    };
  }

  diskTypes(): string[] {
    const used = [...this.volumes.values(), ...this.ecShards.values()].map((record) => record.disk_type ?? "");
    return [...new Set([...Object.keys(this.maxVolumeCounts), ...used])];
  }

  /** Volume slots that are still free on disks of a type. */
  freeSlots(diskType: string): number {
    const volumes = this.volumesOn(diskType).length;
    const shards = this.ecShardsOn(diskType).reduce((sum, record) => sum + bitCount(record.ec_index_bits ?? 0), 0);
    return (this.maxVolumeCounts[diskType] ?? 0) - volumes - Math.ceil(shards / 10);
  }

  volumesOn(diskType: string): VolumeRecord[] {
    return [...this.volumes.values()].filter((record) => (record.disk_type ?? "") === diskType);
  }

  ecShardsOn(diskType: string): EcRecord[] {
    return [...this.ecShards.values()].filter((record) => (record.disk_type ?? "") === diskType);
  }

  ecVids(): Set<number> {
    return new Set([...this.ecShards.values()].map((record) => record.id ?? 0));
  }
}

/** The master's picture of the cluster: nothing but what heartbeats said, so it is late where they are. */
export class Topology {
  readonly nodes = new Map<string, DataNode>();
  readonly #listeners = new Set<(change: LocationChange) => void>();
  #maxVolumeId = 0;

  /** Calls `listener` at every change of places; returns how to stop that. */
  onChange(listener: (change: LocationChange) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  get maxVolumeId(): number {
    return this.#maxVolumeId;
  }

  nextVolumeId(): number {
    return ++this.#maxVolumeId;
  }

  /** The node a heartbeat with an address speaks of; a node known by `ip:port` is re-keyed when it names itself. */
  nodeOf(beat: Heartbeat__Output): DataNode {
    const address = `${beat.ip}:${beat.port ?? 0}`;
    const id = beat.id?.trim() || address;
    const node = this.nodes.get(id) ?? new DataNode(id);
    this.nodes.set(id, node);
    node.ip = beat.ip ?? "";
    node.port = beat.port ?? 0;
    node.grpcPort = beat.grpc_port || node.port + 10000;
    node.publicUrl = beat.public_url ?? "";
    node.dataCenter = beat.data_center || "DefaultDataCenter";
    node.rack = beat.rack || "DefaultRack";
    return node;
  }

  /** Takes over what one heartbeat says. */
  apply(node: DataNode, beat: Heartbeat__Output): void {
    const before = { volumes: new Set(node.volumes.keys()), ec: node.ecVids() };
    if (beat.state !== undefined) node.maintenance = beat.state.maintenance ?? false;
    if (beat.max_volume_counts !== undefined) node.maxVolumeCounts = beat.max_volume_counts;
    if (beat.disk_total_bytes !== undefined) node.totalBytes = beat.disk_total_bytes;
    if (beat.disk_free_bytes !== undefined) node.freeBytes = beat.disk_free_bytes;
    if (beat.disk_tags !== undefined) node.diskTags = beat.disk_tags;
    if (beat.location_uuids !== undefined) node.uuids = beat.location_uuids;
    this.#applyVolumes(node, beat);
    this.#applyEcShards(node, beat);
    this.#announce(node, before.volumes, before.ec);
  }

  /** Forgets a server whose stream ended. */
  remove(node: DataNode): void {
    if (this.nodes.get(node.id) !== node) return;
    const before = { volumes: new Set(node.volumes.keys()), ec: node.ecVids() };
    this.nodes.delete(node.id);
    node.volumes.clear();
    node.ecShards.clear();
    this.#announce(node, before.volumes, before.ec);
  }

  /** Enters a volume that was just created, ahead of the heartbeat that will report it. */
  register(node: DataNode, record: VolumeRecord): void {
    const before = { volumes: new Set(node.volumes.keys()), ec: node.ecVids() };
    node.volumes.set(record.id ?? 0, record);
    this.#announce(node, before.volumes, before.ec);
  }

  /** The servers with a normal replica of a volume. */
  replicas(volumeId: number): DataNode[] {
    return [...this.nodes.values()].filter((node) => node.volumes.has(volumeId));
  }

  /** The servers of each EC shard; undefined when the volume has none. */
  ecShards(volumeId: number): Map<number, DataNode[]> | undefined {
    const found = new Map<number, DataNode[]>();
    for (const node of this.nodes.values()) {
      for (const record of node.ecShards.values()) {
        if (record.id !== volumeId) continue;
        for (const shard of shardIds(record.ec_index_bits ?? 0)) {
          found.set(shard, [...(found.get(shard) ?? []), node]);
        }
      }
    }
    return found.size === 0 ? undefined : new Map([...found].sort(([a], [b]) => a - b));
  }

  /** Where a volume can be read: its replicas, else the servers of its shards (one entry a shard, as SeaweedFS does). */
  lookup(volumeId: number): DataNode[] {
    const replicas = this.replicas(volumeId);
    return replicas.length > 0 ? replicas : [...(this.ecShards(volumeId)?.values() ?? [])].flat();
  }

  /** Another live server with one of these directories. */
  ownerOf(uuids: readonly string[], except: DataNode): string[] {
    const others = [...this.nodes.values()].filter((node) => node !== except).flatMap((node) => node.uuids);
    return uuids.filter((uuid) => others.includes(uuid));
  }

  #applyVolumes(node: DataNode, beat: Heartbeat__Output): void {
    if ((beat.volumes?.length ?? 0) > 0 || beat.has_no_volumes === true) {
      node.volumes = new Map((beat.volumes ?? []).map((record) => [record.id ?? 0, record]));
      node.marks.clear();
      node.beats++;
    }
    for (const record of beat.changed_volumes ?? []) node.volumes.set(record.id ?? 0, record);
    for (const short of beat.new_volumes ?? []) {
      if (!node.volumes.has(short.id ?? 0)) node.volumes.set(short.id ?? 0, fromShort(short));
    }
    for (const short of beat.deleted_volumes ?? []) node.volumes.delete(short.id ?? 0);
    for (const id of node.volumes.keys()) this.#maxVolumeId = Math.max(this.#maxVolumeId, id);
  }

  #applyEcShards(node: DataNode, beat: Heartbeat__Output): void {
    if ((beat.ec_shards?.length ?? 0) > 0 || beat.has_no_ec_shards === true) {
      node.ecShards = new Map((beat.ec_shards ?? []).map((record) => [ecKey(record), record]));
    }
    for (const record of beat.new_ec_shards ?? []) {
      const known = node.ecShards.get(ecKey(record));
      node.ecShards.set(ecKey(record), known === undefined ? record : joinShards(known, record));
    }
    for (const record of beat.deleted_ec_shards ?? []) {
      const known = node.ecShards.get(ecKey(record));
      const left = known === undefined ? undefined : withoutShards(known, record.ec_index_bits ?? 0);
      if (left === undefined) node.ecShards.delete(ecKey(record));
      else node.ecShards.set(ecKey(record), left);
    }
    for (const id of node.ecVids()) this.#maxVolumeId = Math.max(this.#maxVolumeId, id);
  }

  #announce(node: DataNode, volumes: ReadonlySet<number>, ec: ReadonlySet<number>): void {
    const nowEc = node.ecVids();
    const change: LocationChange = {
      node,
      newVids: [...node.volumes.keys()].filter((id) => !volumes.has(id)),
      deletedVids: [...volumes].filter((id) => !node.volumes.has(id)),
      newEcVids: [...nowEc].filter((id) => !ec.has(id)),
      deletedEcVids: [...ec].filter((id) => !nowEc.has(id)),
    };
    const changed = [change.newVids, change.deletedVids, change.newEcVids, change.deletedEcVids];
    if (changed.every((list) => list.length === 0)) return;
    for (const listener of this.#listeners) listener(change);
  }
}

export function bitCount(bits: number): number {
  return shardIds(bits).length;
}

/** The set bits, ascending. */
function shardIds(bits: number): number[] {
  return Array.from({ length: 32 }, (_, id) => id).filter((id) => ((bits >>> id) & 1) === 1);
}

function ecKey(record: EcRecord): string {
  return `${record.id ?? 0}/${record.disk_type ?? ""}/${record.disk_id ?? 0}`;
}

function fromShort(short: ShortRecord): VolumeRecord {
  return { ...short, size: "0" };
}

function sizesByShard(record: EcRecord): Map<number, string> {
  return new Map(shardIds(record.ec_index_bits ?? 0).map((id, index) => [id, record.shard_sizes?.[index] ?? "0"]));
}

function withSizes(record: EcRecord, sizes: ReadonlyMap<number, string>): EcRecord {
  const ids = [...sizes.keys()].sort((a, b) => a - b);
  return {
    ...record,
    ec_index_bits: ids.reduce((bits, id) => bits | (1 << id), 0) >>> 0,
    shard_sizes: ids.map((id) => sizes.get(id) ?? "0"),
  };
}

function joinShards(known: EcRecord, added: EcRecord): EcRecord {
  return withSizes({ ...known, ...added }, new Map([...sizesByShard(known), ...sizesByShard(added)]));
}

function withoutShards(known: EcRecord, bits: number): EcRecord | undefined {
  const left = new Map([...sizesByShard(known)].filter(([id]) => ((bits >>> id) & 1) === 0));
  return left.size === 0 ? undefined : withSizes(known, left);
}
