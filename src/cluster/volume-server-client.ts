import type { CallOptions, RpcPeer } from "../rpc/call.ts";
import type { DiskStatus__Output } from "../rpc/gen/volume_server_pb/DiskStatus.ts";
import type { VolumeInfo__Output } from "../rpc/gen/volume_server_pb/VolumeInfo.ts";
import { volumeServerService as rpc } from "../rpc/proto.ts";
import { inBandError } from "../rpc/status.ts";
import { ecShardCalls } from "./ec-shard-client.ts";
import { needleCalls } from "./needle-client.ts";
import { volumeFileCalls } from "./volume-file-client.ts";
import type {
  DiskStatus,
  ScrubVolume,
  VacuumVolumeCompact,
  VolumeInfo,
  VolumeServerClient,
} from "./volume-server-port.ts";
import { big, int, quick } from "./wire-read.ts";

/** All calls of one volume server over one connection. */
export function createVolumeServerClient(peer: RpcPeer): VolumeServerClient {
  return {
    address: peer.address,
    ...serverCalls(peer),
    ...volumeCalls(peer),
    ...vacuumCalls(peer),
    ...volumeFileCalls(peer),
    ...needleCalls(peer),
    ...ecShardCalls(peer),
  };
}

type Calls<Name extends keyof VolumeServerClient> = Pick<VolumeServerClient, Name>;

function serverCalls(peer: RpcPeer): Calls<"ping" | "volumeServerStatus"> {
  return {
    async ping(options) {
      const answer = await peer.unary(rpc.Ping, {}, quick(options));
      return {
        startTimeNs: big(answer.start_time_ns),
        remoteTimeNs: big(answer.remote_time_ns),
        stopTimeNs: big(answer.stop_time_ns),
      };
    },
    async volumeServerStatus(options) {
      const answer = await peer.unary(rpc.VolumeServerStatus, {}, quick(options));
      return {
        version: answer.version ?? "",
        dataCenter: answer.data_center ?? "",
        rack: answer.rack ?? "",
        maintenance: answer.state?.maintenance ?? false,
        disks: (answer.disk_statuses ?? []).map(readDisk),
      };
    },
  };
}

function volumeCalls(
  peer: RpcPeer,
): Calls<
  | "volumeMount"
  | "volumeUnmount"
  | "volumeDelete"
  | "volumeMarkReadonly"
  | "volumeMarkWritable"
  | "volumeConfigure"
  | "volumeStatus"
  | "readVolumeFileStatus"
> {
  return {
    async volumeMount(volumeId, options) {
      await peer.unary(rpc.VolumeMount, { volume_id: volumeId }, quick(options));
    },
    async volumeUnmount(volumeId, options) {
      await peer.unary(rpc.VolumeUnmount, { volume_id: volumeId }, quick(options));
    },
    async volumeDelete(request, options) {
      await peer.unary(
        rpc.VolumeDelete,
        {
          volume_id: request.volumeId,
          only_empty: request.onlyEmpty ?? false,
          keep_remote_data: request.keepRemoteData ?? false,
        },
        quick(options),
      );
    },
    async volumeMarkReadonly(request, options) {
      await peer.unary(
        rpc.VolumeMarkReadonly,
        { volume_id: request.volumeId, persist: request.persist, can_delete: request.canDelete ?? false },
        quick(options),
      );
    },
    async volumeMarkWritable(volumeId, options) {
      await peer.unary(rpc.VolumeMarkWritable, { volume_id: volumeId }, quick(options));
    },
    async volumeConfigure(request, options) {
      const answer = await peer.unary(
        rpc.VolumeConfigure,
        { volume_id: request.volumeId, replication: request.replication },
        quick(options),
      );
      if (answer.error !== undefined && answer.error !== "") {
        throw inBandError(answer.error, peer.address, "VolumeConfigure");
      }
    },
    async volumeStatus(volumeId, options) {
      const answer = await peer.unary(rpc.VolumeStatus, { volume_id: volumeId }, quick(options));
      return {
        isReadOnly: answer.is_read_only ?? false,
        volumeSize: int(answer.volume_size),
        fileCount: int(answer.file_count),
        fileDeletedCount: int(answer.file_deleted_count),
      };
    },
    async readVolumeFileStatus(volumeId, options) {
      const answer = await peer.unary(rpc.ReadVolumeFileStatus, { volume_id: volumeId }, quick(options));
      return {
        volumeId: answer.volume_id ?? volumeId,
        idxFileTimestampSeconds: int(answer.idx_file_timestamp_seconds),
        idxFileSize: int(answer.idx_file_size),
        datFileTimestampSeconds: int(answer.dat_file_timestamp_seconds),
        datFileSize: int(answer.dat_file_size),
        fileCount: int(answer.file_count),
        compactionRevision: int(answer.compaction_revision),
        collection: answer.collection ?? "",
        diskType: answer.disk_type ?? "",
        volumeInfo: readVolumeInfo(answer.volume_info ?? {}),
        version: int(answer.version),
      };
    },
  };
}

