import { statSync } from "node:fs";
import { errorMessage } from "../../core/errors.ts";
import type { VolumeEcShardsCopyRequest__Output } from "../../rpc/gen/volume_server_pb/VolumeEcShardsCopyRequest.ts";
import type { VolumeServerDefinition } from "../../rpc/gen/volume_server_pb/VolumeServer.ts";
import { shardExtension } from "../../volume/ec-layout.ts";
import { RpcFailure } from "../rpc-failure.ts";
import { type Call, type Handlers, serverStream, unary } from "../rpc-handlers.ts";
import type { ServerContext } from "./context.ts";
import { FILE_CHUNK } from "./copy-file-rpcs.ts";
import { generateShards } from "./ec-generate.ts";
import { pullFile } from "./volume-copy.ts";

const ANY_REVISION = 0xffff_ffff;
const WHOLE_FILE = 2n ** 63n - 1n;

/** RPCs on EC shards. Generate and Copy go on when their caller is gone. */
export function ecHandlers(server: ServerContext): Handlers<VolumeServerDefinition> {
  const { store } = server;
  return {
    VolumeEcShardsGenerate: unary(async ({ volume_id = 0, collection = "" }, call) => {
      await generateShards(server, volume_id, collection, call);
      return {};
    }),

    VolumeEcShardsCopy: unary(async (request, call) => {
      await copyShards(server, request, call);
      return {};
    }),

    VolumeEcShardsDelete: unary((request) => {
      const { volume_id = 0, collection = "", shard_ids = [], full_teardown = false, encode_ts_ns = "0" } = request;
      if (full_teardown) {
        store.ec.tearDown(collection, volume_id, BigInt(encode_ts_ns));
        return { full_teardown_done: true };
      }
      store.ec.deleteShards(collection, volume_id, shard_ids);
      return {};
    }),

    VolumeEcShardsMount: unary(({ volume_id = 0, collection = "", shard_ids = [] }) => {
      store.ec.mount(collection, volume_id, shard_ids);
      return {};
    }),

    VolumeEcShardsUnmount: unary(({ volume_id = 0, shard_ids = [], encode_ts_ns = "0" }) => {
      store.ec.unmount(volume_id, shard_ids, BigInt(encode_ts_ns));
      return {};
    }),

    VolumeEcShardRead: serverStream(async (request, send) => {
      const { volume_id = 0, shard_id = 0, file_key = "0", encode_ts_ns = "0" } = request;
      const volume = store.ec.get(volume_id);
      if (volume?.shardSize(shard_id) === undefined)
        throw new RpcFailure(`not found ec shard ${volume_id}.${shard_id}`);
      if (BigInt(encode_ts_ns) !== 0n && BigInt(encode_ts_ns) !== volume.generation) {
        throw new RpcFailure(`ec shard ${volume_id}.${shard_id} belongs to a different encode run`);
      }
      if (file_key !== "0" && volume.isDeleted(BigInt(file_key))) {
        await send({ is_deleted: true });
        return;
      }
      let at = Number(request.offset ?? "0");
      const end = at + Number(request.size ?? "0");
      while (at < end) {
        const data = volume.readShard(shard_id, at, Math.min(FILE_CHUNK, end - at));
        if (data === undefined || data.length === 0) return;
        await send({ data, encode_ts_ns: String(volume.generation) });
        at += data.length;
      }
    }),

    VolumeEcBlobDelete: unary(({ volume_id = 0, file_key = "0" }) => {
      store.ec.get(volume_id)?.delete(BigInt(file_key));
      return {};
    }),

    VolumeEcShardsInfo: unary(({ volume_id = 0 }) => {
      const volume = store.ec.get(volume_id);
      if (volume === undefined) throw new RpcFailure(`VolumeEcShardsInfo: EC volume ${volume_id} not found`);
      let [size, files, deleted] = [0, 0, 0];
      for (const entry of volume.entries()) {
        files++;
        if (entry.size < 0 || volume.isDeleted(entry.key)) deleted++;
        size += Math.max(0, entry.size);
      }
      return {
        ec_shard_infos: volume.shardIds.map((shard) => ({
          shard_id: shard,
          size: volume.shardSize(shard) ?? 0,
          collection: volume.collection,
          volume_id,
        })),
        volume_size: size,
        file_count: files - deleted,
        file_deleted_count: deleted,
      };
    }),
  };
}

/** Pulls shards, then the files beside them. Points: `shard` before each piece, `meta` before the other files. */
async function copyShards(
  server: ServerContext,
  request: VolumeEcShardsCopyRequest__Output,
  call: Call,
): Promise<void> {
  const { volume_id: volumeId = 0, collection = "", source_data_node: source = "" } = request;
  const base = server.store.ec.base(collection, volumeId);
  const pull = async (ext: string, missingOk: boolean, append = false): Promise<boolean> => {
    const path = base + ext;
    try {
      return await pullFile(
        server,
        {
          source,
          volumeId,
          collection,
          ext,
          revision: ANY_REVISION,
          stopOffset: WHOLE_FILE,
          isEc: true,
          missingOk,
          bytesPerSecond: Number(request.io_byte_per_second ?? 0),
          path,
          append,
        },
        (bytes) => call.point("shard", { volume_id: volumeId, ext, bytes }),
      );
    } catch (reason) {
      server.life.check();
      throw new Error(
        `VolumeEcShardsCopy volume ${volumeId}: failed to copy ${path} file: receiving ${path}: ${errorMessage(reason)}`,
      );
    }
  };
  for (const shard of request.shard_ids ?? []) await pull(shardExtension(shard), false);
  await call.point("meta", { volume_id: volumeId });
  if (request.copy_ecx_file === true) {
    await pull(".ecx", false);
    if (statSync(`${base}.ecx`).size === 0) throw new Error(`VolumeEcShardsCopy volume ${volumeId}: .ecx is empty`);
  }
  if (request.copy_ecj_file === true) await pull(".ecj", true, true);
  if (request.copy_vif_file === true) await pull(".vif", true);
  if (request.copy_ecsum_file === true) await pull(".ecsum", true);
}
