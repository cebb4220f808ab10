import type { Snapshot, TopologyServer } from "../../cluster/topology/snapshot.ts";
import type { ReservedLoad } from "./disk-room.ts";

/** One server as a place for EC shards: its disks of some kind together. */
export interface ShardPlace {
  readonly server: TopologyServer;
  /** Index into `Snapshot.servers`. */
  readonly index: number;
  /** Shards that still fit by count. */
  readonly slots: number;
  /** Bytes until its disks count as full. */
  readonly bytes: number;
  /** Shards that plans of this scan have put there. */
  readonly planned: number;
}

/** Which disks count. */
export interface DiskChoice {
  /** Undefined = any type. */
  readonly type: string | undefined;
  /** Undefined = any; otherwise disks with at least one of these tags. */
  readonly tags: readonly string[] | undefined;
}

interface DiskShards {
  readonly server: number;
  readonly type: string;
  readonly tags: readonly string[];
  slots: number;
  bytes: number;
}

/** Room for EC shards in a cluster, less what live tasks and the plans made so far will take. */
export class ShardRoom {
  readonly #snapshot: Snapshot;
  readonly #disks: readonly DiskShards[];
  readonly #planned: Uint32Array;

  constructor(snapshot: Snapshot, reserved: ReservedLoad) {
    this.#snapshot = snapshot;
    this.#planned = new Uint32Array(snapshot.servers.length);
    this.#disks = snapshot.disks.map((disk, index) => {
      const room = reserved.room(snapshot, index);
      return { server: disk.server, type: disk.type, tags: disk.tags, slots: room.shardSlots, bytes: room.bytes };
    });
  }

  /** Servers with room for at least one shard of this size, each once. */
  places(choice: DiskChoice, shardBytes: number): readonly ShardPlace[] {
    const byServer = new Map<number, { slots: number; bytes: number }>();
    for (const disk of this.#disks) {
      if (!matches(disk, choice)) continue;
      const shards = Math.min(disk.slots, Math.floor(disk.bytes / Math.max(1, shardBytes)));
      if (shards < 1) continue;
      const sum = byServer.get(disk.server) ?? { slots: 0, bytes: 0 };
      sum.slots += shards;
      sum.bytes += disk.bytes;
      byServer.set(disk.server, sum);
    }
    return [...byServer].flatMap(([index, { slots, bytes }]) => {
      const server = this.#snapshot.servers[index];
      if (server?.address === undefined) return [];
      return [{ server, index, slots, bytes, planned: this.#planned[index] ?? 0 }];
    });
  }

  /** Takes room for shards on a server's disks of the choice. */
  take(index: number, choice: DiskChoice, shards: number, shardBytes: number): void {
    this.#planned[index] = (this.#planned[index] ?? 0) + shards;
    let left = shards;
    for (const own of this.#snapshot.servers[index]?.disks ?? []) {
      const disk = this.#disks[own];
      if (disk === undefined || !matches(disk, choice)) continue;
      const here = Math.min(left, disk.slots);
      disk.slots -= here;
      disk.bytes = Math.max(0, disk.bytes - here * shardBytes);
      left -= here;
    }
  }
}

function matches(disk: DiskShards, { type, tags }: DiskChoice): boolean {
  return (
    (type === undefined || disk.type === type) && (tags === undefined || tags.some((tag) => disk.tags.includes(tag)))
  );
}
