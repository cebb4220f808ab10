import type { Snapshot } from "./snapshot.ts";
import { SnapshotBuilder } from "./snapshot-builder.ts";

export interface ServerSketch {
  /** `host:port`. */
  readonly http: string;
  /** `dc/rack`; default `dc1/r1`. */
  readonly at?: string;
  readonly type?: string;
  /** Default 100. */
  readonly max?: number;
  /** Bytes; default 0, not reported. */
  readonly total?: number;
  readonly free?: number;
  readonly tags?: readonly string[];
}

export interface VolumeSketch {
  readonly id: number;
  /** Servers of its replicas. */
  readonly on: readonly string[];
  readonly type?: string;
  readonly size?: number;
  readonly deleted?: number;
  readonly files?: number;
  readonly collection?: string;
  /** Digits as a number; default 0. */
  readonly placement?: number;
  readonly modifiedAt?: number;
  readonly readOnly?: boolean;
  readonly remote?: boolean;
  readonly ttl?: number;
}

export interface EcSketch {
  readonly id: number;
  readonly on: string;
  readonly shards: readonly number[];
  readonly bytes?: number;
  readonly generation?: bigint;
  readonly type?: string;
}

export interface ClusterSketch {
  /** Default 1000 MB. */
  readonly sizeLimitMb?: number;
  readonly takenAt?: number;
  readonly servers: readonly ServerSketch[];
  readonly volumes?: readonly VolumeSketch[];
  readonly ec?: readonly EcSketch[];
}

/** A snapshot as it would come from a master, from a few lines. One server may be sketched once per disk type. */
export function sketch(cluster: ClusterSketch): Snapshot {
  const builder = new SnapshotBuilder();
  builder.setSizeLimitMb(cluster.sizeLimitMb ?? 1000);
  const servers = new Map<string, number>();
  for (const { http, at = "dc1/r1", type = "", max = 100, total = 0, free = 0, tags = [] } of cluster.servers) {
    const [dataCenter = "", rack = ""] = at.split("/");
    const server = builder.server({ id: http, address: http, grpcPort: 0, dataCenter, rack });
    servers.set(http, server);
    builder.disk(server, { type, maxVolumes: max, totalBytes: total, freeBytes: free, tags });
  }
  const diskOn = (http: string, type = ""): number => {
    const server = servers.get(http);
    if (server === undefined) throw new Error(`There is no server ${http} in the sketch.`);
    return builder.diskOf(server, type);
  };
  for (const volume of cluster.volumes ?? []) {
    for (const http of volume.on) {
      builder.addReplica(diskOn(http, volume.type), {
        volumeId: volume.id,
        collection: builder.collection(volume.collection ?? ""),
        size: volume.size ?? 0,
        fileCount: volume.files ?? 0,
        deleteCount: 0,
        deletedBytes: volume.deleted ?? 0,
        modifiedAt: volume.modifiedAt ?? 0,
        readOnly: volume.readOnly ?? false,
        remote: volume.remote ?? false,
        placement: volume.placement ?? 0,
        ttl: volume.ttl ?? 0,
      });
    }
  }
  for (const { id, on, shards, bytes = 0, generation = 1n, type } of cluster.ec ?? []) {
    builder.addEcShards(diskOn(on, type), {
      volumeId: id,
      collection: builder.collection(""),
      bits: shards.reduce((bits, shard) => bits | (1 << shard), 0),
      bytes,
      generation,
    });
  }
  return builder.build({ takenAt: cluster.takenAt ?? 1_700_000_000_000, clockOffsetMs: 0 });
}
