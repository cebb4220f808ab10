import type { Location } from "../../rpc/gen/master_pb/Location.ts";
import type { SeaweedDefinition } from "../../rpc/gen/master_pb/Seaweed.ts";
import { volumeServerService } from "../../rpc/proto.ts";
import { normalizeDiskType } from "../../volume/disk-type.ts";
import type { Peers } from "../peers.ts";
import { RpcFailure } from "../rpc-failure.ts";
import { bidi, type Handlers, serverStream, unary } from "../rpc-handlers.ts";
import { type Assigned, type Assigner, type AssignWish, assignWish } from "./assign.ts";
import type { DataNode, Topology } from "./topology.ts";
import { topologyInfo, topologySkeleton, type VolumeFilter, volumeBatches } from "./topology-view.ts";

export interface VolumeRpcOptions {
  readonly topology: Topology;
  readonly assigner: Assigner;
  readonly peers: Peers;
  readonly volumeSizeLimitMb: number;
  readonly defaultReplication: string;
}

/** Table of shard ids that LookupEcVolume always answers in full. */
const LISTED_SHARDS = 32;

/** The master's RPCs about volumes: finding, listing, assigning, growing, collections. */
export function volumeHandlers(options: VolumeRpcOptions): Handlers<SeaweedDefinition> {
  const { topology, assigner, volumeSizeLimitMb } = options;
  return {
    LookupVolume: unary(({ volume_or_file_ids = [] }) => ({
      volume_id_locations: volume_or_file_ids.map((id) => lookupEntry(topology, id)),
    })),

    LookupEcVolume: unary(({ volume_id = 0 }) => {
      const shards = topology.ecShards(volume_id);
      if (shards === undefined) throw new RpcFailure(`ec volume ${volume_id} not found`);
      return {
        volume_id,
        shard_id_locations: Array.from({ length: LISTED_SHARDS }, (_, shardId) => ({
          shard_id: shardId,
          locations: (shards.get(shardId) ?? []).map((node) => node.location),
        })),
      };
    }),

    Assign: unary(async (request) => {
      const wish = assignWish(rpcFields(request), options.defaultReplication);
      return assignResponse(await assigner.assign(wish, Number(request.count ?? 0) || 1));
    }),

    StreamAssign: bidi(async (requests, send) => {
      for await (const request of requests) {
        try {
          const wish = assignWish(rpcFields(request), options.defaultReplication);
          await send(assignResponse(await assigner.assign(wish, Number(request.count ?? 0) || 1)));
        } catch (reason) {
          if (!(reason instanceof RpcFailure)) throw reason;
          await send({ error: reason.message });
        }
      }
    }),

    VolumeGrow: unary(async (request) => {
      const wish = assignWish(rpcFields(request), options.defaultReplication);
      await assigner.grow(wish, request.writable_volume_count || 1);
      return {};
    }),

    VolumeList: unary((request) => ({
      topology_info: topologyInfo(topology, filterOf(request)),
      volume_size_limit_mb: volumeSizeLimitMb,
    })),

    VolumeListStream: serverStream(async (request, send) => {
      const header = { topology_info: topologySkeleton(topology), volume_size_limit_mb: volumeSizeLimitMb };
      await send({ header });
      for (const batch of volumeBatches(topology, filterOf(request))) await send(batch);
    }),

    VolumeMarkReadonly: unary(({ ip = "", port = 0, volume_id = 0, is_readonly = false }) => {
      const node = [...topology.nodes.values()].find((candidate) => candidate.url === `${ip}:${port}`);
      node?.marks.set(volume_id, is_readonly);
      return {};
    }),

    CollectionList: unary(({ include_normal_volumes = false, include_ec_volumes = false }) => ({
      collections: collections(topology, include_normal_volumes, include_ec_volumes).map((name) => ({ name })),
    })),

    CollectionDelete: unary(async ({ name = "" }) => {
      await deleteCollection(options, name);
      return {};
    }),

    Statistics: unary(({ collection = "", disk_type = "" }) => {
      const type = normalizeDiskType(disk_type);
      const nodes = [...topology.nodes.values()];
      const slots = nodes.reduce((total, node) => total + (node.maxVolumeCounts[type] ?? 0), 0);
      const records = nodes
        .flatMap((node) => node.volumesOn(type))
        .filter((record) => collection === "" || record.collection === collection);
      const total = String(slots * volumeSizeLimitMb * 1024 * 1024);
      const used = String(records.reduce((sum, record) => sum + Number(record.size ?? 0), 0));
      return {
        total_size: total,
        used_size: used,
        file_count: String(records.reduce((sum, record) => sum + Number(record.file_count ?? 0), 0)),
        logical_total_size: total,
        logical_used_size: used,
      };
    }),

    CollectionStatistics: unary(() => ({
      collections: collections(topology, true, true).map((name) => collectionStatistics(topology, name)),
    })),
  };
}

