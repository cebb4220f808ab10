import { createReadStream, createWriteStream } from "node:fs";
import { mkdir, rm, stat, statfs } from "node:fs/promises";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { AppError } from "../../core/errors.ts";
import { startThread } from "../../core/thread.ts";
import { shardExtension } from "../../volume/ec-layout.ts";
import { ttlSeconds } from "../../volume/ttl.ts";
import { isOver } from "../call-end.ts";
import { readSuperBlockOf } from "../steps/probe.ts";
import { type PriorState, readOpenReplica } from "../steps/replica.ts";
import { idleLimitMs, type Scope, serverOf, silentLimitMs, type VolumeRef, within } from "../steps/scope.ts";
import { isAtLeast, type ServerState, V4_44 } from "../steps/servers.ts";
import { persistently } from "../steps/undo.ts";
import type { BuildProgress } from "./encode-on-server.ts";
import type { EncodeData, EncodeRequests } from "./encode-thread.ts";
import type { EcPlan } from "./plan.ts";
import { mountShards, waitUntilFileRests } from "./shard-files.ts";
import { cleanVifOf, writeVif } from "./vif.ts";

/** Volume and shards lie on the worker's disk together, plus room for the indexes. */
const SCRATCH_FACTOR = 2.45;
const SCRATCH_EXTRA = 16 * 1024 * 1024;

interface WorkerBuild extends BuildProgress {
  /** Bytes of the volume that have been fetched or encoded so far, of twice its size. */
  bytesDone(bytes: number): void;
}

/**
 * Worker mode: the volume comes to the worker, is encoded in a thread, and the shards go out, metadata first.
 * @returns The generation of the shards; 0n where a server is too old to know of generations.
 */
