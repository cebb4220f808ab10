import { randomFillSync } from "node:crypto";
import { DEFAULT_PIECE_SIZE } from "../src/volume/ec-encoder.ts";
import { parityMatrix } from "../src/volume/reed-solomon.ts";
import { bestKernel } from "../src/volume/rs-kernel.ts";
import type { Plan } from "./lib/plan.ts";
import { type BenchResult, say } from "./lib/report.ts";
import { median } from "./lib/stats.ts";

const DATA = 10;
const PARITY = 4;
/** The encoder works on two sets of buffers in turn: one is computed while the other is read into. */
const SETS = 2;

interface Run {
  readonly kernelMbPerSecond: number;
  readonly copyMbPerSecond: number;
}

/** Data bytes a second through the Reed-Solomon kernel, against `Buffer.copy` of the same data in the same buffers' size. */
export function ecKernel({ quick, rounds }: Plan): Promise<BenchResult> {
  const passes = quick ? 200 : 2_000;
  const kernel = bestKernel();
  const sets = Array.from({ length: SETS }, () => kernel(parityMatrix(DATA, PARITY), DEFAULT_PIECE_SIZE));
  for (const set of sets) for (const input of set.inputs) randomFillSync(input);
  const sources = sets.map((set) => set.inputs.map((input) => Buffer.from(input)));
  const targets = sources.map((set) => set.map((source) => Buffer.alloc(source.length)));
  const megabytes = (passes * SETS * DATA * DEFAULT_PIECE_SIZE) / 1e6;
  const rate = (pass: () => void): number => {
    const start = performance.now();
    for (let count = 0; count < passes; count++) pass();
    return megabytes / ((performance.now() - start) / 1000);
  };
  const encode = (): void => {
    for (const set of sets) set.run(DEFAULT_PIECE_SIZE);
  };
  const copy = (): void => {
    for (const [set, buffers] of sources.entries()) {
      for (const [index, source] of buffers.entries()) source.copy(targets[set]?.[index] ?? source);
    }
  };
  const runs: (Run & Readonly<Record<string, number>>)[] = [];
  // The first turn compiles and is not counted.
  for (let round = 0; round <= rounds; round++) {
    const run = { kernelMbPerSecond: rate(encode), copyMbPerSecond: rate(copy) };
    if (round === 0) continue;
    runs.push(run);
    say(`  ${JSON.stringify(run)}`);
  }
  const kernelMbPerSecond = median(runs.map((run) => run.kernelMbPerSecond));
  const copyMbPerSecond = median(runs.map((run) => run.copyMbPerSecond));
  return Promise.resolve({
    name: "ec-kernel",
    setup: { dataShards: DATA, parityShards: PARITY, pieceBytes: DEFAULT_PIECE_SIZE, sets: SETS, passes, rounds },
    runs,
    figures: { kernelMbPerSecond, copyMbPerSecond, kernelToCopy: kernelMbPerSecond / copyMbPerSecond },
    checks: [],
  });
}
