import { type ConfigField, type ConfigValues, commonFields, defaultValues } from "../config-schema.ts";
import { SCOPE_FIELDS } from "../planning/scope.ts";

const YEAR_SECONDS = 31_536_000;

export const vacuumConfig: readonly ConfigField[] = [
  ...commonFields({ scanIntervalSeconds: 1020, maxConcurrent: 16, retryBackoffSeconds: 10 }),
  {
    name: "garbage_threshold",
    kind: "float",
    default: 0.3,
    min: 0,
    max: 1,
    unit: "ratio",
    help: "Deleted bytes of a volume, as a share of its size, from which it is compacted.",
  },
  {
    name: "min_volume_age_seconds",
    kind: "int",
    default: 0,
    min: 0,
    max: YEAR_SECONDS,
    unit: "s",
    help: "How long nothing must have been written to a volume before it is compacted.",
  },
  {
    name: "min_interval_seconds",
    kind: "int",
    default: 0,
    min: 0,
    max: YEAR_SECONDS,
    unit: "s",
    help: "Shortest time between two compactions of one volume.",
  },
  {
    name: "disk_pressure_ratio",
    kind: "float",
    default: 0.9,
    min: 0,
    max: 1,
    unit: "ratio",
    help: "Used share of a disk from which its volumes go first, with the lower threshold; 1 = never.",
  },
  {
    name: "pressure_garbage_threshold",
    kind: "float",
    default: 0.1,
    min: 0,
    max: 1,
    unit: "ratio",
    help: "The garbage threshold for volumes with a replica on such a disk, where it is the lower one.",
  },
  ...SCOPE_FIELDS,
];

export interface VacuumSettings {
  readonly garbageThreshold: number;
  readonly minAgeSeconds: number;
  readonly minIntervalSeconds: number;
  readonly pressureRatio: number;
  readonly pressureThreshold: number;
}

const DEFAULTS = defaultValues(vacuumConfig);

export function compileVacuum(config: ConfigValues): VacuumSettings {
  const number = (name: string): number => Number(config[name] ?? DEFAULTS[name]);
  return Object.freeze({
    garbageThreshold: number("garbage_threshold"),
    minAgeSeconds: number("min_volume_age_seconds"),
    minIntervalSeconds: number("min_interval_seconds"),
    pressureRatio: number("disk_pressure_ratio"),
    pressureThreshold: number("pressure_garbage_threshold"),
  });
}
