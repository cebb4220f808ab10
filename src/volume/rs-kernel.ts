import { gfMultiply, type Matrix } from "./gf256.ts";
import { RS_KERNEL_WASM } from "./rs-kernel-wasm.ts";

/**
 * Buffers for one matrix product. Fill `inputs` (one a column of the matrix), call `run`, read `outputs` (one a row).
 * They belong to the workspace and are reused: files are read straight into them and written from them without a copy.
 */
interface RsWorkspace {
  readonly inputs: readonly Uint8Array[];
  readonly outputs: readonly Uint8Array[];
  /** Multiplies the first `length` bytes of each input; the rest of the outputs is undefined. */
  run(length: number): void;
}

/** Makes a workspace for a matrix and pieces of up to `length` bytes. */
export type RsKernel = (matrix: Matrix, length: number) => RsWorkspace;

/** Outputs computed in one pass over the inputs. */
const GROUP = 4;
/** Bytes one step of the WASM loop takes. */
const STEP = 32;
const TABLE_BYTES = 32;
const WASM_PAGE = 65_536;

type Multiply4 = (
  tables: number,
  inputs: number,
  count: number,
  outputs: number,
  stride: number,
  length: number,
) => void;

let compiled: WebAssembly.Module | undefined;

/** The fast kernel: WebAssembly SIMD, 2 GB/s and more of input a core for ten inputs and four outputs. */
export const wasmKernel: RsKernel = (matrix, length) => {
  compiled ??= new WebAssembly.Module(RS_KERNEL_WASM);
  const columns = matrix[0]?.length ?? 0;
  const groups = Math.ceil(matrix.length / GROUP);
  // A stride that is a power of two would put all shards into the same few cache sets.
  const stride = Math.ceil(length / 128) * 128 + 320;
  const inputsAt = alignUp(groups * columns * GROUP * TABLE_BYTES, 64);
  const outputsAt = inputsAt + columns * stride;
  const total = outputsAt + groups * GROUP * stride;
  const memory = new WebAssembly.Memory({ initial: Math.ceil(total / WASM_PAGE) });
  const multiply = exportedMultiply(new WebAssembly.Instance(compiled, { env: { memory } }));
  writeNibbleTables(new Uint8Array(memory.buffer, 0, inputsAt), matrix, groups, columns);
  const view = (at: number, index: number): Uint8Array => new Uint8Array(memory.buffer, at + index * stride, length);
  return {
    inputs: Array.from({ length: columns }, (_, index) => view(inputsAt, index)),
    outputs: matrix.map((_, index) => view(outputsAt, index)),
    run: (bytes) => {
      for (let group = 0; group < groups; group++) {
        const tables = group * columns * GROUP * TABLE_BYTES;
        multiply(tables, inputsAt, columns, outputsAt + group * GROUP * stride, stride, alignUp(bytes, STEP));
      }
    },
  };
};

function exportedMultiply(instance: WebAssembly.Instance): Multiply4 {
  const multiply = instance.exports["multiply4"];
  if (typeof multiply !== "function") throw new TypeError("The Reed-Solomon kernel does not export multiply4.");
  return multiply as Multiply4;
}

function writeNibbleTables(target: Uint8Array, matrix: Matrix, groups: number, columns: number): void {
  let at = 0;
  for (let group = 0; group < groups; group++) {
    for (let column = 0; column < columns; column++) {
      for (let row = group * GROUP; row < (group + 1) * GROUP; row++) {
        const factor = matrix[row]?.[column] ?? 0;
        for (let nibble = 0; nibble < 16; nibble++) {
          target[at + nibble] = gfMultiply(factor, nibble);
          target[at + 16 + nibble] = gfMultiply(factor, nibble << 4);
        }
        at += TABLE_BYTES;
      }
    }
  }
}

/** The fallback without SIMD: one table look-up a byte gives the products for four outputs, packed into one 32-bit number. */
export const scriptKernel: RsKernel = (matrix, length) => {
  const columns = matrix[0]?.length ?? 0;
  const inputs = Array.from({ length: columns }, () => new Uint8Array(length));
  const outputs = matrix.map(() => new Uint8Array(length));
  const sums = new Int32Array(length);
  const groups = Array.from({ length: Math.ceil(matrix.length / GROUP) }, (_, group) => ({
    first: group * GROUP,
    tables: inputs.map((_input, column) => packedTable(matrix, group * GROUP, column)),
  }));
  return {
    inputs,
    outputs,
    run: (bytes) => {
      for (const { first, tables } of groups) {
        sums.fill(0, 0, bytes);
        for (let column = 0; column < columns; column += SCRIPT_COLUMNS) {
          addProducts(sums, bytes, inputs.slice(column), tables.slice(column));
        }
        for (let row = 0; row < GROUP; row++) unpack(outputs[first + row], sums, 8 * row, bytes);
      }
    },
  };
};

/** Inputs that one loop of the script kernel handles: more would not fit into registers. */
const SCRIPT_COLUMNS = 5;
const NO_PRODUCTS = new Int32Array(256);

function packedTable(matrix: Matrix, first: number, column: number): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => {
    let packed = 0;
    for (let row = 0; row < GROUP; row++) packed |= gfMultiply(matrix[first + row]?.[column] ?? 0, byte) << (8 * row);
    return packed;
  });
}

/** The casts stand for bounds the caller keeps: a check a byte costs a third of the speed. */
function addProducts(sums: Int32Array, bytes: number, inputs: Uint8Array[], tables: Int32Array[]): void {
  const [a, b = a, c = a, d = a, e = a] = inputs as [Uint8Array, ...Uint8Array[]];
  const [ta, tb = NO_PRODUCTS, tc = NO_PRODUCTS, td = NO_PRODUCTS, te = NO_PRODUCTS] = tables as [
    Int32Array,
    ...Int32Array[],
  ];
  for (let i = 0; i < bytes; i++) {
    sums[i] =
      (sums[i] as number) ^
      (ta[a[i] as number] as number) ^
      (tb[b[i] as number] as number) ^
      (tc[c[i] as number] as number) ^
      (td[d[i] as number] as number) ^
      (te[e[i] as number] as number);
  }
}

function unpack(output: Uint8Array | undefined, sums: Int32Array, shift: number, bytes: number): void {
  if (output === undefined) return;
  for (let i = 0; i < bytes; i++) output[i] = (sums[i] as number) >>> shift;
}

let chosen: RsKernel | undefined;

/** The fastest kernel this process can run: WASM SIMD where the engine validates it, else the script one. */
export function bestKernel(): RsKernel {
  chosen ??= WebAssembly.validate(RS_KERNEL_WASM) ? wasmKernel : scriptKernel;
  return chosen;
}

function alignUp(value: number, multiple: number): number {
  return Math.ceil(value / multiple) * multiple;
}
