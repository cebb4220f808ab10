import { type IntervalHistogram, monitorEventLoopDelay } from "node:perf_hooks";
import { main } from "../../src/cli/main.ts";
import { serveParent } from "../lib/child.ts";

/** The whole program (`weed admin …`, `weed worker …`) with a look at its main loop from inside. */
export interface WeedRequests {
  run: { readonly payload: readonly string[]; readonly result: null };
  /** Forgets what was measured of the loop so far. */
  resetLoop: { readonly payload: null; readonly result: null };
  /** How late the main loop was since then, ms. */
  loop: {
    readonly payload: null;
    readonly result: { readonly p50: number; readonly p99: number; readonly p999: number; readonly max: number };
  };
}

/** The histogram holds the time between two looks: the pause is taken off. */
const PAUSE_MS = 1;

const histogram: IntervalHistogram = monitorEventLoopDelay({ resolution: PAUSE_MS });
let running: Promise<number> | undefined;

function late(ns: number): number {
  return Math.max(0, ns / 1e6 - PAUSE_MS);
}

serveParent<WeedRequests>(
  {
    run: (args) => {
      histogram.enable();
      running = main(args);
      void running.then((code) => process.exit(code));
      return null;
    },
    resetLoop: () => {
      histogram.reset();
      return null;
    },
    loop: () => ({
      p50: late(histogram.percentile(50)),
      p99: late(histogram.percentile(99)),
      p999: late(histogram.percentile(99.9)),
      max: late(histogram.max),
    }),
  },
  async () => {
    process.kill(process.pid, "SIGTERM");
    await running;
  },
);
