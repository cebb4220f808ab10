import { freeSlots, SHARDS_PER_SLOT, type Snapshot } from "../../cluster/topology/snapshot.ts";
import type { PlannedLoad } from "../definition.ts";

/** Used share of a disk that no planner goes beyond. */
export const FULL_DISK_RATIO = 0.9;

/** What still fits on one disk once the live tasks are done. */
export interface DiskRoom {
  /** Volumes by count. */
  readonly slots: number;
  /** EC shards by count. */
  readonly shardSlots: number;
  /** Bytes until the disk is 90 % used; Infinity when the server does not report its space. */
  readonly bytes: number;
}

/** Load that live tasks promise, for each disk of a snapshot. */
export class ReservedLoad {
  readonly #byDisk = new Map<number, { bytes: number; inBytes: number; inVolumes: number; inShards: number }>();

  constructor(snapshot: Snapshot, loads: readonly PlannedLoad[]) {
    if (loads.length === 0) return;
    const disks = new Map<string, number>();
    snapshot.disks.forEach((disk, index) => {
      disks.set(`${snapshot.servers[disk.server]?.http} ${disk.type}`, index);
    });
    for (const load of loads) {
      // The server may be gone since: then nothing of it is planned either.
      const disk = disks.get(`${load.server} ${load.diskType}`);
      if (disk === undefined) continue;
      const sum = this.#byDisk.get(disk) ?? { bytes: 0, inBytes: 0, inVolumes: 0, inShards: 0 };
      sum.bytes += load.bytes;
      // What leaves is still there until the task is done.
      sum.inBytes += Math.max(0, load.bytes);
      sum.inVolumes += Math.max(0, load.volumes);
      sum.inShards += Math.max(0, load.ecShards);
      this.#byDisk.set(disk, sum);
    }
  }

  /** Change of the disk's bytes, both ways. */
  bytes(disk: number): number {
    return this.#byDisk.get(disk)?.bytes ?? 0;
  }

  room(snapshot: Snapshot, disk: number): DiskRoom {
    const entry = snapshot.disks[disk];
    if (entry === undefined) return { slots: 0, shardSlots: 0, bytes: 0 };
    const reserved = this.#byDisk.get(disk);
    const free = freeSlots(entry) - (reserved?.inVolumes ?? 0);
    const shards = Math.ceil((reserved?.inShards ?? 0) / SHARDS_PER_SLOT);
    const used = entry.totalBytes - entry.freeBytes + (reserved?.inBytes ?? 0);
    return {
      slots: Math.max(0, free - shards),
      shardSlots: Math.max(0, free * SHARDS_PER_SLOT - (reserved?.inShards ?? 0)),
      bytes: entry.totalBytes === 0 ? Infinity : Math.max(0, entry.totalBytes * FULL_DISK_RATIO - used),
    };
  }
}
