import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import type { ClusterPort } from "../cluster/cluster-port.ts";
import { AppError } from "../core/errors.ts";
import { silentLogger } from "../core/logger.ts";
import type { ServerAddress } from "../rpc/server-address.ts";
import type { TaskContext, TaskResult } from "../tasks/context.ts";
import type { TaskDefinition } from "../tasks/definition.ts";
import { Worker, type WorkerPorts } from "./worker.ts";
import type { WorkerOptions } from "./worker-options.ts";

/** A type of task whose work is given by the test; it plans nothing. */
export function taskDouble(type: string, execute: (context: TaskContext) => Promise<TaskResult>): TaskDefinition {
  const none = (): never => {
    throw new AppError("WK-INTERNAL", "A worker never plans or verifies.");
  };
  return {
    type,
    displayName: type,
    description: "",
    config: [],
    codec: {
      parse: none,
      toJson: none,
      toParams: none,
      needs: none,
      load: none,
      fromParams: (params) => {
        if (params.volume_id === undefined) throw new AppError("WK-TASK-PLAN", "The task names no volume.");
        return params.volume_id;
      },
    },
    detect: none,
    explain: none,
    execute,
    verify: none,
  };
}

/** For tasks that touch no server. */
export const noCluster: ClusterPort = {
  get master(): never {
    throw new AppError("WK-INTERNAL", "There is no cluster here.");
  },
  volumeServer: () => {
    throw new AppError("WK-INTERNAL", "There is no cluster here.");
  },
};

export function tempDir(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), "weed-worker-"));
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) };
}

export function workerOptions(
  admins: readonly ServerAddress[],
  workingDir: string,
  changes: Partial<WorkerOptions> = {},
): WorkerOptions {
  return {
    admins,
    capabilities: ["vacuum"],
    maxConcurrent: 2,
    heartbeatMs: 30_000,
    taskIntervalMs: 50,
    workingDir,
    id: "",
    masters: [],
    metricsPort: 0,
    metricsIp: "127.0.0.1",
    shutdownTimeoutMs: 60_000,
    version: "0.0.0-test",
    ...changes,
  };
}

export function startWorker(
  options: WorkerOptions,
  definitions: readonly TaskDefinition[],
  changes: Partial<WorkerPorts> = {},
): Promise<Worker> {
  return Worker.start(options, {
    definitions: new Map(definitions.map((definition) => [definition.type, definition])),
    credentials: credentials.createInsecure(),
    cluster: () => noCluster,
    logger: silentLogger,
    ...changes,
  });
}