/** Names of all collections, the default one as "". */
export function collections(topology: Topology, normal: boolean, ec: boolean): string[] {
  const records = [...topology.nodes.values()].flatMap((node) => [
    ...(normal ? node.volumes.values() : []),
    ...(ec ? node.ecShards.values() : []),
  ]);
  return [...new Set(records.map((record) => record.collection ?? ""))].sort();
}

/** Deletes a collection on every server that has a part of it. */
export async function deleteCollection(
  { topology, peers }: Pick<VolumeRpcOptions, "topology" | "peers">,
  name: string,
): Promise<void> {
  const holds = (node: DataNode): boolean =>
    [...node.volumes.values(), ...node.ecShards.values()].some((record) => (record.collection ?? "") === name);
  for (const node of [...topology.nodes.values()].filter(holds)) {
    await peers.call(node, volumeServerService.DeleteCollection, { collection: name });
  }
}

function collectionStatistics(topology: Topology, name: string): Record<string, string> {
  const nodes = [...topology.nodes.values()];
  const volumes = nodes
    .flatMap((node) => [...node.volumes.values()])
    .filter((record) => (record.collection ?? "") === name);
  const shards = nodes
    .flatMap((node) => [...node.ecShards.values()])
    .filter((record) => (record.collection ?? "") === name);
  const byId = new Map(volumes.map((record) => [record.id, record]));
  const sum = (list: readonly { readonly [key: string]: unknown }[], field: string): string =>
    String(list.reduce((total, record) => total + Number(record[field] ?? 0), 0));
  const logical = [...byId.values()].map((record) => ({ ...record }));
  const shardBytes = shards
    .flatMap((record) => record.shard_sizes ?? [])
    .reduce((total, size) => total + Number(size), 0);
  const ids = new Set([...byId.keys(), ...shards.map((record) => record.id)]);
  return {
    collection: name,
    file_count: sum(logical, "file_count"),
    delete_count: sum(logical, "delete_count"),
    deleted_byte_count: sum(logical, "deleted_byte_count"),
    size: sum(logical, "size"),
    physical_size: String(volumes.reduce((total, record) => total + Number(record.size ?? 0), 0) + shardBytes),
    volume_count: String(ids.size),
  };
}

function lookupEntry(
  topology: Topology,
  volumeOrFileId: string,
): { volume_or_file_id: string; locations?: Location[]; error?: string } {
  const id = volumeOrFileId.split(",", 1)[0] ?? "";
  const nodes = topology.lookup(Number(id));
  if (nodes.length === 0) return { volume_or_file_id: id, error: `volume id ${id} not found` };
  return { volume_or_file_id: id, locations: nodes.map((node) => node.location) };
}

function assignResponse(assigned: Assigned): {
  fid: string;
  count: number;
  location?: Location;
  replicas: Location[];
} {
  const [location, ...replicas] = assigned.nodes.map((node) => node.location);
  return { fid: assigned.fid, count: assigned.count, replicas, ...(location === undefined ? {} : { location }) };
}

/** The fields of an RPC under the names the HTTP interface uses. */
function rpcFields(request: {
  readonly collection?: string;
  readonly replication?: string;
  readonly ttl?: string;
  readonly data_center?: string;
  readonly rack?: string;
  readonly data_node?: string;
  readonly disk_type?: string;
  readonly writable_volume_count?: number;
}): Record<string, string> {
  return {
    collection: request.collection ?? "",
    replication: request.replication ?? "",
    ttl: request.ttl ?? "",
    dataCenter: request.data_center ?? "",
    rack: request.rack ?? "",
    dataNode: request.data_node ?? "",
    disk: request.disk_type ?? "",
    writableVolumeCount: String(request.writable_volume_count ?? 0),
  } satisfies Record<keyof Omit<AssignWish, "diskType"> | "disk", string>;
}

function filterOf(request: {
  readonly collection?: string;
  readonly volume_id?: number;
  readonly default_collection_only?: boolean;
}): VolumeFilter {
  return {
    collection: request.collection ?? "",
    volumeId: request.volume_id ?? 0,
    defaultCollectionOnly: request.default_collection_only ?? false,
  };
}
