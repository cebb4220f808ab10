import { readFileSync, rmSync, statSync, truncateSync, writeFileSync } from "node:fs";
import { open } from "node:fs/promises";
import { DEFAULT_PIECE_SIZE, encodeShards } from "../../volume/ec-encoder.ts";
import { encodeEcx } from "../../volume/ec-index.ts";
import { DEFAULT_EC_LAYOUT, shardExtension, totalShards } from "../../volume/ec-layout.ts";
import { encodeEcSum, newEcChecksums } from "../../volume/ec-sum.ts";
import { NeedleMap } from "../../volume/needle-map.ts";
import { ttlSeconds } from "../../volume/ttl.ts";
import { volumeInfo } from "../../volume/vif.ts";
import type { Call } from "../rpc-handlers.ts";
import type { ServerContext } from "./context.ts";
import { readVif, writeVif } from "./vif-file.ts";

/**
 * Encodes a mounted volume into shards beside it, straight into their files, as SeaweedFS does. It does not notice
 * that its caller is gone. The .vif loses its read-only mark and placement on the way; the mounted volume does not
 * learn of it. Points: `ecx`, `encode` after each piece, `vif` before the .vif.
 */
export async function generateShards(
  server: ServerContext,
  volumeId: number,
  collection: string,
  call: Call,
): Promise<void> {
  const { store } = server;
  const volume = store.need(volumeId, `volume ${volumeId} not found`);
  if (volume.collection !== collection) {
    throw new Error(`existing collection:${volume.collection} unexpected input: ${collection}`);
  }
  const { base } = volume;
  const previous = readVif(`${base}.vif`)?.ecShardConfig;
  const layout = {
    ...DEFAULT_EC_LAYOUT,
    ...(previous !== undefined && previous.dataShards > 0 && { dataShards: previous.dataShards }),
    ...(previous !== undefined && previous.parityShards > 0 && { parityShards: previous.parityShards }),
  };
  store.ec.unmountAll(volumeId);
  store.ec.removeFiles(base);
  const paths = Array.from({ length: totalShards(layout) }, (_, shard) => base + shardExtension(shard));
  let encoding = true;
  try {
    writeFileSync(`${base}.ecx`, encodeEcx(NeedleMap.fromIdx(readFileSync(`${base}.idx`)).liveSet()));
    await call.point("ecx", { volume_id: volumeId });
    const dat = await open(`${base}.dat`);
    const shards = await Promise.all(paths.map((path) => open(path, "w")));
    try {
      const encoded = await encodeShards({
        dat,
        shards,
        layout,
        onProgress: async (bytes) => {
          await call.point("encode", { volume_id: volumeId, bytes });
          store.disk.need(1, `${base}.ec00`);
        },
      });
      encoding = false;
      const encodeTsNs = BigInt(Date.now()) * 1_000_000n + (process.hrtime.bigint() % 1_000_000n);
      const { dataShards, parityShards } = layout;
      const ecShardConfig = { dataShards, parityShards, encodeTsNs };
      writeFileSync(`${base}.ecsum`, encodeEcSum(newEcChecksums(ecShardConfig, encoded.checksums)));
      await call.point("vif", { volume_id: volumeId });
      const lifetime = ttlSeconds(volume.ttl);
      const expireAtSec = lifetime === 0 ? 0 : volume.modifiedSeconds + lifetime;
      writeVif(
        `${base}.vif`,
        volumeInfo({ version: volume.version, datFileSize: encoded.datSize, expireAtSec, ecShardConfig }),
      );
    } finally {
      await Promise.all([dat, ...shards].map((file) => file.close()));
    }
  } catch (reason) {
    if (server.life.dead && encoding) tearLastPiece(paths.slice(layout.dataShards));
    server.life.check();
    for (const path of [...paths, `${base}.ecx`]) rmSync(path, { force: true });
    throw reason;
  }
}

/** A process that dies while it writes one piece to all shards leaves them with unequal lengths. */
function tearLastPiece(paths: readonly string[]): void {
  for (const path of paths) {
    const size = statSync(path, { throwIfNoEntry: false })?.size ?? 0;
    if (size > 0) truncateSync(path, Math.max(0, size - DEFAULT_PIECE_SIZE));
  }
}
