import type { Snapshot, TopologyServer } from "../../cluster/topology/snapshot.ts";
import { moveObstacle, type Obstacle } from "../placement/replica-moves.ts";
import { type DiskLevel, use } from "./disk-levels.ts";

/** One replica that goes from a disk to another. */
export interface Move {
  readonly row: number;
  readonly size: number;
  readonly source: DiskLevel;
  readonly target: DiskLevel;
  /** Use of both before the move. */
  readonly sourceUse: number;
  readonly targetUse: number;
}

export function moveOf(row: number, size: number, source: DiskLevel, target: DiskLevel): Move {
  return { row, size, source, target, sourceUse: use(source), targetUse: use(target) };
}

/** A volume that was not written for this long is the better one to move: freezing it disturbs nobody. */
const QUIET_SECONDS = 3600;
/** Replicas looked at for one pair of disks. */
const LOOKED_AT = 128;
/** Of the replicas that fit, so many are compared … */
const COMPARED = 8;
/** … as long as they are not much smaller than the best fit. */
const NEARLY_AS_LARGE = 0.75;

/** How far beyond even a move may go; below 2 every move makes the sum of load² ÷ capacity smaller. */
const BEYOND_EVEN = 1.25;

/**
 * The most bytes a move may carry: about what makes both disks equally full, within the target's free space and
 * the level it may be filled to. A source that is not far above the mean must not leave the target fuller than
 * itself, and not above the mean: what comes to rest stays at rest.
 */
export function largestFit(source: DiskLevel, target: DiskLevel): number {
  if (target.slots < 1) return 0;
  const even = (use(source) - use(target)) / (1 / source.capacity + 1 / target.capacity);
  const most = source.load > source.mark ? even * BEYOND_EVEN : even;
  const level = source.load > source.mark ? target.mark : target.ideal;
  return Math.min(most, level - target.load, target.room);
}

/** What the search for one pair of disks found: a replica, or the narrowest reason why none may go. */
export type Found = { readonly row: number } | { readonly obstacle: Obstacle };

/** The replica that fills the gap best among `rows`, given largest first; quiet ones before busy ones. */
export function bestRow(
  snapshot: Snapshot,
  rows: Iterable<number>,
  source: DiskLevel,
  target: DiskLevel,
  nowSeconds: number,
): Found {
  const { replicas } = snapshot;
  let best = -1;
  let bestCalm = -1;
  let atLeast = 0;
  let compared = 0;
  let looked = 0;
  let narrowest: Obstacle = "data_center";
  for (const row of rows) {
    const size = replicas.size(row);
    // An empty volume changes nothing; from here on they are only smaller.
    if (size <= 0 || size < atLeast || ++looked > LOOKED_AT) break;
    const obstacle = obstacleOf(snapshot, row, source.server, target.server);
    if (obstacle !== "none") {
      narrowest = narrower(narrowest, obstacle);
      continue;
    }
    if (best < 0) atLeast = size * NEARLY_AS_LARGE;
    const calm = calmness(snapshot, row, nowSeconds);
    if (calm > bestCalm) {
      best = row;
      bestCalm = calm;
    }
    if (bestCalm === CALMEST || ++compared >= COMPARED) break;
  }
  if (best >= 0) return { row: best };
  return { obstacle: looked === 0 ? "server" : narrowest };
}

const CALMEST = 2;

function calmness(snapshot: Snapshot, row: number, nowSeconds: number): number {
  if (snapshot.replicas.readOnly(row)) return CALMEST;
  return nowSeconds - snapshot.replicas.modifiedAt(row) >= QUIET_SECONDS ? CALMEST : 0;
}

export function obstacleOf(snapshot: Snapshot, row: number, from: TopologyServer, to: TopologyServer): Obstacle {
  const { replicas } = snapshot;
  const volumeId = replicas.volumeId(row);
  const others: TopologyServer[] = [];
  for (let at = row - 1; at >= 0 && replicas.volumeId(at) === volumeId; at--) others.push(snapshot.serverOf(at));
  for (let at = row + 1; at < replicas.count && replicas.volumeId(at) === volumeId; at++) {
    others.push(snapshot.serverOf(at));
  }
  return moveObstacle(others, from, to, replicas.placement(row));
}

/** The narrower of two: one replica that fails only by its server proves that others of the rack might do. */
function narrower(a: Obstacle, b: Obstacle): Obstacle {
  const order: readonly Obstacle[] = ["data_center", "rack", "server", "none"];
  return order.indexOf(a) >= order.indexOf(b) ? a : b;
}
