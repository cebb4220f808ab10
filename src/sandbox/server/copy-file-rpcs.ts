import { closeSync, existsSync, fstatSync, openSync, readSync, writeSync } from "node:fs";
import { join } from "node:path";
import { errorMessage } from "../../core/errors.ts";
import type { ReceiveFileInfo__Output } from "../../rpc/gen/volume_server_pb/ReceiveFileInfo.ts";
import type { VolumeServerDefinition } from "../../rpc/gen/volume_server_pb/VolumeServer.ts";
import { volumeBaseName } from "../../volume/volume-name.ts";
import { RpcFailure } from "../rpc-failure.ts";
import { type Call, clientStream, type Handlers, type Send, serverStream } from "../rpc-handlers.ts";
import type { ServerContext } from "./context.ts";

/** Bytes in one message of a file. */
export const FILE_CHUNK = 2 * 1024 * 1024;
/** Skips the check of the compaction revision. */
const ANY_REVISION = 0xffff_ffff;

interface FileMessage {
  file_content?: Buffer;
  modified_ts_ns?: string;
}

/** RPCs that send and take raw files. */
export function copyFileHandlers(server: ServerContext): Handlers<VolumeServerDefinition> {
  const { store } = server;
  return {
    // Point: `chunk` before each message.
    CopyFile: serverStream(async (request, send, call) => {
      const { volume_id = 0, ext = "", collection = "", is_ec_volume = false } = request;
      if (!/^\.[A-Za-z0-9]+$/.test(ext)) throw new RpcFailure(`invalid file extension "${ext}"`);
      if (/[/\\]/.test(collection)) throw new RpcFailure(`invalid collection "${collection}"`);
      const stop = BigInt.asIntN(64, BigInt(request.stop_offset ?? "0"));
      const missingOk = request.ignore_source_file_not_found === true || stop === 0n;
      let path: string;
      if (is_ec_volume) {
        path = join(store.disk.dir, volumeBaseName(collection, volume_id) + ext);
        if (!existsSync(path)) {
          if (missingOk) return;
          throw new RpcFailure(`CopyFile not found ec volume id ${volume_id}`);
        }
      } else {
        const volume = store.need(volume_id);
        const revision = request.compaction_revision ?? 0;
        if (revision !== ANY_REVISION && revision !== volume.revision) {
          throw new RpcFailure(`volume ${volume_id} is compacted`);
        }
        path = volume.base + ext;
        if (!existsSync(path)) {
          if (missingOk) return;
          throw new RpcFailure(`open ${path}: no such file or directory`);
        }
      }
      await sendFile(path, stop, send, call, volume_id);
    }),

    // Errors are told in the answer. Point: `chunk` before each piece is written.
    ReceiveFile: clientStream(async (messages, call) => {
      let fd: number | undefined;
      let path = "";
      let written = 0;
      try {
        for await (const message of messages) {
          if (message.info !== undefined) {
            path = receivedPath(server, message.info);
            fd = openSync(path, "w");
          }
          const { file_content: content } = message;
          if (content === undefined) continue;
          if (fd === undefined) throw new Error("file info must be sent first");
          await call.point("chunk", { path, written });
          store.disk.need(content.length, path);
          writeSync(fd, content, 0, content.length, written);
          written += content.length;
        }
        return { bytes_written: written };
      } catch (reason) {
        server.life.check();
        return { error: errorMessage(reason) };
      } finally {
        if (fd !== undefined) closeSync(fd);
      }
    }),
  };
}

async function sendFile(
  path: string,
  stop: bigint,
  send: Send<FileMessage>,
  call: Call,
  volumeId: number,
): Promise<void> {
  const fd = openSync(path, "r");
  try {
    const { mtimeMs } = fstatSync(fd);
    const modified = String(BigInt(Math.round(mtimeMs * 1000)) * 1000n);
    let at = 0;
    let first = true;
    while (BigInt(at) < stop) {
      const rest = stop - BigInt(at);
      const buffer = Buffer.alloc(rest < BigInt(FILE_CHUNK) ? Number(rest) : FILE_CHUNK);
      const length = readSync(fd, buffer, 0, buffer.length, at);
      if (length === 0) break;
      await call.point("chunk", { volume_id: volumeId, path, offset: at });
      await send({ file_content: buffer.subarray(0, length), ...(first ? { modified_ts_ns: modified } : {}) });
      first = false;
      at += length;
    }
    if (first) await send({ modified_ts_ns: modified });
  } finally {
    closeSync(fd);
  }
}

/** Where a received file goes. @throws Error told in the answer. */
function receivedPath({ store }: ServerContext, info: ReceiveFileInfo__Output): string {
  const { volume_id = 0, ext = "", collection = "", is_ec_volume = false, disk_type } = info;
  const base = store.base(collection, volume_id);
  if (is_ec_volume) {
    if (store.ec.has(volume_id)) {
      throw new Error(`ec volume ${volume_id} is mounted on disk_ids:[0]; unmount before ReceiveFile`);
    }
    return base + ext;
  }
  const volume = store.get(volume_id);
  if (volume !== undefined) return volume.base + ext;
  if (disk_type === undefined || disk_type === "") throw new Error(`volume ${volume_id} not found`);
  return `${base}${ext}.copying`;
}
