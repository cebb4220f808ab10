import pLimit from "p-limit";
import { AppError, hasCode } from "../../core/errors.ts";
import { locateInShards, shardExtension } from "../../volume/ec-layout.ts";
import type { LiveSet } from "../../volume/live-set.ts";
import { recordLength } from "../../volume/needle.ts";
import { parityMatrix } from "../../volume/reed-solomon.ts";
import { bestKernel } from "../../volume/rs-kernel.ts";
import { isVolumeVersion } from "../../volume/super-block.ts";
import { sampledIndexes } from "../steps/compare.ts";
import { presentFiles } from "../steps/probe.ts";
import { readIndexFile } from "../steps/read-live-set.ts";
import type { PriorState } from "../steps/replica.ts";
import { type Scope, serverOf, silentLimitMs, within } from "../steps/scope.ts";
import { isAtLeast, type ServerState, V4_44 } from "../steps/servers.ts";
import type { EcPlan } from "./plan.ts";
import { ALL_SHARDS, shardSizeOf } from "./shard-files.ts";
import { readVif } from "./vif.ts";

/** Bytes of one sampled stripe in each shard. */
const STRIPE_BYTES = 16 * 1024;
const STRIPES = 6;
const PARALLEL = 8;

/** What is proved: the shards of one run against the frozen volume they were made of. */
export interface Built {
  readonly plan: EcPlan;
  readonly source: PriorState;
  readonly generation: bigint;
  readonly servers: ReadonlyMap<string, ServerState>;
}

/** Shards of the plan that are not mounted at full size where they belong. */
export async function missingShards(
  scope: Scope,
  { plan, source }: Pick<Built, "plan" | "source">,
): Promise<readonly { readonly server: string; readonly shardId: number }[]> {
  const size = shardSizeOf(source.datSize);
  const found = await Promise.all(
    plan.targets.map(async ({ server, shardIds }) => {
      const mounted = await mountedSizes(scope, server, plan.volumeId);
      return shardIds.filter((id) => mounted.get(id) !== size).map((shardId) => ({ server, shardId }));
    }),
  );
  return found.flat();
}

async function mountedSizes(scope: Scope, server: string, volumeId: number): Promise<ReadonlyMap<number, number>> {
  try {
    const { shards } = await serverOf(scope, server).ecShardsInfo(volumeId, within(scope));
    return new Map(shards.map(({ shardId, size }) => [shardId, size]));
  } catch (error) {
    if (hasCode(error, "WK-RPC-NOT-FOUND")) return new Map();
    throw error;
  }
}

/** All shards mounted at full size on their servers, or WK-TASK-VERIFY: fewer than all is a failure. */
export async function requireAllShards(scope: Scope, built: Pick<Built, "plan" | "source">): Promise<string> {
  const missing = await missingShards(scope, built);
  if (missing.length === 0) {
    return `all ${ALL_SHARDS.length} shards are mounted with ${shardSizeOf(built.source.datSize)} bytes each`;
  }
  const places = missing.map(({ server, shardId }) => `${shardId} on ${server}`).join(", ");
  throw new AppError("WK-TASK-VERIFY", `Shards of volume ${built.plan.volumeId} are missing or short: ${places}.`);
}

/**
 * Opens what was built, where it lies: ids and sizes, files on disk, generation, index, checksums, the parity of
 * sampled stripes, and sampled needles byte for byte against the source. Throws WK-TASK-VERIFY.
 */
export async function proveShards(scope: Scope, built: Built, live: LiveSet): Promise<string> {
  const counted = await requireAllShards(scope, built);
  for (const { server, shardIds } of built.plan.targets) {
    scope.check();
    await requireFiles(scope, built, server, shardIds);
    await requireSameIndex(scope, built, server, live);
  }
  await requireParity(scope, built);
  const needles = await requireNeedles(scope, built, live);
  await requireScrubbedShards(scope, built);
  return `${counted}; ${STRIPES} stripes and ${needles} needles read back; all servers scrub clean`;
}

async function requireFiles(scope: Scope, built: Built, server: string, shardIds: readonly number[]): Promise<void> {
  const { plan, source, generation } = built;
  const wanted = [".ecx", ".vif", ...shardIds.map(shardExtension)];
  const found = new Set(await presentFiles(scope, server, plan, wanted));
  const absent = wanted.filter((ext) => !found.has(ext));
  if (absent.length > 0) throw wrong(`${server} has no ${absent.join(", ")} of volume ${plan.volumeId} on disk`);
  const info = await readVif(scope, server, plan);
  const config = info?.ecShardConfig;
  if (config?.encodeTsNs !== generation || info?.datFileSize !== source.datSize) {
    throw wrong(
      `the .vif on ${server} names generation ${config?.encodeTsNs ?? "none"} of ${info?.datFileSize ?? 0} bytes ` +
        `instead of ${generation} of ${source.datSize}`,
    );
  }
}

