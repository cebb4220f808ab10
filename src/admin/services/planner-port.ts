import type { ConfigValues } from "../../tasks/config-schema.ts";
import type { Detection, OnlyVolume, PlannedLoad, RuleVerdict } from "../../tasks/definition.ts";

/** What services ask of the topology thread. Every method rejects with an AppError; WK-RPC-… when no master answers. */
export interface PlannerPort {
  /** Reads the topology anew from the master. */
  refresh(): Promise<unknown>;
  detect(request: DetectRequest): Promise<Detection>;
  /** Every rule of a type for one volume, in order. */
  explain(request: ExplainRequest): Promise<readonly RuleVerdict[]>;
  /** The rest reads the last topology; WK-RPC-BUSY when none was read yet. */
  servers(): Promise<readonly ClusterServer[]>;
  summary(): Promise<ClusterSummary>;
  volume(volumeId: number): Promise<ClusterVolume | undefined>;
  /** By id. */
  volumes(query: VolumeQuery): Promise<readonly ClusterVolume[]>;
}

export interface PlanningRequest {
  readonly type: string;
  readonly config: ConfigValues;
  /** Volumes with a live task. */
  readonly busy: readonly number[];
  /** What live tasks will add to servers and take from them. */
  readonly reserved: readonly PlannedLoad[];
  /** Volumes on which a task of the type completed a moment ago, with when (Unix ms). */
  readonly settled: readonly (readonly [volumeId: number, at: number])[];
  /** Servers (`host:port`) whose load a task changed a moment ago, with when (Unix ms). */
  readonly changed: readonly (readonly [server: string, at: number])[];
  /** Unix ms. */
  readonly now: number;
}

export interface DetectRequest extends PlanningRequest {
  readonly maxProposals: number;
  readonly only?: OnlyVolume;
}

export interface ExplainRequest extends PlanningRequest {
  readonly volumeId: number;
}

/** A volume server as the master lists it. */
export interface ClusterServer {
  /** The master's name for it. */
  readonly id: string;
  /** Address form; undefined when it cannot be dialled. */
  readonly address: string | undefined;
  /** `host:port`, or the id when there is no address. */
  readonly http: string;
  readonly dataCenter: string;
  readonly rack: string;
  readonly disks: readonly ClusterDisk[];
}

/** The disks of one type of one server. Bytes are 0 where the master does not know. */
export interface ClusterDisk {
  /** Empty text for hard disks. */
  readonly type: string;
  readonly maxVolumes: number;
  readonly volumes: number;
  readonly volumeBytes: number;
  readonly ecShards: number;
  readonly ecBytes: number;
  readonly totalBytes: number;
  readonly freeBytes: number;
}

export interface ClusterSummary {
  /** When the topology was read, Unix ms. */
  readonly takenAt: number;
  readonly servers: number;
  readonly volumes: number;
  readonly replicas: number;
  readonly ecVolumes: number;
  readonly ecShards: number;
  readonly bytes: number;
  readonly deletedBytes: number;
  /** Bytes at which a volume is full; 0 = not said. */
  readonly volumeSizeLimit: number;
}

export interface ClusterVolume {
  readonly volumeId: number;
  readonly collection: string;
  readonly replicas: readonly ClusterReplica[];
  readonly ecShards: readonly { readonly server: string; readonly shardIds: readonly number[] }[];
}

export interface ClusterReplica {
  /** `host:port`. */
  readonly server: string;
  readonly diskType: string;
  readonly size: number;
  readonly deletedBytes: number;
  readonly files: number;
  readonly deletedFiles: number;
  readonly readOnly: boolean;
  readonly remote: boolean;
  /** For example `001`. */
  readonly placement: string;
  /** Unix ms of the last write; undefined when not known. */
  readonly modifiedAt: number | undefined;
}

export interface VolumeQuery {
  /** Ids above this one: the next page. */
  readonly after: number;
  readonly limit: number;
  readonly collection?: string;
}
