import { AppError } from "../../core/errors.ts";
import { shardExtension } from "../../volume/ec-layout.ts";
import { destroy } from "../destroy.ts";
import { isPresent } from "../steps/probe.ts";
import { type Scope, serverOf, silentLimitMs, within } from "../steps/scope.ts";
import { persistently } from "../steps/undo.ts";
import { pullShard } from "./encode-on-server.ts";
import { type Built, missingShards } from "./prove.ts";
import { mountShards, shardSizeOf } from "./shard-files.ts";

/**
 * Brings shards back that went missing after they were verified: mounts them again, pulls them from the source while
 * it still has them, and as the last resort has their server rebuild them from the others.
 */
export async function repairShards(scope: Scope, built: Built): Promise<void> {
  const { plan } = built;
  for (const { server, shardId } of await persistently(scope, () => missingShards(scope, built))) {
    scope.ctx.log.warn(`Shard ${shardId} of volume ${plan.volumeId} is missing on ${server}; bringing it back.`);
    const steps = [
      () => mountShards(scope, plan, server, [shardId]),
      () => pullAgain(scope, built, server, shardId),
      () => rebuild(scope, built, server, shardId),
    ];
    for (const step of steps) {
      if (await isThere(scope, built, server, shardId)) break;
      try {
        await persistently(scope, step);
      } catch (reason) {
        scope.check();
        scope.ctx.log.warn(`That did not bring shard ${shardId} back: ${AppError.from(reason).message}`);
      }
    }
  }
}

async function isThere(scope: Scope, built: Built, server: string, shardId: number): Promise<boolean> {
  const missing = await persistently(scope, () => missingShards(scope, built));
  return !missing.some((shard) => shard.server === server && shard.shardId === shardId);
}

async function pullAgain(scope: Scope, built: Built, server: string, shardId: number): Promise<void> {
  const { plan, source } = built;
  if (server === plan.source || !(await isPresent(scope, plan.source, plan, shardExtension(shardId)))) {
    throw new AppError("WK-TASK-VERIFY", `${plan.source} has no copy of shard ${shardId}.`);
  }
  await pullShard(scope, plan, server, shardId, source);
  await mountShards(scope, plan, server, [shardId]);
}

/** Borrows the other data shards, rebuilds the missing one from them, and gives the borrowed ones up again. */
async function rebuild(scope: Scope, built: Built, server: string, shardId: number): Promise<void> {
  const { plan, source } = built;
  const volume = { volumeId: plan.volumeId, collection: plan.collection };
  const client = serverOf(scope, server);
  const bytes = shardSizeOf(source.datSize);
  const own = plan.targets.find((target) => target.server === server)?.shardIds ?? [];
  const missing = new Set((await missingShards(scope, built)).map((shard) => shard.shardId));
  const others = plan.targets
    .filter((target) => target.server !== server)
    .flatMap((target) => target.shardIds.map((id) => ({ id, from: target.server })))
    .filter(({ id }) => !missing.has(id));
  const needed = plan.dataShards - own.filter((id) => !missing.has(id)).length;
  const borrowed = others.slice(0, Math.max(0, needed));
  try {
    for (const { id, from } of borrowed) {
      await client.ecShardsCopy(
        { ...volume, source: serverOf(scope, from).address, shardIds: [id] },
        within(scope, silentLimitMs(scope, bytes)),
      );
    }
    await client.ecShardsRebuild(volume, within(scope, silentLimitMs(scope, bytes * plan.dataShards)));
    await mountShards(scope, plan, server, [shardId]);
  } finally {
    await dropBorrowed(scope, built, server);
  }
}

/** Rebuilding makes every shard that is absent; those that belong elsewhere go again. */
async function dropBorrowed(scope: Scope, built: Built, server: string): Promise<void> {
  const { plan } = built;
  const own = plan.targets.find((target) => target.server === server)?.shardIds ?? [];
  const shardIds = plan.targets.flatMap((target) => target.shardIds).filter((id) => !own.includes(id));
  const client = serverOf(scope, server);
  await client.ecShardsUnmount({ volumeId: plan.volumeId, shardIds }, within(scope));
  const result = await destroy(
    scope.ctx,
    { call: "VolumeEcShardsDelete", server, volumeId: plan.volumeId },
    async () => {
      const missing = await missingShards(scope, built);
      const lost = missing.filter((shard) => shard.server !== server);
      if (lost.length > 0) {
        throw new AppError("WK-TASK-UNSAFE", `Shard ${lost[0]?.shardId} is missing on ${lost[0]?.server} as well.`);
      }
      return `shards ${shardIds.join(", ")} are mounted on their own servers`;
    },
    (options) => client.ecShardsDelete({ volumeId: plan.volumeId, collection: plan.collection, shardIds }, options),
  );
  if (result.kind !== "done") throw result.error;
}
