import type { Snapshot } from "../../src/cluster/topology/snapshot.ts";
import type { DataNodeInfo } from "../../src/rpc/gen/master_pb/DataNodeInfo.ts";
import type { VolumeInformationMessage } from "../../src/rpc/gen/master_pb/VolumeInformationMessage.ts";
import type { VolumeListStreamResponse } from "../../src/rpc/gen/master_pb/VolumeListStreamResponse.ts";
import { masterService } from "../../src/rpc/proto.ts";

/** Most entries a master puts into one message. */
const BATCH = 10_000;
const MB = 1024 * 1024;
/** The synthetic volumes are dated as of this moment; they are moved to the present. */
const SYNTHETIC_NOW_SECONDS = 1_700_000_000;

interface Place {
  readonly host: string;
  readonly grpcPort: number;
}

/** The messages of VolumeListStream for a snapshot, as bytes: the tree without volumes first, then the volumes by disk. */
export function* volumeListMessages(snapshot: Snapshot, placeOf: (server: number) => Place): Generator<Buffer> {
  yield encode({
    header: { volume_size_limit_mb: snapshot.volumeSizeLimit / MB, topology_info: treeOf(snapshot, placeOf) },
  });
  const shift = Math.floor(Date.now() / 1000) - SYNTHETIC_NOW_SECONDS;
  for (const [disk, rows] of rowsByDisk(snapshot).entries()) {
    const { server = 0, type = "" } = snapshot.disks[disk] ?? {};
    const { dataCenter = "", rack = "" } = snapshot.servers[server] ?? {};
    const address = { data_center: dataCenter, rack, data_node: idOf(placeOf(server)), disk_type: type };
    for (let at = 0; at < rows.length; at += BATCH) {
      const volumes = Array.from(rows.subarray(at, at + BATCH), (row) => volumeOf(snapshot, row, shift));
      yield encode({ ...address, volume_infos: volumes });
    }
  }
}

function encode(message: VolumeListStreamResponse): Buffer {
  return masterService.VolumeListStream.responseSerialize(message);
}

function idOf({ host }: Place): string {
  return `${host}:8080`;
}

function rowsByDisk({ disks, replicas }: Snapshot): readonly Uint32Array[] {
  const counts = new Uint32Array(disks.length);
  for (let row = 0; row < replicas.count; row++) counts[replicas.disk(row)] = (counts[replicas.disk(row)] ?? 0) + 1;
  const rows = Array.from(counts, (count) => new Uint32Array(count));
  const filled = new Uint32Array(disks.length);
  for (let row = 0; row < replicas.count; row++) {
    const disk = replicas.disk(row);
    const at = filled[disk] ?? 0;
    filled[disk] = at + 1;
    const list = rows[disk];
    if (list !== undefined) list[at] = row;
  }
  return rows;
}

function volumeOf(snapshot: Snapshot, row: number, shift: number): VolumeInformationMessage {
  const { replicas } = snapshot;
  return {
    id: replicas.volumeId(row),
    size: replicas.size(row),
    collection: snapshot.collectionOf(row),
    file_count: replicas.fileCount(row),
    delete_count: replicas.deleteCount(row),
    deleted_byte_count: replicas.deletedBytes(row),
    read_only: replicas.readOnly(row),
    replica_placement: replicas.placement(row),
    version: 3,
    compact_revision: 1,
    modified_at_second: replicas.modifiedAt(row) + shift,
  };
}

function treeOf(snapshot: Snapshot, placeOf: (server: number) => Place) {
  const centers = new Map<string, Map<string, DataNodeInfo[]>>();
  for (const [index, { dataCenter, rack, disks }] of snapshot.servers.entries()) {
    const racks = centers.get(dataCenter) ?? new Map<string, DataNodeInfo[]>();
    centers.set(dataCenter, racks);
    const nodes = racks.get(rack) ?? [];
    racks.set(rack, nodes);
    const place = placeOf(index);
    nodes.push({
      id: idOf(place),
      address: idOf(place),
      grpc_port: place.grpcPort,
      diskInfos: Object.fromEntries(
        disks.map((disk) => {
          const { type = "", maxVolumes = 0, volumes = 0, totalBytes = 0, freeBytes = 0 } = snapshot.disks[disk] ?? {};
          return [
            type,
            {
              type,
              volume_count: volumes,
              max_volume_count: maxVolumes,
              free_volume_count: maxVolumes - volumes,
              disk_total_bytes: Math.floor(totalBytes),
              disk_free_bytes: Math.floor(freeBytes),
            },
          ];
        }),
      ),
    });
  }
  return {
    id: "topo",
    data_center_infos: [...centers].map(([id, racks]) => ({
      id,
      rack_infos: [...racks].map(([rack, nodes]) => ({ id: rack, data_node_infos: nodes })),
    })),
  };
}
