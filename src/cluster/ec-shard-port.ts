import type { CallOptions } from "../rpc/call.ts";
import type { ServerAddress } from "../rpc/server-address.ts";

/** The erasure-coding calls of a volume server. Those that read or write shards have no time limit of their own. */
export interface EcShardCalls {
  /** Encodes a mounted volume; wipes its older EC files. Goes on when the caller is gone. */
  ecShardsGenerate(request: EcVolume, options?: CallOptions): Promise<void>;
  /** Makes this server pull files from another. Goes on when the caller is gone. */
  ecShardsCopy(request: EcShardsCopy, options?: CallOptions): Promise<void>;
  /**
   * Deletes shard files; they must be unmounted before.
   * Resolves to whether a full teardown was done (an older server answers false).
   */
  ecShardsDelete(request: EcShardsDelete, options?: CallOptions): Promise<boolean>;
  ecShardsMount(request: EcShardsMount, options?: CallOptions): Promise<void>;
  ecShardsUnmount(request: EcShardsUnmount, options?: CallOptions): Promise<void>;
  /** Mounted shards of the server; none is WK-RPC-NOT-FOUND. */
  ecShardsInfo(volumeId: number, options?: CallOptions): Promise<EcVolumeInfo>;
  /** Ids that were rebuilt; empty also when the server has no `.ecx`. */
  ecShardsRebuild(request: EcVolume, options?: CallOptions): Promise<readonly number[]>;
  /** Bytes of one mounted shard; may be shorter than asked at the end of the file. */
  ecShardRead(request: EcShardRead, options?: CallOptions): Promise<Buffer>;
  scrubEcVolume(request: ScrubEcVolume, options?: CallOptions): Promise<EcScrubResult>;
}

export interface EcVolume {
  readonly volumeId: number;
  readonly collection: string;
}

export interface EcShardsCopy extends EcVolume {
  readonly source: ServerAddress;
  readonly shardIds: readonly number[];
  /** Each default false. */
  readonly copyEcx?: boolean;
  readonly copyEcj?: boolean;
  readonly copyVif?: boolean;
  readonly copyEcsum?: boolean;
  /** Above 0: that disk; 0 or absent: chosen by the server. */
  readonly diskId?: number;
  /** 0 or absent: the server's own limit. */
  readonly bytesPerSecond?: number;
}

export interface EcShardsDelete extends EcVolume {
  readonly shardIds: readonly number[];
  /** Removes every EC file of the volume (4.44). Default false. */
  readonly fullTeardown?: boolean;
  /** With `fullTeardown`: only older generations than this. Absent or 0n: all. */
  readonly encodeTsNs?: bigint;
}

export interface EcShardsMount extends EcVolume {
  readonly shardIds: readonly number[];
  readonly sourceDiskType?: string;
  readonly recoverMissingIndex?: boolean;
}

export interface EcShardsUnmount {
  readonly volumeId: number;
  readonly shardIds: readonly number[];
  /** Only this generation. Absent or 0n: whatever is mounted. */
  readonly encodeTsNs?: bigint;
}

export interface EcShard {
  readonly shardId: number;
  readonly size: number;
  readonly collection: string;
  readonly volumeId: number;
}

export interface EcVolumeInfo {
  readonly shards: readonly EcShard[];
  readonly volumeSize: number;
  readonly fileCount: number;
  readonly fileDeletedCount: number;
}

export interface EcShardRead {
  readonly volumeId: number;
  readonly shardId: number;
  readonly offset: number;
  readonly size: number;
  /** Another generation is refused by the server. Absent or 0n: no check. */
  readonly encodeTsNs?: bigint;
}

export interface ScrubEcVolume {
  readonly mode: "INDEX" | "LOCAL" | "FULL" | "CHECKSUM";
  readonly volumeIds: readonly number[];
}

export interface EcScrubResult {
  readonly totalVolumes: number;
  readonly totalFiles: number;
  readonly brokenVolumeIds: readonly number[];
  readonly brokenShards: readonly EcShard[];
  readonly details: readonly string[];
}
