import type { UntypedHandleCall } from "@grpc/grpc-js";
import type { ClusterPort } from "../../cluster/cluster-port.ts";
import type { Clock } from "../../core/clock.ts";
import { AppError, errorMessage } from "../../core/errors.ts";
import { randomHex } from "../../core/ids.ts";
import type { Logger } from "../../core/logger.ts";
import type { OrphanCheckpoint__Output } from "../../rpc/gen/worker_pb/OrphanCheckpoint.ts";
import type { WorkerMessage__Output } from "../../rpc/gen/worker_pb/WorkerMessage.ts";
import type { TaskDefinition } from "../../tasks/definition.ts";
import type { AdminEvents } from "../events.ts";
import type { Assignment, Store, TaskRecord } from "../store/store.ts";
import { assignmentMessage } from "./assignment-message.ts";
import { AttemptBook, liveAttempt } from "./attempt-book.ts";
import { AttemptWatch } from "./attempt-watch.ts";
import { AttemptWords } from "./attempt-words.ts";
import { Dispatcher } from "./dispatcher.ts";
import { EmergencyNotice } from "./emergency-notice.ts";
import { LogArchive } from "./log-archive.ts";
import { LogCollector } from "./log-collector.ts";
import { adoptOrphan, orphanRefusal } from "./orphans.ts";
import { refuse } from "./refuse.ts";
import { type Registration, readRegistration } from "./registration.ts";
import { LEASE_MS, RENEW_MS, type SessionPolicy } from "./session-policy.ts";
import { Verifier } from "./verifier.ts";
import { waitingWorkers } from "./waiting-workers.ts";
import { WorkerRoster } from "./worker-roster.ts";
import { WorkerSession, type WorkerStream } from "./worker-session.ts";
import type { LiveProgress, TaskLogLine, WorkersPort, WorkerView } from "./worker-view.ts";
import { viewOf } from "./worker-views.ts";

export interface WorkerHubDeps {
  readonly store: Store;
  readonly cluster: ClusterPort;
  readonly definitions: ReadonlyMap<string, TaskDefinition>;
  readonly policy: SessionPolicy;
  readonly events: AdminEvents;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Folder of the logs of ended attempts. */
  readonly logDir: string;
  /** What assignments tell workers about the cluster, at the time of the assignment. */
  readonly clusterFacts: () => { readonly masters: readonly string[]; readonly volumeSizeLimit: number };
}

/**
 * The worker side of the admin: streams, leases, hand-out, words, verdicts. Everything it knows of attempts is derived
 * from the store; it may die at any moment and `start` takes up what was held.
 */
export class WorkerHub implements WorkersPort {
  readonly #deps: WorkerHubDeps;
  readonly #roster = new WorkerRoster();
  readonly #book = new AttemptBook();
  readonly #dispatcher: Dispatcher;
  readonly #verifier: Verifier;
  readonly #logs: LogCollector;
  readonly #archive: LogArchive;
  readonly #words: AttemptWords;
  readonly #watch: AttemptWatch;
  readonly #notice: EmergencyNotice;
  #epoch = "";
  /** Logs being fetched to be kept. */
  #keeping = 0;

