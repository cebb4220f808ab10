import type { Snapshot, TopologyDisk, TopologyServer } from "../../cluster/topology/snapshot.ts";
import type { ReservedLoad } from "../placement/disk-room.ts";

/** Part of a volume that is an error of floating point, not a volume. */
const ROUNDING = 1e-6;

/** One disk in the simulated cluster; `load`, `slots` and `room` change with every planned move. */
export interface DiskLevel {
  readonly index: number;
  readonly disk: TopologyDisk;
  readonly server: TopologyServer;
  /** Bytes of volumes and shards it can hold: those it has plus free space, and no more than its slots allow. */
  readonly capacity: number;
  /** Load at which it is as full as the mean. */
  readonly ideal: number;
  /**
   * `ideal`, rounded up to whole typical volumes. A disk above it gives until it is down to it, and fills others up
   * to theirs; a disk between `ideal` and here gives only to disks that stay below their `ideal`.
   */
  readonly mark: number;
  load: number;
  /** Volumes that still fit by count. */
  slots: number;
  /** Bytes until the disk counts as full. */
  room: number;
}

/** The disks of one type, and how evenly they are used. */
export interface TypeLevels {
  readonly type: string;
  readonly levels: readonly DiskLevel[];
  /** Load ÷ capacity of all disks together. */
  readonly mean: number;
  /** Bytes of a typical volume: a remainder below a quarter of it is not worth filling. */
  readonly typicalSize: number;
  readonly fullest: DiskLevel | undefined;
  readonly emptiest: DiskLevel | undefined;
  /** (fullest − emptiest) ÷ mean use. */
  readonly imbalance: number;
}

export function use(level: DiskLevel): number {
  return level.load / level.capacity;
}

/** All disk types of the servers in scope, by name. */
export function typeLevels(
  snapshot: Snapshot,
  inScope: readonly boolean[],
  reserved: ReservedLoad,
  takesNothing: (server: TopologyServer) => boolean,
): readonly TypeLevels[] {
  const byType = new Map<string, { index: number; disk: TopologyDisk; server: TopologyServer }[]>();
  snapshot.disks.forEach((disk, index) => {
    const server = snapshot.servers[disk.server];
    if (server?.address === undefined || inScope[disk.server] !== true) return;
    const list = byType.get(disk.type) ?? [];
    list.push({ index, disk, server });
    byType.set(disk.type, list);
  });
  const sizes = typicalSizes(snapshot);
  return [...byType]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([type, entries]) => {
      const typicalSize = sizes.get(type) ?? 1;
      const drafts = entries.map((entry) => ({
        ...entry,
        capacity: capacityOf(snapshot, entry.disk),
        load: Math.max(0, entry.disk.volumeBytes + entry.disk.ecBytes + reserved.bytes(entry.index)),
      }));
      const mean = sum(drafts, (draft) => draft.load) / sum(drafts, (draft) => draft.capacity);
      const levels = drafts.map((draft): DiskLevel => {
        const ideal = mean * draft.capacity;
        const room = takesNothing(draft.server) ? { slots: 0, bytes: 0 } : reserved.room(snapshot, draft.index);
        return {
          ...draft,
          ideal,
          mark: Math.ceil(ideal / typicalSize - ROUNDING) * typicalSize,
          slots: room.slots,
          room: room.bytes,
        };
      });
      const ordered = [...levels].sort((a, b) => use(a) - use(b));
      const emptiest = ordered[0];
      const fullest = ordered.at(-1);
      const spread = fullest === undefined || emptiest === undefined ? 0 : use(fullest) - use(emptiest);
      return { type, levels, mean, typicalSize, fullest, emptiest, imbalance: mean > 0 ? spread / mean : 0 };
    });
}

/**
 * What a disk can hold. Space that other programs use is not counted in, so volumes on disks shared by several
 * servers are told apart all the same. Never 0: a server that allows no volume is as full as can be.
 */
function capacityOf(snapshot: Snapshot, disk: TopologyDisk): number {
  const bySlots = disk.maxVolumes * snapshot.volumeSizeLimit;
  const byBytes = disk.totalBytes > 0 ? disk.volumeBytes + disk.ecBytes + disk.freeBytes : Infinity;
  return Math.max(1, Math.min(bySlots, byBytes));
}

/** Size of the volume that a byte of each disk type lies in on average: large volumes count for more. */
function typicalSizes(snapshot: Snapshot): ReadonlyMap<string, number> {
  const squares = new Float64Array(snapshot.disks.length);
  const { replicas } = snapshot;
  for (let row = 0; row < replicas.count; row++) {
    if (replicas.remote(row)) continue;
    const disk = replicas.disk(row);
    squares[disk] = (squares[disk] ?? 0) + replicas.size(row) ** 2;
  }
  const sums = new Map<string, { bytes: number; squares: number }>();
  snapshot.disks.forEach((disk, index) => {
    const total = sums.get(disk.type) ?? { bytes: 0, squares: 0 };
    total.bytes += disk.volumeBytes;
    total.squares += squares[index] ?? 0;
    sums.set(disk.type, total);
  });
  return new Map([...sums].map(([type, total]) => [type, Math.max(1, total.squares / Math.max(1, total.bytes))]));
}

function sum<T>(list: readonly T[], value: (item: T) => number): number {
  return list.reduce((total, item) => total + value(item), 0);
}
