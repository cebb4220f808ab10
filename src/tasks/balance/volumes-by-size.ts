import type { Snapshot } from "../../cluster/topology/snapshot.ts";

/** The movable replicas of each disk, smallest first; sorted when a disk is first asked for. */
export class VolumesBySize {
  readonly #snapshot: Snapshot;
  /** Rows of disk d: `#rows[#starts[d]]` to `#rows[#starts[d + 1]]`. */
  readonly #rows: Uint32Array;
  readonly #starts: Uint32Array;
  readonly #sorted: Uint8Array;
  readonly #taken: Uint8Array;

  /** @param movable 1 for each replica row that may move. */
  constructor(snapshot: Snapshot, movable: Uint8Array) {
    const { replicas, disks } = snapshot;
    this.#snapshot = snapshot;
    this.#starts = new Uint32Array(disks.length + 1);
    for (let row = 0; row < replicas.count; row++) {
      if (movable[row] === 1) add(this.#starts, replicas.disk(row) + 1, 1);
    }
    for (let disk = 0; disk < disks.length; disk++) add(this.#starts, disk + 1, this.#starts[disk] ?? 0);
    this.#rows = new Uint32Array(this.#starts[disks.length] ?? 0);
    const next = this.#starts.slice();
    for (let row = 0; row < replicas.count; row++) {
      if (movable[row] !== 1) continue;
      const disk = replicas.disk(row);
      this.#rows[next[disk] ?? 0] = row;
      add(next, disk, 1);
    }
    this.#sorted = new Uint8Array(disks.length);
    this.#taken = new Uint8Array(replicas.count);
  }

  /** Takes all replicas of a row's volume out: a volume moves at most once in a plan. */
  take(row: number): void {
    const { replicas } = this.#snapshot;
    const volumeId = replicas.volumeId(row);
    let at = row;
    while (at > 0 && replicas.volumeId(at - 1) === volumeId) at--;
    for (; at < replicas.count && replicas.volumeId(at) === volumeId; at++) this.#taken[at] = 1;
  }

  /** Size of the smallest replica that is left on a disk, or Infinity. */
  smallest(disk: number): number {
    const rows = this.#of(disk);
    const first = rows.find((row) => this.#taken[row] !== 1);
    return first === undefined ? Infinity : this.#snapshot.replicas.size(first);
  }

  /** Replicas on a disk that are left and no larger than `size`, largest first. */
  *upTo(disk: number, size: number): Generator<number, void, undefined> {
    const rows = this.#of(disk);
    const { replicas } = this.#snapshot;
    let low = 0;
    let high = rows.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (replicas.size(rows[middle] ?? 0) <= size) low = middle + 1;
      else high = middle;
    }
    for (let at = low - 1; at >= 0; at--) {
      const row = rows[at] ?? 0;
      if (this.#taken[row] !== 1) yield row;
    }
  }

  #of(disk: number): Uint32Array {
    const rows = this.#rows.subarray(this.#starts[disk] ?? 0, this.#starts[disk + 1] ?? 0);
    if (this.#sorted[disk] !== 1) {
      const { replicas } = this.#snapshot;
      rows.sort((a, b) => replicas.size(a) - replicas.size(b) || a - b);
      this.#sorted[disk] = 1;
    }
    return rows;
  }
}

function add(counts: Uint32Array, index: number, value: number): void {
  counts[index] = (counts[index] ?? 0) + value;
}
