import type { Snapshot } from "../../cluster/topology/snapshot.ts";
import type { Priority, TaskSpec } from "../../queue/task.ts";
import { formatServerAddress } from "../../rpc/server-address.ts";
import type { DetectInput, Detection, RuleVerdict } from "../definition.ts";
import { firstFailing, SkipCounter, verdictsOf } from "../planning/rules.ts";
import { TopList } from "../planning/top-list.ts";
import { unknownVolume } from "../planning/unknown-volume.ts";
import { groupsOf, type VolumeFacts, VolumeReader } from "../planning/volume-facts.ts";
import { bytes, counted, percent } from "../planning/words.ts";
import { compileVacuum } from "./config.ts";
import { type VacuumPlan, vacuumCodec } from "./plan.ts";
import { garbageOf, pressedDisks, thresholdOf, type VacuumCandidate, vacuumRules } from "./rules.ts";

/** Garbage from which a volume is urgent. */
const URGENT_GARBAGE = 0.6;

/**
 * Volumes worth compacting: one task each, over all of its replicas. Volumes on a disk that is nearly full come
 * first, the smallest of them foremost since a compaction needs the volume's size in free space; the others by
 * the bytes they give back.
 */
export function detectVacuum(input: DetectInput): Detection {
  const { snapshot } = input;
  const settings = compileVacuum(input.config);
  const pressed = pressedDisks(snapshot, settings.pressureRatio);
  const rules = vacuumRules(input, settings);
  const force = input.only?.force ?? false;
  const reader = new VolumeReader(snapshot);
  const skipped = new SkipCounter();
  const found = new TopList<TaskSpec>(input.maxProposals);
  const groups = groupsOf(input);
  for (let group = groups.from; group < groups.to; group++) {
    const volume = reader.read(group);
    const candidate: VacuumCandidate = { input, volume, settings, pressed };
    const failing = firstFailing(rules, candidate, force);
    if (failing !== undefined) skipped.add(failing.name);
    else found.offer(urgency(candidate), () => specOf(candidate));
  }
  return {
    proposals: found.sorted(),
    examined: groups.to - groups.from,
    skipped: skipped.counts,
    truncated: found.offered > input.maxProposals,
  };
}

export function explainVacuum(input: DetectInput, volumeId: number): readonly RuleVerdict[] {
  const group = input.snapshot.groupOf(volumeId);
  if (group < 0) return unknownVolume("vacuum", input.snapshot, volumeId);
  const settings = compileVacuum(input.config);
  const candidate: VacuumCandidate = {
    input,
    volume: new VolumeReader(input.snapshot).read(group),
    settings,
    pressed: pressedDisks(input.snapshot, settings.pressureRatio),
  };
  return verdictsOf("vacuum", vacuumRules(input, settings), candidate, input.only?.force ?? false);
}

/** Larger is sooner. Pressure counts above everything; then what is urgent; then the bytes given back. */
function urgency(candidate: VacuumCandidate): number {
  const { volume } = candidate;
  const beyondAnySize = 2 ** 52;
  if (onPressedDisk(candidate)) return 3 * beyondAnySize - volume.size;
  const { ratio, deletedBytes } = garbageOf(candidate);
  return (ratio > URGENT_GARBAGE ? beyondAnySize : 0) + deletedBytes;
}

function onPressedDisk({ input, volume, pressed }: VacuumCandidate): boolean {
  for (let row = volume.first; row < volume.end; row++) {
    if (pressed[input.snapshot.replicas.disk(row)] === true) return true;
  }
  return false;
}

function specOf(candidate: VacuumCandidate): TaskSpec {
  const { input, volume } = candidate;
  const { ratio, deletedBytes } = garbageOf(candidate);
  const threshold = thresholdOf(candidate);
  const pressure = onPressedDisk(candidate);
  const priority: Priority = pressure || ratio > URGENT_GARBAGE ? 2 : 1;
  const plan: VacuumPlan = {
    volumeId: volume.volumeId,
    collection: input.snapshot.collectionOf(volume.first),
    replicas: replicasByGarbage(input.snapshot, volume),
    // A forced task compacts whatever garbage there is.
    garbageThreshold: input.only?.force === true ? 0 : threshold,
    sizeBytes: volume.size,
  };
  const forced = ratio < threshold ? ", asked for by hand" : ` ≥ ${percent(threshold)}`;
  return {
    type: "vacuum",
    volumeId: volume.volumeId,
    collection: input.snapshot.collectionOf(volume.first),
    priority,
    reason: `garbage ${percent(ratio)}${forced}: ${bytes(deletedBytes)} on ${counted(volume.end - volume.first, "replica")} can be given back${pressure ? ", a disk is nearly full" : ""}`,
    bytes: volume.size * (volume.end - volume.first),
    needs: vacuumCodec.needs(plan),
    plan: vacuumCodec.toJson(plan),
  };
}

function replicasByGarbage(snapshot: Snapshot, volume: VolumeFacts): readonly string[] {
  const { replicas } = snapshot;
  const rows = Array.from({ length: volume.end - volume.first }, (_, at) => volume.first + at);
  const ratio = (row: number): number => replicas.deletedBytes(row) / Math.max(1, replicas.size(row));
  return rows
    .sort((a, b) => ratio(b) - ratio(a) || a - b)
    .flatMap((row) => {
      const { address } = snapshot.serverOf(row);
      return address === undefined ? [] : [formatServerAddress(address)];
    });
}
