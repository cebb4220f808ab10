import type { Snapshot } from "../../cluster/topology/snapshot.ts";
import { formatTtl, ttlFromUint32 } from "../../volume/ttl.ts";
import type { DetectInput } from "../definition.ts";
import type { Rule } from "./rules.ts";
import type { VolumeFacts } from "./volume-facts.ts";
import { age, counted } from "./words.ts";

/** What every rule of a volume sees: the volume, and the cluster around it. */
export interface VolumeCandidate {
  readonly input: DetectInput;
  /** Reused from volume to volume: rules read it and keep nothing of it. */
  readonly volume: VolumeFacts;
}

/**
 * How long after a task the master may still show the volume as it was: a heartbeat goes every 5 s, and the list
 * is read in between.
 */
export const HEARTBEAT_LAG_MS = 15_000;

/** Rules that hold for every task type that replaces or deletes volume files, in order. */
export const commonVolumeRules: readonly Rule<VolumeCandidate>[] = [
  {
    name: "busy",
    kind: "safety",
    passes: ({ input, volume }) => !input.busy.has(volume.volumeId),
    describe: ({ input, volume }) => {
      const live = input.busy.has(volume.volumeId);
      return {
        measured: live ? "a live task" : "no live task",
        threshold: "no live task",
        clause: live ? "a live task is already on the volume" : "no live task is on the volume",
      };
    },
  },
  {
    name: "stale_snapshot",
    kind: "safety",
    passes: ({ input, volume }) =>
      input.snapshot.takenAt >= (input.settled?.get(volume.volumeId) ?? -Infinity) + HEARTBEAT_LAG_MS,
    describe: ({ input, volume }) => {
      const settled = input.settled?.get(volume.volumeId);
      const since = settled === undefined ? undefined : age((input.snapshot.takenAt - settled) / 1000);
      return {
        measured: since === undefined ? "no task lately" : `${since} after the last task`,
        threshold: `${age(HEARTBEAT_LAG_MS / 1000)} after the last task`,
        clause:
          since === undefined
            ? "no task of this type ended lately"
            : `the cluster was looked at ${since} after the last task of this type, the master needs ${age(HEARTBEAT_LAG_MS / 1000)}`,
      };
    },
  },
  {
    name: "remote",
    kind: "safety",
    passes: ({ volume }) => !volume.remote,
    describe: ({ volume }) => ({
      measured: volume.remote ? "in a remote tier" : "local",
      threshold: "local",
      clause: volume.remote ? "the volume's data lies in a remote tier" : "the volume's data is local",
    }),
  },
  {
    name: "ttl",
    kind: "safety",
    passes: ({ volume }) => volume.ttl === 0,
    describe: ({ volume }) => {
      const ttl = formatTtl(ttlFromUint32(volume.ttl));
      return {
        measured: ttl === "" ? "none" : ttl,
        threshold: "none",
        clause: ttl === "" ? "the volume has no time to live" : `the volume expires by its time to live of ${ttl}`,
      };
    },
  },
  {
    name: "replicas",
    kind: "safety",
    passes: ({ volume }) => volume.end - volume.first >= volume.copies,
    describe: ({ volume }) => {
      const present = volume.end - volume.first;
      const placement = String(volume.placement).padStart(3, "0");
      return {
        measured: String(present),
        threshold: String(volume.copies),
        clause: `${counted(present, "replica")} of ${volume.copies} that placement ${placement} asks for`,
      };
    },
  },
  {
    name: "address",
    kind: "safety",
    passes: ({ volume }) => volume.undialled < 0,
    describe: ({ input, volume }) => {
      const server = volume.undialled < 0 ? undefined : input.snapshot.serverOf(volume.undialled).http;
      return {
        measured: server ?? "known",
        threshold: "known",
        clause:
          server === undefined
            ? "every server's address is known"
            : `the master gives no address for the server "${server}"`,
      };
    },
  },
];

/** Leaves out volumes that stand, whole or in part, erasure coded beside their replicas. */
export const noEcShardsRule: Rule<VolumeCandidate> = {
  name: "ec_shards",
  kind: "safety",
  passes: ({ volume }) => volume.ecShards === 0,
  describe: ({ volume }) => ({
    measured: String(volume.ecShards),
    threshold: "0",
    clause:
      volume.ecShards === 0
        ? "the volume has no EC shards"
        : `${counted(volume.ecShards, "EC shard")} of the volume stand beside it`,
  }),
};

/** A rule over the collection's name. The names are tested once each, not once a volume. */
export function collectionRule(
  snapshot: Snapshot,
  filterText: string,
  matches: (name: string) => boolean,
): Rule<VolumeCandidate> {
  const allowed = snapshot.collections.map(matches);
  return {
    name: "collection",
    kind: "threshold",
    passes: ({ volume }) => allowed[volume.collection] === true,
    describe: ({ volume }) => {
      const name = snapshot.collections[volume.collection] ?? "";
      const filter = filterText.trim() === "" ? "*" : filterText.trim();
      const inside = allowed[volume.collection] === true;
      return {
        measured: name,
        threshold: filter,
        clause: `collection "${name}" is ${inside ? "" : "not "}matched by ${filter}`,
      };
    },
  };
}
