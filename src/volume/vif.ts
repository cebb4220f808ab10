import { AppError } from "../core/errors.ts";
import { quoteLongNumbers, VifObject } from "./vif-json.ts";

/** One object of a tiered volume in cloud storage. */
export interface RemoteFile {
  readonly backendType: string;
  readonly backendId: string;
  readonly key: string;
  readonly offset: number;
  readonly fileSize: number;
  readonly modifiedTime: bigint;
  readonly extension: string;
}

/** How the shards beside this file were made. */
export interface EcShardConfig {
  readonly dataShards: number;
  readonly parityShards: number;
  /** The encode run, Unix nanoseconds; 0 when unknown (4.13). All shards of one run carry the same. */
  readonly encodeTsNs: bigint;
}

/** Content of a .vif. */
export interface VolumeInfo {
  /** Not empty: the .dat is in cloud storage. */
  readonly files: readonly RemoteFile[];
  /** Overrides the superblock's version; 0 when unknown. */
  readonly version: number;
  /** Overrides the superblock's placement when not empty. */
  readonly replication: string;
  /** 4 or 5; 0 when unknown. */
  readonly bytesOffset: number;
  /** Size of the .dat when it was EC-encoded; 0 otherwise. */
  readonly datFileSize: number;
  /** When an EC volume with a TTL goes, Unix seconds; 0 for never. */
  readonly expireAtSec: number;
  readonly readOnly: boolean;
  /** Present: this file belongs to EC shards. */
  readonly ecShardConfig?: EcShardConfig;
  /** Deletes are still allowed while read-only. */
  readonly readOnlyCanDelete: boolean;
}

const EMPTY: VolumeInfo = {
  files: [],
  version: 0,
  replication: "",
  bytesOffset: 0,
  datFileSize: 0,
  expireAtSec: 0,
  readOnly: false,
  readOnlyCanDelete: false,
};

/** A volume info with the given fields; the others say "unknown" or "no". */
export function volumeInfo(fields: Partial<VolumeInfo>): VolumeInfo {
  return { ...EMPTY, ...fields };
}

/**
 * A .vif without any trace of erasure coding, to be sent back so that a mount brings the volume up read-only.
 * @param version The version byte of the .dat's superblock.
 */
export function cleanVif(version: number): VolumeInfo {
  return volumeInfo({ version, bytesOffset: 4, readOnly: true });
}

/**
 * Reads a .vif. An empty file counts as absent: undefined. Names may be camelCase or snake_case, 64-bit numbers text or
 * numbers; the pre-3.x name destroyTime is taken for expireAtSec. Throws WK-FORMAT naming the key that is unknown or wrong:
 * SeaweedFS refuses unknown keys too, so nothing is lost by a rewrite.
 * @param where Named in error messages, for example the file's path.
 */
export function parseVif(text: string, where = ".vif"): VolumeInfo | undefined {
  if (text.trim() === "") return undefined;
  let parsed: unknown;
  try {
    parsed = JSON.parse(quoteLongNumbers(text));
  } catch (cause) {
    throw new AppError("WK-FORMAT", `${where} is not valid JSON.`, { cause });
  }
  const root = new VifObject(where, "", parsed);
  const config = root.object("ecShardConfig");
  const info: VolumeInfo = {
    files: root.list("files").map(readRemoteFile),
    version: root.integer("version"),
    replication: root.text("replication"),
    bytesOffset: root.integer("bytesOffset", "BytesOffset"),
    datFileSize: root.integer("datFileSize"),
    expireAtSec: root.integer("expireAtSec", "destroyTime", "DestroyTime"),
    readOnly: root.flag("readOnly"),
    readOnlyCanDelete: root.flag("readOnlyCanDelete"),
    ...(config !== undefined && { ecShardConfig: readEcShardConfig(config) }),
  };
  root.finish();
  return info;
}

function readEcShardConfig(object: VifObject): EcShardConfig {
  const config = {
    dataShards: object.integer("dataShards"),
    parityShards: object.integer("parityShards"),
    encodeTsNs: object.bigint("encodeTsNs"),
  };
  object.finish();
  return config;
}

function readRemoteFile(object: VifObject): RemoteFile {
  const file = {
    backendType: object.text("backendType"),
    backendId: object.text("backendId"),
    key: object.text("key"),
    offset: object.integer("offset"),
    fileSize: object.integer("fileSize"),
    modifiedTime: object.bigint("modifiedTime"),
    extension: object.text("extension"),
  };
  object.finish();
  return file;
}

/**
 * Text of a .vif in the form SeaweedFS writes (camelCase, 64-bit numbers as text, two spaces). The keys that releases before
 * 4.44 refuse (ecShardConfig.encodeTsNs, readOnlyCanDelete) and an absent ecShardConfig are left out when unset.
 */
export function formatVif(info: VolumeInfo): string {
  const config = info.ecShardConfig;
  const json = {
    files: info.files.map((file) => ({
      backendType: file.backendType,
      backendId: file.backendId,
      key: file.key,
      offset: String(file.offset),
      fileSize: String(file.fileSize),
      modifiedTime: String(file.modifiedTime),
      extension: file.extension,
    })),
    version: info.version,
    replication: info.replication,
    bytesOffset: info.bytesOffset,
    datFileSize: String(info.datFileSize),
    expireAtSec: String(info.expireAtSec),
    readOnly: info.readOnly,
    ...(config !== undefined && {
      ecShardConfig: {
        dataShards: config.dataShards,
        parityShards: config.parityShards,
        ...(config.encodeTsNs !== 0n && { encodeTsNs: String(config.encodeTsNs) }),
      },
    }),
    ...(info.readOnlyCanDelete && { readOnlyCanDelete: true }),
  };
  return JSON.stringify(json, undefined, 2);
}
