import type { RpcPeer } from "../rpc/call.ts";
import type { EcShardInfo__Output } from "../rpc/gen/volume_server_pb/EcShardInfo.ts";
import { volumeServerService as rpc } from "../rpc/proto.ts";
import { formatServerAddress } from "../rpc/server-address.ts";
import type { EcShard, EcShardCalls } from "./ec-shard-port.ts";
import { int, quick } from "./wire-read.ts";

/** The erasure-coding calls of one volume server. */
export function ecShardCalls(peer: RpcPeer): EcShardCalls {
  return {
    async ecShardsGenerate(request, options) {
      const message = { volume_id: request.volumeId, collection: request.collection };
      await peer.unary(rpc.VolumeEcShardsGenerate, message, options);
    },
    async ecShardsCopy(request, options) {
      await peer.unary(
        rpc.VolumeEcShardsCopy,
        {
          volume_id: request.volumeId,
          collection: request.collection,
          shard_ids: [...request.shardIds],
          source_data_node: formatServerAddress(request.source),
          copy_ecx_file: request.copyEcx ?? false,
          copy_ecj_file: request.copyEcj ?? false,
          copy_vif_file: request.copyVif ?? false,
          copy_ecsum_file: request.copyEcsum ?? false,
          disk_id: request.diskId ?? 0,
          io_byte_per_second: request.bytesPerSecond ?? 0,
        },
        options,
      );
    },
    async ecShardsDelete(request, options) {
      const answer = await peer.unary(
        rpc.VolumeEcShardsDelete,
        {
          volume_id: request.volumeId,
          collection: request.collection,
          shard_ids: [...request.shardIds],
          full_teardown: request.fullTeardown ?? false,
          encode_ts_ns: (request.encodeTsNs ?? 0n).toString(),
        },
        quick(options),
      );
      return answer.full_teardown_done ?? false;
    },
    async ecShardsMount(request, options) {
      await peer.unary(
        rpc.VolumeEcShardsMount,
        {
          volume_id: request.volumeId,
          collection: request.collection,
          shard_ids: [...request.shardIds],
          source_disk_type: request.sourceDiskType ?? "",
          recover_missing_index: request.recoverMissingIndex ?? false,
        },
        quick(options),
      );
    },
    async ecShardsUnmount(request, options) {
      await peer.unary(
        rpc.VolumeEcShardsUnmount,
        {
          volume_id: request.volumeId,
          shard_ids: [...request.shardIds],
          encode_ts_ns: (request.encodeTsNs ?? 0n).toString(),
        },
        quick(options),
      );
    },
    async ecShardsInfo(volumeId, options) {
      const answer = await peer.unary(rpc.VolumeEcShardsInfo, { volume_id: volumeId }, quick(options));
      return {
        shards: (answer.ec_shard_infos ?? []).map(readShard),
        volumeSize: int(answer.volume_size),
        fileCount: int(answer.file_count),
        fileDeletedCount: int(answer.file_deleted_count),
      };
    },
    async ecShardsRebuild(request, options) {
      const message = { volume_id: request.volumeId, collection: request.collection };
      const answer = await peer.unary(rpc.VolumeEcShardsRebuild, message, options);
      return answer.rebuilt_shard_ids ?? [];
    },
    async ecShardRead(request, options) {
      const message = {
        volume_id: request.volumeId,
        shard_id: request.shardId,
        offset: request.offset,
        size: request.size,
        encode_ts_ns: (request.encodeTsNs ?? 0n).toString(),
      };
      const parts: Buffer[] = [];
      for await (const answer of peer.serverStream(rpc.VolumeEcShardRead, message, quick(options))) {
        if (answer.data !== undefined) parts.push(answer.data);
      }
      return Buffer.concat(parts);
    },
    async scrubEcVolume(request, options) {
      const message = { mode: request.mode, volume_ids: [...request.volumeIds] };
      const answer = await peer.unary(rpc.ScrubEcVolume, message, options);
      return {
        totalVolumes: int(answer.total_volumes),
        totalFiles: int(answer.total_files),
        brokenVolumeIds: answer.broken_volume_ids ?? [],
        brokenShards: (answer.broken_shard_infos ?? []).map(readShard),
        details: answer.details ?? [],
      };
    },
  };
}

function readShard(shard: EcShardInfo__Output): EcShard {
  return {
    shardId: int(shard.shard_id),
    size: int(shard.size),
    collection: shard.collection ?? "",
    volumeId: int(shard.volume_id),
  };
}
