import { type FileHandle, open } from "node:fs/promises";
import { AppError } from "../core/errors.ts";
import { BlockChecksums } from "./block-checksums.ts";
import { DEFAULT_PIECE_SIZE } from "./ec-encoder.ts";
import { DEFAULT_EC_LAYOUT, type EcLayout } from "./ec-layout.ts";
import { DEFAULT_CHECKSUM_BLOCK, type EcChecksums, type ShardChecksums } from "./ec-sum.ts";
import { differingBlocks } from "./ec-verify.ts";
import { planReconstruction } from "./reed-solomon.ts";
import { allSettledOrThrow, type LongRun, type Piece, runPipeline } from "./rs-pipeline.ts";
import { StagedFiles, writeFully } from "./staged-files.ts";
import { readInto } from "./volume-file.ts";

interface RebuildOptions extends LongRun {
  /** Paths of the shards there are, by shard number; as many as there are data shards, or more. */
  readonly present: ReadonlyMap<number, string>;
  /** The shards to compute, with the paths where they go. They appear there only when all are complete. */
  readonly targets: ReadonlyMap<number, string>;
  /** Ratio; block sizes play no part. Default 10+4. */
  readonly layout?: Pick<EcLayout, "dataShards" | "parityShards">;
  /** Content of the .ecsum: what is read and what is computed must match it. */
  readonly checksums?: EcChecksums;
  /** Default 256 KiB. */
  readonly pieceSize?: number;
  /** Sync before returning. Default true. */
  readonly durable?: boolean;
}

interface RebuildPiece extends Piece {
  readonly offset: number;
}

/**
 * Computes missing shards from others, data and parity alike, with bounded memory. Returns the checksums of the new shards.
 * Throws WK-EC-SHARDS when too few shards or shards of different sizes are given, WK-CHECKSUM naming the damaged shard in
 * `details.shard` (call again without it), WK-CANCELLED when aborted; then no target is left behind.
 */
export async function rebuildShards(options: RebuildOptions): Promise<readonly ShardChecksums[]> {
  const { present, targets, layout = DEFAULT_EC_LAYOUT, pieceSize = DEFAULT_PIECE_SIZE, checksums } = options;
  const plan = planReconstruction(layout.dataShards, layout.parityShards, [...present.keys()], [...targets.keys()]);
  const blockSize = checksums?.blockSize ?? DEFAULT_CHECKSUM_BLOCK;
  const sourceSums = plan.sources.map(() => new BlockChecksums(blockSize));
  const targetSums = plan.targets.map(() => new BlockChecksums(blockSize));
  const sources: FileHandle[] = [];
  const staged = new StagedFiles(".rebuilding");
  try {
    for (const shard of plan.sources) sources.push(await open(present.get(shard) ?? ""));
    const shardSize = await commonSize(sources, plan.sources);
    const outputs: FileHandle[] = [];
    for (const shard of plan.targets) outputs.push(await staged.open(targets.get(shard) ?? ""));
    await runPipeline<RebuildPiece>({
      matrix: plan.matrix,
      pieces: rebuildPieces(shardSize, pieceSize),
      pieceSize: Math.min(pieceSize, shardSize),
      read: (piece, inputs) =>
        allSettledOrThrow(sources.map((file, index) => readSource(file, inputs[index], piece, plan.sources[index]))),
      write: async (piece, read, computed) => {
        const writes = outputs.map((file, index) => writeFully(file, view(computed[index], piece), piece.offset));
        for (const [index, sum] of sourceSums.entries()) sum.update(view(read[index], piece));
        for (const [index, sum] of targetSums.entries()) sum.update(view(computed[index], piece));
        await allSettledOrThrow(writes);
        const done = piece.offset + piece.length;
        await options.onProgress?.(done * layout.dataShards, shardSize * layout.dataShards);
      },
      ...(options.signal !== undefined && { signal: options.signal }),
    });
    compareSums(plan.sources, sourceSums, checksums);
    const rebuilt = compareSums(plan.targets, targetSums, checksums);
    await staged.commit(options.durable ?? true);
    return rebuilt;
  } finally {
    await staged.discard();
    for (const file of sources) await file.close();
  }
}

async function commonSize(files: readonly FileHandle[], shards: readonly number[]): Promise<number> {
  const sizes = [];
  for (const file of files) sizes.push((await file.stat()).size);
  const [first = 0] = sizes;
  if (first === 0 || sizes.some((size) => size !== first)) {
    const list = sizes.map((size, index) => `${shards[index]}: ${size}`).join(", ");
    throw new AppError("WK-EC-SHARDS", `The shards are empty or of different sizes (${list}).`);
  }
  return first;
}

function* rebuildPieces(shardSize: number, pieceSize: number): Generator<RebuildPiece, void, undefined> {
  for (let offset = 0; offset < shardSize; offset += pieceSize) {
    yield { offset, length: Math.min(pieceSize, shardSize - offset) };
  }
}

async function readSource(
  file: FileHandle,
  input: Uint8Array | undefined,
  piece: RebuildPiece,
  shard: number | undefined,
): Promise<void> {
  if ((await readInto(file, view(input, piece), piece.offset)) !== piece.length) {
    throw new AppError("WK-EC-SHARDS", `Shard ${shard} became shorter while it was read.`);
  }
}

function view(buffer: Uint8Array | undefined, piece: Piece): Uint8Array {
  return (buffer ?? new Uint8Array(0)).subarray(0, piece.length);
}

/** The finished sums; throws when the .ecsum says otherwise. */
function compareSums(
  shards: readonly number[],
  sums: readonly BlockChecksums[],
  expected: EcChecksums | undefined,
): ShardChecksums[] {
  const finished = sums.map((sum, index) => ({ shard: shards[index] ?? 0, ...sum.finish() }));
  if (expected === undefined) return finished;
  for (const found of finished) {
    const wanted = expected.shards.find(({ shard }) => shard === found.shard);
    const [bad] = wanted === undefined ? [0] : differingBlocks(wanted, found);
    if (bad === undefined) continue;
    throw new AppError("WK-CHECKSUM", `Block ${bad} of shard ${found.shard} does not match the .ecsum.`, {
      details: { shard: found.shard, block: bad },
    });
  }
  return finished;
}
