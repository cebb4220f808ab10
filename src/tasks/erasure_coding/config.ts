import { parseReplicaPlacement } from "../../volume/replica-placement.ts";
import { type ConfigField, type ConfigValues, commonFields, defaultValues } from "../config-schema.ts";
import type { Survival } from "../placement/shard-placement.ts";
import { ENCODE_MODES, type EncodeMode } from "./plan.ts";

const YEAR_SECONDS = 31_536_000;

/** Weakest first: what the loss of one of them must not destroy. */
const MUST_SURVIVE = ["none", "server", "rack", "data_center"] as const satisfies readonly Survival[];

export const ecConfig: readonly ConfigField[] = [
  ...commonFields({ scanIntervalSeconds: 1020, maxConcurrent: 16, retryBackoffSeconds: 30 }),
  {
    name: "fullness_ratio",
    kind: "float",
    default: 0.95,
    min: 0,
    max: 1,
    unit: "ratio",
    help: "Size of a volume, as a share of the size limit, from which it is encoded.",
  },
  {
    name: "quiet_for_seconds",
    kind: "int",
    default: 3600,
    min: 0,
    max: YEAR_SECONDS,
    unit: "s",
    help: "How long nothing must have been written to a volume before it is encoded.",
  },
  {
    name: "min_size_mb",
    kind: "int",
    default: 30,
    min: 0,
    max: 1_000_000,
    unit: "MB",
    help: "Smallest volume that is encoded.",
  },
  {
    name: "collection_filter",
    kind: "string",
    default: "",
    help: "Collections to look at: a comma list with * and ?; empty = all, _default = the one without a name.",
  },
  {
    name: "preferred_tags",
    kind: "string",
    default: "",
    help: "Disk tags in order of preference, as a comma list: shards go to such disks while that is safe.",
  },
  {
    name: "replica_placement",
    kind: "string",
    default: "",
    pattern: { test: /^([01]?\d{1,2}|2[0-4]\d|25[0-5])?$/, words: "empty or three digits such as 021, at most 255" },
    help: "Three digits: the second limits the shards of a volume in one rack, the third those on one server; 0 or empty = no limit.",
  },
  {
    name: "must_survive",
    kind: "choice",
    default: "server",
    choices: [...MUST_SURVIVE],
    help: "What may be lost without losing an encoded volume. A volume whose shards cannot be placed so is not encoded.",
  },
  {
    name: "ec_encode",
    kind: "choice",
    default: "auto",
    choices: [...ENCODE_MODES],
    help: "Who encodes: the volume server that holds the volume, or the worker; auto = the server where it can.",
  },
];

export interface EcSettings {
  readonly fullness: number;
  readonly quietSeconds: number;
  readonly minBytes: number;
  readonly collectionFilter: string;
  readonly preferredTags: readonly string[];
  /** Most shards in one rack and on one server; Infinity = no limit. */
  readonly rackLimit: number;
  readonly serverLimit: number;
  readonly mustSurvive: Survival;
  readonly encodeMode: EncodeMode;
}

const DEFAULTS = defaultValues(ecConfig);

/** @throws AppError WK-FORMAT when `replica_placement` is no placement. */
export function compileEc(config: ConfigValues): EcSettings {
  const value = (name: string) => config[name] ?? DEFAULTS[name] ?? "";
  const placement = parseReplicaPlacement(String(value("replica_placement")).trim());
  return Object.freeze({
    fullness: Number(value("fullness_ratio")),
    quietSeconds: Number(value("quiet_for_seconds")),
    minBytes: Number(value("min_size_mb")) * 1024 * 1024,
    collectionFilter: String(value("collection_filter")),
    preferredTags: String(value("preferred_tags"))
      .split(",")
      .map((tag) => tag.trim())
      .filter((tag) => tag !== ""),
    rackLimit: placement.otherRacks || Infinity,
    serverLimit: placement.otherServers || Infinity,
    mustSurvive: oneOf(MUST_SURVIVE, String(value("must_survive")), "server"),
    encodeMode: oneOf(ENCODE_MODES, String(value("ec_encode")), "auto"),
  });
}

function oneOf<T extends string>(words: readonly T[], text: string, otherwise: T): T {
  return words.find((word) => word === text) ?? otherwise;
}
