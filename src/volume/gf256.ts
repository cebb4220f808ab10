/**
 * Arithmetic in GF(2^8) with the polynomial x^8+x^4+x^3+x^2+1 and generator 2, and the coding matrix built from it.
 * A matrix is a list of rows; a row holds one coefficient a column.
 */
export type Matrix = readonly Uint8Array[];

const POLYNOMIAL = 0x11d;
const ORDER = 255;

const exponents = new Uint8Array(2 * ORDER);
const logarithms = new Uint8Array(256);
for (let power = 0, value = 1; power < ORDER; power++) {
  exponents[power] = value;
  exponents[power + ORDER] = value;
  logarithms[value] = power;
  value <<= 1;
  if (value > 255) value ^= POLYNOMIAL;
}

export function gfMultiply(a: number, b: number): number {
  return a === 0 || b === 0 ? 0 : (exponents[(logarithms[a] ?? 0) + (logarithms[b] ?? 0)] ?? 0);
}

/** 1 / a; `a` is not 0. */
function gfInverse(a: number): number {
  return exponents[ORDER - (logarithms[a] ?? 0)] ?? 0;
}

/** a to the power n, with 0^0 = 1. */
function gfPower(a: number, n: number): number {
  if (n === 0) return 1;
  return a === 0 ? 0 : (exponents[((logarithms[a] ?? 0) * n) % ORDER] ?? 0);
}

export function multiplyMatrices(left: Matrix, right: Matrix): Matrix {
  const columns = right[0]?.length ?? 0;
  return left.map((row) =>
    Uint8Array.from({ length: columns }, (_, column) =>
      row.reduce((sum, value, index) => sum ^ gfMultiply(value, right[index]?.[column] ?? 0), 0),
    ),
  );
}

/** Gauss-Jordan elimination; undefined when the square matrix has no inverse. */
export function invertMatrix(matrix: Matrix): Matrix | undefined {
  const size = matrix.length;
  const work = matrix.map((row, index) => {
    const wide = new Uint8Array(2 * size);
    wide.set(row);
    wide[size + index] = 1;
    return wide;
  });
  for (let column = 0; column < size; column++) {
    const pivot = work.findIndex((row, index) => index >= column && row[column] !== 0);
    const pivotRow = work[pivot];
    if (pivotRow === undefined) return undefined;
    work[pivot] = work[column] ?? pivotRow;
    work[column] = pivotRow;
    const scale = gfInverse(pivotRow[column] ?? 0);
    for (let i = 0; i < 2 * size; i++) pivotRow[i] = gfMultiply(pivotRow[i] ?? 0, scale);
    for (const row of work) {
      const factor = row[column] ?? 0;
      if (row === pivotRow || factor === 0) continue;
      for (let i = 0; i < 2 * size; i++) row[i] = (row[i] ?? 0) ^ gfMultiply(factor, pivotRow[i] ?? 0);
    }
  }
  return work.map((row) => row.slice(size));
}

/**
 * The coding matrix: one row a shard, one column a data shard. Vandermonde rows (r^c) times the inverse of their top square,
 * so the data shards' rows are the identity and any `dataShards` rows can be inverted.
 */
export function codingMatrix(dataShards: number, parityShards: number): Matrix {
  const vandermonde = Array.from({ length: dataShards + parityShards }, (_, row) =>
    Uint8Array.from({ length: dataShards }, (_, column) => gfPower(row, column)),
  );
  const top = invertMatrix(vandermonde.slice(0, dataShards));
  // Rows of distinct numbers below 256 always make an invertible Vandermonde square.
  return top === undefined ? [] : multiplyMatrices(vandermonde, top);
}
