import { errorMessage } from "../../core/errors.ts";
import type { VolumeServerDefinition } from "../../rpc/gen/volume_server_pb/VolumeServer.ts";
import { maskCrc } from "../../volume/crc32c.ts";
import { type FileId, parseFileId } from "../../volume/file-id.ts";
import { type DecodedNeedle, decodeNeedle, decodeNeedleHeader, FLAG_COMPRESSED } from "../../volume/needle.ts";
import { formatTtl } from "../../volume/ttl.ts";
import { RpcFailure } from "../rpc-failure.ts";
import { type Handlers, serverStream, unary } from "../rpc-handlers.ts";
import type { ServerContext } from "./context.ts";
import type { EcReader } from "./ec-reader.ts";
import { scanRecords } from "./scan.ts";
import type { Store } from "./store.ts";

interface DeleteResult {
  readonly file_id: string;
  readonly status: number;
  readonly error?: string;
  readonly size?: number;
}

/** RPCs on single needles. */
export function needleHandlers({ store, ec }: ServerContext): Handlers<VolumeServerDefinition> {
  return {
    ReadNeedleBlob: unary(({ volume_id = 0, offset = "0", size = 0 }) => {
      return { needle_blob: store.need(volume_id).record(Number(offset), size) };
    }),

    ReadNeedleMeta: unary(({ volume_id = 0, offset = "0", size = 0 }) => {
      const missing = `not found volume id ${volume_id} and read needle metadata at ec shards is not supported`;
      const volume = store.need(volume_id, missing);
      const needle = decodeNeedle(volume.record(Number(offset), Math.max(0, size)), volume.version);
      return { ...needleFacts(needle), append_at_ns: String(needle.appendAtNs) };
    }),

    WriteNeedleBlob: unary(({ volume_id = 0, needle_id = "0", size = 0, needle_blob = Buffer.alloc(0) }) => {
      const volume = store.need(volume_id);
      try {
        volume.checkWritable();
        const header = decodeNeedleHeader(needle_blob);
        if (header.size !== size) throw new Error(`needle header size ${header.size} does not match ${size}`);
        volume.write({ ...decodeNeedle(needle_blob, volume.version), id: BigInt(needle_id) }, { checkCookie: false });
      } catch (reason) {
        throw new RpcFailure(`write blob needle ${needle_id} size ${size}: ${errorMessage(reason)}`);
      }
      return {};
    }),

    BatchDelete: unary(async ({ file_ids = [], skip_cookie_check = false }) => {
      const results: DeleteResult[] = [];
      for (const fileId of file_ids) results.push(await deleteOne(store, ec, fileId, skip_cookie_check));
      return { results };
    }),

    ReadAllNeedles: serverStream(async ({ volume_ids = [] }, send, call) => {
      for (const volumeId of volume_ids) {
        const volume = store.need(volumeId);
        for (const { offset, record } of scanRecords(volume)) {
          const header = decodeNeedleHeader(record);
          if (volume.index?.get(header.id)?.offset !== offset || header.size === 0) continue;
          await call.point("needle", { volume_id: volumeId });
          const needle = decodeNeedle(record, volume.version);
          await send({
            volume_id: volumeId,
            needle_id: String(needle.id),
            cookie: needle.cookie,
            needle_blob: needle.data,
            needle_blob_compressed: (needle.flags & FLAG_COMPRESSED) !== 0,
            last_modified: needle.lastModified ?? 0,
            crc: maskCrc(needle.checksum),
            name: needle.name ?? Buffer.alloc(0),
            mime: needle.mime ?? Buffer.alloc(0),
          });
        }
      }
    }),

    VolumeNeedleStatus: unary(async ({ volume_id = 0, needle_id = "0" }) => {
      const key = BigInt(needle_id);
      const volume = store.get(volume_id);
      if (volume !== undefined) {
        const location = volume.index?.get(key);
        if (location === undefined) throw new RpcFailure("not found");
        if (location.size < 0) throw new RpcFailure("already deleted");
      }
      const needle = volume === undefined ? await ec.read(volume_id, key) : volume.read(key);
      if (needle === undefined) throw new RpcFailure(`volume not found ${volume_id}`);
      return { needle_id, size: needle.size, ...needleFacts(needle) };
    }),
  };
}

function needleFacts(needle: DecodedNeedle): { cookie: number; last_modified: number; crc: number; ttl: string } {
  return {
    cookie: needle.cookie,
    last_modified: needle.lastModified ?? 0,
    crc: maskCrc(needle.checksum),
    ttl: needle.ttl === undefined ? "" : formatTtl(needle.ttl),
  };
}

async function deleteOne(store: Store, ec: EcReader, fileId: string, skipCookie: boolean): Promise<DeleteResult> {
  let fid: FileId;
  try {
    fid = parseFileId(fileId);
  } catch {
    return { file_id: fileId, status: 400, error: "Wrong fid format." };
  }
  const volume = store.get(fid.volumeId);
  if (volume === undefined && !store.ec.has(fid.volumeId)) {
    return { file_id: fileId, status: 404, error: `volume ${fid.volumeId} not found` };
  }
  try {
    let { cookie } = fid;
    if (volume === undefined) return { file_id: fileId, status: 202, size: await ec.delete(fid.volumeId, fid.key) };
    const needle = volume.read(fid.key);
    if (needle === undefined) return { file_id: fileId, status: 404, error: "not found" };
    if (skipCookie) cookie = needle.cookie;
    if (needle.cookie !== cookie) return { file_id: fileId, status: 400, error: "File Random Cookie does not match." };
    const size = volume.delete(fid.key, cookie);
    return size === 0 ? { file_id: fileId, status: 304 } : { file_id: fileId, status: 202, size };
  } catch (reason) {
    return { file_id: fileId, status: 500, error: errorMessage(reason) };
  }
}
