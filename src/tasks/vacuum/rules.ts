import type { Snapshot } from "../../cluster/topology/snapshot.ts";
import type { DetectInput } from "../definition.ts";
import type { Rule } from "../planning/rules.ts";
import { compileScope } from "../planning/scope.ts";
import { commonVolumeRules, noEcShardsRule, type VolumeCandidate } from "../planning/volume-rules.ts";
import { age, bytes, percent } from "../planning/words.ts";
import type { VacuumSettings } from "./config.ts";

export interface VacuumCandidate extends VolumeCandidate {
  readonly settings: VacuumSettings;
  /** By index of the disk: nearly full. */
  readonly pressed: readonly boolean[];
}

/** Bytes of an index entry: a compaction writes a new index too. */
const INDEX_ENTRY_BYTES = 16;

export function vacuumRules(input: DetectInput, settings: VacuumSettings): readonly Rule<VacuumCandidate>[] {
  const interval = settings.minIntervalSeconds > 0 ? [intervalRule] : [];
  const scope = compileScope(input.snapshot, input.config);
  return [
    ...commonVolumeRules,
    noEcShardsRule,
    ...scope.rules,
    garbageRule,
    ageRule,
    ...interval,
    readOnlyRule,
    spaceRule,
  ];
}

/** By index of the disk: whether its used share reaches `ratio`. */
export function pressedDisks(snapshot: Snapshot, ratio: number): readonly boolean[] {
  return snapshot.disks.map(
    ({ totalBytes, freeBytes }) => ratio < 1 && totalBytes > 0 && (totalBytes - freeBytes) / totalBytes >= ratio,
  );
}

export interface Garbage {
  /** Of the replica with the most of it, 0–1. */
  readonly ratio: number;
  /** Deleted bytes of all replicas together. */
  readonly deletedBytes: number;
}

export function garbageOf({ input, volume }: VacuumCandidate): Garbage {
  const { replicas } = input.snapshot;
  let ratio = 0;
  let deletedBytes = 0;
  for (let row = volume.first; row < volume.end; row++) {
    const size = replicas.size(row);
    const deleted = Math.min(replicas.deletedBytes(row), size);
    deletedBytes += deleted;
    if (size > 0) ratio = Math.max(ratio, deleted / size);
  }
  return { ratio, deletedBytes };
}

/** The threshold that holds for this volume: the lower one when a disk of it is nearly full. */
export function thresholdOf({ input, volume, settings, pressed }: VacuumCandidate): number {
  for (let row = volume.first; row < volume.end; row++) {
    if (pressed[input.snapshot.replicas.disk(row)] === true) {
      return Math.min(settings.pressureThreshold, settings.garbageThreshold);
    }
  }
  return settings.garbageThreshold;
}

const garbageRule: Rule<VacuumCandidate> = {
  name: "garbage",
  kind: "threshold",
  // A threshold of 0 takes every volume that has any garbage: without any there is nothing to give back.
  passes: (candidate) => {
    const { ratio } = garbageOf(candidate);
    return ratio > 0 && ratio >= thresholdOf(candidate);
  },
  describe: (candidate) => {
    const { ratio } = garbageOf(candidate);
    const threshold = thresholdOf(candidate);
    const pressure = threshold < candidate.settings.garbageThreshold ? " (lowered: a disk is nearly full)" : "";
    return {
      measured: percent(ratio),
      threshold: percent(threshold),
      clause:
        ratio === 0
          ? "no garbage, nothing to give back"
          : `garbage ${percent(ratio)} ${ratio >= threshold ? "≥" : "<"} ${percent(threshold)}${pressure}`,
    };
  },
};

const ageRule: Rule<VacuumCandidate> = {
  name: "age",
  kind: "threshold",
  passes: ({ input, volume, settings }) =>
    settings.minAgeSeconds === 0 || input.now / 1000 - volume.modifiedAt >= settings.minAgeSeconds,
  describe: ({ input, volume, settings }) => {
    const seconds = input.now / 1000 - volume.modifiedAt;
    const measured = volume.modifiedAt === 0 ? "not known" : age(seconds);
    return {
      measured,
      threshold: age(settings.minAgeSeconds),
      clause: `last write ${measured === "not known" ? "at a time that is not known" : `${measured} ago`} ${seconds >= settings.minAgeSeconds ? "≥" : "<"} ${age(settings.minAgeSeconds)}`,
    };
  },
};

const intervalRule: Rule<VacuumCandidate> = {
  name: "interval",
  kind: "threshold",
  passes: ({ input, volume, settings }) =>
    input.snapshot.takenAt - (input.settled?.get(volume.volumeId) ?? -Infinity) >= settings.minIntervalSeconds * 1000,
  describe: ({ input, volume, settings }) => {
    const settled = input.settled?.get(volume.volumeId);
    const seconds = settled === undefined ? Infinity : (input.snapshot.takenAt - settled) / 1000;
    const measured = settled === undefined ? "not lately" : `${age(seconds)} ago`;
    return {
      measured,
      threshold: age(settings.minIntervalSeconds),
      clause: `last compaction ${measured} ${seconds >= settings.minIntervalSeconds ? "≥" : "<"} ${age(settings.minIntervalSeconds)}`,
    };
  },
};

/** Never turns a volume away: full and read-only ones are what gives space back. Shown so that nobody has to ask. */
const readOnlyRule: Rule<VacuumCandidate> = {
  name: "read_only",
  kind: "threshold",
  passes: () => true,
  describe: ({ volume }) => ({
    measured: volume.readOnlyReplicas === 0 ? "writable" : "read-only",
    threshold: "any",
    clause:
      volume.readOnlyReplicas === 0
        ? "the volume is writable and is frozen while it is compacted"
        : "the volume is read-only and stays so",
  }),
};

/** Compaction writes a second copy beside the first. What is free is known for the disks of a type together. */
const spaceRule: Rule<VacuumCandidate> = {
  name: "space",
  kind: "safety",
  passes: (candidate) => tightestReplica(candidate) < 0,
  describe: (candidate) => {
    const { input, volume } = candidate;
    const tight = tightestReplica(candidate);
    const row = tight < 0 ? volume.first : tight;
    const disk = input.snapshot.diskOf(row);
    const free = disk.totalBytes === 0 ? "not reported" : bytes(disk.freeBytes);
    const needed = bytes(neededBytes(candidate, row));
    return {
      measured: free,
      threshold: needed,
      clause: `free space on ${input.snapshot.serverOf(row).http} is ${free}, a compaction needs up to ${needed}`,
    };
  },
};

function neededBytes({ input }: VacuumCandidate, row: number): number {
  const { replicas } = input.snapshot;
  return replicas.size(row) + INDEX_ENTRY_BYTES * replicas.fileCount(row);
}

function tightestReplica(candidate: VacuumCandidate): number {
  const { input, volume } = candidate;
  for (let row = volume.first; row < volume.end; row++) {
    const disk = input.snapshot.diskOf(row);
    if (disk.totalBytes > 0 && disk.freeBytes < neededBytes(candidate, row)) return row;
  }
  return -1;
}
