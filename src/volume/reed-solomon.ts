import { AppError } from "../core/errors.ts";
import { codingMatrix, invertMatrix, type Matrix, multiplyMatrices } from "./gf256.ts";

/** How to compute shards from others: `matrix` × the `sources` shards, in this order, gives the `targets` shards. */
interface ReconstructionPlan {
  readonly sources: readonly number[];
  readonly targets: readonly number[];
  readonly matrix: Matrix;
}

const MAX_SHARDS = 32;

/** Rows that turn the data shards into the parity shards. Throws WK-EC-SHARDS on an impossible ratio. */
export function parityMatrix(dataShards: number, parityShards: number): Matrix {
  return fullMatrix(dataShards, parityShards).slice(dataShards);
}

/**
 * Plans how to compute the shards `targets` from any `dataShards` of the shards `present`, data and parity alike.
 * Throws WK-EC-SHARDS when fewer are present.
 */
export function planReconstruction(
  dataShards: number,
  parityShards: number,
  present: readonly number[],
  targets: readonly number[],
): ReconstructionPlan {
  const matrix = fullMatrix(dataShards, parityShards);
  const usable = [...new Set(present)].filter((shard) => shard in matrix && !targets.includes(shard));
  const sources = usable.sort((a, b) => a - b).slice(0, dataShards);
  const inverse = sources.length < dataShards ? undefined : invertMatrix(pick(matrix, sources));
  if (inverse === undefined) {
    throw new AppError(
      "WK-EC-SHARDS",
      `Shards ${targets.join(", ")} need ${dataShards} others, but only ${sources.length} are left: ${sources.join(", ")}.`,
    );
  }
  // Sources → data (the inverse) → targets (their rows), folded into one product.
  return { sources, targets, matrix: multiplyMatrices(pick(matrix, targets), inverse) };
}

function fullMatrix(dataShards: number, parityShards: number): Matrix {
  const total = dataShards + parityShards;
  if (!Number.isInteger(total) || dataShards < 1 || parityShards < 1 || total > MAX_SHARDS) {
    throw new AppError("WK-EC-SHARDS", `${dataShards}+${parityShards} shards are not possible; at most 32 in all are.`);
  }
  return codingMatrix(dataShards, parityShards);
}

function pick(matrix: Matrix, rows: readonly number[]): Matrix {
  return rows.map((row) => {
    const found = matrix[row];
    if (found === undefined) throw new AppError("WK-EC-SHARDS", `There is no shard ${row}.`);
    return found;
  });
}
