import type { Snapshot } from "../../cluster/topology/snapshot.ts";
import type { DetectInput, RuleVerdict } from "../definition.ts";

/** Input of a planner with nothing in the way. */
export function detectInput(snapshot: Snapshot, more: Partial<DetectInput> = {}): DetectInput {
  return {
    snapshot,
    config: {},
    busy: new Set(),
    reserved: [],
    now: snapshot.takenAt,
    maxProposals: 1000,
    ...more,
  };
}

/** The sentences of the rules that failed. */
export function failedTexts(verdicts: readonly RuleVerdict[]): readonly string[] {
  return verdicts.filter((verdict) => !verdict.pass).map((verdict) => verdict.text);
}
