import type { PlannedLoad } from "../definition.ts";

/**
 * Adds up planned load: what comes and what goes, for each server and disk type. Thousands of live tasks become
 * two entries a disk.
 */
export class LoadSum {
  readonly #sums = new Map<string, { -readonly [K in keyof PlannedLoad]: PlannedLoad[K] }>();

  add(loads: readonly PlannedLoad[]): void {
    for (const load of loads) {
      // What goes is not free before it has gone: it must not cancel out what comes.
      const direction = load.bytes < 0 || load.volumes < 0 ? "out" : "in";
      const key = `${direction} ${load.server} ${load.diskType}`;
      const sum = this.#sums.get(key);
      if (sum === undefined) {
        this.#sums.set(key, { ...load });
        continue;
      }
      sum.bytes += load.bytes;
      sum.volumes += load.volumes;
      sum.ecShards += load.ecShards;
    }
  }

  get loads(): readonly PlannedLoad[] {
    return [...this.#sums.values()];
  }
}
