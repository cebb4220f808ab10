import { closeSync, futimesSync, openSync, renameSync, rmSync, statSync, writeFileSync, writeSync } from "node:fs";
import { errorMessage } from "../../core/errors.ts";
import type { ReadVolumeFileStatusResponse__Output } from "../../rpc/gen/volume_server_pb/ReadVolumeFileStatusResponse.ts";
import type { VolumeCopyRequest__Output } from "../../rpc/gen/volume_server_pb/VolumeCopyRequest.ts";
import type { VolumeCopyResponse } from "../../rpc/gen/volume_server_pb/VolumeCopyResponse.ts";
import type { VolumeServerDefinition } from "../../rpc/gen/volume_server_pb/VolumeServer.ts";
import { volumeServerService } from "../../rpc/proto.ts";
import { type Call, type Handlers, type Send, serverStream } from "../rpc-handlers.ts";
import type { ServerContext } from "./context.ts";

const PROGRESS_BYTES = 128 * 1024 * 1024;
const MAX_VIF_BYTES = 1024 * 1024;

/** One file to be pulled from another server. */
export interface Pull {
  readonly source: string;
  readonly volumeId: number;
  readonly collection: string;
  readonly ext: string;
  readonly revision: number;
  /** Bytes to take at most. */
  readonly stopOffset: bigint;
  readonly isEc: boolean;
  readonly missingOk: boolean;
  /** 0: as fast as possible. */
  readonly bytesPerSecond: number;
  readonly path: string;
  /** Add to what is there instead of replacing it. */
  readonly append?: boolean;
}

/**
 * The target's side of a copy. It does not notice that its caller is gone before it sends something, which for a
 * volume below 128 MiB is after the mount; then it removes the files below the mounted volume: the ghost copy.
 * Points: `note`, `dat` before each piece of the .dat, `idx`, `vif`, `copied` before the mount, `mounted` after it.
 */
export function volumeCopyHandlers(server: ServerContext): Handlers<VolumeServerDefinition> {
  return { VolumeCopy: serverStream((request, send, call) => copyVolume(server, request, send, call)) };
}

async function copyVolume(
  server: ServerContext,
  request: VolumeCopyRequest__Output,
  send: Send<VolumeCopyResponse>,
  call: Call,
): Promise<void> {
  const { store, life } = server;
  const { volume_id: volumeId = 0, source_data_node: source = "" } = request;
  const status = await sourceStatus(server, source, volumeId);
  if (store.get(volumeId) !== undefined) store.delete(volumeId, false);
  if (store.volumes.length >= store.disk.maxVolumes || store.disk.low) {
    throw new Error(`no space left for disk type ${request.disk_type || "hdd"}`);
  }
  const collection = status.collection ?? "";
  const base = store.base(collection, volumeId);
  try {
    writeFileSync(`${base}.note`, `copying from ${source}`);
    await call.point("note", { volume_id: volumeId });
    await copyFiles(server, request, status, base, send, call);
    await call.point("copied", { volume_id: volumeId });
    rmSync(`${base}.note`, { force: true });
    store.mount(volumeId);
    await call.point("mounted", { volume_id: volumeId });
    await send({ last_append_at_ns: String(store.get(volumeId)?.lastAppendNs ?? 0n) });
  } catch (reason) {
    life.check();
    for (const extension of [".dat", ".idx", ".vif", ".note", ".dat.copying"])
      rmSync(base + extension, { force: true });
    throw reason;
  }
}

async function sourceStatus(
  server: ServerContext,
  source: string,
  volumeId: number,
): Promise<ReadVolumeFileStatusResponse__Output> {
  try {
    return await server.peers.call(source, volumeServerService.ReadVolumeFileStatus, { volume_id: volumeId });
  } catch (reason) {
    throw new Error(`read volume file status failed, ${errorMessage(reason)}`);
  }
}

async function copyFiles(
  server: ServerContext,
  request: VolumeCopyRequest__Output,
  status: ReadVolumeFileStatusResponse__Output,
  base: string,
  send: Send<VolumeCopyResponse>,
  call: Call,
): Promise<void> {
  const volumeId = request.volume_id ?? 0;
  const common = {
    source: request.source_data_node ?? "",
    volumeId,
    collection: status.collection ?? "",
    revision: status.compaction_revision ?? 0,
    isEc: false,
    missingOk: false,
    bytesPerSecond: Number(request.io_byte_per_second ?? 0),
  };
  const datSize = BigInt(status.dat_file_size ?? "0");
  const idxSize = BigInt(status.idx_file_size ?? "0");
  let reported = 0;
  await pullFile(
    server,
    { ...common, ext: ".dat", stopOffset: datSize, path: `${base}.dat.copying` },
    async (bytes) => {
      await call.point("dat", { volume_id: volumeId, bytes });
      if (bytes - reported <= PROGRESS_BYTES) return;
      reported = bytes;
      await send({ processed_bytes: bytes });
    },
  );
  renameSync(`${base}.dat.copying`, `${base}.dat`);
  await call.point("idx", { volume_id: volumeId });
  await pullFile(server, { ...common, ext: ".idx", stopOffset: idxSize, path: `${base}.idx` });
  await call.point("vif", { volume_id: volumeId });
  await pullFile(server, {
    ...common,
    ext: ".vif",
    stopOffset: BigInt(MAX_VIF_BYTES),
    missingOk: true,
    path: `${base}.vif`,
  });
  checkSize(`${base}.dat`, datSize);
  checkSize(`${base}.idx`, idxSize);
}

function checkSize(path: string, expected: bigint): void {
  const { size } = statSync(path);
  if (BigInt(size) !== expected) throw new Error(`${path} has ${size} bytes, expected ${expected}`);
}

/**
 * Pulls one file with CopyFile; keeps the source's modification time.
 * @param onPiece Told the bytes so far before each piece is written.
 * @returns false when the source does not have it and that is fine.
 */
export async function pullFile(
  server: ServerContext,
  pull: Pull,
  onPiece: (bytes: number) => Promise<void> = () => Promise.resolve(),
): Promise<boolean> {
  const { life, store } = server;
  const stream = server.peers.to(pull.source).serverStream(
    volumeServerService.CopyFile,
    {
      volume_id: pull.volumeId,
      ext: pull.ext,
      collection: pull.collection,
      compaction_revision: pull.revision,
      stop_offset: String(pull.stopOffset),
      is_ec_volume: pull.isEc,
      ignore_source_file_not_found: pull.missingOk,
    },
    { signal: life.signal },
  );
  let fd: number | undefined;
  let modified = 0n;
  let bytes = 0;
  try {
    for await (const message of stream) {
      if (message.modified_ts_ns !== undefined) modified = BigInt(message.modified_ts_ns);
      fd ??= openSync(pull.path, pull.append === true ? "a" : "w");
      const content = message.file_content;
      if (content === undefined) continue;
      await onPiece(bytes);
      life.check();
      store.disk.need(content.length, pull.path);
      bytes += writeSync(fd, content);
      if (pull.bytesPerSecond > 0) await life.sleep((content.length * 1000) / pull.bytesPerSecond);
    }
    if (fd !== undefined && modified > 0n) futimesSync(fd, Number(modified) / 1e9, Number(modified) / 1e9);
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
  life.check();
  if (fd === undefined && !pull.missingOk && pull.stopOffset > 0n) throw new Error(`source file ${pull.ext} not found`);
  return fd !== undefined;
}
