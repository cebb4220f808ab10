import { type Child, startChild } from "./lib/child.ts";
import type { Plan } from "./lib/plan.ts";
import { type BenchResult, say } from "./lib/report.ts";
import { withScratch } from "./lib/scratch.ts";
import { median, percentile } from "./lib/stats.ts";
import type { BareClientRequests } from "./roles/bare-client.ts";
import type { BareServerRequests } from "./roles/bare-server.ts";
import type { QueueAdminRequests } from "./roles/queue-admin.ts";
import type { QueueWorkersRequests } from "./roles/queue-workers.ts";

const PAUSE_MS = 20;
/** p50 may be one bare round trip and two commits; p99 may be this many bare round trips. */
const COMMITS = 2;
const TAIL_FACTOR = 20;

interface Run {
  readonly bareP50Ms: number;
  readonly bareP99Ms: number;
  readonly commitP50Ms: number;
  readonly wakeUpP50Ms: number;
  readonly wakeUpP99Ms: number;
}

/** How long a task is in the queue before an idle worker has it, against a bare round trip and one commit. */
export async function wakeUp({ quick, rounds }: Plan): Promise<BenchResult> {
  const samples = quick ? 50 : 400;
  return withScratch(async (folder) => {
    const server = startChild<BareServerRequests>("bare-server");
    const client = startChild<BareClientRequests>("bare-client");
    const admin = startChild<QueueAdminRequests>("queue-admin");
    const worker = startChild<QueueWorkersRequests>("queue-workers");
    const barePort = await server.ask("listen", null);
    const port = await admin.ask("open", { dataDir: folder("wake-up") });
    await worker.ask("connect", { port, workers: 1, slots: 2 });
    await worker.ask("work", null);
    const pace = { samples, pauseMs: PAUSE_MS };
    const runs: (Run & Readonly<Record<string, number>>)[] = [];
    // The first turn warms all four processes up and is not counted.
    for (let round = 0; round <= rounds; round++) {
      const bare = await client.ask("pace", { port: barePort, ...pace });
      const commits = await admin.ask("commits", pace);
      const enqueued = await admin.ask("drip", pace);
      const arrivals = await collect(worker, samples);
      const waits = [...enqueued].map(
        ([volume, at]) => ((arrivals.get(volume) ?? Number.POSITIVE_INFINITY) - at) / 1e6,
      );
      if (round === 0) continue;
      runs.push({
        bareP50Ms: median(bare),
        bareP99Ms: percentile(bare, 99),
        commitP50Ms: median(commits),
        wakeUpP50Ms: median(waits),
        wakeUpP99Ms: percentile(waits, 99),
      });
      say(`  ${JSON.stringify(runs.at(-1))}`);
    }
    await Promise.all([worker.ask("rest", null), client.stop()]);
    await Promise.all([worker.stop(), server.stop()]);
    await admin.stop();
    const of = (name: keyof Run): number => median(runs.map((run) => run[name]));
    const bareP50Ms = of("bareP50Ms");
    const commitP50Ms = of("commitP50Ms");
    return {
      name: "wake-up",
      setup: { samples, pauseMs: PAUSE_MS, rounds },
      runs,
      figures: {
        bareP50Ms,
        bareP99Ms: of("bareP99Ms"),
        commitP50Ms,
        wakeUpP50Ms: of("wakeUpP50Ms"),
        wakeUpP99Ms: of("wakeUpP99Ms"),
      },
      checks: [
        {
          name: "wake-up p50 against a bare round trip and two commits",
          value: of("wakeUpP50Ms"),
          limit: bareP50Ms + COMMITS * commitP50Ms,
          unit: "ms",
          sense: "at most",
        },
        {
          name: "wake-up p99 against the bare p50",
          value: of("wakeUpP99Ms"),
          limit: TAIL_FACTOR * bareP50Ms,
          unit: "ms",
          sense: "at most",
        },
      ],
    };
  });
}

/** Every task arrives in the end; a lost one would be waited for here until somebody looks. */
async function collect(worker: Child<QueueWorkersRequests>, count: number): Promise<ReadonlyMap<number, number>> {
  const arrivals = new Map<number, number>();
  while (arrivals.size < count) {
    for (const [volume, at] of await worker.ask("arrivals", null)) arrivals.set(volume, at);
  }
  return arrivals;
}
