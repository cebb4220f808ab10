import type { CallOptions } from "../rpc/call.ts";
import type { ServerAddress } from "../rpc/server-address.ts";
import type { EcShardCalls } from "./ec-shard-port.ts";

/** Options of a call that reports how far it is. */
export interface ProgressOptions extends CallOptions {
  /** Bytes the server has handled so far; small volumes report nothing at all. */
  readonly onProgress?: ((processedBytes: number) => void) | undefined;
}

/**
 * One volume server. Sizes are bytes as numbers; needle ids, nanoseconds and generations are bigint.
 * Unless said otherwise a call ends after 30 s; calls that move or read whole volumes have no limit of their
 * own: the caller gives `timeoutMs` from bytes ÷ rate, or `idleMs` where the server reports progress.
 */
export interface VolumeServerClient extends EcShardCalls {
  readonly address: ServerAddress;

  ping(options?: CallOptions): Promise<PingResult>;
  volumeServerStatus(options?: CallOptions): Promise<VolumeServerStatus>;

  /** Already mounted is a success; a missing volume is WK-RPC-NOT-FOUND. */
  volumeMount(volumeId: number, options?: CallOptions): Promise<void>;
  /** A volume that is not mounted is a success. */
  volumeUnmount(volumeId: number, options?: CallOptions): Promise<void>;
  /** Deletes every copy the server has. Absent is WK-RPC-NOT-FOUND. */
  volumeDelete(request: VolumeDelete, options?: CallOptions): Promise<void>;
  /** May report an error although the mark was set: count it as set and read the state. */
  volumeMarkReadonly(request: VolumeMarkReadonly, options?: CallOptions): Promise<void>;
  volumeMarkWritable(volumeId: number, options?: CallOptions): Promise<void>;
  /** Unmounts, writes the replication into `.vif`, mounts. The server's in-band error is thrown. */
  volumeConfigure(request: VolumeConfigure, options?: CallOptions): Promise<void>;
  volumeStatus(volumeId: number, options?: CallOptions): Promise<VolumeStatus>;
  readVolumeFileStatus(volumeId: number, options?: CallOptions): Promise<VolumeFileStatus>;

  /** Deleted bytes ÷ content bytes, 0–1. */
  vacuumVolumeCheck(volumeId: number, options?: CallOptions): Promise<number>;
  /** Success while another compaction of the volume runs: only the revision after a commit decides. */
  vacuumVolumeCompact(request: VacuumVolumeCompact, options?: ProgressOptions): Promise<void>;
  /** Exactly once per successful compact; never repeat it. No limit of its own. */
  vacuumVolumeCommit(volumeId: number, options?: CallOptions): Promise<VacuumCommitResult>;
  vacuumVolumeCleanup(volumeId: number, options?: CallOptions): Promise<void>;

  /**
   * Makes this server copy a volume from another. Resolves only when the last message, with
   * `lastAppendAtNs`, has come.
   * @throws AppError WK-RPC-STREAM-CUT when the stream ends without it: the server may copy on.
   */
  volumeCopy(request: VolumeCopy, options?: ProgressOptions): Promise<VolumeCopyResult>;
  /** Streams a file. No chunk at all means the file is missing. Leaving the loop cancels the call. */
  copyFile(request: CopyFile, options?: CallOptions): AsyncIterable<CopyFileChunk>;
  /**
   * A whole small file, or undefined when it is missing.
   * @throws AppError WK-RPC-TOO-LARGE above `maxBytes` (default 64 MiB).
   */
  copyFileToBuffer(
    request: CopyFile & { readonly maxBytes?: number },
    options?: CallOptions,
  ): Promise<CopiedFile | undefined>;
  /** Whether a file of the volume lies on disk, looked up by name: true words even when the volume is open or not mounted. */
  probeFile(request: ProbeFile, options?: CallOptions): Promise<FileProbe>;
  /** Sends a file; the server's in-band error is thrown. */
  receiveFile(
    request: ReceiveFile,
    content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
    options?: CallOptions,
  ): Promise<number>;

