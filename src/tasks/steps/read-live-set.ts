import type { VolumeFileStatus } from "../../cluster/volume-server-port.ts";
import { AppError } from "../../core/errors.ts";
import type { OffsetWidth } from "../../volume/idx.ts";
import type { LiveSet } from "../../volume/live-set.ts";
import { NeedleMap } from "../../volume/needle-map.ts";
import { idleLimitMs, type Scope, serverOf, silentLimitMs, type VolumeRef } from "./scope.ts";

/** Bytes of an offset in the volume's index: 5 where the server is a large-disk build. */
export function offsetWidthOf(file: VolumeFileStatus): OffsetWidth {
  return file.volumeInfo.bytesOffset === 5 ? 5 : 4;
}

/** Live needles of a mounted replica whose `.idx` has exactly the size `file` says. Throws WK-TASK-UNSAFE when not. */
export async function readLiveSet(
  scope: Scope,
  server: string,
  ref: VolumeRef,
  file: VolumeFileStatus,
): Promise<LiveSet> {
  const request = {
    ...ref,
    ext: ".idx",
    compactionRevision: file.compactionRevision,
    stopOffset: file.idxFileSize,
  };
  const { set, bytes } = await fold(scope, server, request, offsetWidthOf(file), file.idxFileSize);
  if (bytes !== file.idxFileSize) {
    throw new AppError(
      "WK-TASK-UNSAFE",
      `The index of volume ${ref.volumeId} on ${server} has ${bytes} bytes instead of ${file.idxFileSize}.`,
    );
  }
  return set;
}

/** Live needles of an index file found by name: `.idx`, `.cpx`, `.ecx`. */
export async function readIndexFile(
  scope: Scope,
  server: string,
  ref: VolumeRef,
  ext: string,
  width: OffsetWidth,
  expectedBytes: number,
): Promise<LiveSet> {
  const { set } = await fold(scope, server, { ...ref, ext, isEcVolume: true }, width, expectedBytes);
  return set;
}

interface IndexRequest extends VolumeRef {
  readonly ext: string;
  readonly isEcVolume?: boolean;
  readonly compactionRevision?: number;
  readonly stopOffset?: number;
}

/** Replays the index chunk by chunk: the file itself is never held in memory. */
async function fold(
  scope: Scope,
  server: string,
  request: IndexRequest,
  width: OffsetWidth,
  expectedBytes: number,
): Promise<{ set: LiveSet; bytes: number }> {
  const map = new NeedleMap();
  let rest: Buffer = Buffer.alloc(0);
  let bytes = 0;
  let chunks = 0;
  const options = { signal: scope.signal, timeoutMs: silentLimitMs(scope, expectedBytes), idleMs: idleLimitMs(scope) };
  for await (const { content } of serverOf(scope, server).copyFile(request, options)) {
    chunks++;
    bytes += content.length;
    const joined = rest.length === 0 ? content : Buffer.concat([rest, content]);
    rest = joined.subarray(map.replay(joined, width));
  }
  if (chunks === 0) {
    throw new AppError("WK-TASK-UNSAFE", `Volume ${request.volumeId} has no ${request.ext} on ${server}.`);
  }
  if (rest.length > 0) {
    throw new AppError(
      "WK-TASK-UNSAFE",
      `The ${request.ext} of volume ${request.volumeId} on ${server} ends in the middle of an entry.`,
    );
  }
  return { set: map.liveSet(), bytes };
}
