import type { Snapshot } from "../../cluster/topology/snapshot.ts";
import { bitCount } from "../../cluster/topology/snapshot-builder.ts";
import { formatServerAddress } from "../../rpc/server-address.ts";
import type {
  ClusterReplica,
  ClusterServer,
  ClusterSummary,
  ClusterVolume,
  VolumeQuery,
} from "../services/planner-port.ts";

/** Answers about a snapshot as plain data, small enough to leave the thread. */

export function serversOf(snapshot: Snapshot): readonly ClusterServer[] {
  return snapshot.servers.map((server) => ({
    id: server.id,
    address: server.address === undefined ? undefined : formatServerAddress(server.address),
    http: server.http,
    dataCenter: server.dataCenter,
    rack: server.rack,
    disks: server.disks.flatMap((index) => {
      const disk = snapshot.disks[index];
      if (disk === undefined) return [];
      const { type, maxVolumes, volumes, volumeBytes, ecShards, ecBytes, totalBytes, freeBytes } = disk;
      return [{ type, maxVolumes, volumes, volumeBytes, ecShards, ecBytes, totalBytes, freeBytes }];
    }),
  }));
}

export function summaryOf(snapshot: Snapshot): ClusterSummary {
  const { replicas, ecShards } = snapshot;
  let bytes = 0;
  let deletedBytes = 0;
  for (let row = 0; row < replicas.count; row++) {
    bytes += replicas.size(row);
    deletedBytes += replicas.deletedBytes(row);
  }
  let ecVolumes = 0;
  let shards = 0;
  for (let row = 0; row < ecShards.count; row++) {
    if (row === 0 || ecShards.volumeId(row) !== ecShards.volumeId(row - 1)) ecVolumes++;
    shards += bitCount(ecShards.bits(row));
  }
  return {
    takenAt: snapshot.takenAt,
    servers: snapshot.servers.length,
    volumes: snapshot.volumeCount,
    replicas: replicas.count,
    ecVolumes,
    ecShards: shards,
    bytes,
    deletedBytes,
    volumeSizeLimit: snapshot.volumeSizeLimit,
  };
}

/** A volume with its replicas and EC shards; undefined when the master lists neither. */
export function volumeOf(snapshot: Snapshot, volumeId: number): ClusterVolume | undefined {
  const group = snapshot.groupOf(volumeId);
  const { start, end } = snapshot.ecRows(volumeId);
  if (group < 0 && start === end) return undefined;
  const replicas: ClusterReplica[] = [];
  if (group >= 0) {
    for (let row = snapshot.groupStart(group); row < snapshot.groupStart(group + 1); row++) {
      replicas.push(replicaOf(snapshot, row));
    }
  }
  const ecShards = [];
  for (let row = start; row < end; row++) {
    const server = snapshot.servers[snapshot.disks[snapshot.ecShards.disk(row)]?.server ?? -1]?.http ?? "";
    ecShards.push({ server, shardIds: shardIds(snapshot.ecShards.bits(row)) });
  }
  const collection =
    group < 0
      ? (snapshot.collections[snapshot.ecShards.collection(start)] ?? "")
      : snapshot.collectionOf(snapshot.groupStart(group));
  return { volumeId, collection, replicas, ecShards };
}

/** A page of volumes by id, erasure-coded ones included. */
export function volumesOf(snapshot: Snapshot, { after, limit, collection }: VolumeQuery): readonly ClusterVolume[] {
  const page: ClusterVolume[] = [];
  let { group, ecRow } = snapshot.after(after);
  while (page.length < limit) {
    const replicated = idAt(group < snapshot.volumeCount, () => snapshot.replicas.volumeId(snapshot.groupStart(group)));
    const coded = idAt(ecRow < snapshot.ecShards.count, () => snapshot.ecShards.volumeId(ecRow));
    const volumeId = Math.min(replicated, coded);
    if (volumeId === Infinity) break;
    if (replicated === volumeId) group++;
    while (ecRow < snapshot.ecShards.count && snapshot.ecShards.volumeId(ecRow) === volumeId) ecRow++;
    const volume = volumeOf(snapshot, volumeId);
    if (volume !== undefined && (collection === undefined || volume.collection === collection)) page.push(volume);
  }
  return page;
}

function idAt(present: boolean, id: () => number): number {
  return present ? id() : Infinity;
}

function replicaOf(snapshot: Snapshot, row: number): ClusterReplica {
  const { replicas } = snapshot;
  const modifiedAt = replicas.modifiedAt(row);
  return {
    server: snapshot.serverOf(row).http,
    diskType: snapshot.diskOf(row).type,
    size: replicas.size(row),
    deletedBytes: replicas.deletedBytes(row),
    files: replicas.fileCount(row),
    deletedFiles: replicas.deleteCount(row),
    readOnly: replicas.readOnly(row),
    remote: replicas.remote(row),
    placement: String(replicas.placement(row)).padStart(3, "0"),
    modifiedAt: modifiedAt === 0 ? undefined : modifiedAt * 1000,
  };
}

function shardIds(bits: number): readonly number[] {
  const ids: number[] = [];
  for (let id = 0; id < 32; id++) if ((bits & (1 << id)) !== 0) ids.push(id);
  return ids;
}
