import { type FileHandle, open } from "node:fs/promises";
import { AppError } from "../core/errors.ts";
import { DEFAULT_EC_LAYOUT, type EcLayout, ecGeometry, locateInShards } from "./ec-layout.ts";
import { type LongRun, throwIfAborted } from "./rs-pipeline.ts";
import { StagedFiles, writeFully } from "./staged-files.ts";
import { readInto } from "./volume-file.ts";

interface DecodeOptions extends LongRun {
  /** Paths of the data shards in order; rebuild missing ones first. */
  readonly dataShards: readonly string[];
  readonly datPath: string;
  /** The .vif's datFileSize (or the result of `datSizeFromShards`): says how the shards were cut. */
  readonly datSize: number;
  /** Bytes to write, at most `datSize`: `decodedDatSize` gives the end of the last live needle. Default `datSize`. */
  readonly length?: number;
  readonly layout?: EcLayout;
  /** Sync before returning. Default true. */
  readonly durable?: boolean;
}

const COPY_STEP = 1024 * 1024;

/** Puts the .dat together again from its data shards. Throws WK-EC-SHARDS when they do not fit; no .dat is left then. */
export async function decodeShards(options: DecodeOptions): Promise<void> {
  const { datSize, layout = DEFAULT_EC_LAYOUT, length = datSize } = options;
  if (options.dataShards.length !== layout.dataShards || length > datSize) {
    throw new AppError(
      "WK-EC-SHARDS",
      `All ${layout.dataShards} data shards and a length up to ${datSize} are needed.`,
    );
  }
  const shards: FileHandle[] = [];
  const staged = new StagedFiles(".tmp");
  try {
    for (const path of options.dataShards) shards.push(await openShard(path, ecGeometry(datSize, layout).shardSize));
    const dat = await staged.open(options.datPath);
    const buffer = Buffer.allocUnsafe(Math.min(COPY_STEP, Math.max(length, 1)));
    for (let at = 0; at < length; at += buffer.length) {
      throwIfAborted(options.signal);
      const step = buffer.subarray(0, Math.min(buffer.length, length - at));
      let filled = 0;
      for (const span of locateInShards(at, step.length, datSize, layout)) {
        const file = shards[span.shard];
        const target = step.subarray(filled, filled + span.length);
        if (file === undefined || (await readInto(file, target, span.offset)) !== span.length) {
          throw new AppError("WK-EC-SHARDS", `Shard ${span.shard} ended while it was read.`);
        }
        filled += span.length;
      }
      await writeFully(dat, step, at);
      await options.onProgress?.(at + step.length, length);
    }
    await staged.commit(options.durable ?? true);
  } finally {
    await staged.discard();
    for (const file of shards) await file.close();
  }
}

async function openShard(path: string, size: number): Promise<FileHandle> {
  const file = await open(path);
  const found = (await file.stat()).size;
  if (found === size) return file;
  await file.close();
  throw new AppError("WK-EC-SHARDS", `${path} has ${found} bytes; the volume's size asks for ${size}.`);
}
