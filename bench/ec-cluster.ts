import { startChild } from "./lib/child.ts";
import type { Plan } from "./lib/plan.ts";
import { type BenchResult, say } from "./lib/report.ts";
import { withScratch } from "./lib/scratch.ts";
import { median } from "./lib/stats.ts";
import type { EcLabRequests, EcMode } from "./roles/ec-lab.ts";

const MODES: readonly EcMode[] = ["go", "server", "worker"];
const MEGABYTES = 1000;
/** Wall time as a share of that of the Go worker. */
const SERVER_SHARE = 0.35;
const WORKER_SHARE = 0.8;

/** A network of its own: the Go admin cannot be told to listen on one address only. */
const OWN_NETWORK = ["unshare", "-n", "bash", "-c", 'ip link set lo up && exec "$@"', "bash"];

interface Run {
  readonly goSeconds: number;
  readonly serverSeconds: number;
  readonly workerSeconds: number;
  readonly serverModeWorkerMb: number;
  readonly workerModeWorkerMb: number;
}

/**
 * One volume on four real volume servers, erasure-coded by the Go admin and worker and by ours in both modes, in turn.
 * Undefined without WEED_BIN (SeaweedFS 4.44).
 */
export async function ecCluster({ quick, rounds }: Plan): Promise<BenchResult | undefined> {
  const binary = process.env["WEED_BIN"];
  if (binary === undefined) return undefined;
  const megabytes = quick ? MEGABYTES / 10 : MEGABYTES;
  return withScratch(async (folder) => {
    const lab = startChild<EcLabRequests>("ec-lab", { through: OWN_NETWORK });
    await lab.ask("open", { binary, dir: folder("ec"), megabytes });
    const runs: (Run & Readonly<Record<string, number>>)[] = [];
    for (let round = 0; round < rounds; round++) {
      const results = new Map<EcMode, Awaited<ReturnType<typeof lab.ask<"encode">>>>();
      for (const mode of MODES) results.set(mode, await lab.ask("encode", mode));
      const seconds = (mode: EcMode): number => results.get(mode)?.seconds ?? Number.NaN;
      const workerMb = (mode: EcMode): number => (results.get(mode)?.workerBytes ?? Number.NaN) / 1e6;
      runs.push({
        goSeconds: seconds("go"),
        serverSeconds: seconds("server"),
        workerSeconds: seconds("worker"),
        serverModeWorkerMb: workerMb("server"),
        workerModeWorkerMb: workerMb("worker"),
      });
      say(`  ${JSON.stringify(runs.at(-1))}`);
    }
    await lab.stop();
    const of = (name: keyof Run): number => median(runs.map((run) => run[name]));
    const goSeconds = of("goSeconds");
    const check = (mode: string, value: number, share: number) =>
      ({
        name: `${mode} mode against the Go worker`,
        value,
        limit: share * goSeconds,
        unit: "s",
        sense: "at most",
      }) as const;
    return {
      name: "ec-cluster",
      setup: { megabytes, servers: 4, rounds },
      runs,
      figures: {
        goSeconds,
        serverSeconds: of("serverSeconds"),
        workerSeconds: of("workerSeconds"),
        serverModeWorkerMb: of("serverModeWorkerMb"),
        workerModeWorkerMb: of("workerModeWorkerMb"),
      },
      checks: [check("server", of("serverSeconds"), SERVER_SHARE), check("worker", of("workerSeconds"), WORKER_SHARE)],
    };
  });
}
