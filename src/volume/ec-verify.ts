import { open } from "node:fs/promises";
import { BlockChecksums } from "./block-checksums.ts";
import type { ShardChecksums } from "./ec-sum.ts";
import { type LongRun, throwIfAborted } from "./rs-pipeline.ts";
import { readInto } from "./volume-file.ts";

const READ_STEP = 1024 * 1024;

/** Reads a shard file and checksums its blocks. Throws WK-CANCELLED when aborted, and what opening and reading throws. */
export async function checksumShard(
  path: string,
  shard: number,
  blockSize: number,
  run: LongRun = {},
): Promise<ShardChecksums> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    const sums = new BlockChecksums(blockSize);
    const buffer = Buffer.allocUnsafe(READ_STEP);
    let at = 0;
    for (;;) {
      throwIfAborted(run.signal);
      const length = await readInto(file, buffer, at);
      if (length === 0) return { shard, ...sums.finish() };
      sums.update(buffer.subarray(0, length));
      at += length;
      await run.onProgress?.(at, size);
    }
  } finally {
    await file.close();
  }
}

/** Numbers of the blocks in which a shard differs from what it must be; blocks that only one of them has differ. */
export function differingBlocks(wanted: ShardChecksums, found: ShardChecksums): number[] {
  const blocks = Math.max(wanted.blocks.length, found.blocks.length);
  const differing = Array.from({ length: blocks }, (_, block) => block).filter(
    (block) => wanted.blocks[block] !== found.blocks[block],
  );
  const sameLength = wanted.coveredSize === found.coveredSize;
  return differing.length > 0 || sameLength ? differing : [Math.max(0, blocks - 1)];
}
