import { existsSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { errorMessage } from "../src/core/errors.ts";
import { ecCluster } from "./ec-cluster.ts";
import { ecKernel } from "./ec-kernel.ts";
import { writeFigures } from "./lib/figures-table.ts";
import type { Plan } from "./lib/plan.ts";
import { type BenchResult, passed, report, say } from "./lib/report.ts";
import { planner } from "./planner.ts";
import { throughput } from "./throughput.ts";
import { wakeUp } from "./wake-up.ts";
import { workerMemory } from "./worker-memory.ts";

/**
 * Runs the benchmarks, one after the other, and writes their raw output to bench/results. Ends with 1 when a threshold was
 * missed. `npm run bench -- throughput wake-up` runs those only; `--quick` makes everything short (its figures mean little).
 */
const BENCHES: Readonly<Record<string, (plan: Plan) => Promise<BenchResult | undefined>>> = {
  throughput,
  "wake-up": wakeUp,
  "worker-memory": workerMemory,
  planner,
  "ec-kernel": ecKernel,
  "ec-cluster": ecCluster,
};

const ROUNDS = 5;
const QUICK_ROUNDS = 2;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    options: { quick: { type: "boolean", default: false } },
    allowPositionals: true,
  });
  const root = fileURLToPath(new URL("../../../", import.meta.url));
  // The compiled sources look for these beside their folder, as dist does.
  for (const name of ["proto", "web", "package.json"]) {
    const link = join(root, "bench", ".build", name);
    if (!existsSync(link)) symlinkSync(join(root, name), link);
  }
  const unknown = positionals.find((name) => BENCHES[name] === undefined);
  if (unknown !== undefined) {
    say(`There is no benchmark ${unknown}; there are ${Object.keys(BENCHES).join(", ")}.`);
    return 2;
  }
  const plan: Plan = { root, quick: values.quick, rounds: values.quick ? QUICK_ROUNDS : ROUNDS };
  let missed = 0;
  for (const [name, bench] of Object.entries(BENCHES)) {
    if (positionals.length > 0 && !positionals.includes(name)) continue;
    say(`\nrunning ${name} …`);
    const result = await bench(plan);
    if (result === undefined) {
      say("  skipped: it needs WEED_BIN, a SeaweedFS 4.44");
      continue;
    }
    if (values.quick) say(JSON.stringify(result, null, 2));
    else {
      report(root, result);
      writeFigures(root);
    }
    missed += result.checks.filter((check) => !passed(check)).length;
  }
  if (missed > 0) say(`\n${missed} thresholds missed`);
  return missed > 0 ? 1 : 0;
}

main().then(
  (code) => process.exit(code),
  (reason: unknown) => {
    process.stderr.write(`${errorMessage(reason)}\n`);
    process.exit(1);
  },
);
