import type { DetectInput } from "../definition.ts";
import type { Rule } from "../planning/rules.ts";
import type { Scope } from "../planning/scope.ts";
import { commonVolumeRules, HEARTBEAT_LAG_MS, noEcShardsRule, type VolumeCandidate } from "../planning/volume-rules.ts";
import { bytes, counted, percent } from "../planning/words.ts";
import type { BalanceSettings } from "./config.ts";
import { type TypeLevels, use } from "./disk-levels.ts";
import type { Move } from "./move-search.ts";

/** Rules of a volume by itself: which ones may move at all. */
export function movableRules(scope: Scope): readonly Rule<VolumeCandidate>[] {
  return [...commonVolumeRules, noEcShardsRule, exactReplicasRule, contentRule, settledServersRule, ...scope.rules];
}

/**
 * Whether the master may still show the load a server had before its last task: until then it neither gives nor takes,
 * or volumes would go to and fro between what is and what was.
 */
export function isSettling(input: DetectInput, server: string): boolean {
  const at = input.changed?.get(server);
  return at !== undefined && input.snapshot.takenAt < at + HEARTBEAT_LAG_MS;
}

const settledServersRule: Rule<VolumeCandidate> = {
  name: "settling",
  kind: "safety",
  passes: (candidate) => settlingServer(candidate) === undefined,
  describe: (candidate) => {
    const server = settlingServer(candidate);
    return {
      measured: server === undefined ? "nothing new" : `${server} changed just now`,
      threshold: "loads the master knows",
      clause:
        server === undefined
          ? "no task changed the load of its servers just now"
          : `a task changed the load of ${server} just now, and the master may not show it yet`,
    };
  },
};

function settlingServer({ input, volume }: VolumeCandidate): string | undefined {
  const { snapshot, changed } = input;
  if (changed === undefined || changed.size === 0) return undefined;
  for (let row = volume.first; row < volume.end; row++) {
    const server = snapshot.servers[snapshot.diskOf(row).server]?.http;
    if (server !== undefined && isSettling(input, server)) return server;
  }
  return undefined;
}

/** Where to put a copy too many is a question for another task. */
const exactReplicasRule: Rule<VolumeCandidate> = {
  name: "extra_replicas",
  kind: "safety",
  passes: ({ volume }) => volume.end - volume.first <= volume.copies,
  describe: ({ volume }) => {
    const present = volume.end - volume.first;
    return {
      measured: String(present),
      threshold: String(volume.copies),
      clause:
        present <= volume.copies
          ? "no replica too many"
          : `${counted(present, "replica")} where the placement asks for ${volume.copies}`,
    };
  },
};

const contentRule: Rule<VolumeCandidate> = {
  name: "content",
  kind: "threshold",
  passes: ({ volume }) => volume.size > 0,
  describe: ({ volume }) => ({
    measured: bytes(volume.size),
    threshold: "some",
    clause:
      volume.size > 0 ? `the volume holds ${bytes(volume.size)}` : "the volume is empty: moving it changes nothing",
  }),
};

/** A volume together with the state of its disk type and the best move there is for it. */
export interface MoveCandidate extends VolumeCandidate {
  readonly levels: TypeLevels | undefined;
  readonly settings: BalanceSettings;
  readonly move: Move | undefined;
}

/** Rules of a volume in its surroundings, after `movableRules`. */
export const surroundingRules: readonly Rule<MoveCandidate>[] = [
  {
    name: "servers",
    kind: "threshold",
    passes: ({ levels, settings }) => enoughServers(levels, settings),
    describe: ({ levels, settings }) => {
      const present = levels?.levels.length ?? 0;
      return {
        measured: String(present),
        threshold: String(settings.minServers),
        clause: `${counted(present, "server")} with disks of the type ${present >= settings.minServers ? "≥" : "<"} ${settings.minServers}`,
      };
    },
  },
  {
    name: "imbalance",
    kind: "threshold",
    passes: ({ levels, settings }) => levels !== undefined && levels.imbalance > settings.threshold,
    describe: ({ levels, settings }) => {
      const measured = percent(levels?.imbalance ?? 0);
      const { fullest, emptiest } = levels ?? {};
      const between =
        fullest === undefined || emptiest === undefined
          ? ""
          : `, ${fullest.server.http} is ${percent(use(fullest))} used and ${emptiest.server.http} ${percent(use(emptiest))}`;
      return {
        measured,
        threshold: percent(settings.threshold),
        clause: `imbalance ${measured} ${(levels?.imbalance ?? 0) > settings.threshold ? ">" : "≤"} ${percent(settings.threshold)}${between}`,
      };
    },
  },
  {
    name: "move",
    kind: "safety",
    passes: ({ move }) => move !== undefined,
    describe: ({ move }) => ({
      measured: move === undefined ? "no move" : `${move.source.server.http} → ${move.target.server.http}`,
      threshold: "a move that helps",
      clause:
        move === undefined
          ? "no server is below the mean, has room for it and keeps its placement"
          : `moving it from ${move.source.server.http} to ${move.target.server.http} brings both closer to the mean`,
    }),
  },
];

export function enoughServers(levels: TypeLevels | undefined, settings: BalanceSettings): boolean {
  return levels !== undefined && levels.levels.length >= settings.minServers;
}

/** 1 for each replica row whose volume may move; counts what each rule turns away. */
export function movableRows(
  input: DetectInput,
  firstFailingName: (group: number) => string | undefined,
  skip: (rule: string) => void,
): Uint8Array {
  const { snapshot } = input;
  const movable = new Uint8Array(snapshot.replicas.count);
  for (let group = 0; group < snapshot.volumeCount; group++) {
    const failing = firstFailingName(group);
    if (failing === undefined) movable.fill(1, snapshot.groupStart(group), snapshot.groupStart(group + 1));
    else skip(failing);
  }
  return movable;
}
