import pLimit from "p-limit";
import { AppError } from "../../core/errors.ts";
import { compareLiveSets, type LiveSet } from "../../volume/live-set.ts";
import { readLiveSet } from "./read-live-set.ts";
import type { OpenReplica } from "./replica.ts";
import { type Scope, serverOf, type VolumeRef, within } from "./scope.ts";

/** Needles compared beside the first and the last when `verify` is `sample`. */
const SAMPLES = 16;
/** Calls in flight while needles are compared. */
const PARALLEL = 8;

/**
 * Compares two replicas by what they hold: the live sets of both indexes, then cookie and checksum of sampled (or
 * all) needles. Counters, revisions and sizes differ between equal replicas and are not looked at.
 * Resolves to a sentence. Throws WK-TASK-VERIFY when they hold different needles.
 */
export async function compareReplicas(
  scope: Scope,
  ref: VolumeRef,
  left: OpenReplica,
  right: OpenReplica,
): Promise<{ readonly sentence: string; readonly live: LiveSet }> {
  const [leftSet, rightSet] = await Promise.all([
    readLiveSet(scope, left.server, ref, left.file),
    readLiveSet(scope, right.server, ref, right.file),
  ]);
  const difference = compareLiveSets(leftSet, rightSet);
  if (!difference.equal) {
    throw new AppError(
      "WK-TASK-VERIFY",
      `The replicas of volume ${ref.volumeId} on ${left.server} and ${right.server} have diverged: ` +
        `${difference.onlyLeft} needles only on the first, ${difference.onlyRight} only on the second, ` +
        `${difference.sizeDiffers} of different size (for example ${difference.samples.slice(0, 3).join(", ")}).`,
    );
  }
  const chosen = sampledIndexes(leftSet.keys.length, scope.ctx.options.verify);
  const limit = pLimit(PARALLEL);
  await Promise.all(
    chosen.map((index) =>
      limit(async () => {
        scope.check();
        const [a, b] = await Promise.all([
          readMeta(scope, left.server, ref, leftSet, index),
          readMeta(scope, right.server, ref, rightSet, index),
        ]);
        if (a.cookie !== b.cookie || a.crc !== b.crc) {
          throw new AppError(
            "WK-TASK-VERIFY",
            `Needle ${leftSet.keys[index]} of volume ${ref.volumeId} differs between ${left.server} and ${right.server}.`,
          );
        }
      }),
    ),
  );
  return {
    live: leftSet,
    sentence: `${leftSet.keys.length} live needles are equal on ${left.server} and ${right.server}, ${chosen.length} compared by checksum`,
  };
}

function readMeta(scope: Scope, server: string, ref: VolumeRef, set: LiveSet, index: number) {
  return serverOf(scope, server).readNeedleMeta(
    {
      volumeId: ref.volumeId,
      needleId: set.keys[index] ?? 0n,
      offset: set.offsets[index] ?? 0,
      size: set.sizes[index] ?? 0,
    },
    within(scope),
  );
}

/** Positions of the first, the last and some needles between them, or of all. */
export function sampledIndexes(count: number, verify: "sample" | "full", samples = SAMPLES): readonly number[] {
  if (verify === "full" || count <= samples + 2) return Array.from({ length: count }, (_, index) => index);
  const step = (count - 1) / (samples + 1);
  const chosen = Array.from({ length: samples + 2 }, (_, index) => Math.round(index * step));
  return [...new Set(chosen)];
}
