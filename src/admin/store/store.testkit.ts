import type { Priority } from "../../queue/task.ts";
import type { NewTask, QueueRules, WaitingWorker } from "./store.ts";

/** A task for tests; `servers` are written to. */
export function newTask(
  volumeId: number,
  change: Partial<NewTask> & { readonly servers?: readonly string[] } = {},
): NewTask {
  const { servers = [], ...rest } = change;
  return {
    type: "vacuum",
    volumeId,
    collection: "",
    priority: 1 as Priority,
    reason: "a test",
    bytes: 1000,
    needs: { reads: [], writes: servers },
    plan: { volumeId },
    createdBy: "scan",
    ...rest,
  };
}

export function openRules(change: Partial<QueueRules> = {}): QueueRules {
  return {
    limits: { cluster: 1000, serverReads: 1000, serverWrites: 1000, types: {} },
    openTypes: ["vacuum", "balance"],
    heldServers: [],
    heldCollections: [],
    retry: {
      vacuum: { limits: { retryLimit: 2, lossLimit: 3 }, backoffMs: 1 },
      balance: { limits: { retryLimit: 2, lossLimit: 3 }, backoffMs: 1 },
    },
    otherWorkerMs: 0,
    emergencyStop: false,
    ...change,
  };
}

export function waitingWorker(workerId: string, change: Partial<WaitingWorker> = {}): WaitingWorker {
  return {
    workerId,
    processNonce: `${workerId}-1`,
    types: ["vacuum", "balance"],
    slots: 1,
    running: 0,
    maxConcurrent: 4,
    cannotReach: [],
    singleServer: false,
    ...change,
  };
}
