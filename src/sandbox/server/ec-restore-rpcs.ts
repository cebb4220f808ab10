import { existsSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { status } from "@grpc/grpc-js";
import { errorMessage } from "../../core/errors.ts";
import type { VolumeServerDefinition } from "../../rpc/gen/volume_server_pb/VolumeServer.ts";
import { decodeShards } from "../../volume/ec-decode.ts";
import { decodedDatSize, foldEcj } from "../../volume/ec-index.ts";
import { datSizeFromShards, shardExtension } from "../../volume/ec-layout.ts";
import { rebuildShards } from "../../volume/ec-rebuild.ts";
import { DEFAULT_CHECKSUM_BLOCK, decodeEcSum } from "../../volume/ec-sum.ts";
import { checksumShard, differingBlocks } from "../../volume/ec-verify.ts";
import { idxEntryCount, readIdxEntry } from "../../volume/idx.ts";
import { RpcFailure } from "../rpc-failure.ts";
import { type Call, type Handlers, unary } from "../rpc-handlers.ts";
import { commit, compact } from "./compaction.ts";
import type { ServerContext } from "./context.ts";
import { readVif } from "./vif-file.ts";
import { Volume } from "./volume.ts";

/** RPCs that compute what is missing of an EC volume. */
export function ecRestoreHandlers(server: ServerContext): Handlers<VolumeServerDefinition> {
  return {
    VolumeEcShardsRebuild: unary(async ({ volume_id = 0, collection = "", unsafe_ignore_sidecar = false }, call) => ({
      rebuilt_shard_ids: await rebuild(server, collection, volume_id, unsafe_ignore_sidecar, call),
    })),

    VolumeEcShardsToVolume: unary(async ({ volume_id = 0, collection = "", from_staged = false }, call) => {
      const base = server.store.ec.base(collection, volume_id);
      if (from_staged) adoptStaged(server, base, volume_id);
      else await toVolume(server, collection, volume_id, call);
      return {};
    }),
  };
}

/** Computes missing shards, and damaged ones anew when there are checksums. Point: `piece` after each step. */
async function rebuild(
  server: ServerContext,
  collection: string,
  volumeId: number,
  ignoreSidecar: boolean,
  call: Call,
): Promise<number[]> {
  const { ec } = server.store;
  const base = ec.base(collection, volumeId);
  if (!existsSync(`${base}.ecx`)) return [];
  const config = readVif(`${base}.vif`)?.ecShardConfig;
  const layout = { dataShards: config?.dataShards || 10, parityShards: config?.parityShards || 4 };
  const sidecar = `${base}.ecsum`;
  const checksums = !ignoreSidecar && existsSync(sidecar) ? decodeEcSum(readFileSync(sidecar), sidecar) : undefined;
  const path = (shard: number): string => base + shardExtension(shard);
  const good = new Set(ec.shardFiles(base).keys());
  for (const wanted of checksums?.shards ?? []) {
    if (!good.has(wanted.shard)) continue;
    const found = await checksumShard(path(wanted.shard), wanted.shard, checksums?.blockSize ?? DEFAULT_CHECKSUM_BLOCK);
    server.life.check();
    if (differingBlocks(wanted, found).length > 0) good.delete(wanted.shard);
  }
  const all = Array.from({ length: layout.dataShards + layout.parityShards }, (_, shard) => shard);
  const missing = all.filter((shard) => !good.has(shard));
  if (missing.length > 0) {
    try {
      await rebuildShards({
        present: new Map([...good].map((shard) => [shard, path(shard)])),
        targets: new Map(missing.map((shard) => [shard, path(shard)])),
        layout,
        durable: false,
        ...(checksums !== undefined && { checksums }),
        onProgress: (bytes) => call.point("piece", { volume_id: volumeId, bytes }),
      });
    } catch (reason) {
      server.life.check();
      throw new RpcFailure(`rebuild ec files of volume ${volumeId}: ${errorMessage(reason)}`);
    }
  }
  fold(base);
  return missing;
}

/** Marks journalled deletions in the index and drops the journal. */
function fold(base: string): void {
  if (!existsSync(`${base}.ecj`)) return;
  writeFileSync(`${base}.ecx`, foldEcj(readFileSync(`${base}.ecx`), readFileSync(`${base}.ecj`)));
  rmSync(`${base}.ecj`);
}

/** Point: `decode` after each step. */
async function toVolume(server: ServerContext, collection: string, volumeId: number, call: Call): Promise<void> {
  const { store } = server;
  const volume = store.ec.get(volumeId);
  if (volume === undefined) throw new RpcFailure(`ec volume ${volumeId} not found`);
  if (volume.collection !== collection) {
    throw new RpcFailure(`existing collection:${volume.collection} unexpected input: ${collection}`);
  }
  const { base, version } = volume;
  const sizes = store.ec.shardFiles(base);
  const missing = Array.from({ length: volume.dataShards }, (_, shard) => shard).find((shard) => !sizes.has(shard));
  if (missing !== undefined) throw new RpcFailure(`ec volume ${volumeId} missing shard ${missing}`);
  fold(base);
  const ecx = readFileSync(`${base}.ecx`);
  if (!hasLive(ecx)) {
    throw new RpcFailure(`ec volume ${volumeId} has no live entries`, status.FAILED_PRECONDITION);
  }
  const length = decodedDatSize(ecx, version);
  const datSize = volume.info.datFileSize > 0 ? volume.info.datFileSize : datSizeFromShards(sizes.get(0) ?? 0);
  store.disk.need(length + ecx.length, `${base}.dat`);
  await decodeShards({
    dataShards: Array.from({ length: volume.dataShards }, (_, shard) => base + shardExtension(shard)),
    datPath: `${base}.dat`,
    datSize,
    length,
    durable: false,
    onProgress: (bytes) => call.point("decode", { volume_id: volumeId, bytes }),
  });
  writeFileSync(`${base}.idx`, ecx);
  const decoded = Volume.load(store.disk, base, volumeId, collection);
  try {
    await compact(decoded, store.disk, call, () => Promise.resolve());
    await commit(decoded, call);
  } finally {
    decoded.close();
  }
}

function hasLive(ecx: Buffer): boolean {
  return Array.from({ length: idxEntryCount(ecx) }, (_, i) => readIdxEntry(ecx, i)).some(({ size }) => size >= 0);
}

/** Puts files that were received as `.copying` in place and mounts them. */
function adoptStaged(server: ServerContext, base: string, volumeId: number): void {
  for (const extension of [".dat", ".idx", ".vif"]) {
    if (!existsSync(`${base}${extension}.copying`))
      throw new RpcFailure(`staged file ${base}${extension}.copying not found`);
  }
  for (const extension of [".dat", ".idx", ".vif"]) renameSync(`${base}${extension}.copying`, base + extension);
  server.store.mount(volumeId);
}
