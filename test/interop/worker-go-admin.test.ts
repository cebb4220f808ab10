import { randomBytes } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import { afterEach, expect, it } from "vitest";
import type { ClusterPort } from "../../src/cluster/cluster-port.ts";
import type { LogFields, Logger } from "../../src/core/logger.ts";
import { proto } from "../../src/rpc/proto.ts";
import { parseServerAddress } from "../../src/rpc/server-address.ts";
import type { TaskDefinition } from "../../src/tasks/definition.ts";
import { taskTypes } from "../../src/tasks/registry.ts";
import { Clusters } from "../../src/worker/clusters.ts";
import { noCluster, taskDouble, workerOptions } from "../../src/worker/worker.testkit.ts";
import { Worker } from "../../src/worker/worker.ts";
import { describeWith, WEED, WEED_413 } from "../needs.testkit.ts";
import { eventually, GoCluster, json } from "./go-weed.testkit.ts";

let cluster: GoCluster | undefined;
let worker: Worker | undefined;
afterEach(async () => {
  await worker?.stop();
  worker = undefined;
  await cluster?.stop();
  cluster = undefined;
});

interface Line {
  readonly message: string;
  readonly fields: LogFields;
}

function recorder(lines: Line[]): Logger {
  const add = (message: string, fields: LogFields = {}): void => {
    lines.push({ message, fields });
  };
  const logger: Logger = {
    error: add,
    warn: add,
    info: add,
    v: (_level, message, fields = {}) => add(message, fields),
    enabled: () => true,
    child: () => logger,
  };
  return logger;
}

async function startWorker(
  adminPort: number,
  definitions: readonly TaskDefinition[],
  lines: Line[],
  behind: (masters: readonly string[]) => ClusterPort = () => noCluster,
): Promise<Worker> {
  const options = workerOptions([parseServerAddress(`127.0.0.1:${adminPort}`)], join(cluster?.dir ?? "", "worker"), {
    capabilities: definitions.map((definition) => definition.type),
    heartbeatMs: 1_000,
    taskIntervalMs: 500,
  });
  worker = await Worker.start(options, {
    definitions: new Map(definitions.map((definition) => [definition.type, definition])),
    credentials: credentials.createInsecure(),
    cluster: behind,
    logger: recorder(lines),
  });
  return worker;
}

/** Settings of the Go admin: only balance runs; with vacuum on, a 4.13 admin hands out nothing at all. */
function balanceOnly(dataDir: string): void {
  const conf = join(dataDir, "conf");
  mkdirSync(conf, { recursive: true });
  const policy = (fields: object): Buffer => proto.worker_pb.TaskPolicy.serialize(fields);
  writeFileSync(join(conf, "task_vacuum.pb"), policy({ enabled: false, vacuum_config: { garbage_threshold: 0.3 } }));
  writeFileSync(
    join(conf, "task_erasure_coding.pb"),
    policy({ enabled: false, erasure_coding_config: { fullness_ratio: 0.9 } }),
  );
  writeFileSync(
    join(conf, "task_balance.pb"),
    policy({
      enabled: true,
      max_concurrent: 1,
      repeat_interval_seconds: 1,
      check_interval_seconds: 1,
      balance_config: { imbalance_threshold: 0.1, min_server_count: 2 },
    }),
  );
}

