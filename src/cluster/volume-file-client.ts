import { AppError, hasCode } from "../core/errors.ts";
import type { RpcPeer } from "../rpc/call.ts";
import type { CopyFileRequest } from "../rpc/gen/volume_server_pb/CopyFileRequest.ts";
import type { ReceiveFileRequest } from "../rpc/gen/volume_server_pb/ReceiveFileRequest.ts";
import { volumeServerService as rpc } from "../rpc/proto.ts";
import { formatServerAddress } from "../rpc/server-address.ts";
import { inBandError, mayHaveRun } from "../rpc/status.ts";
import type { CopyFile, CopyFileChunk, ReceiveFile, VolumeServerClient } from "./volume-server-port.ts";
import { big, int, quick } from "./wire-read.ts";

/** The server reads the offset as a signed number: 2^64 − 1 would copy nothing. */
const TO_THE_END = (2n ** 63n - 1n).toString();
/** Skips the comparison of compaction revisions. */
const ANY_REVISION = 0xffffffff;
const DEFAULT_MAX_BYTES = 64 << 20;
/** Larger pieces are sent in parts, so that few bytes wait in buffers. */
const SEND_BYTES = 256 << 10;

type Calls = Pick<VolumeServerClient, "volumeCopy" | "copyFile" | "copyFileToBuffer" | "probeFile" | "receiveFile">;

/** Calls that move whole files. */
export function volumeFileCalls(peer: RpcPeer): Calls {
  async function* copyFile(
    request: CopyFileRequest,
    options: Parameters<Calls["copyFile"]>[1],
  ): AsyncGenerator<CopyFileChunk, void, undefined> {
    for await (const answer of peer.serverStream(rpc.CopyFile, request, options)) {
      yield {
        content: answer.file_content ?? Buffer.alloc(0),
        modifiedTsNs: answer.modified_ts_ns === undefined ? undefined : big(answer.modified_ts_ns),
      };
    }
  }

  return {
    async volumeCopy(request, options) {
      const message = {
        volume_id: request.volumeId,
        collection: request.collection,
        replication: request.replication ?? "",
        ttl: request.ttl ?? "",
        source_data_node: formatServerAddress(request.source),
        disk_type: request.diskType ?? "",
        io_byte_per_second: request.bytesPerSecond ?? 0,
      };
      let lastAppendAtNs: bigint | undefined;
      try {
        for await (const answer of peer.serverStream(rpc.VolumeCopy, message, options)) {
          if (answer.last_append_at_ns !== undefined) lastAppendAtNs = big(answer.last_append_at_ns);
          else options?.onProgress?.(int(answer.processed_bytes));
        }
      } catch (error) {
        if (!(error instanceof AppError) || hasCode(error, "WK-CANCELLED") || !mayHaveRun(error)) throw error;
        throw streamCut(peer, request.volumeId, error);
      }
      if (lastAppendAtNs === undefined) throw streamCut(peer, request.volumeId, undefined);
      return { lastAppendAtNs };
    },

    copyFile: (request, options) => copyFile(copyMessage(request), options),

    async copyFileToBuffer(request, options) {
      const { maxBytes = DEFAULT_MAX_BYTES, ...wanted } = request;
      const chunks: Buffer[] = [];
      let bytes = 0;
      let modifiedTsNs: bigint | undefined;
      let found = false;
      for await (const chunk of copyFile(copyMessage({ ...wanted, ignoreMissing: true }), quick(options))) {
        found = true;
        modifiedTsNs ??= chunk.modifiedTsNs;
        chunks.push(chunk.content);
        bytes += chunk.content.length;
        if (bytes > maxBytes) {
          const text = `The file ${request.ext} of volume ${request.volumeId} on ${peer.address.http} is larger than ${maxBytes} bytes.`;
          throw new AppError("WK-RPC-TOO-LARGE", text);
        }
      }
      return found ? { content: Buffer.concat(chunks), modifiedTsNs: modifiedTsNs ?? 0n } : undefined;
    },

    async probeFile(request, options) {
      const message = copyMessage({
        volumeId: request.volumeId,
        collection: request.collection,
        ext: request.ext,
        isEcVolume: true,
        stopOffset: request.firstBytes ?? 0,
        ignoreMissing: true,
      });
      const chunks: CopyFileChunk[] = [];
      for await (const chunk of copyFile(message, quick(options))) chunks.push(chunk);
      const [first] = chunks;
      if (first === undefined) return { present: false };
      return {
        present: true,
        modifiedTsNs: first.modifiedTsNs ?? 0n,
        firstBytes: Buffer.concat(chunks.map((chunk) => chunk.content)),
      };
    },

    async receiveFile(request, content, options) {
      const sent = { bytes: 0 };
      const answer = await peer.clientStream(rpc.ReceiveFile, receiveMessages(request, content, sent), options);
      if (answer.error !== undefined && answer.error !== "") {
        throw inBandError(answer.error, peer.address, "ReceiveFile");
      }
      const written = int(answer.bytes_written);
      if (written !== sent.bytes) {
        const text = `${peer.address.http} wrote ${written} of ${sent.bytes} bytes of ${request.ext} of volume ${request.volumeId}.`;
        throw new AppError("WK-RPC-STREAM-CUT", text);
      }
      return written;
    },
  };
}

function copyMessage(request: CopyFile): CopyFileRequest {
  return {
    volume_id: request.volumeId,
    collection: request.collection,
    ext: request.ext,
    is_ec_volume: request.isEcVolume ?? false,
    compaction_revision: request.compactionRevision ?? ANY_REVISION,
    stop_offset: request.stopOffset ?? TO_THE_END,
    ignore_source_file_not_found: request.ignoreMissing ?? false,
  };
}

async function* receiveMessages(
  request: ReceiveFile,
  content: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  sent: { bytes: number },
): AsyncGenerator<ReceiveFileRequest, void, undefined> {
  yield {
    info: {
      volume_id: request.volumeId,
      ext: request.ext,
      collection: request.collection,
      is_ec_volume: request.isEcVolume,
      shard_id: request.shardId ?? 0,
      file_size: request.fileSize ?? 0,
      disk_id: request.diskId ?? 0,
    },
  };
  for await (const piece of content) {
    for (let start = 0; start < piece.length; start += SEND_BYTES) {
      const part = piece.subarray(start, start + SEND_BYTES);
      sent.bytes += part.length;
      yield { file_content: part };
    }
  }
}

function streamCut(peer: RpcPeer, volumeId: number, cause: AppError | undefined): AppError {
  const why = cause === undefined ? "it ended without its last message" : cause.message;
  return new AppError("WK-RPC-STREAM-CUT", `The copy of volume ${volumeId} to ${peer.address.http} was cut: ${why}`, {
    cause,
    details: { method: "VolumeCopy", server: peer.address.http, reached: "maybe" },
  });
}
