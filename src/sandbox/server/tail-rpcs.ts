import type { VolumeServerDefinition } from "../../rpc/gen/volume_server_pb/VolumeServer.ts";
import { volumeServerService } from "../../rpc/proto.ts";
import { decodeNeedle, NEEDLE_HEADER_SIZE } from "../../volume/needle.ts";
import { isVolumeVersion, SUPER_BLOCK_SIZE } from "../../volume/super-block.ts";
import { type Handlers, type Send, serverStream, unary } from "../rpc-handlers.ts";
import type { ServerContext } from "./context.ts";
import { FILE_CHUNK } from "./copy-file-rpcs.ts";
import { scanRecords } from "./scan.ts";
import type { Volume } from "./volume.ts";

interface TailMessage {
  needle_header?: Buffer;
  needle_body?: Buffer;
  is_last_chunk?: boolean;
  version?: number;
}

/** RPCs that pass on what was appended to a volume since a moment. */
export function tailHandlers(server: ServerContext): Handlers<VolumeServerDefinition> {
  const { store, life } = server;
  return {
    // The idle time counts rounds, not seconds: a round takes two seconds.
    VolumeTailSender: serverStream(async ({ volume_id = 0, since_ns = "0", idle_timeout_seconds = 0 }, send, call) => {
      const volume = store.need(volume_id);
      let last = BigInt(since_ns);
      let idle = idle_timeout_seconds;
      while (!call.gone) {
        const sent = await sendSince(volume, last, send);
        await life.sleep(server.tailLoopMs);
        life.check();
        if (sent !== last) idle = idle_timeout_seconds;
        else if (idle_timeout_seconds > 0 && --idle <= 0) return;
        last = sent;
      }
    }),

    VolumeTailReceiver: unary(async (request) => {
      const { volume_id = 0, since_ns = "0", idle_timeout_seconds = 0, source_volume_server = "" } = request;
      const volume = store.need(volume_id, `receiver not found volume id ${volume_id}`);
      const stream = server.peers
        .to(source_volume_server)
        .serverStream(
          volumeServerService.VolumeTailSender,
          { volume_id, since_ns, idle_timeout_seconds },
          { signal: life.signal },
        );
      let body: Buffer[] = [];
      for await (const message of stream) {
        const header = message.needle_header ?? Buffer.alloc(0);
        if (header.length === 0) continue;
        body.push(message.needle_body ?? Buffer.alloc(0));
        if (message.is_last_chunk !== true) continue;
        const { version = 3 } = message;
        const needle = decodeNeedle(Buffer.concat([header, ...body]), isVolumeVersion(version) ? version : 3);
        body = [];
        // A deletion arrives as an empty needle and becomes an empty file, as in SeaweedFS.
        volume.write(needle, { checkCookie: false });
      }
      life.check();
      return {};
    }),

    VolumeIncrementalCopy: serverStream(async ({ volume_id = 0, since_ns = "0" }, send) => {
      const volume = store.need(volume_id);
      let at = firstAfter(volume, BigInt(since_ns));
      while (at !== undefined && at < volume.datSize) {
        const bytes = volume.bytes(at, Math.min(FILE_CHUNK, volume.datSize - at));
        await send({ file_content: bytes });
        at += bytes.length;
      }
    }),
  };
}

/** Sends the records appended after `since`; returns the append time of the last one. */
async function sendSince(volume: Volume, since: bigint, send: Send<TailMessage>): Promise<bigint> {
  let last = since;
  const start = firstAfter(volume, since);
  if (start === undefined) {
    await send({ is_last_chunk: true, version: volume.version });
    return last;
  }
  for (const { record } of scanRecords(volume, start)) {
    const header = record.subarray(0, NEEDLE_HEADER_SIZE);
    for (let at = NEEDLE_HEADER_SIZE; at < record.length; at += FILE_CHUNK) {
      const body = record.subarray(at, at + FILE_CHUNK);
      const isLast = at + FILE_CHUNK >= record.length;
      await send({ needle_header: header, needle_body: body, is_last_chunk: isLast, version: volume.version });
    }
    last = appendTime(record, volume);
  }
  return last;
}

function firstAfter(volume: Volume, since: bigint): number | undefined {
  for (const { offset, record } of scanRecords(volume, SUPER_BLOCK_SIZE)) {
    if (appendTime(record, volume) > since) return offset;
  }
  return undefined;
}

function appendTime(record: Buffer, volume: Volume): bigint {
  return volume.version === 3 ? record.readBigUInt64BE(NEEDLE_HEADER_SIZE + record.readInt32BE(12) + 4) : 0n;
}
