import type { Snapshot } from "./snapshot.ts";
import { SnapshotBuilder } from "./snapshot-builder.ts";

export interface SyntheticOptions {
  readonly volumes: number;
  /** Default: one for each 200 replicas. */
  readonly servers?: number;
  /** Copies of each volume, on different racks; default 1. */
  readonly copies?: 1 | 2;
  /** Share of the servers that are new and empty; default 0.1. */
  readonly emptyServers?: number;
  /** Share of the volumes above the usual garbage threshold; default 0.05. */
  readonly dirty?: number;
  /** Share of the volumes that are full and cold; default 0.1. */
  readonly cold?: number;
  readonly seed?: number;
  readonly takenAt?: number;
}

const MB = 1024 * 1024;
const SIZE_LIMIT_MB = 30_000;
const RACKS_PER_CENTER = 10;
const CENTERS = 3;
const COLLECTIONS = 50;
const NOW = 1_700_000_000_000;

/** A cluster of any size, the same for the same options. Servers differ in size and fill; some are new and empty. */
export function syntheticSnapshot(options: SyntheticOptions): Snapshot {
  const builder = new SnapshotBuilder();
  fillSynthetic(builder, options);
  return builder.build({ takenAt: options.takenAt ?? NOW, clockOffsetMs: 0 });
}

function fillSynthetic(builder: SnapshotBuilder, options: SyntheticOptions): void {
  const { volumes, copies = 1, emptyServers = 0.1, dirty = 0.05, cold = 0.1, seed = 1 } = options;
  const servers = options.servers ?? Math.max(14, Math.ceil((volumes * copies) / 200));
  const random = mulberry32(seed);
  builder.setSizeLimitMb(SIZE_LIMIT_MB);
  const collections = Array.from({ length: COLLECTIONS }, (_, at) => builder.collection(at === 0 ? "" : `c${at}`));

  const used = new Float64Array(servers);
  const holder: number[][] = [];
  const filled = Math.max(copies, Math.floor(servers * (1 - emptyServers)));
  const sizes = new Float64Array(volumes);
  const holders = new Uint32Array(volumes * copies);
  for (let at = 0; at < volumes; at++) {
    const size = random() < cold ? SIZE_LIMIT_MB * MB * 0.98 : Math.floor(random() * SIZE_LIMIT_MB * MB * 0.9);
    sizes[at] = size;
    // Squaring crowds the volumes onto the first servers.
    const first = Math.floor(random() ** 1.3 * filled);
    for (let copy = 0; copy < copies; copy++) {
      const server = (first + copy * 7) % filled;
      holders[at * copies + copy] = server;
      used[server] = (used[server] ?? 0) + size;
    }
  }

  for (let at = 0; at < servers; at++) {
    const rack = at % (RACKS_PER_CENTER * CENTERS);
    const server = builder.server({
      id: `10.${(at >> 16) & 255}.${(at >> 8) & 255}.${at & 255}:8080`,
      address: "",
      grpcPort: 0,
      dataCenter: `dc${rack % CENTERS}`,
      rack: `rack${Math.floor(rack / CENTERS)}`,
    });
    const total = Math.max((used[at] ?? 0) * 1.15, 4e12 * (1 + (at % 3)));
    const disk = builder.disk(server, {
      type: "",
      maxVolumes: Math.ceil(total / (SIZE_LIMIT_MB * MB)) + 50,
      totalBytes: total,
      freeBytes: total - (used[at] ?? 0),
      tags: [],
    });
    holder.push([server, disk]);
  }

  const nowSeconds = NOW / 1000;
  for (let at = 0; at < volumes; at++) {
    const size = sizes[at] ?? 0;
    const garbage = random() < dirty ? 0.3 + random() * 0.5 : random() * 0.25;
    const isCold = size > SIZE_LIMIT_MB * MB * 0.95;
    const replica = {
      volumeId: at + 1,
      collection: collections[at % COLLECTIONS] ?? 0,
      size,
      fileCount: Math.floor(size / 40_000),
      deleteCount: Math.floor((size / 40_000) * garbage),
      deletedBytes: Math.floor(size * garbage),
      modifiedAt: nowSeconds - (isCold ? 7 * 86_400 : Math.floor(random() * 7200)),
      readOnly: isCold,
      remote: false,
      placement: copies === 1 ? 0 : 10,
      ttl: 0,
    };
    for (let copy = 0; copy < copies; copy++) {
      const disk = holder[holders[at * copies + copy] ?? 0]?.[1];
      if (disk !== undefined) builder.addReplica(disk, replica);
    }
  }
}

/** A small generator of numbers in [0, 1), the same for the same seed. */
function mulberry32(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
