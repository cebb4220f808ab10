import type { VolumeInformationMessage } from "../../rpc/gen/master_pb/VolumeInformationMessage.ts";
import type { VolumeShortInformationMessage } from "../../rpc/gen/master_pb/VolumeShortInformationMessage.ts";
import { replicaPlacementToByte } from "../../volume/replica-placement.ts";
import { ttlToUint32 } from "../../volume/ttl.ts";
import type { Volume } from "./volume.ts";

/** What a full heartbeat says about a volume. */
export function volumeReport(volume: Volume): VolumeInformationMessage {
  const counters = volume.index?.counters;
  return {
    ...shortReport(volume),
    size: volume.datSize,
    file_count: counters?.fileCount ?? 0,
    delete_count: counters?.deletedCount ?? 0,
    deleted_byte_count: counters?.deletedBytes ?? 0,
    read_only: volume.readOnly,
    compact_revision: volume.revision,
    modified_at_second: volume.modifiedSeconds,
  };
}

/** What a heartbeat about a change says. */
export function shortReport(volume: Volume): VolumeShortInformationMessage {
  return {
    id: volume.id,
    collection: volume.collection,
    replica_placement: replicaPlacementToByte(volume.placement),
    version: volume.version,
    ttl: ttlToUint32(volume.ttl),
    disk_type: "",
    disk_id: 0,
  };
}

/** The volume in `/status`, in SeaweedFS's own field names. */
export function statusReport(volume: Volume): object {
  const counters = volume.index?.counters;
  const { otherDataCenters: dc, otherRacks: rack, otherServers: node } = volume.placement;
  return {
    Collection: volume.collection,
    DiskType: "",
    RemoteStorageName: "",
    ReplicaPlacement: { ...(node > 0 && { node }), ...(rack > 0 && { rack }), ...(dc > 0 && { dc }) },
    Ttl: { Count: volume.ttl.count, Unit: volume.ttl.unit },
    Size: counters?.contentBytes ?? 0,
    DeletedByteCount: counters?.deletedBytes ?? 0,
    ModifiedAtSecond: volume.modifiedSeconds,
    Id: volume.id,
    DiskId: 0,
    CompactRevision: volume.revision,
    FileCount: counters?.fileCount ?? 0,
    DeleteCount: counters?.deletedCount ?? 0,
    Version: volume.version,
    ReadOnly: volume.readOnly,
  };
}