function vacuumCalls(
  peer: RpcPeer,
): Calls<"vacuumVolumeCheck" | "vacuumVolumeCompact" | "vacuumVolumeCommit" | "vacuumVolumeCleanup" | "scrubVolume"> {
  return {
    async vacuumVolumeCheck(volumeId, options) {
      const answer = await peer.unary(rpc.VacuumVolumeCheck, { volume_id: volumeId }, quick(options));
      return answer.garbage_ratio ?? 0;
    },
    async vacuumVolumeCompact(request: VacuumVolumeCompact, options) {
      const message = { volume_id: request.volumeId, preallocate: request.preallocate ?? 0 };
      for await (const answer of peer.serverStream(rpc.VacuumVolumeCompact, message, options)) {
        options?.onProgress?.(int(answer.processed_bytes));
      }
    },
    async vacuumVolumeCommit(volumeId, options) {
      const answer = await peer.unary(rpc.VacuumVolumeCommit, { volume_id: volumeId }, options);
      return { isReadOnly: answer.is_read_only ?? false, volumeSize: int(answer.volume_size) };
    },
    async vacuumVolumeCleanup(volumeId, options) {
      await peer.unary(rpc.VacuumVolumeCleanup, { volume_id: volumeId }, quick(options));
    },
    async scrubVolume(request: ScrubVolume, options?: CallOptions) {
      const answer = await peer.unary(
        rpc.ScrubVolume,
        { mode: request.mode, volume_ids: [...request.volumeIds] },
        options,
      );
      return {
        totalVolumes: int(answer.total_volumes),
        totalFiles: int(answer.total_files),
        brokenVolumeIds: answer.broken_volume_ids ?? [],
        details: answer.details ?? [],
      };
    },
  };
}

function readDisk(disk: DiskStatus__Output): DiskStatus {
  return {
    dir: disk.dir ?? "",
    all: int(disk.all),
    used: int(disk.used),
    free: int(disk.free),
    diskType: disk.disk_type ?? "",
    error: disk.error ?? "",
  };
}

function readVolumeInfo(info: VolumeInfo__Output): VolumeInfo {
  const config = info.ec_shard_config;
  return {
    files: (info.files ?? []).map((file) => ({
      backendType: file.backend_type ?? "",
      backendId: file.backend_id ?? "",
      key: file.key ?? "",
      fileSize: int(file.file_size),
      extension: file.extension ?? "",
    })),
    version: int(info.version),
    replication: info.replication ?? "",
    bytesOffset: int(info.bytes_offset),
    datFileSize: int(info.dat_file_size),
    expireAtSec: int(info.expire_at_sec),
    readOnly: info.read_only ?? false,
    readOnlyCanDelete: info.read_only_can_delete ?? false,
    ecShardConfig:
      config === undefined
        ? undefined
        : {
            dataShards: int(config.data_shards),
            parityShards: int(config.parity_shards),
            encodeTsNs: big(config.encode_ts_ns),
          },
  };
}
