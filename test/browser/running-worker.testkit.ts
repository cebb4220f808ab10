import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ChannelCredentials } from "@grpc/grpc-js";
import { onTestFinished } from "vitest";
import type { RunningAdmin } from "../../src/admin/http/running-admin.testkit.ts";
import { GrpcCluster } from "../../src/cluster/grpc-cluster.ts";
import { silentLogger } from "../../src/core/logger.ts";
import { serverAddress } from "../../src/rpc/server-address.ts";
import { taskTypes } from "../../src/tasks/registry.ts";
import { Worker } from "../../src/worker/worker.ts";

/** A real worker of all task types on a running admin; ends with the test. */
export async function runningWorker({ admin, sandbox }: RunningAdmin): Promise<Worker> {
  const workingDir = mkdtempSync(join(tmpdir(), "weedkeeper-worker-"));
  const credentials = ChannelCredentials.createInsecure();
  const cluster = new GrpcCluster({ masters: [sandbox.master.address], credentials, logger: silentLogger });
  const worker = await Worker.start(
    {
      admins: [serverAddress("127.0.0.1", admin.httpPort, admin.grpcPort)],
      capabilities: [...taskTypes.keys()],
      maxConcurrent: 2,
      heartbeatMs: 1000,
      taskIntervalMs: 1000,
      workingDir,
      id: "",
      masters: [],
      metricsPort: 0,
      metricsIp: "127.0.0.1",
      shutdownTimeoutMs: 10_000,
      version: "test",
    },
    { definitions: taskTypes, credentials, cluster: () => cluster, logger: silentLogger },
  );
  onTestFinished(async () => {
    await worker.stop();
    cluster.close();
    rmSync(workingDir, { recursive: true, force: true });
  });
  return worker;
}
