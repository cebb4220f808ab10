import type { Snapshot, TopologyServer } from "../../cluster/topology/snapshot.ts";
import type { ReservedLoad } from "./disk-room.ts";

/** One server as a place for EC shards: its disks of some kind together. */
export interface ShardPlace {
  readonly server: TopologyServer;
  /** Index into `Snapshot.servers`. */
  readonly index: number;
  /** Shards of the asked size that still fit. */
  readonly slots: number;
  /** Bytes until its disks count as full; Infinity when it does not report them. */
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
  slots: number;
  bytes: number;
}

/** The disks of one server that fit a choice; the disks are shared with other choices. */
interface ServerShards {
  readonly server: TopologyServer;
  readonly index: number;
  readonly disks: readonly DiskShards[];
}

interface Listed {
  readonly servers: readonly ServerShards[];
  short: readonly ServerShards[];
  /** Plans made when `short` was picked. */
  pickedAt: number;
}

/** Enough servers for any spread of one volume's shards. */
const SHORT_LIST = 256;
/** The short list of a large cluster serves so many plans. */
const PLANS_A_LIST = 50;

/** Room for EC shards in a cluster, less what live tasks and the plans made so far will take. */
export class ShardRoom {
  readonly #snapshot: Snapshot;
  readonly #disks: readonly DiskShards[];
  readonly #planned: Uint32Array;
  readonly #lists = new Map<string, Listed>();
  #plans = 0;

  constructor(snapshot: Snapshot, reserved: ReservedLoad) {
    this.#snapshot = snapshot;
    this.#planned = new Uint32Array(snapshot.servers.length);
    this.#disks = snapshot.disks.map((_, index) => {
      const room = reserved.room(snapshot, index);
      return { slots: room.shardSlots, bytes: room.bytes };
    });
  }

  /**
   * Servers with room for at least one shard of this size. In a large cluster not all of them: of every rack those
   * with most room, picked anew from time to time and when `fresh` is set.
   */
  places(choice: DiskChoice, shardBytes: number, fresh = false): readonly ShardPlace[] {
    const listed = this.#listed(choice);
    if (fresh || this.#plans - listed.pickedAt >= PLANS_A_LIST) {
      listed.short = this.#shortList(listed.servers);
      listed.pickedAt = this.#plans;
    }
    return listed.short.flatMap(({ server, index, disks }) => {
      let slots = 0;
      let bytes = 0;
      for (const disk of disks) {
        slots += Math.min(disk.slots, Math.floor(disk.bytes / Math.max(1, shardBytes)));
        bytes += disk.bytes;
      }
      return slots < 1 ? [] : [{ server, index, slots, bytes, planned: this.#planned[index] ?? 0 }];
    });
  }

  /** Takes the room of one plan. */
  take(choice: DiskChoice, shardBytes: number, counts: Iterable<readonly [index: number, shards: number]>): void {
    this.#plans++;
    for (const [index, shards] of counts) {
      this.#planned[index] = (this.#planned[index] ?? 0) + shards;
      let left = shards;
      for (const disk of this.#disksOf(index, choice)) {
        const here = Math.min(left, disk.slots, Math.floor(disk.bytes / Math.max(1, shardBytes)));
        disk.slots -= here;
        disk.bytes -= here * shardBytes;
        left -= here;
      }
    }
  }

  #listed(choice: DiskChoice): Listed {
    const key = JSON.stringify([choice.type ?? null, choice.tags ?? null]);
    let listed = this.#lists.get(key);
    if (listed === undefined) {
      const servers = this.#snapshot.servers.flatMap((server, index) => {
        const disks = server.address === undefined ? [] : this.#disksOf(index, choice);
        return disks.length === 0 ? [] : [{ server, index, disks }];
      });
      listed = { servers, short: this.#shortList(servers), pickedAt: this.#plans };
      this.#lists.set(key, listed);
    }
    return listed;
  }

  #disksOf(server: number, { type, tags }: DiskChoice): readonly DiskShards[] {
    return (this.#snapshot.servers[server]?.disks ?? []).flatMap((index) => {
      const disk = this.#snapshot.disks[index];
      const shards = this.#disks[index];
      if (disk === undefined || shards === undefined) return [];
      const fits = type === undefined || disk.type === type;
      return fits && (tags === undefined || tags.some((tag) => disk.tags.includes(tag))) ? [shards] : [];
    });
  }

  #shortList(servers: readonly ServerShards[]): readonly ServerShards[] {
    if (servers.length <= SHORT_LIST) return servers;
    const racks = new Map<number, { readonly entry: ServerShards; readonly weight: number }[]>();
    for (const entry of servers) {
      const weight = this.#weight(entry);
      if (weight <= 0) continue;
      const rack = racks.get(entry.server.rackIndex) ?? [];
      rack.push({ entry, weight });
      racks.set(entry.server.rackIndex, rack);
    }
    const each = Math.max(1, Math.floor(SHORT_LIST / racks.size));
    return [...racks.values()].flatMap((rack) =>
      rack
        .sort((a, b) => b.weight - a.weight)
        .slice(0, each)
        .map(({ entry }) => entry),
    );
  }

  /** Room, shared out among the plans made so far. */
  #weight({ index, disks }: ServerShards): number {
    let weight = 0;
    for (const disk of disks) weight += Math.min(disk.bytes, disk.slots * 2 ** 40);
    return weight / (1 + (this.#planned[index] ?? 0));
  }
}