  readNeedleMeta(request: NeedleAt & { readonly needleId: bigint }, options?: CallOptions): Promise<NeedleMeta>;
  /** The complete record, header to padding. */
  readNeedleBlob(request: NeedleAt, options?: CallOptions): Promise<Buffer>;
  writeNeedleBlob(request: WriteNeedleBlob, options?: CallOptions): Promise<void>;
  volumeNeedleStatus(
    request: { readonly volumeId: number; readonly needleId: bigint },
    options?: CallOptions,
  ): Promise<NeedleStatus>;
  batchDelete(request: BatchDelete, options?: CallOptions): Promise<readonly BatchDeleteResult[]>;

  scrubVolume(request: ScrubVolume, options?: CallOptions): Promise<ScrubResult>;
}

/** Unix nanoseconds on the clock of the server that was asked. */
export interface PingResult {
  readonly startTimeNs: bigint;
  /** 0n unless it asked another server. */
  readonly remoteTimeNs: bigint;
  readonly stopTimeNs: bigint;
}

export interface DiskStatus {
  readonly dir: string;
  readonly all: number;
  readonly used: number;
  readonly free: number;
  /** Empty text for hard disks. */
  readonly diskType: string;
  /** Empty, or why the disk's numbers cannot be read (4.44). */
  readonly error: string;
}

export interface VolumeServerStatus {
  /** For example `30GB 4.44`, as the server writes it. */
  readonly version: string;
  readonly dataCenter: string;
  readonly rack: string;
  readonly maintenance: boolean;
  readonly disks: readonly DiskStatus[];
}

export interface VolumeDelete {
  readonly volumeId: number;
  /** Fails when `.dat` is longer than its superblock. Default false. */
  readonly onlyEmpty?: boolean;
  /** Leaves the cloud object of a tiered volume. Unknown to 4.13, which deletes it. Default false. */
  readonly keepRemoteData?: boolean;
}

export interface VolumeMarkReadonly {
  readonly volumeId: number;
  /** Written into `.vif`: survives a mount and a restart, and copies are born read-only. */
  readonly persist: boolean;
  /** Deletions stay possible (4.44). Default false. */
  readonly canDelete?: boolean;
}

export interface VolumeConfigure {
  readonly volumeId: number;
  /** For example `001`. */
  readonly replication: string;
}

export interface VolumeStatus {
  /** Operator mark, low disk or a failed check at load: it does not say which. */
  readonly isReadOnly: boolean;
  readonly volumeSize: number;
  readonly fileCount: number;
  readonly fileDeletedCount: number;
}

export interface RemoteFile {
  readonly backendType: string;
  readonly backendId: string;
  readonly key: string;
  readonly fileSize: number;
  readonly extension: string;
}

/** What the server holds in memory of the volume's `.vif`. */
export interface VolumeInfo {
  /** Not empty: the `.dat` lies at a remote backend. */
  readonly files: readonly RemoteFile[];
  readonly version: number;
  readonly replication: string;
  readonly bytesOffset: number;
  readonly datFileSize: number;
  /** Unix seconds; 0 = never. */
  readonly expireAtSec: number;
  readonly readOnly: boolean;
  readonly readOnlyCanDelete: boolean;
  readonly ecShardConfig: EcShardConfig | undefined;
}

export interface EcShardConfig {
  readonly dataShards: number;
  readonly parityShards: number;
  /** Generation of the encoding; 0n = not said. */
  readonly encodeTsNs: bigint;
}

export interface VolumeFileStatus {
  readonly volumeId: number;
  readonly idxFileTimestampSeconds: number;
  readonly idxFileSize: number;
  readonly datFileTimestampSeconds: number;
  readonly datFileSize: number;
  readonly fileCount: number;
  readonly compactionRevision: number;
  readonly collection: string;
  /** Empty text for hard disks. */
  readonly diskType: string;
  readonly volumeInfo: VolumeInfo;
  /** Needle format of the superblock; 0 from servers that do not say. */
  readonly version: number;
}

