import { parseServerList } from "../rpc/server-address.ts";
import { readCapabilities } from "../worker/capabilities.ts";
import type { WorkerOptions } from "../worker/worker-options.ts";
import { COMMON_FLAGS } from "./command.ts";
import { durationFlag, type FlagValues, intFlag, listFlag, stringFlag } from "./go-flags.ts";
import { folderPath } from "./paths.ts";

const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

export const WORKER_FLAGS = {
  ...COMMON_FLAGS,
  admin: stringFlag(
    "localhost:23646",
    "Admins, host:port or host:port.grpcPort, as a comma list that is tried in turn.",
  ),
  capabilities: listFlag(
    ["vacuum", "erasure_coding", "balance"],
    "Task types to run, as a comma list. ec, remote and replication are short for erasure_coding, remote_upload and fix_replication.",
  ),
  maxConcurrent: intFlag(2, { min: 1, max: 1_000 }, "Tasks running at once."),
  heartbeat: durationFlag(30 * SECOND, { minMs: SECOND, maxMs: HOUR }, "How often the worker reports its status."),
  taskInterval: durationFlag(
    5 * SECOND,
    { minMs: 100, maxMs: HOUR },
    "How often a Go admin is asked for a task. Our own admin gives tasks as soon as they are there.",
  ),
  workingDir: stringFlag(
    "",
    "Folder for the worker's id, unsent words, task logs and scratch files; empty: the current one.",
  ),
  id: stringFlag("", "The worker's id; empty: the one kept in the working folder."),
  master: stringFlag("", "Masters to ask when the admin names none, as Go admins do; a comma list."),
  metricsPort: intFlag(0, { min: 0, max: 65_535 }, "Port of /health, /ready and /metrics; 0 opens none."),
  metricsIp: stringFlag("127.0.0.1", "Address of that port."),
  shutdownTimeout: durationFlag(
    600 * SECOND,
    { minMs: 0, maxMs: 24 * HOUR },
    "How long running tasks may finish after SIGTERM before they are handed back.",
  ),
} as const;

export interface CompiledWorker {
  readonly options: WorkerOptions;
  /** Capabilities that were asked for and cannot be run yet. */
  readonly missing: readonly string[];
}

/** @throws AppError WK-USAGE or WK-ADDRESS. */
export function compileWorkerOptions(
  values: FlagValues<typeof WORKER_FLAGS>,
  runnable: readonly string[],
  version: string,
): CompiledWorker {
  const { types, missing } = readCapabilities(values.capabilities, runnable);
  const options: WorkerOptions = Object.freeze({
    admins: parseServerList(values.admin),
    capabilities: types,
    maxConcurrent: values.maxConcurrent,
    heartbeatMs: values.heartbeat,
    taskIntervalMs: values.taskInterval,
    workingDir: folderPath(values.workingDir),
    id: values.id,
    masters: values.master === "" ? [] : parseServerList(values.master),
    metricsPort: values.metricsPort,
    metricsIp: values.metricsIp,
    shutdownTimeoutMs: values.shutdownTimeout,
    version,
  });
  return { options, missing };
}
