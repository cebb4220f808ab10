import type { ServerAddress } from "../rpc/server-address.ts";

/** What a worker is told at its start. Durations are milliseconds. */
export interface WorkerOptions {
  /** Admins, tried in turn. */
  readonly admins: readonly ServerAddress[];
  /** Task types this worker runs. */
  readonly capabilities: readonly string[];
  readonly maxConcurrent: number;
  readonly heartbeatMs: number;
  /** How often an admin without leases is asked for a task. */
  readonly taskIntervalMs: number;
  /** Where id, lock, outbox, logs and scratch files are. */
  readonly workingDir: string;
  /** Empty: the id kept in the working directory. */
  readonly id: string;
  /** Masters to ask when the admin names none, as Go admins do. */
  readonly masters: readonly ServerAddress[];
  /** 0: no port is opened. */
  readonly metricsPort: number;
  readonly metricsIp: string;
  /** How long running tasks may go on after the worker was asked to stop. */
  readonly shutdownTimeoutMs: number;
  /** Release of this worker. */
  readonly version: string;
}