export interface VacuumVolumeCompact {
  readonly volumeId: number;
  readonly preallocate?: number;
}

export interface VacuumCommitResult {
  readonly isReadOnly: boolean;
  readonly volumeSize: number;
}

export interface VolumeCopy {
  readonly volumeId: number;
  readonly collection: string;
  readonly source: ServerAddress;
  readonly replication?: string;
  readonly ttl?: string;
  /** Absent: that of the source. */
  readonly diskType?: string;
  /** 0 or absent: the server's own limit. */
  readonly bytesPerSecond?: number;
}

export interface VolumeCopyResult {
  readonly lastAppendAtNs: bigint;
}

export interface CopyFile {
  readonly volumeId: number;
  readonly collection: string;
  /** With its dot: `.idx`, `.ec03`. */
  readonly ext: string;
  /** Found by name in all directories instead of through the mounted volume. Default false. */
  readonly isEcVolume?: boolean;
  /** Default: no check. Otherwise the revision must be exactly this. */
  readonly compactionRevision?: number;
  /** Default: to the end. */
  readonly stopOffset?: number;
  /** Default false: a missing file is an error. */
  readonly ignoreMissing?: boolean;
}

export interface CopyFileChunk {
  readonly content: Buffer;
  /** Only in the first chunk. */
  readonly modifiedTsNs: bigint | undefined;
}

export interface CopiedFile {
  readonly content: Buffer;
  readonly modifiedTsNs: bigint;
}

export interface ProbeFile {
  readonly volumeId: number;
  readonly collection: string;
  /** With its dot. */
  readonly ext: string;
  /** How many of the first bytes to read; default 0. */
  readonly firstBytes?: number;
}

export type FileProbe =
  | { readonly present: false }
  | { readonly present: true; readonly modifiedTsNs: bigint; readonly firstBytes: Buffer };

export interface ReceiveFile {
  readonly volumeId: number;
  readonly collection: string;
  readonly ext: string;
  readonly isEcVolume: boolean;
  readonly shardId?: number;
  /** For the server's information only. */
  readonly fileSize?: number;
  /** Above 0: that disk; 0 or absent: chosen by the server. */
  readonly diskId?: number;
}

/** A record in `.dat`: offset in bytes, size as in its header. */
export interface NeedleAt {
  readonly volumeId: number;
  readonly offset: number;
  readonly size: number;
}

/** `crc` is the masked value the RPCs answer with, not the one on disk. */
export interface NeedleMeta {
  readonly cookie: number;
  readonly lastModified: number;
  readonly crc: number;
  readonly ttl: string;
  readonly appendAtNs: bigint;
}

export interface NeedleStatus {
  readonly needleId: bigint;
  readonly cookie: number;
  readonly size: number;
  readonly lastModified: number;
  readonly crc: number;
  readonly ttl: string;
}

export interface WriteNeedleBlob {
  readonly volumeId: number;
  readonly needleId: bigint;
  /** Must equal the size in the record's header. */
  readonly size: number;
  readonly blob: Uint8Array;
}

export interface BatchDelete {
  readonly fileIds: readonly string[];
  readonly skipCookieCheck?: boolean;
}

export interface BatchDeleteResult {
  readonly fileId: string;
  /** HTTP status of this file. */
  readonly status: number;
  /** Empty when deleted. */
  readonly error: string;
  readonly size: number;
}

export interface ScrubVolume {
  readonly mode: "INDEX" | "LOCAL" | "FULL";
  readonly volumeIds: readonly number[];
}

export interface ScrubResult {
  readonly totalVolumes: number;
  readonly totalFiles: number;
  readonly brokenVolumeIds: readonly number[];
  readonly details: readonly string[];
}
