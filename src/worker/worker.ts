import { mkdirSync, rmSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import type { ChannelCredentials } from "@grpc/grpc-js";
import type { ClusterPort } from "../cluster/cluster-port.ts";
import { type Clock, systemClock } from "../core/clock.ts";
import { AppError, errorMessage } from "../core/errors.ts";
import { randomHex } from "../core/ids.ts";
import type { Logger } from "../core/logger.ts";
import type { AdminMessage__Output } from "../rpc/gen/worker_pb/AdminMessage.ts";
import type { WorkerMessage } from "../rpc/gen/worker_pb/WorkerMessage.ts";
import type { WorkerRegistration } from "../rpc/gen/worker_pb/WorkerRegistration.ts";
import type { TaskDefinition } from "../tasks/definition.ts";
import { DEFAULT_WAITS, type TaskWaits } from "../tasks/waits.ts";
import { Connection, type Session } from "./connection.ts";
import { Courier } from "./courier.ts";
import { Journal } from "./journal.ts";
import { LeaseBook } from "./lease.ts";
import { LockFile } from "./lock-file.ts";
import { MetricsServer } from "./metrics-server.ts";
import { Orphans } from "./orphans.ts";
import { Outbox } from "./outbox.ts";
import { Pulse } from "./pulse.ts";
import { Runner } from "./runner.ts";
import { TaskLogStore } from "./task-log-store.ts";
import { workerId } from "./worker-id.ts";
import type { WorkerOptions } from "./worker-options.ts";

/** What a worker works with; tests give their own. */
export interface WorkerPorts {
  readonly definitions: ReadonlyMap<string, TaskDefinition>;
  /** For the stream to the admin. */
  readonly credentials: ChannelCredentials;
  /** The cluster behind these masters (address form, leader first; empty when nobody named one). */
  readonly cluster: (masters: readonly string[]) => ClusterPort;
  readonly logger: Logger;
  readonly clock?: Clock;
  readonly waits?: TaskWaits;
}

/** A plain stream that was down for longer is no proof any more that its tasks are still ours. */
const PLAIN_GRACE_MS = 30_000;
/** After the shutdown limit: how long tasks past their commit point may still finish, and then any task may take to stop. */
const COMMITTED_GRACE_MS = 30_000;
const STOP_GRACE_MS = 60_000;
/** How long a stopping worker waits for acknowledgements. */
const LAST_WORDS_MS = 5_000;

/**
 * A worker: one process, one id, one stream to one admin at a time, tasks in its slots.
 *
 * Start: lock, id, outbox and logs of the last process, metrics port (only when asked for), then the stream.
 * Stop: no new task; what runs finishes until the limit, then hands back at its next safe step; last words; goodbye.
 */
export class Worker {
  readonly id: string;
  readonly #options: WorkerOptions;
  readonly #logger: Logger;
  readonly #clock: Clock;
  readonly #lock: LockFile;
  readonly #outbox: Outbox;
  readonly #leases: LeaseBook;
  readonly #courier: Courier;
  readonly #logs: TaskLogStore;
  readonly #orphans: Orphans;
  readonly #runner: Runner;
  readonly #pulse: Pulse;
  readonly #connection: Connection;
  readonly #processNonce = randomHex(8);
  readonly #startedAt: number;
  #metrics: MetricsServer | undefined;
  #downSince: number | undefined;
  #stopping: Promise<void> | undefined;

  private constructor(options: WorkerOptions, ports: WorkerPorts, lock: LockFile) {
    const { capabilities, maxConcurrent, heartbeatMs, taskIntervalMs, workingDir } = options;
    const clock = ports.clock ?? systemClock;
    this.#options = options;
    this.#clock = clock;
    this.#lock = lock;
    this.#startedAt = clock.monotonic();
    this.id = workerId(workingDir, options.id);
    this.#logger = ports.logger.child({ worker: this.id });
    const logger = this.#logger;
    const send = (message: WorkerMessage): boolean => this.#connection.send(message);
    this.#outbox = Outbox.open(join(workingDir, "outbox"), logger);
    this.#logs = new TaskLogStore({ dir: join(workingDir, "task_logs"), workerId: this.id, clock, logger });
    this.#leases = new LeaseBook(clock, () => this.#pulse.renew());
    this.#courier = new Courier({
      outbox: this.#outbox,
      send,
      logger,
      onRefused: (taskId, kind, reason) => this.#runner.refused(taskId, kind, reason),
    });
    const journal = new Journal(join(workingDir, "journal"), logger);
    journal.sweep();
    this.#runner = new Runner({
      journal,
      workerId: this.id,
      maxConcurrent,
      definitions: ports.definitions,
      cluster: ports.cluster,
      outbox: this.#outbox,
      courier: this.#courier,
      leases: this.#leases,
      logs: this.#logs,
      send,
      scratchDir: join(workingDir, "scratch"),
      waits: ports.waits ?? DEFAULT_WAITS,
      clock,
      logger,
      onSlots: () => this.#pulse.slotsChanged(),
    });
    this.#pulse = new Pulse({
      workerId: this.id,
      capabilities,
      maxConcurrent,
      heartbeatMs,
      taskIntervalMs,
      runner: this.#runner,
      leases: this.#leases,
      courier: this.#courier,
      send,
      now: () => clock.monotonic(),
    });
    this.#orphans = new Orphans({ journal, send, logger, inUse: () => this.#inUse() });
    this.#connection = new Connection({
      admins: options.admins,
      credentials: ports.credentials,
      clock,
      logger,
      plainSilenceMs: 2 * heartbeatMs + 15_000,
      handlers: {
        registration: () => this.#registration(),
        up: (session) => this.#up(session),
        message: (message) => this.#read(message),
        down: () => this.#down(),
      },
    });
  }

  /** @throws AppError WK-WORKER-LOCKED, WK-WORKER-DIR, WK-LISTEN, WK-USAGE. An unreachable admin is no error: it is tried for ever. */
  static async start(options: WorkerOptions, ports: WorkerPorts): Promise<Worker> {
    makeWorkingDir(options.workingDir);
    const lock = LockFile.acquire(join(options.workingDir, "worker.lock"));
    try {
      // What attempts of the last process left; none of them runs any more.
      rmSync(join(options.workingDir, "scratch"), { recursive: true, force: true });
      const worker = new Worker(options, ports, lock);
      await worker.#start();
      return worker;
    } catch (reason) {
      lock.release();
      throw reason;
    }
  }

  /** Port of the metrics server; undefined when none was asked for. */
  get metricsPort(): number | undefined {
    return this.#metrics?.port;
  }

  get connected(): boolean {
    return this.#connection.isUp;
  }

  /** Stops in order; a second call waits for the first. */
  stop(): Promise<void> {
    this.#stopping ??= this.#stop();
    return this.#stopping;
  }

  async #start(): Promise<void> {
    const { metricsPort, metricsIp, version, capabilities, maxConcurrent, admins } = this.#options;
    if (metricsPort > 0) {
      this.#metrics = await MetricsServer.listen({
        ip: metricsIp,
        port: metricsPort,
        workerId: this.id,
        version,
        figures: () => ({
          connected: this.connected,
          running: this.#runner.taskIds.length,
          maxConcurrent,
          completed: this.#runner.completed,
          failed: this.#runner.failed,
          outboxWords: this.#outbox.size,
          uptimeSeconds: Math.floor((this.#clock.monotonic() - this.#startedAt) / 1000),
        }),
      });
    }
    this.#logger.info("The worker starts.", {
      version,
      capabilities: capabilities.join(","),
      slots: maxConcurrent,
      admins: admins.map((admin) => admin.http).join(","),
      workingDir: this.#options.workingDir,
      ...(this.#outbox.size > 0 ? { unsentWords: this.#outbox.size } : {}),
    });
    this.#connection.start();
  }

  async #stop(): Promise<void> {
    const { shutdownTimeoutMs } = this.#options;
    this.#logger.info("The worker stops: it takes no new task.", { running: this.#runner.taskIds.join(",") });
    const idle = this.#runner.close();
    if (!(await within(idle, shutdownTimeoutMs))) {
      this.#logger.warn("The time for finishing is over: tasks are handed back.", {
        running: this.#runner.taskIds.join(","),
      });
      this.#runner.handBack(false);
      if (!(await within(idle, COMMITTED_GRACE_MS))) {
        this.#runner.handBack(true);
        if (!(await within(idle, STOP_GRACE_MS))) {
          this.#logger.error("Tasks do not stop; they are left.", { running: this.#runner.taskIds.join(",") });
        }
      }
    }
    await this.#lastWords();
    this.#connection.send({
      message: "shutdown",
      shutdown: { worker_id: this.id, reason: "normal shutdown", pending_task_ids: [...this.#runner.taskIds] },
    });
    await this.#connection.stop();
    this.#pulse.stop();
    await this.#outbox.flush();
    await this.#metrics?.close();
    this.#lock.release();
    this.#logger.info("The worker has stopped.", { unsentWords: this.#outbox.size });
  }

  /** Gives the admin a moment to acknowledge what was said last; what it does not is on the disk for the next start. */
  async #lastWords(): Promise<void> {
    const started = this.#clock.monotonic();
    while (this.#courier.unheard > 0 && this.#clock.monotonic() - started < LAST_WORDS_MS) {
      if (this.#courier.needsHeartbeat) this.#pulse.heartbeat();
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  #registration(): WorkerRegistration {
    const { capabilities, maxConcurrent, version } = this.#options;
    return {
      worker_id: this.id,
      capabilities: [...capabilities],
      max_concurrent: maxConcurrent,
      metadata: { hostname: hostname(), pid: String(process.pid), version: `weedkeeper ${version}` },
      extensions: { protocol: 1, process_nonce: this.#processNonce, version, running_task_ids: [...this.#inUse()] },
    };
  }

  /** Attempts that run here, or whose end the admin has still to hear. */
  #inUse(): readonly string[] {
    return [...new Set([...this.#runner.taskIds, ...this.#outbox.unsentCompletions()])];
  }

  #up(session: Session): void {
    const leased = session.leases !== undefined;
    this.#logger.info("Connected to an admin.", {
      admin: session.admin.http,
      protocol: leased ? "leases and acknowledgements" : "plain (an admin without leases)",
    });
    this.#leases.streamUp();
    for (const taskId of session.leases?.lostTaskIds ?? []) {
      this.#runner.lose(taskId, "the admin gave it away meanwhile");
      if (!this.#runner.taskIds.includes(taskId)) this.#outbox.forget(taskId);
    }
    if (!leased) {
      // Another admin, or a restarted one, knows nothing of a lease; an old stream proves nothing for ever.
      const late = this.#downSince !== undefined && this.#clock.monotonic() - this.#downSince > PLAIN_GRACE_MS;
      for (const taskId of this.#runner.leasedTaskIds) this.#runner.lose(taskId, "this admin has no leases");
      for (const taskId of late ? this.#runner.plainTaskIds : [])
        this.#runner.lose(taskId, "the stream was down too long");
    }
    this.#downSince = undefined;
    this.#courier.sessionUp(leased);
    this.#orphans.sessionUp(session.leases?.epoch);
    this.#pulse.start(session);
    this.#runner.repeatProgress();
  }

  #down(): void {
    this.#downSince = this.#clock.monotonic();
    this.#pulse.stop();
    this.#leases.streamDown();
    this.#courier.sessionDown();
    this.#orphans.sessionDown();
  }

  #sayEmergencyStop(on: boolean): void {
    const running = this.#runner.taskIds.join(",");
    if (on) this.#logger.warn("Emergency stop: no destructive step begins before it is released.", { running });
    else this.#logger.info("The emergency stop is released: tasks go on.", { running });
  }

  /** The one place where messages of an admin are read. A message that cannot be handled never ends the worker. */
  #read(message: AdminMessage__Output): void {
    try {
      this.#handle(message);
    } catch (reason) {
      this.#logger.error("A message of the admin could not be handled.", {
        message: message.message,
        error: AppError.from(reason),
      });
    }
  }

  #handle(message: AdminMessage__Output): void {
    if (message.lease_grant !== undefined) {
      const grant = message.lease_grant;
      const lost = grant.lost_task_ids ?? [];
      const stop = grant.emergency_stop ?? false;
      if (stop !== this.#leases.emergencyStop) this.#sayEmergencyStop(stop);
      this.#leases.granted(Number(grant.nonce ?? 0), lost, stop);
      for (const taskId of lost) this.#runner.lose(taskId, "its lease was not renewed");
    } else if (message.ack !== undefined) {
      if (!this.#orphans.acknowledged(message.ack)) this.#courier.acknowledged(message.ack);
    } else if (message.task_assignment !== undefined) {
      this.#pulse.answered(message.task_assignment);
      if ((message.task_assignment.task_id ?? "") === "") return;
      this.#runner.assign(message.task_assignment);
      // An attempt is fenced until the first renewal that names it is granted.
      this.#pulse.renew();
    } else if (message.heartbeat_response !== undefined) {
      this.#courier.heartbeatAnswered();
      // What the admin could not take at first, and what was given up since.
      this.#orphans.offer();
    } else if (message.task_cancellation !== undefined) this.#runner.cancel(message.task_cancellation);
    else if (message.task_log_request !== undefined) {
      this.#logs
        .answer(message.task_log_request)
        .then((response) => this.#connection.send({ message: "task_log_response", task_log_response: response }))
        .catch((reason: unknown) =>
          this.#logger.error("A task log could not be read.", { error: errorMessage(reason) }),
        );
    } else if (message.admin_shutdown !== undefined) {
      this.#logger.info("The admin is shutting down; tasks go on.", { reason: message.admin_shutdown.reason });
    }
  }
}

function makeWorkingDir(dir: string): void {
  try {
    mkdirSync(dir, { recursive: true });
  } catch (reason) {
    throw new AppError("WK-WORKER-DIR", `The working directory ${dir} cannot be made: ${errorMessage(reason)}.`, {
      cause: reason,
    });
  }
}

/** Whether the promise settles within the time. */
async function within(promise: Promise<void>, ms: number): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<false>((resolve) => {
    timer = setTimeout(() => resolve(false), ms);
  });
  const result = await Promise.race([promise.then(() => true), timeout]);
  clearTimeout(timer);
  return result;
}
