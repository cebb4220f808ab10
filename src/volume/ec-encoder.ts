import type { FileHandle } from "node:fs/promises";
import { AppError } from "../core/errors.ts";
import { BlockChecksums } from "./block-checksums.ts";
import { DEFAULT_EC_LAYOUT, type EcLayout, ecGeometry, ecRows, totalShards } from "./ec-layout.ts";
import type { ShardChecksums } from "./ec-sum.ts";
import { parityMatrix } from "./reed-solomon.ts";
import type { RsKernel } from "./rs-kernel.ts";
import { allSettledOrThrow, type LongRun, type Piece, runPipeline } from "./rs-pipeline.ts";
import { writeFully } from "./staged-files.ts";
import { readInto } from "./volume-file.ts";

interface EncodeOptions extends LongRun {
  /** The complete .dat, open for reading; it must not change meanwhile. */
  readonly dat: FileHandle;
  /** One empty file a shard, open for writing. */
  readonly shards: readonly FileHandle[];
  /** Default 10+4 with 1 GiB and 1 MiB blocks. */
  readonly layout?: EcLayout;
  /** Bytes of one step in each shard; about 30 times as much memory is used. Default 256 KiB. */
  readonly pieceSize?: number;
  /** Default the fastest one. */
  readonly kernel?: RsKernel;
}

export interface EncodedShards {
  readonly datSize: number;
  /** Bytes of every shard file. */
  readonly shardSize: number;
  /** One entry a shard, ascending. */
  readonly checksums: readonly ShardChecksums[];
}

export const DEFAULT_PIECE_SIZE = 256 * 1024;

interface EncodePiece extends Piece {
  readonly datOffset: number;
  readonly blockSize: number;
  readonly shardOffset: number;
}

/**
 * Cuts a .dat into shards with bounded memory and checksums them on the way.
 * Throws WK-EC-SHARDS for an empty .dat, WK-CANCELLED when aborted; nothing is being read or written any more then.
 */
export async function encodeShards(options: EncodeOptions): Promise<EncodedShards> {
  const { dat, layout = DEFAULT_EC_LAYOUT, pieceSize = DEFAULT_PIECE_SIZE, onProgress } = options;
  const { size: datSize } = await dat.stat();
  if (datSize === 0) throw new AppError("WK-EC-SHARDS", "An empty .dat cannot be erasure-coded.");
  const sums = Array.from({ length: totalShards(layout) }, () => new BlockChecksums());
  await runPipeline<EncodePiece>({
    matrix: parityMatrix(layout.dataShards, layout.parityShards),
    pieces: encodePieces(datSize, layout, pieceSize),
    pieceSize: Math.min(pieceSize, layout.largeBlock),
    read: (piece, inputs) => readPiece(dat, piece, inputs, datSize),
    write: async (piece, inputs, outputs) => {
      const blocks = [...inputs, ...outputs].map((block) => block.subarray(0, piece.length));
      const writes = options.shards.map((file, shard) => writeBlock(file, blocks[shard], piece.shardOffset));
      for (const [shard, block] of blocks.entries()) sums[shard]?.update(block);
      await allSettledOrThrow(writes);
      await onProgress?.(bytesDone(piece, layout, datSize), datSize);
    },
    ...(options.kernel !== undefined && { kernel: options.kernel }),
    ...(options.signal !== undefined && { signal: options.signal }),
  });
  const checksums = sums.map((sum, shard) => ({ shard, ...sum.finish() }));
  return { datSize, shardSize: ecGeometry(datSize, layout).shardSize, checksums };
}

function* encodePieces(datSize: number, layout: EcLayout, pieceSize: number): Generator<EncodePiece, void, undefined> {
  for (const { datOffset, shardOffset, blockSize } of ecRows(datSize, layout)) {
    for (let at = 0; at < blockSize; at += pieceSize) {
      const length = Math.min(pieceSize, blockSize - at);
      yield { datOffset: datOffset + at, blockSize, shardOffset: shardOffset + at, length };
    }
  }
}

async function readPiece(
  dat: FileHandle,
  piece: EncodePiece,
  inputs: readonly Uint8Array[],
  datSize: number,
): Promise<void> {
  await allSettledOrThrow(
    inputs.map(async (input, index) => {
      const target = input.subarray(0, piece.length);
      const position = piece.datOffset + index * piece.blockSize;
      const expected = Math.max(0, Math.min(piece.length, datSize - position));
      const found = expected === 0 ? 0 : await readInto(dat, target.subarray(0, expected), position);
      if (found !== expected) {
        throw new AppError("WK-FORMAT", `The .dat became shorter than ${datSize} bytes while it was read.`);
      }
      target.fill(0, expected);
    }),
  );
}

async function writeBlock(file: FileHandle, block: Uint8Array | undefined, position: number): Promise<void> {
  if (block !== undefined) await writeFully(file, block, position);
}

/** Bytes of the .dat behind us after a piece: it ends at the same place in each of the row's blocks. */
function bytesDone(piece: EncodePiece, layout: EcLayout, datSize: number): number {
  return Math.min(datSize, (piece.shardOffset + piece.length) * layout.dataShards);
}
