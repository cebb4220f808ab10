import type { RpcPeer } from "../rpc/call.ts";
import { volumeServerService as rpc } from "../rpc/proto.ts";
import type { VolumeServerClient } from "./volume-server-port.ts";
import { big, int, quick } from "./wire-read.ts";

type Calls = Pick<
  VolumeServerClient,
  "readNeedleMeta" | "readNeedleBlob" | "writeNeedleBlob" | "volumeNeedleStatus" | "batchDelete"
>;

/** Calls about single files of a volume. */
export function needleCalls(peer: RpcPeer): Calls {
  return {
    async readNeedleMeta(request, options) {
      const answer = await peer.unary(
        rpc.ReadNeedleMeta,
        {
          volume_id: request.volumeId,
          needle_id: request.needleId.toString(),
          offset: request.offset,
          size: request.size,
        },
        quick(options),
      );
      return {
        cookie: int(answer.cookie),
        lastModified: int(answer.last_modified),
        crc: int(answer.crc),
        ttl: answer.ttl ?? "",
        appendAtNs: big(answer.append_at_ns),
      };
    },
    async readNeedleBlob(request, options) {
      const message = { volume_id: request.volumeId, offset: request.offset, size: request.size };
      const answer = await peer.unary(rpc.ReadNeedleBlob, message, quick(options));
      return answer.needle_blob ?? Buffer.alloc(0);
    },
    async writeNeedleBlob(request, options) {
      await peer.unary(
        rpc.WriteNeedleBlob,
        {
          volume_id: request.volumeId,
          needle_id: request.needleId.toString(),
          size: request.size,
          needle_blob: request.blob,
        },
        quick(options),
      );
    },
    async volumeNeedleStatus(request, options) {
      const message = { volume_id: request.volumeId, needle_id: request.needleId.toString() };
      const answer = await peer.unary(rpc.VolumeNeedleStatus, message, quick(options));
      return {
        needleId: big(answer.needle_id),
        cookie: int(answer.cookie),
        size: int(answer.size),
        lastModified: int(answer.last_modified),
        crc: int(answer.crc),
        ttl: answer.ttl ?? "",
      };
    },
    async batchDelete(request, options) {
      const message = { file_ids: [...request.fileIds], skip_cookie_check: request.skipCookieCheck ?? false };
      const answer = await peer.unary(rpc.BatchDelete, message, quick(options));
      return (answer.results ?? []).map((result) => ({
        fileId: result.file_id ?? "",
        status: int(result.status),
        error: result.error ?? "",
        size: int(result.size),
      }));
    },
  };
}
