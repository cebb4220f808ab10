import { execFileSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus, release, totalmem } from "node:os";
import { join } from "node:path";
import { rounded } from "./stats.ts";

/** One threshold: a figure against a limit that was measured in the same run. */
export interface Check {
  readonly name: string;
  readonly value: number;
  readonly limit: number;
  readonly unit: string;
  /** Whether the value must not be above the limit, or not below it. */
  readonly sense: "at most" | "at least";
}

export interface BenchResult {
  readonly name: string;
  /** What was run: counts, seconds, sizes. */
  readonly setup: Readonly<Record<string, number | string>>;
  /** Raw figures of every run, in the order they ran. */
  readonly runs: readonly Readonly<Record<string, number | string>>[];
  /** Medians over the runs, and what follows from them. */
  readonly figures: Readonly<Record<string, number | string>>;
  readonly checks: readonly Check[];
}

export function passed(check: Check): boolean {
  return check.sense === "at most" ? check.value <= check.limit : check.value >= check.limit;
}

/** Writes `bench/results/<name>.json` and says the figures on the terminal. */
export function report(root: string, result: BenchResult): void {
  const checks = result.checks.map((check) => ({
    ...check,
    value: rounded(check.value),
    limit: rounded(check.limit),
    passed: passed(check),
  }));
  const runs = result.runs.map(roundAll);
  const figures = roundAll(result.figures);
  const folder = join(root, "bench", "results");
  mkdirSync(folder, { recursive: true });
  const document = { bench: result.name, ...environment(root), setup: result.setup, runs, figures, checks };
  writeFileSync(join(folder, `${result.name}.json`), `${JSON.stringify(document, null, 2)}\n`);
  say(`\n${result.name}`);
  for (const [name, value] of Object.entries(figures)) say(`  ${name}: ${value}`);
  for (const { name, value, sense, limit, unit, passed: good } of checks) {
    say(`  ${good ? "met   " : "MISSED"} ${name}: ${value} ${unit} (${sense} ${limit} ${unit})`);
  }
}

export function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function environment(root: string): Readonly<Record<string, unknown>> {
  const processors = cpus();
  return {
    date: new Date().toISOString(),
    commit: commitOf(root),
    machine: {
      processor: processors[0]?.model ?? "unknown",
      cores: processors.length,
      memoryGb: rounded(totalmem() / 2 ** 30),
      kernel: release(),
      node: process.version,
    },
  };
}

function commitOf(root: string): string {
  try {
    return execFileSync("git", ["-C", root, "rev-parse", "--short", "HEAD"], { encoding: "utf8" }).trim();
  } catch {
    return "not a git checkout";
  }
}

function roundAll(record: Readonly<Record<string, number | string>>): Readonly<Record<string, number | string>> {
  return Object.fromEntries(
    Object.entries(record).map(([key, value]) => [key, typeof value === "number" ? rounded(value) : value]),
  );
}
