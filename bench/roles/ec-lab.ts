import { mkdtempSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Child, serveParent, startChild } from "../lib/child.ts";
import { GoCluster } from "../lib/go-cluster.ts";
import { type AdminProcess, startAdminProcess } from "../lib/weed-process.ts";
import type { WeedRequests } from "./weed.ts";

export type EcMode = "go" | "server" | "worker";

/** A real SeaweedFS with its own admin and worker, and ours beside them, in a network where nobody else is. */
export interface EcLabRequests {
  open: {
    readonly payload: { readonly binary: string; readonly dir: string; readonly megabytes: number };
    readonly result: null;
  };
  /** Encodes a fresh copy of the volume. */
  encode: {
    readonly payload: EcMode;
    readonly result: {
      readonly seconds: number;
      /** Bytes our worker read and wrote, files and sockets together. */
      readonly workerBytes: number;
    };
  };
}

const SERVERS = 4;
const DATA_SHARDS = 10;
const PARITY_SHARDS = 4;
const POLL_MS = 20;
const TEMPLATE = "template";

let cluster: GoCluster | undefined;
let root = "";
let template = 0;
let copies = 0;

/** Ours, for one task; a fresh admin has nothing to plan with that could come between. */
interface Pair {
  readonly admin: AdminProcess;
  readonly worker: Child<WeedRequests>;
}

async function startPair(master: string, mode: "server" | "worker"): Promise<Pair> {
  const adminDir = mkdtempSync(join(root, "admin-"));
  const workerDir = mkdtempSync(join(root, "worker-"));
  const admin = await startAdminProcess(master, adminDir);
  // Only what is asked for may run; and as long as another admin's lock has not ended, ours plans nothing.
  for (const type of ["vacuum", "balance"]) await admin.send("PUT", `/api/v1/policies/${type}`, { enabled: false });
  await admin.send("PUT", "/api/v1/policies/erasure_coding", { ec_encode: mode });
  const worker = startChild<WeedRequests>("weed", { log: join(workerDir, "worker.log") });
  await worker.ask("run", [
    "worker",
    `-admin=${admin.address}`,
    "-capabilities=erasure_coding",
    `-workingDir=${workerDir}`,
    `-config_dir=${workerDir}`,
  ]);
  for (;;) {
    const { observeOnly } = (await admin.get("/api/v1/holds")) as { readonly observeOnly: string | null };
    const { workers } = (await admin.get("/api/v1/workers")) as { readonly workers: readonly unknown[] };
    if (observeOnly === null && workers.length > 0) return { admin, worker };
    await sleep(100);
  }
}

async function encodeOurs({ admin }: Pair, volumeId: number): Promise<void> {
  const made = await admin.send("POST", "/api/v1/tasks", { type: "erasure_coding", volumeId, force: true });
  const id = (made as { readonly tasks: readonly { readonly id: number }[] }).tasks[0]?.id;
  for (;;) {
    const { task } = (await admin.get(`/api/v1/tasks/${id}`)) as {
      readonly task: { readonly state: string; readonly error: string | null };
    };
    if (task.state === "completed") return;
    if (["dead", "cancelled", "quarantined"].includes(task.state) || task.error !== null) {
      throw new Error(`The task is ${task.state}: ${task.error}`);
    }
    await sleep(POLL_MS);
  }
}

async function measured(encode: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await encode();
  return (performance.now() - start) / 1000;
}

function transferred(pid: number): number {
  const text = readFileSync(`/proc/${pid}/io`, "utf8");
  return ["rchar", "wchar"].reduce((sum, key) => sum + Number(new RegExp(`^${key}: (\\d+)`, "m").exec(text)?.[1]), 0);
}

serveParent<EcLabRequests>(
  {
    async open({ binary, dir, megabytes }) {
      root = dir;
      cluster = new GoCluster(binary, join(dir, "go"), SERVERS);
      await cluster.start();
      template = await cluster.fill(TEMPLATE, megabytes);
      return null;
    },
    async encode(mode) {
      if (cluster === undefined) throw new Error("The lab is not open yet.");
      const { master } = cluster;
      const go = cluster;
      const collection = `${mode}${++copies}`;
      const volumeId = await cluster.clone(template, TEMPLATE, collection);
      if (mode === "go") {
        const stop = await cluster.startHealers();
        const seconds = await measured(() => go.encode(volumeId, collection, DATA_SHARDS, PARITY_SHARDS));
        await stop();
        return { seconds, workerBytes: 0 };
      }
      const pair = await startPair(master, mode);
      const before = transferred(pair.worker.pid);
      const seconds = await measured(() => encodeOurs(pair, volumeId));
      const workerBytes = transferred(pair.worker.pid) - before;
      await pair.worker.stop();
      await pair.admin.child.stop();
      return { seconds, workerBytes };
    },
  },
  async () => cluster?.stop(),
);
