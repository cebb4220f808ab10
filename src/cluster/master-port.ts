import type { CallOptions } from "../rpc/call.ts";
import type { ServerAddress } from "../rpc/server-address.ts";
import type { PingResult } from "./volume-server-port.ts";

/**
 * The masters as one peer. Calls go to the leader; when it is not known, has changed or cannot be reached,
 * the list is asked for it again and the call is made once more if it did not reach a leader the first time.
 */
export interface MasterClient {
  /** The leader as far as it is known, without a call. */
  readonly knownLeader: ServerAddress | undefined;
  /** @throws AppError WK-RPC-UNREACHABLE when no master of the list names a leader. */
  leader(options?: CallOptions): Promise<ServerAddress>;

  /** One entry for each id, in order; an unknown volume has no locations. */
  lookupVolume(volumeIds: readonly number[], options?: CallOptions): Promise<readonly VolumeLocations[]>;
  /** Servers of each mounted shard; an unknown volume is WK-RPC-NOT-FOUND. */
  lookupEcVolume(volumeId: number, options?: CallOptions): Promise<readonly EcShardLocations[]>;
  getMasterConfiguration(options?: CallOptions): Promise<MasterConfiguration>;
  /** `byPlugin` keeps a flag of its own (4.44); 4.13 knows only one flag. */
  disableVacuum(request: { readonly byPlugin: boolean }, options?: CallOptions): Promise<void>;
  enableVacuum(request: { readonly byPlugin: boolean }, options?: CallOptions): Promise<void>;
  /** Every volume server the master has a heartbeat of, whatever it holds. From 4.13 this is a costly call. */
  listVolumeServers(options?: CallOptions): Promise<readonly ServerAddress[]>;
  listClusterNodes(request: ListClusterNodes, options?: CallOptions): Promise<readonly ClusterNode[]>;
  collectionList(request: CollectionList, options?: CallOptions): Promise<readonly string[]>;
  /** An in-band error is thrown. */
  assign(request: Assign, options?: CallOptions): Promise<Assigned>;
  ping(options?: CallOptions): Promise<PingResult>;

  /** @throws AppError WK-LOCK-HELD that names the holder. */
  leaseAdminToken(request: LeaseAdminToken, options?: CallOptions): Promise<AdminToken>;
  releaseAdminToken(request: ReleaseAdminToken, options?: CallOptions): Promise<void>;
  /** Undefined from a master that has no such call (4.13). */
  getAdminLockStatus(lockName: string, options?: CallOptions): Promise<AdminLockStatus | undefined>;
}

export interface VolumeLocations {
  readonly volumeId: number;
  readonly locations: readonly VolumeLocation[];
}

export interface VolumeLocation {
  readonly address: ServerAddress;
  readonly publicUrl: string;
  readonly dataCenter: string;
}

export interface EcShardLocations {
  readonly shardId: number;
  readonly locations: readonly VolumeLocation[];
}

export interface MasterConfiguration {
  /** Undefined while the masters have no leader. */
  readonly leader: ServerAddress | undefined;
  readonly defaultReplication: string;
  /** Bytes at which a volume is full; 0 = not said. */
  readonly volumeSizeLimit: number;
  /** Empty from older masters. */
  readonly maintenanceScripts: string;
}

export interface ListClusterNodes {
  /** `filer`, `broker` or `s3`. */
  readonly clientType: string;
  readonly filerGroup?: string;
}

export interface ClusterNode {
  readonly address: ServerAddress;
  readonly version: string;
  readonly dataCenter: string;
  readonly rack: string;
}

export interface CollectionList {
  readonly normalVolumes: boolean;
  readonly ecVolumes: boolean;
}

export interface Assign {
  readonly count?: number;
  readonly collection?: string;
  readonly replication?: string;
  readonly ttl?: string;
  readonly diskType?: string;
}

export interface Assigned {
  readonly fid: string;
  readonly count: number;
  /** Token for the upload; empty when the cluster asks for none. */
  readonly auth: string;
  readonly location: VolumeLocation;
  readonly replicas: readonly VolumeLocation[];
}

/** What a grant gives and the next renewal must show. */
export interface AdminToken {
  readonly token: bigint;
  readonly lockTsNs: bigint;
}

export interface LeaseAdminToken {
  readonly lockName: string;
  readonly clientName: string;
  readonly message: string;
  /** Absent for a fresh lease. */
  readonly previous?: AdminToken | undefined;
}

export interface ReleaseAdminToken {
  readonly lockName: string;
  readonly previous: AdminToken;
}

export interface AdminLockStatus {
  readonly isLocked: boolean;
  readonly clientName: string;
  readonly message: string;
}