export async function encodeOnWorker(
  scope: Scope,
  plan: EcPlan,
  source: PriorState,
  servers: ReadonlyMap<string, ServerState>,
  progress: WorkerBuild,
): Promise<bigint> {
  const dir = join(scope.ctx.options.scratchDir, `volume-${plan.volumeId}`);
  await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true });
  try {
    await requireScratch(dir, source);
    const base = join(dir, "volume");
    await fetchFile(scope, plan, source, ".idx", `${base}.idx`, source.idxSize, () => undefined);
    await fetchFile(scope, plan, source, ".dat", `${base}.dat`, source.datSize, progress.bytesDone);
    // Older servers cannot parse a `.vif` that names a generation.
    const fenced = [...servers.values()].every(({ version }) => isAtLeast(version, V4_44));
    const generation = fenced
      ? BigInt(scope.ctx.clock.now()) * 1_000_000n + (process.hrtime.bigint() % 1_000_000n)
      : 0n;
    const expireAtSec = await expiryOf(scope, plan, source);
    const needles = await encode(scope, { base, generation, expireAtSec, datSize: source.datSize }, progress);
    if (needles === 0) throw new AppError("WK-TASK-STALE", `Volume ${plan.volumeId} has no live needle to encode.`);
    for (const { server, shardIds } of plan.targets) {
      await sendMetadata(scope, plan, server, base, { source, generation, expireAtSec, fenced });
      for (const id of shardIds) {
        scope.check();
        await sendFile(scope, plan, server, shardExtension(id), `${base}${shardExtension(id)}`, id);
        progress.shardPlaced();
      }
      await persistently(scope, () => mountShards(scope, plan, server, shardIds));
    }
    return generation;
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function requireScratch(dir: string, source: PriorState): Promise<void> {
  const { bavail, bsize } = await statfs(dir);
  const needed = Math.ceil(source.datSize * SCRATCH_FACTOR) + 3 * source.idxSize + SCRATCH_EXTRA;
  const free = bavail * bsize;
  if (free >= needed) return;
  throw new AppError(
    "WK-TASK-SPACE",
    `The worker has ${free} bytes of scratch space in ${dir}; encoding needs ${needed}.`,
  );
}

/** Fetches a file of the frozen volume: exactly the recorded revision and bytes, or nothing. */
async function fetchFile(
  scope: Scope,
  ref: VolumeRef,
  source: PriorState,
  ext: string,
  path: string,
  size: number,
  onBytes: (bytes: number) => void,
): Promise<void> {
  const { volumeId, collection } = ref;
  const started = scope.ctx.clock.monotonic();
  let bytes = 0;
  const request = { volumeId, collection, ext, compactionRevision: source.revision, stopOffset: size };
  const options = { signal: scope.signal, idleMs: idleLimitMs(scope), timeoutMs: 0 };
  async function* chunks(): AsyncGenerator<Buffer> {
    for await (const { content } of serverOf(scope, source.server).copyFile(request, options)) {
      bytes += content.length;
      onBytes(bytes);
      yield content;
      await slowDown(scope, bytes, started);
    }
  }
  await pipeline(
    Readable.from(chunks(), { objectMode: false, highWaterMark: 4 * 1024 * 1024 }),
    createWriteStream(path),
  );
  if (bytes === size) return;
  throw new AppError("WK-TASK-VERIFY", `${source.server} sent ${bytes} bytes of ${ext} instead of ${size}.`);
}

/** Keeps a transfer through the worker at the task's rate. */
async function slowDown(scope: Scope, bytes: number, started: number): Promise<void> {
  const { bytesPerSecond } = scope.ctx.options;
  if (bytesPerSecond <= 0) return;
  const ahead = (bytes / bytesPerSecond) * 1000 - (scope.ctx.clock.monotonic() - started);
  if (ahead > 1) await scope.sleep(ahead);
}

/** When an EC volume made from a TTL volume goes: its last write plus the TTL; 0 for never. */
async function expiryOf(scope: Scope, ref: VolumeRef, source: PriorState): Promise<number> {
  const { ttl } = await readSuperBlockOf(scope, source.server, ref);
  if (ttl.count === 0) return source.expireAtSec;
  const { file } = await readOpenReplica(scope, source.server, ref);
  return file.datFileTimestampSeconds + ttlSeconds(ttl);
}

interface EncodeInput {
  readonly base: string;
  readonly generation: bigint;
  readonly expireAtSec: number;
  readonly datSize: number;
}

async function encode(scope: Scope, input: EncodeInput, progress: WorkerBuild): Promise<number> {
  const done = new BigInt64Array(new SharedArrayBuffer(8));
  const data: EncodeData = { done };
  const thread = startThread<EncodeRequests>(new URL("./encode-thread.ts", import.meta.url), { name: "encoder", data });
  const timer = setInterval(() => progress.bytesDone(input.datSize + Number(Atomics.load(done, 0))), 500);
  try {
    const { needles } = await thread.call(
      "encode",
      {
        datPath: `${input.base}.dat`,
        idxPath: `${input.base}.idx`,
        base: input.base,
        encodeTsNs: input.generation,
        expireAtSec: input.expireAtSec,
      },
      scope.signal === undefined ? {} : { signal: scope.signal },
    );
    return needles;
  } finally {
    clearInterval(timer);
    await thread.close();
  }
}

interface Metadata {
  readonly source: PriorState;
  readonly generation: bigint;
  readonly expireAtSec: number;
  readonly fenced: boolean;
}

async function sendMetadata(scope: Scope, plan: EcPlan, server: string, base: string, data: Metadata): Promise<void> {
  const { source, generation, expireAtSec, fenced } = data;
  await sendFile(scope, plan, server, ".ecx", `${base}.ecx`);
  if (fenced) await sendFile(scope, plan, server, ".ecsum", `${base}.ecsum`);
  await persistently(scope, () =>
    writeVif(scope, server, plan, {
      ...cleanVifOf(source),
      expireAtSec,
      datFileSize: source.datSize,
      ecShardConfig: { dataShards: plan.dataShards, parityShards: plan.parityShards, encodeTsNs: generation },
    }),
  );
}

/** Sends a whole file; once more when the answer was lost and the server has come to rest. */
async function sendFile(
  scope: Scope,
  plan: EcPlan,
  server: string,
  ext: string,
  path: string,
  shardId?: number,
): Promise<void> {
  const { volumeId, collection } = plan;
  const { size } = await stat(path);
  const send = async (): Promise<void> => {
    const content = createReadStream(path, { highWaterMark: 1024 * 1024 });
    const request = {
      volumeId,
      collection,
      ext,
      isEcVolume: true,
      fileSize: size,
      ...(shardId !== undefined && { shardId }),
    };
    const started = scope.ctx.clock.monotonic();
    const limit = silentLimitMs(scope, size) + throttledMs(scope, size);
    const written = await serverOf(scope, server).receiveFile(
      request,
      paced(scope, content, started),
      within(scope, limit),
    );
    if (written !== size) {
      throw new AppError("WK-TASK-VERIFY", `${server} wrote ${written} bytes of ${ext} instead of ${size}.`);
    }
  };
  try {
    await send();
  } catch (reason) {
    scope.check();
    const error = AppError.from(reason);
    if (isOver(error) || error.code === "WK-TASK-VERIFY") throw error;
    scope.ctx.log.warn(`${ext} is sent to ${server} again: ${error.message}`);
    await persistently(scope, () => waitUntilFileRests(scope, server, plan, ext, size));
    await send();
  }
}

async function* paced(scope: Scope, content: AsyncIterable<Buffer>, started: number): AsyncGenerator<Buffer> {
  let bytes = 0;
  for await (const chunk of content) {
    bytes += chunk.length;
    yield chunk;
    await slowDown(scope, bytes, started);
  }
}

function throttledMs(scope: Scope, bytes: number): number {
  const { bytesPerSecond } = scope.ctx.options;
  return bytesPerSecond > 0 ? Math.ceil((2000 * bytes) / bytesPerSecond) : 0;
}
