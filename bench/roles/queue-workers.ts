import { setTimeout as sleep } from "node:timers/promises";
import type { GrpcTlsSettings } from "../../src/config/security-config.ts";
import { serveParent } from "../lib/child.ts";
import { ScriptedWorker } from "../lib/scripted-worker.ts";
import { openStreams } from "../lib/wire.ts";

export interface QueueWorkersRequests {
  /** Connects workers and lets them register; they ask for tasks from `work` on. */
  connect: {
    readonly payload: {
      readonly port: number;
      readonly workers: number;
      readonly slots: number;
      readonly tls?: GrpcTlsSettings;
    };
    readonly result: null;
  };
  work: { readonly payload: null; readonly result: null };
  /** No new task; resolves when what ran is done. */
  rest: { readonly payload: null; readonly result: null };
  /** When each task arrived since the last question, by volume id, on the shared clock. */
  arrivals: { readonly payload: null; readonly result: ReadonlyMap<number, number> };
  /** Every worker says a heartbeat and renews its leases once. */
  beat: { readonly payload: null; readonly result: null };
}

const RENEW_MS = 3_000;
const CONNECT_STEP = 50;

let workers: readonly ScriptedWorker[] = [];

setInterval(() => {
  for (const worker of workers) worker.renew();
}, RENEW_MS).unref();

serveParent<QueueWorkersRequests>(
  {
    async connect({ port, workers: count, slots, tls }) {
      const dial = tls === undefined ? { port } : { port, tls };
      const all: ScriptedWorker[] = [...workers];
      while (all.length < count) {
        const batch = openStreams(Math.min(CONNECT_STEP, count - all.length), dial).map(
          (own, index) => new ScriptedWorker(own, `worker-${all.length + index}`, slots),
        );
        all.push(...batch);
        await Promise.all(batch.map((worker) => worker.registered));
      }
      workers = all;
      return null;
    },
    work: () => {
      for (const worker of workers) worker.work();
      return null;
    },
    async rest() {
      await Promise.all(workers.map((worker) => worker.rest()));
      return null;
    },
    arrivals: () => new Map(workers.flatMap((worker) => worker.takeArrivals())),
    async beat() {
      for (const worker of workers) {
        worker.beat();
        worker.renew();
      }
      await sleep(1000);
      return null;
    },
  },
  async () => {
    for (const worker of workers) worker.close();
  },
);
