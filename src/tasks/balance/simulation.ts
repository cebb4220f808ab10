import type { Snapshot } from "../../cluster/topology/snapshot.ts";
import { type DiskLevel, type TypeLevels, use } from "./disk-levels.ts";
import { bestRow, largestFit, type Move, moveOf } from "./move-search.ts";
import type { VolumesBySize } from "./volumes-by-size.ts";

/** Moves go on until the distance is this part of the threshold, so that the next write does not start it again. */
const STOP_AT = 0.5;
/** Room below this part of a typical volume is not worth filling. */
const WORTH_FILLING = 0.25;

export interface SimulationInput {
  readonly snapshot: Snapshot;
  readonly type: TypeLevels;
  readonly volumes: VolumesBySize;
  readonly threshold: number;
  readonly nowSeconds: number;
}

/**
 * Moves volumes of one disk type in a model of the cluster, always from the fullest disk, until the use is even
 * or no legal move is left. Each yielded move has already been applied to the levels. Disks
 * above the mean give, disks below it take; each move makes the cluster more even, so plans come to rest.
 */
export function* simulate(input: SimulationInput): Generator<Move, void, undefined> {
  const { type } = input;
  if (type.imbalance <= input.threshold) return;
  const takers = new Takers(type);
  let givers = type.levels.filter((level) => level.load > level.ideal);
  for (;;) {
    // A disk that had nothing to give may have something once others have moved: it is asked again.
    const stuck: DiskLevel[] = [];
    let moved = false;
    const heap = new FullestFirst(givers);
    for (let giver = heap.take(); giver !== undefined; giver = heap.take()) {
      const emptiest = takers.emptiest();
      if (emptiest === undefined) return;
      if ((use(giver) - use(emptiest)) / type.mean <= input.threshold * STOP_AT) return;
      const move = moveFrom(giver, takers, input);
      if (move === undefined) {
        stuck.push(giver);
        continue;
      }
      moved = true;
      apply(move, takers, input.volumes);
      yield move;
      if (giver.load > giver.ideal) heap.put(giver);
    }
    if (!moved || stuck.length === 0) return;
    givers = stuck;
  }
}

/** The best move off one disk: to the emptiest disk that a replica may go to. */
function moveFrom(source: DiskLevel, takers: Takers, input: SimulationInput): Move | undefined {
  const { snapshot, volumes, nowSeconds } = input;
  const smallest = volumes.smallest(source.index);
  const closedCenters = new Set<number>();
  const closedRacks = new Set<number>();
  for (const target of takers.list) {
    if (use(target) >= use(source)) break;
    if (closedCenters.has(target.server.dataCenterIndex) || closedRacks.has(target.server.rackIndex)) continue;
    const fit = largestFit(source, target);
    if (fit < smallest) continue;
    const found = bestRow(snapshot, volumes.upTo(source.index, fit), source, target, nowSeconds);
    if ("row" in found) return moveOf(found.row, snapshot.replicas.size(found.row), source, target);
    if (found.obstacle === "data_center") closedCenters.add(target.server.dataCenterIndex);
    if (found.obstacle === "rack") closedRacks.add(target.server.rackIndex);
  }
  return undefined;
}

function apply({ row, size, source, target }: Move, takers: Takers, volumes: VolumesBySize): void {
  target.slots -= 1;
  target.room -= size;
  takers.change(target, size);
  takers.change(source, -size);
  volumes.take(row);
}

/** Disks below the mean, emptiest first. */
class Takers {
  readonly list: DiskLevel[];
  readonly #leastRoom: number;

  constructor(type: TypeLevels) {
    this.#leastRoom = type.typicalSize * WORTH_FILLING;
    this.list = type.levels.filter((level) => this.#takes(level)).sort((a, b) => (before(a, b) ? -1 : 1));
  }

  emptiest(): DiskLevel | undefined {
    return this.list[0];
  }

  /** Adds `load` to a disk and puts it where it belongs then. A source that fell below the mean comes in too. */
  change(level: DiskLevel, load: number): void {
    const at = this.#placeOf(level);
    if (this.list[at] === level) this.list.splice(at, 1);
    level.load += load;
    if (this.#takes(level)) this.list.splice(this.#placeOf(level), 0, level);
  }

  /** Where the disk is, or would be. */
  #placeOf(level: DiskLevel): number {
    let low = 0;
    let high = this.list.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const other = this.list[middle];
      if (other !== undefined && before(other, level)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #takes(level: DiskLevel): boolean {
    const room = Math.min(level.mark - level.load, level.room);
    return level.load < level.ideal && level.slots >= 1 && room >= this.#leastRoom;
  }
}

function before(a: DiskLevel, b: DiskLevel): boolean {
  const difference = use(a) - use(b);
  return difference < 0 || (difference === 0 && a.index < b.index);
}

/** A heap of disks by use. */
class FullestFirst {
  readonly #heap: DiskLevel[] = [];

  constructor(levels: readonly DiskLevel[]) {
    for (const level of levels) this.put(level);
  }

  put(level: DiskLevel): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push(level);
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || !fuller(level, above)) break;
      heap[at] = above;
      heap[parent] = level;
      at = parent;
    }
  }

  take(): DiskLevel | undefined {
    const heap = this.#heap;
    const top = heap[0];
    const last = heap.pop();
    if (top === undefined || last === undefined || top === last) return top;
    heap[0] = last;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      const left = heap[child];
      const right = heap[child + 1];
      if (left === undefined) return top;
      const larger = right !== undefined && fuller(right, left) ? right : left;
      if (larger === right) child++;
      if (!fuller(larger, last)) return top;
      heap[at] = larger;
      heap[child] = last;
      at = child;
    }
  }
}

function fuller(a: DiskLevel, b: DiskLevel): boolean {
  const difference = use(a) - use(b);
  return difference > 0 || (difference === 0 && a.index < b.index);
}
