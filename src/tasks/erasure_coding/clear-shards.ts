import pLimit from "p-limit";
import { AppError } from "../../core/errors.ts";
import { destroy } from "../destroy.ts";
import { freeze } from "../steps/freeze.ts";
import { presentFiles } from "../steps/probe.ts";
import { changedSince, type OpenReplica, type PriorState, readOpenReplica, readReplica } from "../steps/replica.ts";
import { type Scope, serverOf, type VolumeRef, within } from "../steps/scope.ts";
import { persistently } from "../steps/undo.ts";
import type { EcPlan } from "./plan.ts";
import { ALL_SHARDS, ecFilesOn, serversOf, waitUntilShardsRest } from "./shard-files.ts";
import { cleanVifOf, readVif, writeVif } from "./vif.ts";

const PARALLEL = 8;
/** How often shards may come back after a teardown before it is given up. */
const ROUNDS = 5;

/**
 * Tears down every EC file of the volume on these servers. Only while the source holds the whole volume: the caller
 * has scrubbed it. Copies that are still under way on a server bring files back, so it is looked again.
 */
export async function clearShards(
  scope: Scope,
  ref: VolumeRef,
  source: string,
  servers: readonly string[],
): Promise<void> {
  const limit = pLimit(PARALLEL);
  for (let round = 1; ; round++) {
    const found = await Promise.all(
      servers.map((server) =>
        limit(async () => {
          const files = await persistently(scope, () => ecFilesOn(scope, server, ref));
          return { server, files };
        }),
      ),
    );
    const dirty = found.filter(({ files }) => files.length > 0);
    if (dirty.length === 0) return;
    if (round > ROUNDS) {
      const places = dirty.map(({ server, files }) => `${files.join(", ")} on ${server}`).join("; ");
      throw new AppError(
        "WK-TASK-UNSAFE",
        `Shards of volume ${ref.volumeId} come back after every teardown: ${places}.`,
      );
    }
    for (const { server, files } of dirty) {
      await persistently(scope, () => tearDown(scope, ref, source, server, files));
    }
  }
}

async function tearDown(
  scope: Scope,
  ref: VolumeRef,
  source: string,
  server: string,
  files: readonly string[],
): Promise<void> {
  const client = serverOf(scope, server);
  await client.ecShardsUnmount({ volumeId: ref.volumeId, shardIds: ALL_SHARDS }, within(scope));
  const result = await destroy(
    scope.ctx,
    { call: "VolumeEcShardsDelete", server, volumeId: ref.volumeId },
    async () => {
      const whole = await presentFiles(scope, source, ref, [".dat", ".idx"]);
      if (whole.length < 2) {
        throw new AppError("WK-TASK-UNSAFE", `${source} does not have the whole volume ${ref.volumeId} on disk.`);
      }
      return `${source} has .dat and .idx on disk; ${server} has ${files.join(", ")}`;
    },
    // Servers before 4.44 know no teardown and delete the named shards.
    (options) => client.ecShardsDelete({ ...ref, shardIds: ALL_SHARDS, fullTeardown: true }, options),
  );
  if (result.kind !== "done") throw result.error;
}

/**
 * Takes a build back on every server it touched: waits for work that goes on without its caller, removes all shards,
 * and brings every replica up again, frozen and without a trace of erasure coding in its `.vif`.
 */
export async function takeBackBuild(scope: Scope, plan: EcPlan, replicas: readonly PriorState[]): Promise<void> {
  const ref = { volumeId: plan.volumeId, collection: plan.collection };
  const servers = serversOf(plan);
  const bytes = replicas[0]?.datSize ?? plan.sizeBytes;
  await Promise.all(servers.map((server) => persistently(scope, () => waitUntilShardsRest(scope, server, ref, bytes))));
  await clearShards(scope, ref, plan.source, servers);
  for (const prior of replicas) await persistently(scope, () => restoreReplica(scope, prior, ref));
}

/**
 * Serves a replica again as it was frozen. A server that restarted beside shards has hidden the `.dat`, and a `.vif`
 * with traces of erasure coding would make it do so again.
 */
async function restoreReplica(scope: Scope, prior: PriorState, ref: VolumeRef): Promise<OpenReplica> {
  const { server } = prior;
  const client = serverOf(scope, server);
  const before = await readReplica(scope, server, ref);
  const hidden = before.kind !== "open" || before.file.volumeInfo.ecShardConfig !== undefined;
  if (!hidden) {
    // The server writes the `.vif` anew from memory, which knows nothing of shards.
    await freeze(scope, server, ref, { persist: true, canDelete: false });
  }
  if (hidden || (await hasTraces(scope, server, ref))) {
    const files = await presentFiles(scope, server, ref, [".dat", ".idx"]);
    if (files.length < 2) {
      throw new AppError(
        "WK-TASK-UNSAFE",
        `${server} has only ${files.join() || "nothing"} of volume ${ref.volumeId} on disk.`,
      );
    }
    scope.ctx.log.warn(`${server} has hidden volume ${ref.volumeId} behind its shards; mounting it again.`);
    await client.volumeUnmount(ref.volumeId, within(scope));
    await writeVif(scope, server, ref, cleanVifOf(prior));
    await client.volumeMount(ref.volumeId, within(scope));
    await freeze(scope, server, ref, { persist: true, canDelete: false });
  }
  const replica = await readOpenReplica(scope, server, ref);
  const change = changedSince(prior, replica.file);
  if (change !== undefined) scope.ctx.log.warn(`After the shards were removed ${change}.`);
  return replica;
}

async function hasTraces(scope: Scope, server: string, ref: VolumeRef): Promise<boolean> {
  const info = await readVif(scope, server, ref);
  return info?.ecShardConfig !== undefined;
}
