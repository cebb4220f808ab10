import pLimit from "p-limit";
import { AppError } from "../../core/errors.ts";
import { shardExtension } from "../../volume/ec-layout.ts";
import { isOver } from "../call-end.ts";
import type { PriorState } from "../steps/replica.ts";
import { type Scope, serverOf, silentLimitMs, within } from "../steps/scope.ts";
import { persistently } from "../steps/undo.ts";
import type { EcPlan } from "./plan.ts";
import { mountShards, shardSizeOf, waitUntilFileRests } from "./shard-files.ts";
import { readGenerated, writeVif } from "./vif.ts";

/** Targets that pull shards from the source at the same time. */
const PARALLEL_TARGETS = 4;

export interface BuildProgress {
  /** A shard has reached its server. */
  shardPlaced(): void;
}

/**
 * Server mode: the source encodes on its own disk, every target pulls its shards from there; no volume byte passes
 * through the worker.
 * @returns The generation of the shards.
 */
export async function encodeOnServer(
  scope: Scope,
  plan: EcPlan,
  source: PriorState,
  progress: BuildProgress,
): Promise<bigint> {
  const ref = { volumeId: plan.volumeId, collection: plan.collection };
  await serverOf(scope, plan.source).ecShardsGenerate(ref, within(scope, silentLimitMs(scope, 3 * source.datSize)));
  const info = await readGenerated(scope, source, ref);
  // Generating dropped these from the file; without them a mount after a crash would take writes. From here on the
  // source gets no mark and no configuration: the server would write the file from memory and drop the generation.
  await writeVif(scope, plan.source, ref, {
    ...info,
    readOnly: true,
    replication: source.replication,
    bytesOffset: source.bytesOffset,
  });

  const limit = pLimit(PARALLEL_TARGETS);
  const others = plan.targets.filter(({ server }) => server !== plan.source);
  await Promise.all(
    others.map(({ server, shardIds }) =>
      limit(async () => {
        await pullMetadata(scope, plan, server, source);
        for (const shardId of shardIds) {
          scope.check();
          await pullShard(scope, plan, server, shardId, source);
          progress.shardPlaced();
        }
        await persistently(scope, () => mountShards(scope, plan, server, shardIds));
      }),
    ),
  );
  const kept = plan.targets.find(({ server }) => server === plan.source);
  if (kept !== undefined) {
    await persistently(scope, () => mountShards(scope, plan, plan.source, kept.shardIds));
    for (const _ of kept.shardIds) progress.shardPlaced();
  }
  return info.ecShardConfig?.encodeTsNs ?? 0n;
}

/** Before any shard, in a call of its own: a server that restarts with a shard and no metadata cannot use it. */
async function pullMetadata(scope: Scope, plan: EcPlan, server: string, source: PriorState): Promise<void> {
  await serverOf(scope, server).ecShardsCopy(
    {
      ...sourceOf(scope, plan),
      shardIds: [],
      copyEcx: true,
      copyEcj: true,
      copyVif: true,
      copyEcsum: true,
    },
    within(scope, silentLimitMs(scope, source.idxSize)),
  );
}

/** One shard a call, so that a call whose answer is lost leaves one file to watch. */
export async function pullShard(
  scope: Scope,
  plan: EcPlan,
  server: string,
  shardId: number,
  source: PriorState,
): Promise<void> {
  const bytes = shardSizeOf(source.datSize);
  const pull = (): Promise<void> =>
    serverOf(scope, server).ecShardsCopy(
      { ...sourceOf(scope, plan), shardIds: [shardId], bytesPerSecond: scope.ctx.options.bytesPerSecond },
      within(scope, copyLimitMs(scope, bytes)),
    );
  try {
    await pull();
  } catch (reason) {
    scope.check();
    const error = AppError.from(reason);
    if (isOver(error)) throw error;
    scope.ctx.log.warn(`Shard ${shardId} is pulled to ${server} again: ${error.message}`);
    const ref = { volumeId: plan.volumeId, collection: plan.collection };
    await persistently(scope, () => waitUntilFileRests(scope, server, ref, shardExtension(shardId), bytes));
    await pull();
  }
}

function copyLimitMs(scope: Scope, bytes: number): number {
  const { bytesPerSecond } = scope.ctx.options;
  const throttled = bytesPerSecond > 0 ? (2000 * bytes) / bytesPerSecond : 0;
  return Math.ceil(silentLimitMs(scope, bytes) + throttled);
}

function sourceOf(scope: Scope, plan: EcPlan) {
  return { volumeId: plan.volumeId, collection: plan.collection, source: serverOf(scope, plan.source).address };
}
