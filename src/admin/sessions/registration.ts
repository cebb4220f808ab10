import { AppError } from "../../core/errors.ts";
import type { WorkerRegistration__Output } from "../../rpc/gen/worker_pb/WorkerRegistration.ts";

/** A registration that can be worked with. */
export interface Registration {
  readonly workerId: string;
  readonly capabilities: readonly string[];
  readonly maxConcurrent: number;
  readonly version: string;
  readonly protocol: "weedkeeper" | "go";
  /** Tells a restart from a reconnect; empty for Go workers, which do not say. */
  readonly processNonce: string;
  readonly runningTaskIds: readonly string[];
}

const LONGEST_ID = 128;
const MOST_CAPABILITIES = 64;
const MOST_RUNNING = 10_000;
const LARGEST_CONCURRENCY = 1000;

/** Throws WK-WORKER-REFUSED with what is wrong: the text reaches the worker. */
export function readRegistration(message: WorkerRegistration__Output): Registration {
  const workerId = message.worker_id ?? "";
  if (workerId === "") throw refused("The registration names no worker id.");
  if (workerId.length > LONGEST_ID || !/^[\x21-\x7e]+$/.test(workerId)) {
    throw refused(`The worker id must be 1 to ${LONGEST_ID} printable ASCII characters without blanks.`);
  }
  const capabilities = [...new Set(message.capabilities ?? [])];
  if (capabilities.length > MOST_CAPABILITIES || capabilities.some((word) => word.length > LONGEST_ID)) {
    throw refused(`At most ${MOST_CAPABILITIES} capabilities of at most ${LONGEST_ID} characters can be registered.`);
  }
  const { extensions } = message;
  const ours = extensions !== undefined && (extensions.protocol ?? 0) >= 1 && (extensions.process_nonce ?? "") !== "";
  const runningTaskIds = extensions?.running_task_ids ?? [];
  if (runningTaskIds.length > MOST_RUNNING) throw refused("Too many running attempts were named.");
  return {
    workerId,
    capabilities,
    maxConcurrent: Math.min(Math.max(message.max_concurrent ?? 1, 1), LARGEST_CONCURRENCY),
    version: (extensions?.version ?? message.metadata?.["version"] ?? "").slice(0, LONGEST_ID),
    protocol: ours ? "weedkeeper" : "go",
    processNonce: ours ? (extensions.process_nonce ?? "").slice(0, LONGEST_ID) : "",
    runningTaskIds,
  };
}

function refused(message: string): AppError {
  return new AppError("WK-WORKER-REFUSED", message);
}