describeWith([WEED_413], "our worker on a Go 4.13 admin", () => {
  it("registers, gets a balance task, tells its progress and its end, and shows its log", async () => {
    cluster = new GoCluster(process.env["WEED_BIN_413"] ?? "");
    await cluster.master(8);
    await cluster.volumeServer("volume1", 20);
    for (let at = 0; at < 20; at++) await cluster.upload(Buffer.alloc(1_000, at), "collection=fixture");
    // A 4.13 admin leaves empty servers out of account: the second one needs a volume to be moved to.
    const second = await cluster.volumeServer("volume2", 20);
    const { masterPort } = cluster;
    await eventually("a volume on the second server", () =>
      json(`http://127.0.0.1:${masterPort}/vol/grow?collection=other&count=1&dataNode=${second}`),
    );
    const dataDir = join(cluster.dir, "admin");
    balanceOnly(dataDir);
    const port = await cluster.admin(dataDir);
    const lines: Line[] = [];
    const seen: string[] = [];
    const started = await startWorker(
      port,
      [
        taskDouble("balance", async (context) => {
          seen.push(context.attempt.taskId);
          context.log.info("moved by nobody");
          context.progress({ stage: "copy", percent: 50 });
          await context.checkpoint("frozen", { size: 1 });
          await context.lease.whenAtLeast(10_000);
          return { facts: { moved: "0" } };
        }),
      ],
      lines,
    );
    const base = `http://127.0.0.1:${port}/api/maintenance`;
    const workers = await eventually("the worker in the admin's list", async () => {
      const list = (await json(`${base}/workers`)) as readonly { id: string; capabilities: readonly string[] }[];
      return list.some((entry) => entry.id === started.id) ? list : undefined;
    });
    expect(workers).toEqual([expect.objectContaining({ id: started.id, capabilities: ["balance"] })]);

    const taskId = await eventually("a task", async () => {
      if (seen.length === 0) await fetch(`${base}/scan`, { method: "POST" });
      return seen[0];
    });
    const task = await eventually("the task to be completed", async () => {
      const list = (await json(`${base}/tasks`)) as readonly { id: string; status: string; progress: number }[];
      return list.find((entry) => entry.id === taskId && entry.status === "completed");
    });
    expect(task).toMatchObject({ status: "completed", progress: 100 });
    const detail = (await eventually("the task's log", async () => {
      const answer = (await json(`${base}/tasks/${taskId}/detail`)) as {
        execution_logs?: readonly { message: string }[];
      };
      return (answer.execution_logs ?? []).length > 0 ? answer : undefined;
    })) as { execution_logs: readonly { message: string }[] };
    expect(detail.execution_logs.map((line) => line.message)).toContain("moved by nobody");
    // Only the plain protocol was spoken.
    expect(lines.filter((line) => /sent (lease_renewal|checkpoint|audit)/.test(line.message))).toEqual([]);
    expect(lines.some((line) => line.message === "received heartbeat_response")).toBe(true);
  });
});

describeWith([WEED_413], "a real balance for a Go 4.13 admin", () => {
  it("moves a volume of 4.13 servers; every file reads back and the admin hears that it is done", async () => {
    cluster = new GoCluster(process.env["WEED_BIN_413"] ?? "");
    await cluster.master(8);
    const first = await cluster.volumeServer("volume1", 20);
    const files = new Map<string, Buffer>();
    for (let at = 0; at < 40; at++) {
      const content = randomBytes(5_000);
      files.set(await cluster.upload(content, "collection=fixture"), content);
    }
    const second = await cluster.volumeServer("volume2", 20);
    const { masterPort } = cluster;
    await eventually("a volume on the second server", () =>
      json(`http://127.0.0.1:${masterPort}/vol/grow?collection=other&count=1&dataNode=${second}`),
    );
    const dataDir = join(cluster.dir, "admin");
    balanceOnly(dataDir);
    const port = await cluster.admin(dataDir);
    const lines: Line[] = [];
    const balance = taskTypes.get("balance");
    if (balance === undefined) throw new Error("balance is not registered");
    const clusters = new Clusters(
      credentials.createInsecure(),
      [parseServerAddress(`127.0.0.1:${masterPort}`)],
      recorder(lines),
    );
    await startWorker(port, [balance], lines, (masters) => clusters.behind(masters));
    const base = `http://127.0.0.1:${port}/api/maintenance`;
    const task = await eventually("a finished task", async () => {
      const list = (await json(`${base}/tasks`)) as readonly { id: string; status: string; volume_id: number }[];
      if (list.length === 0) await fetch(`${base}/scan`, { method: "POST" });
      return list.find((entry) => entry.status === "completed" || entry.status === "failed");
    });
    expect(JSON.stringify(lines.filter((line) => line.message.startsWith("A task")))).toContain("completed");
    expect(task.status).toBe("completed");
    const moved = await eventually("the master to know", async () => {
      const at = await cluster?.locations(task.volume_id);
      return at?.length === 1 ? at[0] : undefined;
    });
    expect([first, second]).toContain(moved);
    for (const [fid, content] of files) {
      const [at] = await cluster.locations(Number(fid.split(",")[0]));
      const answer = await fetch(`http://${at}/${fid}`);
      expect(Buffer.from(await answer.arrayBuffer()).equals(content)).toBe(true);
    }
    clusters.close();
  });
});

describeWith([WEED], "our worker on a Go 4.44 admin", () => {
  it("registers, is answered, and stays connected", async () => {
    cluster = new GoCluster(process.env["WEED_BIN"] ?? "");
    await cluster.master(8);
    const port = await cluster.admin(join(cluster.dir, "admin"));
    const lines: Line[] = [];
    const started = await startWorker(port, [taskDouble("vacuum", async () => ({ facts: {} }))], lines);
    const count = (message: string): number => lines.filter((line) => line.message === message).length;
    await eventually("three heartbeats and three answers to requests", async () =>
      count("received heartbeat_response") >= 3 && count("received task_assignment") >= 3 ? true : undefined,
    );
    expect(started.connected).toBe(true);
    expect(count("Connected to an admin.")).toBe(1);
    expect(lines.filter((line) => line.message === "The stream to the admin ended.")).toEqual([]);
  });
});