  constructor(deps: WorkerHubDeps) {
    const { store, cluster, definitions, events, clock, logger, policy } = deps;
    this.#deps = deps;
    this.#logs = new LogCollector(this.#roster);
    this.#archive = new LogArchive(deps.logDir, logger);
    const onVerdict = (): void => this.wake();
    this.#verifier = new Verifier({ store, cluster, definitions, events, logger, onVerdict });
    this.#dispatcher = new Dispatcher({
      store,
      logger,
      now: () => clock.now(),
      waiting: () => waitingWorkers(this.#roster, this.#book, [...definitions.keys()], policy, clock.monotonic()),
      deliver: (assignment) => this.#deliver(assignment),
    });
    this.#watch = new AttemptWatch({
      store,
      book: this.#book,
      roster: this.#roster,
      policy,
      events,
      clock,
      logger,
      wake: () => this.wake(),
      cancel: (taskId, reason) => this.sendCancellation(taskId, reason),
      assumeDone: (attempt) => this.#words.assumeDone(attempt),
    });
    this.#notice = new EmergencyNotice({ roster: this.#roster, policy, events });
    this.#words = new AttemptWords({
      store,
      book: this.#book,
      roster: this.#roster,
      events,
      clock,
      logger,
      onEnded: (task, wireId) => this.#attemptEnded(task, wireId),
    });
  }

  /** Takes up what a former process of this admin left: every held attempt gets one full new term. */
  async start(): Promise<void> {
    const { store, clock, logger, policy } = this.#deps;
    const now = clock.monotonic();
    this.#epoch = (await store.identity(null)).epoch;
    const held = await store.held(null);
    for (const { task, attempt } of held) {
      if (task.state === "verifying") {
        this.#verifier.verify(task);
        continue;
      }
      const { workerId, processNonce, wireId } = attempt;
      const timeoutMs = policy.type(task.type).taskTimeoutMs;
      const leased = !processNonce.startsWith(LEGACY_NONCE);
      this.#book.add(liveAttempt({ task, wireId, workerId, processNonce, leased, now, timeoutMs }));
    }
    if (held.length > 0) logger.info(`${held.length} tasks of before are taken up again`);
    this.#watch.start();
    this.#notice.start();
  }

  /** The handler of `WorkerStream`. */
  readonly workerStream = (stream: WorkerStream): void => {
    let session: WorkerSession | undefined;
    stream.on("data", (message: WorkerMessage__Output) => {
      try {
        if (session === undefined) session = this.#register(stream, message);
        else this.#hear(session, message);
      } catch (reason) {
        const error = AppError.from(reason);
        this.#deps.logger.warn("A worker's message was refused", {
          peer: stream.getPeer(),
          error: error.message,
          code: error.code,
        });
        if (session === undefined) refuse(stream, error, message.registration !== undefined);
      }
    });
    stream.on("error", (error) => this.#deps.logger.v(1, "A worker's stream broke", { error: errorMessage(error) }));
    stream.on("end", () => stream.end());
    stream.on("close", () => this.#left(session));
    stream.on("cancelled", () => this.#left(session));
  };

  /** Says goodbye to the workers; attempts stay theirs, and the queue is on disk. */
  async stop(): Promise<void> {
    this.#notice.stop();
    this.#watch.stop();
    await this.#dispatcher.stop();
    await this.#verifier.stop();
    for (const session of this.#roster.open()) session.close();
  }

  workers(): readonly WorkerView[] {
    return this.#roster
      .all()
      .map((tally) => viewOf(tally, this.#book.ofWorker(tally.session.workerId), this.#deps.clock));
  }

  worker(id: string): WorkerView | undefined {
    const tally = this.#roster.tally(id);
    return tally === undefined ? undefined : viewOf(tally, this.#book.ofWorker(id), this.#deps.clock);
  }

  progress(taskId: number): LiveProgress | undefined {
    return this.#book.ofTask(taskId)?.progress;
  }

  async pullLog(workerId: string, wireId: string, maxEntries: number): Promise<readonly TaskLogLine[]> {
    const kept = this.#book.get(wireId) === undefined ? await this.#archive.read(wireId) : undefined;
    return kept?.slice(-maxEntries) ?? this.#logs.pull(workerId, wireId, maxEntries);
  }

  wake(): void {
    this.#dispatcher.wake();
  }

  sendCancellation(taskId: number, reason: string): void {
    const attempt = this.#book.ofTask(taskId);
    if (attempt === undefined) return;
    this.#roster.session(attempt.workerId)?.send({
      message: "task_cancellation",
      task_cancellation: { task_id: attempt.wireId, reason, force: false },
    });
  }

  #register(stream: WorkerStream, message: WorkerMessage__Output): WorkerSession {
    const { logger, clock, events } = this.#deps;
    if (message.registration === undefined) {
      throw new AppError("WK-WORKER-REFUSED", "The first message of a stream must be the registration.");
    }
    const registration = readRegistration(message.registration);
    const nonce = registration.processNonce || `${LEGACY_NONCE}${randomHex(4)}`;
    if (this.#roster.isReplaced(registration.workerId, nonce)) {
      const text = `Another process that started later has the worker id ${registration.workerId}.`;
      throw new AppError("WK-WORKER-REFUSED", text, { hint: "Each process needs an id of its own." });
    }
    const session = new WorkerSession(stream, registration, nonce, clock, logger);
    const replaced = this.#roster.enter(session);
    if (replaced !== undefined) {
      logger.warn("A second stream of the same worker id takes the place of the first", {
        worker: session.workerId,
        old: replaced.address,
        new: session.address,
      });
      replaced.close("Another stream registered with this worker id.");
    }
    const lost = this.#reconcile(session, registration);
    session.send({
      message: "registration_response",
      registration_response: {
        success: true,
        message: "Worker registered successfully",
        ...(session.speaksExtensions
          ? {
              session: {
                protocol: 1,
                epoch: this.#epoch,
                lease_ms: LEASE_MS,
                renew_ms: RENEW_MS,
                lost_task_ids: [...lost],
              },
            }
          : {}),
      },
    });
    logger.info(`Worker ${session.workerId} connected`, {
      address: session.address,
      capabilities: registration.capabilities,
      protocol: registration.protocol,
      maxConcurrent: registration.maxConcurrent,
    });
    events.emit("worker", session.workerId);
    return session;
  }

  /**
   * Compares what the worker still has with what it should have. What an earlier process of it had is free at once; so
   * is what this process was given and never got. Returns the named attempts that are no longer its own.
   */
  #reconcile(session: WorkerSession, registration: Registration): readonly string[] {
    if (!session.speaksExtensions) return [];
    const named = new Set(registration.runningTaskIds);
    const now = this.#deps.clock.monotonic();
    for (const attempt of this.#book.ofWorker(session.workerId)) {
      const sameProcess = attempt.processNonce === session.processNonce;
      if (sameProcess && named.has(attempt.wireId))
        this.#book.renew(attempt.wireId, session.workerId, session.processNonce, now);
      else if (named.has(attempt.wireId)) continue;
      else this.#watch.lose(attempt, sameProcess ? "its assignment did not arrive" : "its worker was restarted");
    }
    return [...named].filter((wireId) => this.#book.get(wireId)?.workerId !== session.workerId);
  }

  #hear(session: WorkerSession, message: WorkerMessage__Output): void {
    const { clock, logger } = this.#deps;
    session.heardAt = clock.monotonic();
    if (logger.enabled(4)) logger.v(4, `received ${message.message ?? "nothing"}`, { worker: session.workerId });
    if (message.heartbeat !== undefined) {
      session.heartbeatAt = clock.now();
      session.reportedLoad = message.heartbeat.current_load ?? 0;
      session.send({
        message: "heartbeat_response",
        heartbeat_response: { success: true, message: "Heartbeat acknowledged" },
      });
      this.#deps.events.emit("worker", session.workerId);
    } else if (message.task_request !== undefined) {
      const slots = message.task_request.available_slots ?? 1;
      // A Go worker that is given more than it asked for dead-locks: it always asks for one.
      session.wanted = session.speaksExtensions ? Math.max(0, slots) : 1;
      this.wake();
    } else if (message.lease_renewal !== undefined) {
      this.#renew(session, message.lease_renewal.nonce ?? "0", message.lease_renewal.task_ids ?? []);
    } else if (message.task_log_response !== undefined) {
      this.#logs.answered(session.workerId, message.task_log_response);
    } else if (message.shutdown !== undefined) {
      this.#goodbye(session);
    } else if (message.orphan !== undefined) {
      this.#adopt(session, message.orphan);
    } else {
      this.#words.hear(session, message);
    }
  }

  #adopt(session: WorkerSession, orphan: OrphanCheckpoint__Output): void {
    const { store, definitions, logger } = this.#deps;
    const word = { task_id: orphan.task_id ?? "", seq: orphan.seq ?? "0" };
    adoptOrphan(orphan, this.#epoch, { store, definitions, logger, onAdopted: () => this.wake() }).then(
      () => session.send({ message: "ack", ack: { ...word, accepted: true } }),
      (reason: unknown) =>
        session.send({ message: "ack", ack: { ...word, accepted: false, ...orphanRefusal(reason) } }),
    );
  }

  #renew(session: WorkerSession, nonce: string, wireIds: readonly string[]): void {
    const now = this.#deps.clock.monotonic();
    const lost = wireIds.filter((wireId) => !this.#book.renew(wireId, session.workerId, session.processNonce, now));
    session.send({
      message: "lease_grant",
      lease_grant: {
        nonce,
        lease_ms: LEASE_MS,
        lost_task_ids: lost,
        emergency_stop: this.#deps.policy.holds().emergencyStop,
      },
    });
  }

  #deliver(assignment: Assignment): void {
    const { clock, definitions, policy, logger, events, clusterFacts } = this.#deps;
    const { task, wireId, workerId, processNonce } = assignment;
    const session = this.#roster.session(workerId);
    const definition = definitions.get(task.type);
    const leased = session?.speaksExtensions ?? true;
    const timeoutMs = policy.type(task.type).taskTimeoutMs;
    const now = clock.monotonic();
    const attempt = liveAttempt({ task, wireId, workerId, processNonce, leased, now, timeoutMs });
    this.#book.add(attempt);
    if (session === undefined || definition === undefined || session.processNonce !== processNonce) {
      this.#watch.lose(attempt, "its worker left while the task was assigned to it");
      return;
    }
    session.wanted = Math.max(0, session.wanted - 1);
    logger.info(`Task ${task.id} goes to ${workerId}`, {
      type: task.type,
      volumeId: task.volumeId,
      attempt: task.attempt,
    });
    const context = { definition, policy, epoch: this.#epoch, extensions: leased, ...clusterFacts() };
    session.send(assignmentMessage(assignment, context));
    if (task.state === "cancelling")
      this.sendCancellation(task.id, "The task was cancelled: put back what was changed.");
    events.emit("task", task);
    events.emit("worker", workerId);
    if (!session.open) this.#watch.lose(attempt, `its worker did not take ${wireId}`);
  }

  #attemptEnded(task: TaskRecord, wireId: string): void {
    if (task.state === "verifying") this.#verifier.verify(task);
    this.wake();
    this.#keepLog(task.workerId ?? "", wireId).catch((reason: unknown) => {
      this.#deps.logger.v(1, "The log of an attempt was not kept", { wireId, error: errorMessage(reason) });
    });
  }

  /** When very many attempts end at once, logs stay with their workers, where they can still be asked for. */
  async #keepLog(workerId: string, wireId: string): Promise<void> {
    if (this.#keeping >= MOST_LOGS_AT_ONCE) return;
    this.#keeping++;
    try {
      await this.#archive.keep(wireId, await this.#logs.pull(workerId, wireId, MOST_LOG_LINES));
    } finally {
      this.#keeping--;
    }
  }

  #goodbye(session: WorkerSession): void {
    session.leaving = true;
    session.wanted = 0;
    for (const attempt of this.#book.ofWorker(session.workerId)) {
      if (attempt.processNonce === session.processNonce && attempt.leased)
        this.#watch.lose(attempt, "its worker shut down");
    }
    this.#deps.logger.info(`Worker ${session.workerId} says goodbye`);
    session.close();
  }

  #left(session: WorkerSession | undefined): void {
    if (session === undefined) return;
    session.ended();
    session.wanted = 0;
    // The end of an older stream of the same id is no news: the newer one has its place.
    if (!this.#roster.isCurrent(session)) return;
    this.#deps.logger.info(`Worker ${session.workerId} disconnected`);
    this.#deps.events.emit("worker", session.workerId);
  }
}

/** As Go's admin asks for. */
const MOST_LOG_LINES = 1000;
const MOST_LOGS_AT_ONCE = 32;

/** Go workers say nothing about their process; the admin gives each of their streams a word of its own. */
const LEGACY_NONCE = "go:";

/** For `server.addService`. */
export function workerServiceHandlers(hub: WorkerHub): { readonly WorkerStream: UntypedHandleCall } {
  return { WorkerStream: hub.workerStream };
}
