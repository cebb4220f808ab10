import { setTimeout as sleep } from "node:timers/promises";
import { createTestCa, tlsSettings } from "../src/security/test-ca.testkit.ts";
import { startChild } from "./lib/child.ts";
import type { Plan } from "./lib/plan.ts";
import { type BenchResult, say } from "./lib/report.ts";
import { withScratch } from "./lib/scratch.ts";
import { median } from "./lib/stats.ts";
import type { QueueAdminRequests } from "./roles/queue-admin.ts";
import type { QueueWorkersRequests } from "./roles/queue-workers.ts";

const WORKERS = 1000;
const LIMIT_KB = 100;
const BEATS = 3;
const SLOTS = 50;
const WARM_UP_TASKS = 10_000;

interface Run {
  readonly plainKbPerWorker: number;
  readonly tlsKbPerWorker: number;
  readonly plainKbBeforeCollection: number;
  readonly tlsKbBeforeCollection: number;
}

/** Resident memory of the admin for each of a thousand connected workers, every one over a connection of its own. */
export async function workerMemory({ quick, rounds }: Plan): Promise<BenchResult> {
  const workers = quick ? WORKERS / 4 : WORKERS;
  const ca = await createTestCa();
  const adminTls = tlsSettings({ component: "admin", ca: ca.ca, pair: await ca.issue("admin") });
  const workerTls = tlsSettings({ component: "worker", ca: ca.ca, pair: await ca.issue("worker") });
  try {
    const runs: (Run & Readonly<Record<string, number>>)[] = [];
    for (let round = 0; round < rounds; round++) {
      const plain = await crowd(workers, undefined);
      const tls = await crowd(workers, { admin: adminTls, worker: workerTls });
      runs.push({
        plainKbPerWorker: plain.settledKb,
        tlsKbPerWorker: tls.settledKb,
        plainKbBeforeCollection: plain.asFoundKb,
        tlsKbBeforeCollection: tls.asFoundKb,
      });
      say(`  ${JSON.stringify(runs.at(-1))}`);
    }
    const of = (name: keyof Run): number => median(runs.map((run) => run[name]));
    const check = (name: string, value: number) =>
      ({ name: `${name}: resident memory of a worker`, value, limit: LIMIT_KB, unit: "KB", sense: "at most" }) as const;
    return {
      name: "worker-memory",
      setup: { workers, beats: BEATS, warmUpTasks: WARM_UP_TASKS, rounds },
      runs,
      figures: {
        plainKbPerWorker: of("plainKbPerWorker"),
        tlsKbPerWorker: of("tlsKbPerWorker"),
        plainKbBeforeCollection: of("plainKbBeforeCollection"),
        tlsKbBeforeCollection: of("tlsKbBeforeCollection"),
      },
      checks: [check("plain", of("plainKbPerWorker")), check("mutual TLS", of("tlsKbPerWorker"))],
    };
  } finally {
    ca.remove();
  }
}

interface Tls {
  readonly admin: ReturnType<typeof tlsSettings>;
  readonly worker: ReturnType<typeof tlsSettings>;
}

async function crowd(
  count: number,
  tls: Tls | undefined,
): Promise<{ readonly settledKb: number; readonly asFoundKb: number }> {
  return withScratch(async (folder) => {
    const admin = startChild<QueueAdminRequests>("queue-admin", { nodeArgs: ["--expose-gc"] });
    const workers = startChild<QueueWorkersRequests>("queue-workers");
    const port = await admin.ask("open", { dataDir: folder("memory"), ...(tls && { tls: tls.admin }) });
    const dial = { port, slots: SLOTS, ...(tls && { tls: tls.worker }) };
    // First an admin that has been at work: what its heaps and its first handshake need is not memory of a worker.
    await workers.ask("connect", { ...dial, workers: 1 });
    await admin.ask("fill", { tasks: WARM_UP_TASKS, keep: false });
    await workers.ask("work", null);
    while ((await admin.ask("count", null)).completed < WARM_UP_TASKS) await sleep(100);
    await workers.ask("rest", null);
    const before = await admin.ask("memory", null);
    await workers.ask("connect", { ...dial, workers: count });
    await workers.ask("work", null);
    for (let beat = 0; beat < BEATS; beat++) await workers.ask("beat", null);
    const after = await admin.ask("memory", null);
    if (after.workers < count) throw new Error(`Only ${after.workers} of ${count} workers are connected.`);
    await workers.stop();
    await admin.stop();
    const perWorker = (bytes: number): number => (bytes - before.settled) / 1000 / (count - before.workers);
    return { settledKb: perWorker(after.settled), asFoundKb: perWorker(after.asFound) };
  });
}
