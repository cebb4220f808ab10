import { setTimeout as sleep } from "node:timers/promises";
import { startChild } from "./lib/child.ts";
import type { Plan } from "./lib/plan.ts";
import { type BenchResult, type Check, say } from "./lib/report.ts";
import { withScratch } from "./lib/scratch.ts";
import { median } from "./lib/stats.ts";
import { type AdminProcess, peakResident, startAdminProcess } from "./lib/weed-process.ts";
import type { SyntheticClusterRequests } from "./roles/synthetic-cluster.ts";

const SIZES = [100_000, 1_000_000] as const;
const VOLUMES_PER_SERVER = 1000;
const TYPES = ["vacuum", "erasure_coding", "balance"] as const;
const MEMORY_LIMIT_MB = 400;
const LOOP_LIMIT_MS = 50;

interface Run extends Record<string, number> {
  volumes: number;
  vacuumSeconds: number;
  vacuumFound: number;
  erasureCodingSeconds: number;
  erasureCodingFound: number;
  balanceSeconds: number;
  balanceFound: number;
  peakResidentMb: number;
  loopP999Ms: number;
  controlLoopP999Ms: number;
}

/** The whole admin, over a master that lists very many volumes: how long planning takes, what it needs, what it disturbs. */
export async function planner({ quick, rounds }: Plan): Promise<BenchResult> {
  const sizes = quick ? SIZES.map((size) => size / 10) : SIZES;
  const controlMs = quick ? 2_000 : 10_000;
  return withScratch(async (folder) => {
    const runs: Run[] = [];
    const clusters = [];
    for (const volumes of sizes) {
      const cluster = startChild<SyntheticClusterRequests>("synthetic-cluster", {
        nodeArgs: ["--max-old-space-size=8192"],
      });
      const { master, listBytes } = await cluster.ask("open", { volumes, servers: volumes / VOLUMES_PER_SERVER });
      say(
        `  ${volumes} volumes on ${volumes / VOLUMES_PER_SERVER} servers: a list of ${Math.round(listBytes / 1e6)} MB`,
      );
      clusters.push({ volumes, cluster, master });
    }
    for (let round = 0; round < rounds; round++) {
      for (const { volumes, master } of clusters) {
        const admin = await startAdminProcess(master, folder("planner"));
        runs.push({ volumes, ...(await plan(admin, controlMs)) } as Run);
        await admin.child.stop();
        say(`  ${JSON.stringify(runs.at(-1))}`);
      }
    }
    for (const { cluster } of clusters) await cluster.stop();
    const checks: Check[] = [];
    const figures: Record<string, number> = {};
    for (const volumes of sizes) {
      const mine = runs.filter((run) => run.volumes === volumes);
      for (const key of Object.keys(mine[0] ?? {})) {
        if (key !== "volumes") figures[`${key}At${volumes}`] = median(mine.map((run) => run[key] ?? Number.NaN));
      }
      checks.push({
        name: `${volumes} volumes: lateness of the main loop while planning, p99.9`,
        value: figures[`loopP999MsAt${volumes}`] ?? Number.NaN,
        limit: LOOP_LIMIT_MS,
        unit: "ms",
        sense: "at most",
      });
    }
    const largest = Math.max(...sizes);
    checks.push({
      name: `${largest} volumes: peak resident memory of the whole admin`,
      value: figures[`peakResidentMbAt${largest}`] ?? Number.NaN,
      limit: MEMORY_LIMIT_MB,
      unit: "MB",
      sense: "at most",
    });
    return {
      name: "planner",
      setup: { volumesPerServer: VOLUMES_PER_SERVER, controlMs, rounds },
      runs,
      figures,
      checks,
    };
  });
}

async function plan(admin: AdminProcess, controlMs: number): Promise<Omit<Run, "volumes">> {
  await scannedOnce(admin);
  await admin.child.ask("resetLoop", null);
  await sleep(controlMs);
  const control = await admin.child.ask("loop", null);
  await admin.child.ask("resetLoop", null);
  const measured: Record<string, number> = {};
  for (const type of TYPES) {
    const start = performance.now();
    const answer = await admin.send("POST", "/api/v1/scans", { type });
    const [scan] = scansOf(answer);
    if (scan === undefined || scan.error !== null) throw new Error(`The scan of ${type} failed: ${scan?.error}`);
    const name = type === "erasure_coding" ? "erasureCoding" : type;
    measured[`${name}Seconds`] = (performance.now() - start) / 1000;
    measured[`${name}Found`] = scan.found;
  }
  const loop = await admin.child.ask("loop", null);
  return {
    ...measured,
    loopP999Ms: loop.p999,
    loopMaxMs: loop.max,
    controlLoopP999Ms: control.p999,
    controlLoopMaxMs: control.max,
    peakResidentMb: peakResident(admin.child.pid) / 1e6,
  } as Omit<Run, "volumes">;
}

interface Scan {
  readonly type: string;
  readonly lastEndedAt: string | null;
  readonly found: number;
  readonly error: string | null;
}

function scansOf(answer: unknown): readonly Scan[] {
  return (answer as { readonly scans: readonly Scan[] }).scans;
}

/** The admin scans every type once by itself soon after its start. */
async function scannedOnce(admin: AdminProcess): Promise<void> {
  const waits = new Set<string>(TYPES);
  while (waits.size > 0) {
    await sleep(200);
    for (const scan of scansOf(await admin.get("/api/v1/scans")))
      if (scan.lastEndedAt !== null) waits.delete(scan.type);
  }
}
