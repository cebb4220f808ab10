import type { DataNodeInfo } from "../../rpc/gen/master_pb/DataNodeInfo.ts";
import type { DiskInfo } from "../../rpc/gen/master_pb/DiskInfo.ts";
import type { TopologyInfo } from "../../rpc/gen/master_pb/TopologyInfo.ts";
import type { VolumeListStreamResponse } from "../../rpc/gen/master_pb/VolumeListStreamResponse.ts";
import { bitCount, type DataNode, type Topology } from "./topology.ts";

/** Which volumes a VolumeList shows; the servers themselves are always there. */
export interface VolumeFilter {
  readonly collection: string;
  readonly defaultCollectionOnly: boolean;
  /** 0: all. */
  readonly volumeId: number;
}

/** Most entries in one message of VolumeListStream. */
const BATCH = 10_000;

/** The answer of VolumeList. */
export function topologyInfo(topology: Topology, filter: VolumeFilter): TopologyInfo {
  return tree(topology, (node) => nodeInfo(node, filter));
}

/** The answers of VolumeListStream after its first: the volumes, addressed by server and disk type. */
export function* volumeBatches(topology: Topology, filter: VolumeFilter): Generator<VolumeListStreamResponse> {
  for (const node of topology.nodes.values()) {
    for (const [diskType, disk] of Object.entries(nodeInfo(node, filter).diskInfos ?? {})) {
      const place = { data_center: node.dataCenter, rack: node.rack, data_node: node.id, disk_type: diskType };
      const { volume_infos: volumes = [], ec_shard_infos: shards = [] } = disk;
      for (let at = 0; at < volumes.length; at += BATCH) {
        yield { ...place, volume_infos: volumes.slice(at, at + BATCH) };
      }
      for (let at = 0; at < shards.length; at += BATCH) {
        yield { ...place, ec_shard_infos: shards.slice(at, at + BATCH) };
      }
    }
  }
}

/** The topology without any volume: the first message of VolumeListStream. */
export function topologySkeleton(topology: Topology): TopologyInfo {
  return tree(topology, (node) => nodeInfo(node, undefined));
}

function tree(topology: Topology, describe: (node: DataNode) => DataNodeInfo): TopologyInfo {
  const nodes = [...topology.nodes.values()].map((node) => ({ node, info: describe(node) }));
  const centers = [...new Set(nodes.map(({ node }) => node.dataCenter))];
  return {
    id: "topo",
    data_center_infos: centers.map((center) => {
      const inCenter = nodes.filter(({ node }) => node.dataCenter === center);
      const racks = [...new Set(inCenter.map(({ node }) => node.rack))];
      return {
        id: center,
        rack_infos: racks.map((rack) => {
          const inRack = inCenter.filter(({ node }) => node.rack === rack).map(({ info }) => info);
          return { id: rack, data_node_infos: inRack, diskInfos: sum(inRack) };
        }),
        diskInfos: sum(inCenter.map(({ info }) => info)),
      };
    }),
    diskInfos: sum(nodes.map(({ info }) => info)),
  };
}

function nodeInfo(node: DataNode, filter: VolumeFilter | undefined): DataNodeInfo {
  const disks = node.diskTypes().map((diskType): [string, DiskInfo] => [diskType, diskInfo(node, diskType, filter)]);
  return { id: node.id, address: node.url, grpc_port: node.grpcPort, diskInfos: Object.fromEntries(disks) };
}

function diskInfo(node: DataNode, diskType: string, filter: VolumeFilter | undefined): DiskInfo {
  const volumes = node.volumesOn(diskType);
  const shards = node.ecShardsOn(diskType);
  const max = node.maxVolumeCounts[diskType] ?? 0;
  const tags = node.diskTags.filter((tag) => (tag.type ?? "") === diskType);
  const shown = (record: { readonly id?: number; readonly collection?: string }): boolean =>
    filter !== undefined && passes(filter, record.id ?? 0, record.collection ?? "");
  return {
    type: diskType,
    volume_count: volumes.length,
    max_volume_count: max,
    free_volume_count: node.freeSlots(diskType),
    active_volume_count: volumes.filter((record) => record.read_only !== true).length,
    remote_volume_count: volumes.filter((record) => (record.remote_storage_name ?? "") !== "").length,
    volume_infos: volumes.filter(shown),
    ec_shard_infos: shards.filter(shown),
    disk_id: Math.min(...[...volumes, ...shards].map((record) => record.disk_id ?? 0), tags[0]?.disk_id ?? 0),
    tags: tags.flatMap((tag) => tag.tags ?? []),
    max_volume_count_by_disk: Object.fromEntries(tags.map((tag) => [tag.disk_id ?? 0, tag.max_volume_count ?? max])),
    disk_total_bytes: node.totalBytes[diskType] ?? "0",
    disk_free_bytes: node.freeBytes[diskType] ?? "0",
  };
}

function passes(filter: VolumeFilter, volumeId: number, collection: string): boolean {
  if (filter.volumeId !== 0 && volumeId !== filter.volumeId) return false;
  if (filter.defaultCollectionOnly) return collection === "";
  return filter.collection === "" || collection === filter.collection;
}

/** Counters of many servers by disk type, without volumes. */
function sum(nodes: readonly DataNodeInfo[]): Record<string, DiskInfo> {
  const types = new Set(nodes.flatMap((node) => Object.keys(node.diskInfos ?? {})));
  return Object.fromEntries(
    [...types].map((type): [string, DiskInfo] => {
      const disks = nodes.flatMap((node) => node.diskInfos?.[type] ?? []);
      const total = (field: keyof DiskInfo): string => {
        return String(disks.reduce((value, disk) => value + BigInt(String(disk[field] ?? 0)), 0n));
      };
      return [
        type,
        {
          type,
          volume_count: total("volume_count"),
          max_volume_count: total("max_volume_count"),
          free_volume_count: total("free_volume_count"),
          active_volume_count: total("active_volume_count"),
          remote_volume_count: total("remote_volume_count"),
          disk_total_bytes: total("disk_total_bytes"),
          disk_free_bytes: total("disk_free_bytes"),
        },
      ];
    }),
  );
}

/** The JSON of `/dir/status`: servers with what they hold, in SeaweedFS's own field names. */
export function directoryStatus(topology: Topology): object {
  const nodes = [...topology.nodes.values()];
  const max = (list: readonly DataNode[]): number =>
    list.flatMap((node) => Object.values(node.maxVolumeCounts)).reduce((a, b) => a + b, 0);
  const free = (list: readonly DataNode[]): number =>
    list.flatMap((node) => node.diskTypes().map((type) => node.freeSlots(type))).reduce((a, b) => a + b, 0);
  const centers = [...new Set(nodes.map((node) => node.dataCenter))].sort();
  return {
    Max: max(nodes),
    Free: free(nodes),
    DataCenters: centers.map((center) => {
      const inCenter = nodes.filter((node) => node.dataCenter === center);
      return {
        Id: center,
        Racks: [...new Set(inCenter.map((node) => node.rack))].sort().map((rack) => ({
          Id: rack,
          DataNodes: inCenter
            .filter((node) => node.rack === rack)
            .map((node) => ({
              Url: node.url,
              PublicUrl: node.publicUrl || node.url,
              Volumes: node.volumes.size,
              EcShards: [...node.ecShards.values()].reduce((n, record) => n + bitCount(record.ec_index_bits ?? 0), 0),
              Max: max([node]),
              VolumeIds: ` ${[...node.volumes.keys()].sort((a, b) => a - b).join(" ")}`,
            })),
        })),
      };
    }),
  };
}
