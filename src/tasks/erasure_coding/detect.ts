import type { TaskSpec } from "../../queue/task.ts";
import type { DetectInput, Detection, RuleVerdict } from "../definition.ts";
import { ReservedLoad } from "../placement/disk-room.ts";
import { ShardRoom } from "../placement/shard-room.ts";
import { firstFailing, SkipCounter, verdictsOf } from "../planning/rules.ts";
import { TopList } from "../planning/top-list.ts";
import { unknownVolume } from "../planning/unknown-volume.ts";
import { groupsOf, type VolumeFacts, VolumeReader } from "../planning/volume-facts.ts";
import { age, percent } from "../planning/words.ts";
import { compileEc, type EcSettings } from "./config.ts";
import { type EcPlacement, ecPlanOf, placeVolume } from "./ec-placement.ts";
import { ecCodec, expectedShardSize } from "./plan.ts";
import { ecRules, placementRules, survivalWords } from "./rules.ts";

/** Candidates kept beyond what is wanted, for those whose shards find no place. */
const SPARE_CANDIDATES = 200;
/** So many volumes in a row without a place: the cluster is full, and the rest would end the same way. */
const GIVE_UP_AFTER = 20;

/**
 * Full, quiet volumes and the servers their shards go to, those that give back most space first. Each plan of a
 * scan takes the room of its shards before the next one is made. The cluster is only looked at: left-over shards
 * of earlier attempts are cleared by the task, not here.
 */
export function detectEc(input: DetectInput): Detection {
  const { snapshot, only } = input;
  const settings = compileEc(input.config);
  const rules = ecRules(input, settings);
  const force = only?.force ?? false;
  const reader = new VolumeReader(snapshot);
  const skipped = new SkipCounter();
  const due = new TopList<number>(input.maxProposals + SPARE_CANDIDATES);
  const { from, to } = groupsOf(input);
  for (let group = from; group < to; group++) {
    const volume = reader.read(group);
    const failing = firstFailing(rules, { input, volume, settings }, force);
    if (failing !== undefined) skipped.add(failing.name);
    else due.offer(spaceGained(volume), () => group);
  }

  const room = new ShardRoom(snapshot, new ReservedLoad(snapshot, input.reserved));
  const proposals: TaskSpec[] = [];
  let failures = 0;
  let tried = 0;
  for (const group of due.sorted()) {
    if (proposals.length >= input.maxProposals || failures >= GIVE_UP_AFTER) break;
    tried++;
    const volume = reader.read(group);
    const placement = placeVolume(snapshot, settings, volume, room);
    const failing = firstFailing(placementRules, { input, volume, settings, placement }, force);
    if (failing !== undefined || placement === undefined) {
      skipped.add(failing?.name ?? "room");
      failures++;
      continue;
    }
    failures = 0;
    room.take(
      placement.choice,
      expectedShardSize(volume.size),
      placement.counts.map(({ place, shards }): [number, number] => [place.index, shards]),
    );
    proposals.push(specOf(input, settings, volume, placement));
  }
  if (failures >= GIVE_UP_AFTER) skipped.add("room_not_tried", due.offered - tried);
  const truncated = proposals.length >= input.maxProposals && due.offered > tried;
  return { proposals, examined: to - from, skipped: skipped.counts, truncated };
}

export function explainEc(input: DetectInput, volumeId: number): readonly RuleVerdict[] {
  const { snapshot } = input;
  const group = snapshot.groupOf(volumeId);
  if (group < 0) return unknownVolume("erasure_coding", snapshot, volumeId);
  const settings = compileEc(input.config);
  const volume = new VolumeReader(snapshot).read(group);
  const room = new ShardRoom(snapshot, new ReservedLoad(snapshot, input.reserved));
  const placement = placeVolume(snapshot, settings, volume, room);
  const force = input.only?.force ?? false;
  return [
    ...verdictsOf("erasure_coding", ecRules(input, settings), { input, volume, settings }, force),
    ...verdictsOf("erasure_coding", placementRules, { input, volume, settings, placement }, force),
  ];
}

/** Replicas go, shards of 1.4 times the volume come. */
function spaceGained(volume: VolumeFacts): number {
  return volume.size * (volume.end - volume.first - 1.4);
}

function specOf(input: DetectInput, settings: EcSettings, volume: VolumeFacts, placement: EcPlacement): TaskSpec {
  const { snapshot } = input;
  const plan = ecPlanOf(snapshot, settings, volume, placement);
  const full = percent(volume.size / snapshot.volumeSizeLimit);
  const quiet = volume.modifiedAt === 0 ? "" : ` and quiet for ${age(input.now / 1000 - volume.modifiedAt)}`;
  return {
    type: "erasure_coding",
    volumeId: volume.volumeId,
    collection: plan.collection,
    priority: 0,
    reason: `${full} full${quiet}; ${survivalWords(placement)}`,
    bytes: plan.sizeBytes,
    needs: ecCodec.needs(plan),
    plan: ecCodec.toJson(plan),
  };
}
