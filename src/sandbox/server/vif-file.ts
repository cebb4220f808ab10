import { existsSync, readFileSync, writeFileSync } from "node:fs";
import type { VolumeInfo as WireVolumeInfo } from "../../rpc/gen/volume_server_pb/VolumeInfo.ts";
import { parseVif, type VolumeInfo } from "../../volume/vif.ts";

/** Reads a .vif; undefined when there is none or it is empty. @throws AppError WK-FORMAT */
export function readVif(path: string): VolumeInfo | undefined {
  return existsSync(path) ? parseVif(readFileSync(path, "utf8"), path) : undefined;
}

/** Writes a .vif as 4.44 does: every key, also those that are unset. */
export function writeVif(path: string, info: VolumeInfo): void {
  const config = info.ecShardConfig;
  const json = {
    files: info.files.map((file) => ({
      ...file,
      offset: String(file.offset),
      fileSize: String(file.fileSize),
      modifiedTime: String(file.modifiedTime),
    })),
    version: info.version,
    replication: info.replication,
    bytesOffset: info.bytesOffset,
    datFileSize: String(info.datFileSize),
    expireAtSec: String(info.expireAtSec),
    readOnly: info.readOnly,
    ecShardConfig:
      config === undefined
        ? null
        : {
            dataShards: config.dataShards,
            parityShards: config.parityShards,
            encodeTsNs: String(config.encodeTsNs),
          },
    readOnlyCanDelete: info.readOnlyCanDelete,
  };
  writeFileSync(path, JSON.stringify(json, undefined, 2));
}

/** The message form of a .vif, as ReadVolumeFileStatus answers it. */
export function wireVolumeInfo(info: VolumeInfo): WireVolumeInfo {
  const config = info.ecShardConfig;
  return {
    files: info.files.map((file) => ({
      backend_type: file.backendType,
      backend_id: file.backendId,
      key: file.key,
      offset: file.offset,
      file_size: file.fileSize,
      modified_time: String(file.modifiedTime),
      extension: file.extension,
    })),
    version: info.version,
    replication: info.replication,
    bytes_offset: info.bytesOffset,
    dat_file_size: info.datFileSize,
    expire_at_sec: info.expireAtSec,
    read_only: info.readOnly,
    read_only_can_delete: info.readOnlyCanDelete,
    ...(config === undefined
      ? {}
      : {
          ec_shard_config: {
            data_shards: config.dataShards,
            parity_shards: config.parityShards,
            encode_ts_ns: String(config.encodeTsNs),
          },
        }),
  };
}
