import { AppError } from "../core/errors.ts";

/** How a .dat is cut into shards. */
export interface EcLayout {
  readonly dataShards: number;
  readonly parityShards: number;
  /** Bytes of a large block. */
  readonly largeBlock: number;
  /** Bytes of a small block. */
  readonly smallBlock: number;
}

/** 10+4 shards, blocks of 1 GiB and 1 MiB: what SeaweedFS writes unless a .vif says otherwise. */
export const DEFAULT_EC_LAYOUT: EcLayout = Object.freeze({
  dataShards: 10,
  parityShards: 4,
  largeBlock: 2 ** 30,
  smallBlock: 2 ** 20,
});

/** Rows of blocks a .dat of a given size has. A row is one block in every shard. */
interface EcGeometry {
  readonly largeRows: number;
  readonly smallRows: number;
  /** Bytes of every shard file. */
  readonly shardSize: number;
}

/** One row of blocks. */
interface EcRow {
  /** Where the row's first block begins in the .dat. */
  readonly datOffset: number;
  /** Where the row's blocks begin in the shards. */
  readonly shardOffset: number;
  readonly blockSize: number;
}

/** A piece of the .dat inside one shard. */
interface EcSpan {
  readonly shard: number;
  /** Position in the shard file. */
  readonly offset: number;
  readonly length: number;
}

/** ".ec00" to ".ec31". */
export function shardExtension(shard: number): string {
  return `.ec${String(shard).padStart(2, "0")}`;
}

/** The shard number of an extension such as ".ec07"; undefined for others. */
export function parseShardExtension(extension: string): number | undefined {
  const match = /^\.ec([0-2]\d|3[01])$/.exec(extension);
  return match === null ? undefined : Number(match[1]);
}

export function totalShards(layout: EcLayout): number {
  return layout.dataShards + layout.parityShards;
}

/** Geometry for a .dat of `datSize` bytes: large rows as long as they fill up, then small rows, the last one zero-padded. */
export function ecGeometry(datSize: number, layout: EcLayout = DEFAULT_EC_LAYOUT): EcGeometry {
  const { dataShards, largeBlock, smallBlock } = layout;
  const largeRows = Math.floor(datSize / (dataShards * largeBlock));
  const smallRows = Math.ceil((datSize - largeRows * dataShards * largeBlock) / (dataShards * smallBlock));
  return { largeRows, smallRows, shardSize: largeRows * largeBlock + smallRows * smallBlock };
}

/**
 * A .dat size that has the geometry of shards of this size, for volumes whose .vif does not tell the real one.
 * Throws WK-EC-SHARDS when large and small rows cannot be told apart or no .dat gives this size.
 */
export function datSizeFromShards(shardSize: number, layout: EcLayout = DEFAULT_EC_LAYOUT): number {
  if (shardSize % layout.smallBlock !== 0 || (shardSize > 0 && shardSize % layout.largeBlock === 0)) {
    throw new AppError("WK-EC-SHARDS", `A shard size of ${shardSize} bytes does not tell how the volume was cut.`, {
      hint: "The .vif beside the shards must hold datFileSize.",
    });
  }
  return shardSize * layout.dataShards;
}

/** The rows in file order. */
export function* ecRows(datSize: number, layout: EcLayout = DEFAULT_EC_LAYOUT): Generator<EcRow, void, undefined> {
  const { largeRows, smallRows } = ecGeometry(datSize, layout);
  let datOffset = 0;
  let shardOffset = 0;
  for (let row = 0; row < largeRows + smallRows; row++) {
    const blockSize = row < largeRows ? layout.largeBlock : layout.smallBlock;
    yield { datOffset, shardOffset, blockSize };
    datOffset += blockSize * layout.dataShards;
    shardOffset += blockSize;
  }
}

/**
 * Where `length` bytes from `offset` of the former .dat lie.
 * @param datSize The .vif's datFileSize (or the result of `datSizeFromShards`).
 */
export function locateInShards(
  offset: number,
  length: number,
  datSize: number,
  layout: EcLayout = DEFAULT_EC_LAYOUT,
): EcSpan[] {
  const { dataShards, largeBlock, smallBlock } = layout;
  const { largeRows, shardSize } = ecGeometry(datSize, layout);
  if (offset < 0 || length < 0 || offset + length > shardSize * dataShards) {
    throw new AppError(
      "WK-EC-SHARDS",
      `Bytes ${offset} to ${offset + length} lie outside the shards' ${datSize} bytes.`,
    );
  }
  const smallStart = largeRows * dataShards * largeBlock;
  const spans: EcSpan[] = [];
  for (let at = offset; at < offset + length; ) {
    const large = at < smallStart;
    const blockSize = large ? largeBlock : smallBlock;
    const inArea = large ? at : at - smallStart;
    const block = Math.floor(inArea / blockSize);
    const inBlock = inArea % blockSize;
    const piece = Math.min(blockSize - inBlock, offset + length - at);
    spans.push({
      shard: block % dataShards,
      offset: (large ? 0 : largeRows * largeBlock) + Math.floor(block / dataShards) * blockSize + inBlock,
      length: piece,
    });
    at += piece;
  }
  return spans;
}
