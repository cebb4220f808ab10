import type { Snapshot } from "../../cluster/topology/snapshot.ts";
import type { RuleVerdict } from "../definition.ts";

/** The one verdict for a volume that has no replica in the list of the master. */
export function unknownVolume(type: string, snapshot: Snapshot, volumeId: number): readonly RuleVerdict[] {
  const { start, end } = snapshot.ecRows(volumeId);
  const measured = end > start ? "erasure coded" : "not listed";
  const clause =
    end > start ? `volume ${volumeId} is erasure coded and has no replica` : `the master lists no volume ${volumeId}`;
  return [{ rule: "volume", measured, threshold: "a replica", pass: false, text: `${type}: ${clause} → left out` }];
}
