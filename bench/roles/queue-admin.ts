import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { type Server, ServerCredentials } from "@grpc/grpc-js";
import { AdminEvents } from "../../src/admin/events.ts";
import { WorkerHub, workerServiceHandlers } from "../../src/admin/sessions/worker-hub.ts";
import { openSqliteStore } from "../../src/admin/store/sqlite-store.ts";
import type { Store } from "../../src/admin/store/store.ts";
import type { GrpcTlsSettings } from "../../src/config/security-config.ts";
import { systemClock } from "../../src/core/clock.ts";
import { keepHeapLean } from "../../src/core/lean-heap.ts";
import { silentLogger } from "../../src/core/logger.ts";
import { closeServer, createServer, listen } from "../../src/rpc/channel.ts";
import { workerService } from "../../src/rpc/proto.ts";
import { serverSecurity } from "../../src/security/tls.ts";
import { serveParent } from "../lib/child.ts";
import { noCluster, noopTasks, noopType, openPolicy, openRules } from "../lib/noop-type.ts";
import { sharedNow } from "../lib/wire.ts";

/** The queue side of the admin: store thread, sessions and gRPC server, with the no-op type and no cluster. */
export interface QueueAdminRequests {
  open: {
    readonly payload: { readonly dataDir: string; readonly tls?: GrpcTlsSettings };
    readonly result: number;
  };
  /** Puts tasks into the queue; `keep` = puts one in for each that ends, so that the backlog stays. */
  fill: { readonly payload: { readonly tasks: number; readonly keep: boolean }; readonly result: null };
  /** Tasks that completed so far, verdict on disk, with the commits and operations it took. */
  count: {
    readonly payload: null;
    readonly result: {
      readonly completed: number;
      readonly commits: number;
      readonly operations: number;
      /** Processor time of the whole process, its threads included. */
      readonly cpuMicros: number;
      readonly atMs: number;
    };
  };
  /** Enqueues one task at a time, `pauseMs` apart. When each was enqueued, by volume id, on the shared clock. */
  drip: {
    readonly payload: { readonly samples: number; readonly pauseMs: number };
    readonly result: ReadonlyMap<number, number>;
  };
  /** Writes one small row at a time, `pauseMs` apart. Times of the commits, ms. */
  commits: {
    readonly payload: { readonly samples: number; readonly pauseMs: number };
    readonly result: readonly number[];
  };
  /** Resident bytes after a garbage collection, and before it. */
  memory: {
    readonly payload: null;
    readonly result: { readonly settled: number; readonly asFound: number; readonly workers: number };
  };
}

/** Tasks of one enqueue: what a scan may bring at once, and what a backlog is kept up with. */
const FILL_STEP = 10_000;
const KEEP_STEP = 500;

interface Opened {
  readonly store: Store;
  readonly hub: WorkerHub;
  readonly server: Server;
}

// As `weed admin` does.
keepHeapLean();

let opened: Opened | undefined;
let nextVolume = 1;
let completed = 0;
let commits = 0;
let operations = 0;
let lastCommitMs = 0;
let owed = 0;

function parts(): Opened {
  if (opened === undefined) throw new Error("The admin is not open yet.");
  return opened;
}

async function enqueue(count: number): Promise<void> {
  const { store, hub } = parts();
  const first = nextVolume;
  nextVolume += count;
  const adding = store.enqueue(noopTasks(first, count));
  // As the services do it: in the same turn, so that a waiting worker gets its task in the same commit.
  hub.wake();
  await adding;
}

async function settle(): Promise<void> {
  for (let round = 0; round < 3; round++) {
    globalThis.gc?.();
    await sleep(200);
  }
}

serveParent<QueueAdminRequests>(
  {
    async open({ dataDir, tls }) {
      const onFailure = (error: Error): void => {
        throw error;
      };
      const store = await openSqliteStore({ dataDir, onFailure });
      await store.rules(openRules);
      store.onCommit((count, ms) => {
        commits++;
        operations += count;
        lastCommitMs = ms;
      });
      const events = new AdminEvents();
      const hub = new WorkerHub({
        store,
        cluster: noCluster,
        definitions: new Map([[noopType.type, noopType]]),
        policy: openPolicy,
        events,
        clock: systemClock,
        logger: silentLogger,
        clusterFacts: () => ({ masters: ["127.0.0.1:9333"], volumeSizeLimit: 30 << 30 }),
        logDir: join(dataDir, "task-logs"),
      });
      await hub.start();
      const security = tls === undefined ? undefined : serverSecurity(tls);
      const server = createServer({ maxReceiveBytes: 4 << 20, interceptors: security?.interceptors ?? [] });
      server.addService(workerService, workerServiceHandlers(hub));
      const port = await listen(server, "127.0.0.1", 0, security?.credentials ?? ServerCredentials.createInsecure());
      opened = { store, hub, server };
      events.on("task", (task) => {
        if (task.state === "completed") completed++;
      });
      return port;
    },

    async fill({ tasks, keep }) {
      for (let done = 0; done < tasks; done += FILL_STEP) await enqueue(Math.min(FILL_STEP, tasks - done));
      if (keep) {
        let seen = completed;
        const top = (): void => {
          owed += completed - seen;
          seen = completed;
          if (owed < KEEP_STEP) return;
          owed -= KEEP_STEP;
          enqueue(KEEP_STEP).catch((reason: unknown) => {
            throw reason;
          });
        };
        setInterval(top, 5).unref();
      }
      return null;
    },

    count: () => {
      const { user, system } = process.cpuUsage();
      return { completed, commits, operations, cpuMicros: user + system, atMs: performance.now() };
    },

    async drip({ samples, pauseMs }) {
      const at = new Map<number, number>();
      for (let sample = 0; sample < samples; sample++) {
        await sleep(pauseMs);
        at.set(nextVolume, sharedNow());
        await enqueue(1);
      }
      return at;
    },

    async commits({ samples, pauseMs }) {
      const times: number[] = [];
      for (let sample = 0; sample < samples; sample++) {
        await sleep(pauseMs);
        await parts().store.putSettings([{ scope: "bench", name: "row", value: sample, updatedBy: "bench" }]);
        times.push(lastCommitMs);
      }
      return times;
    },

    async memory() {
      const asFound = process.memoryUsage.rss();
      await settle();
      const workers = parts()
        .hub.workers()
        .filter((worker) => worker.status !== "lost").length;
      return { settled: process.memoryUsage.rss(), asFound, workers };
    },
  },
  async () => {
    if (opened === undefined) return;
    const { store, hub, server } = opened;
    await hub.stop();
    await closeServer(server, 100);
    await store.close();
  },
);
