import type { Snapshot } from "../../cluster/topology/snapshot.ts";
import type { ConfigField, ConfigValues } from "../config-schema.ts";
import { nameFilter } from "./name-filter.ts";
import type { Rule } from "./rules.ts";
import { collectionRule, type VolumeCandidate } from "./volume-rules.ts";
import { percent } from "./words.ts";

/** Settings that narrow a task type to a part of the cluster; names and words of SeaweedFS 4.44. */
export const SCOPE_FIELDS: readonly ConfigField[] = [
  {
    name: "collection_filter",
    kind: "string",
    default: "",
    help: "Collections to look at: a comma list with * and ?; empty = all, _default = the one without a name.",
  },
  {
    name: "volume_state",
    kind: "choice",
    default: "ALL",
    choices: ["ALL", "ACTIVE", "FULL"],
    help: "ACTIVE: only volumes below 101 % of the size limit; FULL: only those at or above it.",
  },
  {
    name: "data_center_filter",
    kind: "string",
    default: "",
    help: "Data centers to look at: a comma list with * and ?; empty = all.",
  },
  {
    name: "rack_filter",
    kind: "string",
    default: "",
    help: "Racks to look at: a comma list with * and ?; empty = all.",
  },
  {
    name: "node_filter",
    kind: "string",
    default: "",
    help: "Volume servers to look at, by id or host:port: a comma list with * and ?; empty = all.",
  },
];

/** Fill from which SeaweedFS calls a volume FULL. */
const FULL_RATIO = 1.01;

/** A scope over one snapshot. */
export interface Scope {
  /** By index of the server. */
  readonly servers: readonly boolean[];
  readonly rules: readonly Rule<VolumeCandidate>[];
}

export function compileScope(snapshot: Snapshot, config: ConfigValues): Scope {
  const text = (name: string): string => String(config[name] ?? "");
  const dataCenter = nameFilter(text("data_center_filter"));
  const rack = nameFilter(text("rack_filter"));
  const node = nameFilter(text("node_filter"));
  const servers = snapshot.servers.map(
    (server) => dataCenter(server.dataCenter) && rack(server.rack) && (node(server.id) || node(server.http)),
  );
  const rules: Rule<VolumeCandidate>[] = [];
  if (text("collection_filter").trim() !== "") {
    rules.push(collectionRule(snapshot, text("collection_filter"), nameFilter(text("collection_filter"))));
  }
  if (servers.includes(false)) rules.push(locationRule(snapshot, servers));
  const state = text("volume_state");
  if (state === "ACTIVE" || state === "FULL") rules.push(stateRule(snapshot, state));
  return { servers, rules };
}

function locationRule(snapshot: Snapshot, servers: readonly boolean[]): Rule<VolumeCandidate> {
  const inside = ({ volume }: VolumeCandidate): boolean => {
    for (let row = volume.first; row < volume.end; row++) {
      if (servers[snapshot.diskOf(row).server] === true) return true;
    }
    return false;
  };
  return {
    name: "location",
    kind: "threshold",
    passes: inside,
    describe: (candidate) => ({
      measured: inside(candidate) ? "inside" : "outside",
      threshold: "inside",
      clause: inside(candidate)
        ? "a replica lies inside the filters of data center, rack and node"
        : "no replica lies inside the filters of data center, rack and node",
    }),
  };
}

function stateRule(snapshot: Snapshot, state: "ACTIVE" | "FULL"): Rule<VolumeCandidate> {
  const fill = ({ volume }: VolumeCandidate): number => volume.size / snapshot.volumeSizeLimit;
  return {
    name: "volume_state",
    kind: "threshold",
    passes: (candidate) => (fill(candidate) >= FULL_RATIO ? "FULL" : "ACTIVE") === state,
    describe: (candidate) => ({
      measured: percent(fill(candidate)),
      threshold: state,
      clause: `the volume is ${percent(fill(candidate))} full, only ${state} ones are looked at (limit ${percent(FULL_RATIO)})`,
    }),
  };
}
