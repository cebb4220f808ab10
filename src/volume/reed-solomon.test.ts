import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { useTempDir } from "./fixture.testkit.ts";
import { codingMatrix, gfMultiply, invertMatrix, type Matrix, multiplyMatrices } from "./gf256.ts";
import { parityMatrix, planReconstruction } from "./reed-solomon.ts";
import { bestKernel, type RsKernel, scriptKernel, wasmKernel } from "./rs-kernel.ts";

const temp = useTempDir();
const hex = (matrix: Matrix): string[] => matrix.map((row) => Buffer.from(row).toString("hex"));

/** Matrix times columns, one multiplication at a time. */
function multiplySlowly(matrix: Matrix, inputs: readonly Uint8Array[]): Uint8Array[] {
  return matrix.map((row) =>
    Uint8Array.from({ length: inputs[0]?.length ?? 0 }, (_, at) =>
      inputs.reduce((sum, input, column) => sum ^ gfMultiply(row[column] ?? 0, input[at] ?? 0), 0),
    ),
  );
}

function multiply(kernel: RsKernel, matrix: Matrix, inputs: readonly Uint8Array[], length: number): Uint8Array[] {
  const workspace = kernel(matrix, length);
  for (const [index, input] of inputs.entries()) workspace.inputs[index]?.set(input);
  workspace.run(length);
  return workspace.outputs.map((output) => output.slice(0, length));
}

describe("coding matrix", () => {
  it("has the parity rows of the format", () => {
    expect(hex(parityMatrix(10, 4))).toEqual([
      "8196afb8d2c4fee80302",
      "9681b8afc4d2e8fe0203",
      "bfd6620a066fdfb70504",
      "d6bf0a626f06b7df0405",
    ]);
    const identity = codingMatrix(10, 4).slice(0, 10);
    expect(multiplyMatrices(identity, parityMatrix(10, 4).slice(0, 0).concat(identity))).toEqual(identity);
  });

  it("inverts every choice of as many rows as data shards", () => {
    const matrix = codingMatrix(10, 4);
    fc.assert(
      fc.property(fc.subarray([...matrix.keys()], { minLength: 10, maxLength: 10 }), (rows) => {
        const square = rows.map((row) => matrix[row] ?? new Uint8Array());
        const inverse = invertMatrix(square);
        expect(inverse).toBeDefined();
        expect(multiplyMatrices(square, inverse ?? [])).toEqual(matrix.slice(0, 10));
      }),
    );
    expect(invertMatrix([Uint8Array.of(1, 2), Uint8Array.of(1, 2)])).toBeUndefined();
  });

  it.each([
    [0, 4],
    [10, 0],
    [29, 4],
  ])("refuses %d+%d shards", (data, parity) => {
    expect(() => parityMatrix(data, parity)).toThrow(/not possible/);
  });
});

describe.each([
  ["wasm", wasmKernel],
  ["script", scriptKernel],
])("kernel: %s", (_name, kernel) => {
  it("turns 01…0a into 45 f2 12 76", () => {
    const inputs = Array.from({ length: 10 }, (_, index) => Uint8Array.of(index + 1));
    expect(multiply(kernel, parityMatrix(10, 4), inputs, 1).map((output) => output[0])).toEqual([
      0x45, 0xf2, 0x12, 0x76,
    ]);
  });

  it("agrees with plain multiplication for every ratio and length", () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 20 }),
        fc.integer({ min: 1, max: 12 }),
        fc.integer({ min: 1, max: 200 }),
        (data, parity, length) => {
          const matrix = parityMatrix(data, parity);
          const inputs = Array.from({ length: data }, () => randomBytes(length));
          expect(multiply(kernel, matrix, inputs, length)).toEqual(multiplySlowly(matrix, inputs));
        },
      ),
      { numRuns: 40 },
    );
  });

  it("works on the first bytes only when asked to, again and again", () => {
    const matrix = parityMatrix(3, 2);
    const workspace = kernel(matrix, 1000);
    for (const length of [1000, 33, 640]) {
      const inputs = workspace.inputs.map((input) => {
        const bytes = randomBytes(length);
        input.set(bytes);
        return bytes;
      });
      workspace.run(length);
      expect(workspace.outputs.map((output) => output.slice(0, length))).toEqual(multiplySlowly(matrix, inputs));
    }
  });
});

describe("kernels", () => {
  it("are byte-equal on large pieces", () => {
    const length = 300_001;
    const inputs = Array.from({ length: 10 }, () => randomBytes(length));
    const matrix = parityMatrix(10, 4);
    const [fast, slow] = [wasmKernel, scriptKernel].map((kernel) => multiply(kernel, matrix, inputs, length));
    expect(fast?.every((output, row) => Buffer.compare(output, slow?.[row] ?? Buffer.alloc(0)) === 0)).toBe(true);
  });

  it("prefers SIMD", () => {
    expect(bestKernel()).toBe(wasmKernel);
  });

  it("is the committed assembly of rs-kernel.wat", async () => {
    const script = fileURLToPath(new URL("../../scripts/build-rs-kernel.mjs", import.meta.url));
    await promisify(execFile)(process.execPath, [script, temp.path("kernel.ts")]);
    const committed = new URL("./rs-kernel-wasm.ts", import.meta.url);
    expect(await readFile(committed, "utf8")).toBe(await readFile(temp.path("kernel.ts"), "utf8"));
  });
});

describe("reconstruction", () => {
  it("gives back any lost shards from any ten others", () => {
    const length = 64;
    fc.assert(
      fc.property(
        fc.subarray(
          Array.from({ length: 14 }, (_, shard) => shard),
          { minLength: 1, maxLength: 4 },
        ),
        (lost) => {
          const data = Array.from({ length: 10 }, () => randomBytes(length));
          const shards = [...data, ...multiply(wasmKernel, parityMatrix(10, 4), data, length)];
          const present = [...shards.keys()].filter((shard) => !lost.includes(shard));
          const plan = planReconstruction(10, 4, present, lost);
          const sources = plan.sources.map((shard) => shards[shard] ?? new Uint8Array());
          const found = multiply(wasmKernel, plan.matrix, sources, length);
          for (const [index, shard] of plan.targets.entries())
            expect(Buffer.compare(found[index] ?? Buffer.alloc(0), shards[shard] ?? Buffer.alloc(0))).toBe(0);
        },
      ),
    );
  });

  it("says which shards are left when they are too few", () => {
    expect(() => planReconstruction(10, 4, [0, 1, 2, 3, 4, 5, 6, 7, 8, 8, 13, 99], [8, 9])).toThrow(
      "Shards 8, 9 need 10 others, but only 9 are left: 0, 1, 2, 3, 4, 5, 6, 7, 13.",
    );
    expect(() => planReconstruction(2, 1, [0, 1], [5])).toThrow(/no shard 5/);
  });
});