async function requireSameIndex(scope: Scope, { plan, source }: Built, server: string, live: LiveSet): Promise<void> {
  const width = source.bytesOffset === 5 ? 5 : 4;
  const index = await readIndexFile(scope, server, plan, ".ecx", width, source.idxSize);
  const equal =
    index.keys.length === live.keys.length &&
    live.keys.every(
      (key, at) =>
        index.keys[at] === key && index.offsets[at] === live.offsets[at] && index.sizes[at] === live.sizes[at],
    );
  if (!equal) throw wrong(`the .ecx on ${server} names other needles than the index of ${source.server}`);
}

async function requireScrubbedShards(scope: Scope, { plan, source, servers }: Built): Promise<void> {
  await Promise.all(
    plan.targets.map(async ({ server, shardIds }) => {
      const version = servers.get(server)?.version;
      const mode = version !== undefined && isAtLeast(version, V4_44) ? "CHECKSUM" : "LOCAL";
      const bytes = shardSizeOf(source.datSize) * shardIds.length;
      const result = await serverOf(scope, server).scrubEcVolume(
        { mode, volumeIds: [plan.volumeId] },
        within(scope, silentLimitMs(scope, bytes)),
      );
      if (result.totalVolumes > 0 && result.brokenVolumeIds.length === 0 && result.brokenShards.length === 0) return;
      throw wrong(
        `the shards on ${server} do not scrub clean: ${result.details.slice(0, 3).join("; ") || "no details"}`,
      );
    }),
  );
}

/** Recomputes the parity of sampled stripes from what the servers answer for the data shards. */
async function requireParity(scope: Scope, built: Built): Promise<void> {
  const { plan, source } = built;
  const size = shardSizeOf(source.datSize);
  const length = Math.min(STRIPE_BYTES, size);
  const workspace = bestKernel()(parityMatrix(plan.dataShards, plan.parityShards), length);
  for (const offset of stripeOffsets(size, length)) {
    scope.check();
    const stripe = await Promise.all(ALL_SHARDS.map((shardId) => readShard(scope, built, shardId, offset, length)));
    for (const [index, input] of workspace.inputs.entries()) input.set(stripe[index] ?? new Uint8Array());
    workspace.run(length);
    for (const [index, output] of workspace.outputs.entries()) {
      const shardId = plan.dataShards + index;
      if (Buffer.compare(output.subarray(0, length), stripe[shardId] ?? new Uint8Array()) === 0) continue;
      throw wrong(`shard ${shardId} is not the parity of the data shards at offset ${offset}`);
    }
  }
}

function stripeOffsets(size: number, length: number): readonly number[] {
  const step = (size - length) / (STRIPES - 1);
  return [...new Set(Array.from({ length: STRIPES }, (_, index) => Math.floor(index * step)))];
}

/** Reads sampled needles out of the shards and compares them with the records of the source. */
async function requireNeedles(scope: Scope, built: Built, live: LiveSet): Promise<number> {
  const { plan, source } = built;
  if (!isVolumeVersion(source.version)) throw wrong(`needle version ${source.version} is not known`);
  const { version } = source;
  const chosen = sampledIndexes(live.keys.length, scope.ctx.options.verify);
  const limit = pLimit(PARALLEL);
  await Promise.all(
    chosen.map((at) =>
      limit(async () => {
        scope.check();
        const [offset, size] = [live.offsets[at] ?? 0, live.sizes[at] ?? 0];
        const record = await serverOf(scope, source.server).readNeedleBlob(
          { volumeId: plan.volumeId, offset, size },
          within(scope),
        );
        const spans = locateInShards(offset, recordLength(size, version), source.datSize);
        const pieces = await Promise.all(
          spans.map((span) => readShard(scope, built, span.shard, span.offset, span.length)),
        );
        if (Buffer.concat(pieces).equals(record)) return;
        throw wrong(`needle ${live.keys[at]} reads differently from the shards than from ${source.server}`);
      }),
    ),
  );
  return chosen.length;
}

async function readShard(scope: Scope, built: Built, shardId: number, offset: number, size: number): Promise<Buffer> {
  const { plan, generation } = built;
  const server = plan.targets.find(({ shardIds }) => shardIds.includes(shardId))?.server;
  if (server === undefined) throw wrong(`the plan has no place for shard ${shardId}`);
  // A server refuses to read for another generation than this.
  const bytes = await serverOf(scope, server).ecShardRead(
    { volumeId: plan.volumeId, shardId, offset, size, encodeTsNs: generation },
    within(scope),
  );
  if (bytes.length === size) return bytes;
  throw wrong(`shard ${shardId} on ${server} ends ${size - bytes.length} bytes early at ${offset}`);
}

function wrong(what: string): AppError {
  return new AppError("WK-TASK-VERIFY", `The shards are not what they should be: ${what}.`);
}
