import type { DetectInput } from "../definition.ts";
import { type Survival, serversToLose, survivesAtLeast } from "../placement/shard-placement.ts";
import { nameFilter } from "../planning/name-filter.ts";
import type { Rule } from "../planning/rules.ts";
import { collectionRule, commonVolumeRules, type VolumeCandidate } from "../planning/volume-rules.ts";
import { age, bytes, counted, percent } from "../planning/words.ts";
import type { EcSettings } from "./config.ts";
import { type EcPlacement, hasScratch, scratchBytes, sourceRow } from "./ec-placement.ts";
import { DATA_SHARDS, PARITY_SHARDS, TOTAL_SHARDS } from "./plan.ts";

export interface EcCandidate extends VolumeCandidate {
  readonly settings: EcSettings;
}

/** Rules of a volume by itself, before any place for its shards is looked for. */
export function ecRules(input: DetectInput, settings: EcSettings): readonly Rule<EcCandidate>[] {
  const filter = settings.collectionFilter;
  const collection = filter.trim() === "" ? [] : [collectionRule(input.snapshot, filter, nameFilter(filter))];
  return [...commonVolumeRules, notCodedRule, ...collection, sizeRule, fullnessRule, quietRule, scratchRule];
}

/**
 * Fewer shards than can be read are left-overs of a failed attempt, which the next one clears. From ten on the EC
 * copy may be the newer one: deletions go only into it.
 */
const notCodedRule: Rule<EcCandidate> = {
  name: "ec_shards",
  kind: "safety",
  passes: ({ volume }) => volume.ecShards < DATA_SHARDS,
  describe: ({ volume }) => ({
    measured: String(volume.ecShards),
    threshold: `< ${DATA_SHARDS}`,
    clause:
      volume.ecShards === 0
        ? "the volume has no EC shards"
        : volume.ecShards < DATA_SHARDS
          ? `${counted(volume.ecShards, "EC shard")} are left over from an earlier attempt`
          : `the volume is already readable from ${volume.ecShards} EC shards, beside its replicas: an operator has to say which is right`,
  }),
};

const sizeRule: Rule<EcCandidate> = {
  name: "size",
  kind: "threshold",
  passes: ({ volume, settings }) => volume.size >= settings.minBytes && volume.size > 0,
  describe: ({ volume, settings }) => ({
    measured: bytes(volume.size),
    threshold: bytes(settings.minBytes),
    clause: `size ${bytes(volume.size)} ${volume.size >= settings.minBytes ? "≥" : "<"} ${bytes(settings.minBytes)}`,
  }),
};

const fullnessRule: Rule<EcCandidate> = {
  name: "fullness",
  kind: "threshold",
  passes: ({ input, volume, settings }) => volume.size / input.snapshot.volumeSizeLimit >= settings.fullness,
  describe: ({ input, volume, settings }) => {
    const fullness = volume.size / input.snapshot.volumeSizeLimit;
    return {
      measured: percent(fullness),
      threshold: percent(settings.fullness),
      clause: `${percent(fullness)} full ${fullness >= settings.fullness ? "≥" : "<"} ${percent(settings.fullness)}`,
    };
  },
};

const quietRule: Rule<EcCandidate> = {
  name: "quiet",
  kind: "threshold",
  passes: ({ input, volume, settings }) =>
    settings.quietSeconds === 0 || input.now / 1000 - volume.modifiedAt >= settings.quietSeconds,
  describe: ({ input, volume, settings }) => {
    const seconds = input.now / 1000 - volume.modifiedAt;
    const measured = volume.modifiedAt === 0 ? "not known" : age(seconds);
    return {
      measured,
      threshold: age(settings.quietSeconds),
      clause: `last write ${volume.modifiedAt === 0 ? "at a time that is not known" : `${measured} ago`} ${seconds >= settings.quietSeconds ? "≥" : "<"} ${age(settings.quietSeconds)}`,
    };
  },
};

/** Only where the policy insists on the server: otherwise a worker encodes when there is no space. */
const scratchRule: Rule<EcCandidate> = {
  name: "space",
  kind: "safety",
  passes: ({ input, volume, settings }) =>
    settings.encodeMode !== "server" ||
    hasScratch(input.snapshot.diskOf(sourceRow(input.snapshot, volume)), volume.size),
  describe: ({ input, volume, settings }) => {
    const row = sourceRow(input.snapshot, volume);
    const disk = input.snapshot.diskOf(row);
    const free = disk.totalBytes === 0 ? "not reported" : bytes(disk.freeBytes);
    const tight = !hasScratch(disk, volume.size);
    const who = tight && settings.encodeMode !== "server" ? ": a worker encodes it" : "";
    return {
      measured: free,
      threshold: bytes(scratchBytes(volume.size)),
      clause: `free space on ${input.snapshot.serverOf(row).http} is ${free}, encoding there needs ${bytes(scratchBytes(volume.size))}${who}`,
    };
  },
};

export interface PlacedCandidate extends EcCandidate {
  readonly placement: EcPlacement | undefined;
}

/** Rules of the places that were found. */
export const placementRules: readonly Rule<PlacedCandidate>[] = [
  {
    name: "room",
    kind: "safety",
    passes: ({ placement }) => placement !== undefined,
    describe: ({ volume, placement }) => ({
      measured: placement === undefined ? "no room" : counted(placement.counts.length, "server"),
      threshold: `${TOTAL_SHARDS} shards`,
      clause:
        placement === undefined
          ? `no room for ${TOTAL_SHARDS} shards of ${bytes(volume.size / DATA_SHARDS)} within the limits`
          : `${TOTAL_SHARDS} shards find room on ${counted(placement.counts.length, "server")}`,
    }),
  },
  {
    name: "survival",
    kind: "threshold",
    passes: ({ placement, settings }) =>
      placement !== undefined && survivesAtLeast(placement.survives, settings.mustSurvive),
    describe: ({ placement, settings }) => ({
      measured: placement === undefined ? "none" : placement.survives,
      threshold: settings.mustSurvive,
      clause: `${placement === undefined ? "without places" : survivalWords(placement)}; the policy asks for ${unitWords(settings.mustSurvive)}`,
    }),
  },
];

/** "at most 3 of 14 shards on one server: survives the loss of any one server". */
export function survivalWords(placement: EcPlacement): string {
  const most = placement.counts[0]?.shards ?? 0;
  const servers = serversToLose(placement, PARITY_SHARDS);
  const spread = `at most ${most} of ${TOTAL_SHARDS} shards on one server`;
  if (placement.survives === "none") return `${spread}: the loss of one server may lose the volume`;
  const wide = placement.survives === "server" ? "" : ` and of ${unitWords(placement.survives)}`;
  return `${spread}: survives the loss of any ${servers === 1 ? "one server" : `${servers} servers`}${wide}`;
}

function unitWords(unit: Survival): string {
  const words: Readonly<Record<Survival, string>> = {
    none: "nothing",
    server: "any one server",
    host: "any one machine",
    rack: "any one rack",
    data_center: "any one data center",
  };
  return words[unit];
}
