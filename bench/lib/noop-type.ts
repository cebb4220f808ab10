import type { SessionPolicy } from "../../src/admin/sessions/session-policy.ts";
import type { NewTask, QueueRules } from "../../src/admin/store/store.ts";
import type { ClusterPort } from "../../src/cluster/cluster-port.ts";
import { AppError } from "../../src/core/errors.ts";
import type { TaskDefinition } from "../../src/tasks/definition.ts";

/** A task type that does nothing: what is measured is the queue, the sessions and the wire. */
export const noopType: TaskDefinition = {
  type: "noop",
  displayName: "Nothing",
  description: "Does nothing.",
  config: [],
  codec: {
    parse: (json) => json,
    toJson: () => ({}),
    toParams: () => ({
      sources: [{ node: "10.0.0.1:8080", estimated_size: 1 << 30 }],
      task_params: "vacuum_params",
      vacuum_params: { garbage_threshold: 0.3, batch_size: 1000 },
    }),
    fromParams: () => ({}),
    needs: () => ({ reads: [], writes: [] }),
    load: () => [],
  },
  detect: () => ({ proposals: [], examined: 0, skipped: {}, truncated: false }),
  explain: () => [],
  execute: () => Promise.resolve({ facts: {} }),
  verify: () => Promise.resolve({ reached: true }),
};

const SERVERS = 100;

/** `count` tasks of volumes from `firstVolume` on, each writing to one of a hundred servers. */
export function noopTasks(firstVolume: number, count: number): readonly NewTask[] {
  return Array.from({ length: count }, (_, index) => {
    const volumeId = firstVolume + index;
    const server = `10.0.0.${volumeId % SERVERS}:8080`;
    return {
      type: noopType.type,
      volumeId,
      collection: "pictures",
      priority: 1,
      reason: "a benchmark",
      bytes: 1 << 30,
      needs: { reads: [], writes: [server] },
      plan: { volumeId, servers: [server] },
      createdBy: "scan",
    };
  });
}

/** Limits that never hold back: the number of slots is what bounds the load. */
export const openRules: QueueRules = {
  limits: { cluster: 100_000, serverReads: 100_000, serverWrites: 100_000, types: {} },
  openTypes: [noopType.type],
  heldServers: [],
  heldCollections: [],
  retry: {},
  otherWorkerMs: 0,
  emergencyStop: false,
};

export const openPolicy: SessionPolicy = {
  global: {
    legacyWorkers: [],
    legacyGraceMs: 1_800_000,
    workerTimeoutMs: 300_000,
    freezeLimitMs: 0,
    verify: "sample",
    bytesPerSecond: 0,
  },
  type: () => ({ taskTimeoutMs: 3_600_000 }),
  holds: () => ({ emergencyStop: false, pausedWorkers: new Set() }),
};

/** The no-op type asks no server anything. */
export const noCluster: ClusterPort = {
  volumeServer: () => {
    throw new AppError("WK-INTERNAL", "A benchmark without a cluster asked for a volume server.");
  },
  get master(): never {
    throw new AppError("WK-INTERNAL", "A benchmark without a cluster asked for a master.");
  },
};
