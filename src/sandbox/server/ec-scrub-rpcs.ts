import { existsSync, readFileSync } from "node:fs";
import { errorMessage } from "../../core/errors.ts";
import type { VolumeServerDefinition } from "../../rpc/gen/volume_server_pb/VolumeServer.ts";
import { BlockChecksums } from "../../volume/block-checksums.ts";
import { locateInShards } from "../../volume/ec-layout.ts";
import { decodeEcSum } from "../../volume/ec-sum.ts";
import { differingBlocks } from "../../volume/ec-verify.ts";
import { decodeNeedle, recordLength } from "../../volume/needle.ts";
import { RpcFailure } from "../rpc-failure.ts";
import { type Call, type Handlers, unary } from "../rpc-handlers.ts";
import type { ServerContext } from "./context.ts";
import type { EcVolume } from "./ec-volume.ts";

interface EcFinding {
  readonly files: number;
  readonly details: string[];
  readonly brokenShards: number[];
}

const STEP = 1024 * 1024;

/** Checks of EC volumes; shards are read through their open files. */
export function ecScrubHandlers(server: ServerContext): Handlers<VolumeServerDefinition> {
  const { store } = server;
  return {
    ScrubEcVolume: unary(async ({ mode = "UNKNOWN", volume_ids = [] }, call) => {
      if (mode === "UNKNOWN") throw new RpcFailure("unsupported EC volume scrub mode 0");
      const ids = volume_ids.length > 0 ? volume_ids : store.ec.volumes.map((volume) => volume.id);
      const broken: number[] = [];
      const shards: { shard_id: number; size: number; collection: string; volume_id: number }[] = [];
      const details: string[] = [];
      let files = 0;
      for (const id of ids) {
        const volume = store.ec.get(id);
        if (volume === undefined) throw new RpcFailure(`EC volume id ${id} not found`);
        const found =
          mode === "CHECKSUM" ? await scrubShards(volume, call) : await scrubNeedles(server, volume, mode, call);
        files += found.files;
        if (found.details.length > 0) broken.push(id);
        details.push(...found.details);
        for (const shard of found.brokenShards) {
          shards.push({
            shard_id: shard,
            size: volume.shardSize(shard) ?? 0,
            collection: volume.collection,
            volume_id: id,
          });
        }
      }
      return {
        total_volumes: ids.length,
        total_files: files,
        broken_volume_ids: broken,
        broken_shard_infos: shards,
        details,
      };
    }),
  };
}

/** Compares the local shards with the checksum file; without one there is nothing to compare. */
async function scrubShards(volume: EcVolume, call: Call): Promise<EcFinding> {
  const found: EcFinding = { files: 0, details: [], brokenShards: [] };
  const path = `${volume.base}.ecsum`;
  if (!existsSync(path)) return found;
  const { shards, blockSize } = decodeEcSum(readFileSync(path), path);
  for (const wanted of shards) {
    const size = volume.shardSize(wanted.shard);
    if (size === undefined) continue;
    const sums = new BlockChecksums(blockSize);
    for (let at = 0; at < size; at += STEP) {
      await call.point("block", { volume_id: volume.id, shard_id: wanted.shard });
      sums.update(volume.readShard(wanted.shard, at, Math.min(STEP, size - at)) ?? Buffer.alloc(0));
    }
    const [bad] = differingBlocks(wanted, { shard: wanted.shard, ...sums.finish() });
    if (bad === undefined) continue;
    found.brokenShards.push(wanted.shard);
    found.details.push(
      `ec volume ${volume.id} shard ${wanted.shard}: checksum mismatch at block ${bad} (offset ${bad * blockSize})`,
    );
  }
  return found;
}

/** INDEX looks at the index alone, LOCAL reads what is on this server, FULL reads every live needle. */
async function scrubNeedles(
  server: ServerContext,
  volume: EcVolume,
  mode: "INDEX" | "LOCAL" | "FULL",
  call: Call,
): Promise<EcFinding> {
  const details: string[] = [];
  let files = 0;
  let previous = -1n;
  for (const entry of volume.entries()) {
    files++;
    if (entry.key <= previous) details.push(`index of EC volume ${volume.id} is not sorted at needle ${entry.key}`);
    previous = entry.key;
    if (mode === "INDEX" || volume.find(entry.key) === undefined || entry.size === 0) continue;
    await call.point("needle", { volume_id: volume.id });
    const spans = locateInShards(entry.offset, recordLength(entry.size, volume.version), volume.datSize);
    const shards = [...new Set(spans.map(({ shard }) => shard))].join(" ");
    try {
      if (mode === "FULL") await server.ec.read(volume.id, entry.key);
      else {
        const parts = spans.map((span) => volume.readShard(span.shard, span.offset, span.length));
        if (parts.some((part) => part === undefined)) continue;
        decodeNeedle(Buffer.concat(parts.flatMap((part) => part ?? [])), volume.version);
      }
    } catch (reason) {
      details.push(`EC volume ${volume.id}, needle ${entry.key} on shards [${shards}]: ${errorMessage(reason)}`);
    }
  }
  return { files, details, brokenShards: [] };
}
