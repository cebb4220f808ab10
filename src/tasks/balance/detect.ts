import type { TaskSpec } from "../../queue/task.ts";
import { formatServerAddress } from "../../rpc/server-address.ts";
import type { DetectInput, Detection, RuleVerdict } from "../definition.ts";
import { FULL_DISK_RATIO, ReservedLoad } from "../placement/disk-room.ts";
import { firstFailing, SkipCounter, verdictsOf } from "../planning/rules.ts";
import { compileScope } from "../planning/scope.ts";
import { unknownVolume } from "../planning/unknown-volume.ts";
import { VolumeReader } from "../planning/volume-facts.ts";
import { bytes, percent } from "../planning/words.ts";
import { compileBalance } from "./config.ts";
import { type DiskLevel, type TypeLevels, typeLevels, use } from "./disk-levels.ts";
import { largestFit, type Move, moveOf, obstacleOf } from "./move-search.ts";
import { type BalancePlan, balanceCodec } from "./plan.ts";
import { enoughServers, isSettling, type MoveCandidate, movableRows, movableRules, surroundingRules } from "./rules.ts";
import { simulate } from "./simulation.ts";
import { VolumesBySize } from "./volumes-by-size.ts";

/**
 * Moves that even out the use of the servers, by bytes and free space, each disk type by itself: planned in one
 * pass until the cluster would be balanced, most needed first. Any part of the plan may be carried out in any
 * order: a volume occurs once, and no disk is filled beyond what is free on it now.
 */
export function detectBalance(input: DetectInput): Detection {
  const { snapshot, only } = input;
  if (only !== undefined) return detectOne(input, only.volumeId);
  const settings = compileBalance(input.config);
  const scope = compileScope(snapshot, input.config);
  const rules = movableRules(scope);
  const reader = new VolumeReader(snapshot);
  const skipped = new SkipCounter();
  const movable = movableRows(
    input,
    (group) => firstFailing(rules, { input, volume: reader.read(group) }, false)?.name,
    (rule) => skipped.add(rule),
  );
  const volumes = new VolumesBySize(snapshot, movable);
  const proposals: TaskSpec[] = [];
  let truncated = false;
  for (const type of levelsOf(input, scope.servers)) {
    if (!enoughServers(type, settings)) {
      skipped.add("servers");
      continue;
    }
    if (type.imbalance <= settings.threshold) {
      skipped.add("imbalance");
      continue;
    }
    const parameters = { snapshot, type, volumes, threshold: settings.threshold, nowSeconds: input.now / 1000 };
    for (const move of simulate(parameters)) {
      if (proposals.length >= input.maxProposals) {
        truncated = true;
        break;
      }
      proposals.push(specOf(input, type, move));
    }
  }
  return { proposals, examined: snapshot.volumeCount, skipped: skipped.counts, truncated };
}

export function explainBalance(input: DetectInput, volumeId: number): readonly RuleVerdict[] {
  const candidate = candidateOf(input, volumeId);
  if (candidate === undefined) return unknownVolume("balance", input.snapshot, volumeId);
  const force = input.only?.force ?? false;
  const movable = movableRules(compileScope(input.snapshot, input.config));
  return [
    ...verdictsOf("balance", movable, candidate, force),
    ...verdictsOf("balance", surroundingRules, candidate, force),
  ];
}

function detectOne(input: DetectInput, volumeId: number): Detection {
  const candidate = candidateOf(input, volumeId);
  if (candidate === undefined) return { proposals: [], examined: 0, skipped: {}, truncated: false };
  const rules = [...movableRules(compileScope(input.snapshot, input.config)), ...surroundingRules];
  const failing = firstFailing(rules, candidate, input.only?.force ?? false);
  const { move, levels } = candidate;
  if (failing !== undefined || move === undefined || levels === undefined) {
    return { proposals: [], examined: 1, skipped: { [failing?.name ?? "move"]: 1 }, truncated: false };
  }
  return { proposals: [specOf(input, levels, move)], examined: 1, skipped: {}, truncated: false };
}

function candidateOf(input: DetectInput, volumeId: number): MoveCandidate | undefined {
  const { snapshot } = input;
  const group = snapshot.groupOf(volumeId);
  if (group < 0) return undefined;
  const volume = new VolumeReader(snapshot).read(group);
  const scope = compileScope(snapshot, input.config);
  const types = levelsOf(input, scope.servers);
  const force = input.only?.force ?? false;
  const moves = rowsOf(volume.first, volume.end).flatMap((row) => {
    const type = types.find((one) => one.type === snapshot.diskOf(row).type);
    const move = type === undefined ? undefined : bestMove(input, type, row, force);
    return move === undefined ? [] : [move];
  });
  const move = moves.sort((a, b) => b.sourceUse - b.targetUse - (a.sourceUse - a.targetUse))[0];
  const type = move?.source.disk.type ?? snapshot.diskOf(volume.first).type;
  return {
    input,
    volume,
    levels: types.find((one) => one.type === type),
    settings: compileBalance(input.config),
    move,
  };
}

/** The best move of one replica as things stand. By force also between servers that are even already. */
function bestMove(input: DetectInput, type: TypeLevels, row: number, force: boolean): Move | undefined {
  const { snapshot } = input;
  const size = snapshot.replicas.size(row);
  const source = type.levels.find((level) => level.index === snapshot.replicas.disk(row));
  if (source === undefined || (!force && source.load <= source.ideal)) return undefined;
  const target = type.levels
    .filter((level) => level !== source && fits(level) && obstacle(level) === "none")
    .sort((a, b) => use(a) - use(b) || a.index - b.index)[0];
  return target === undefined ? undefined : moveOf(row, size, source, target);

  function fits(level: DiskLevel): boolean {
    if (force) return level.slots >= 1 && level.room >= size;
    return source !== undefined && level.load < level.ideal && size > 0 && size <= largestFit(source, level);
  }
  function obstacle(level: DiskLevel): string {
    return obstacleOf(snapshot, row, source?.server ?? level.server, level.server);
  }
}

function specOf(input: DetectInput, type: TypeLevels, move: Move): TaskSpec {
  const { row, size, source, target } = move;
  const { snapshot } = input;
  const plan: BalancePlan = {
    volumeId: snapshot.replicas.volumeId(row),
    collection: snapshot.collectionOf(row),
    source: addressOf(source),
    target: addressOf(target),
    diskType: type.type,
    sizeBytes: size,
  };
  const { totalBytes, freeBytes } = source.disk;
  const nearlyFull = totalBytes > 0 && (totalBytes - freeBytes) / totalBytes >= FULL_DISK_RATIO;
  return {
    type: "balance",
    volumeId: snapshot.replicas.volumeId(row),
    collection: snapshot.collectionOf(row),
    priority: nearlyFull ? 2 : 1,
    reason: `${source.server.http} is ${percent(move.sourceUse)} used, ${target.server.http} ${percent(move.targetUse)}, the mean is ${percent(type.mean)}: ${bytes(size)} move`,
    bytes: size,
    needs: balanceCodec.needs(plan),
    plan: balanceCodec.toJson(plan),
  };
}

function levelsOf(input: DetectInput, inScope: readonly boolean[]): readonly TypeLevels[] {
  const { snapshot, reserved } = input;
  return typeLevels(snapshot, inScope, new ReservedLoad(snapshot, reserved), ({ http }) => isSettling(input, http));
}

function addressOf({ server }: DiskLevel): string {
  return server.address === undefined ? server.http : formatServerAddress(server.address);
}

function rowsOf(first: number, end: number): readonly number[] {
  return Array.from({ length: end - first }, (_, at) => first + at);
}
