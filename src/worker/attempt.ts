import { setTimeout as delay } from "node:timers/promises";
import type { ClusterPort } from "../cluster/cluster-port.ts";
import type { Clock } from "../core/clock.ts";
import type { AppError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { AttemptInfo, AuditEntry, LeaseView, Progress, TaskContext, TaskOptions } from "../tasks/context.ts";
import type { TaskLogFile } from "./task-log.ts";

/** How an attempt speaks to the admin; `courier` words for one attempt, in its manner. */
export interface AttemptVoice {
  checkpoint(step: string, state: JsonObject, commitPoint: boolean): Promise<void>;
  audit(record: AuditEntry): Promise<void>;
  progress(progress: Progress): void;
}

/**
 * Why an attempt stops before its end. `cancelled`: roll back (not past the commit point). `handed-back`: the worker
 * ends, another attempt goes on. `lost`: the attempt is no longer this worker's, nothing may be changed any more.
 */
export type StopKind = "cancelled" | "handed-back" | "lost";

export interface AttemptOptions {
  readonly attempt: AttemptInfo;
  readonly committed: boolean;
  readonly options: TaskOptions;
  readonly cluster: ClusterPort;
  readonly clock: Clock;
  readonly log: TaskLogFile;
  readonly voice: AttemptVoice;
  /** Makes the lease of the attempt; the signal aborts when the attempt is lost. */
  readonly lease: (dead: AbortSignal) => LeaseView;
}

/** One running attempt: what the task sees, and how the worker stops it. */
export class Attempt implements TaskContext {
  readonly attempt: AttemptInfo;
  readonly options: TaskOptions;
  readonly cluster: ClusterPort;
  readonly clock: Clock;
  readonly log: TaskLogFile;
  readonly lease: LeaseView;
  readonly signal: AbortSignal;
  readonly #voice: AttemptVoice;
  readonly #stop = new AbortController();
  readonly #dead = new AbortController();
  #stopped: StopKind | undefined;
  #committed: boolean;
  #touched: boolean;
  #committing = false;
  #cancelWhileCommitting: AppError | undefined;

  constructor(options: AttemptOptions) {
    this.attempt = options.attempt;
    this.options = options.options;
    this.cluster = options.cluster;
    this.clock = options.clock;
    this.log = options.log;
    this.signal = this.#stop.signal;
    this.#voice = options.voice;
    this.#committed = options.committed;
    this.#touched = options.committed || options.attempt.checkpoint !== undefined;
    this.lease = options.lease(this.#dead.signal);
  }

  get committed(): boolean {
    return this.#committed;
  }

  /** The attempt, or one before it, recorded a state: something of the task may stand in the cluster. */
  get touched(): boolean {
    return this.#touched;
  }

  /** Why it was stopped; undefined while nobody did. */
  get stopped(): StopKind | undefined {
    return this.#stopped;
  }

  async checkpoint(step: string, state: JsonObject): Promise<void> {
    this.#dead.signal.throwIfAborted();
    this.#touched = true;
    await this.#voice.checkpoint(step, state, false);
    this.log.info(`checkpoint ${step}`);
  }

  async commitPoint(state: JsonObject): Promise<void> {
    this.#stop.signal.throwIfAborted();
    this.#committing = true;
    this.#touched = true;
    try {
      // Once it is sent the admin decides: it either has it on disk, or refuses because of the cancellation.
      await this.#voice.checkpoint("commit", state, true);
      this.#committed = true;
      this.log.info("commit point");
    } finally {
      this.#committing = false;
      const reason = this.#cancelWhileCommitting;
      this.#cancelWhileCommitting = undefined;
      if (reason !== undefined) this.cancel(reason);
    }
    this.#stop.signal.throwIfAborted();
  }

  safePoint(): void {
    this.#stop.signal.throwIfAborted();
  }

  async sleep(ms: number): Promise<void> {
    this.#stop.signal.throwIfAborted();
    try {
      await delay(ms, undefined, { signal: this.#stop.signal });
    } catch (reason) {
      this.#stop.signal.throwIfAborted();
      throw reason;
    }
  }

  progress(progress: Progress): void {
    this.log.setProgress(progress.percent);
    this.#voice.progress(progress);
  }

  async audit(record: AuditEntry): Promise<void> {
    this.#dead.signal.throwIfAborted();
    await this.#voice.audit(record);
    this.log.info(`audit: ${record.call} on ${record.server}: ${record.outcome ?? "about to be called"}`, {
      volume: record.volumeId,
      precondition: record.precondition,
    });
  }

  /** Asks for a roll-back. @returns false when it is too late: the attempt finishes. */
  cancel(reason: AppError): boolean {
    if (this.#committed) {
      this.log.warn("Cancelled too late: the commit point is passed, the task is being finished.");
      return false;
    }
    if (this.#committing) {
      this.#cancelWhileCommitting = reason;
      return true;
    }
    this.#end("cancelled", reason);
    return true;
  }

  /** The worker ends: stop at the next safe step, whatever was reached. */
  handBack(reason: AppError): void {
    this.#end("handed-back", reason);
  }

  /** The attempt is no longer this worker's: neither forward nor back. */
  lose(reason: AppError): void {
    this.#end("lost", reason);
    this.#stopped = "lost";
    if (!this.#dead.signal.aborted) this.#dead.abort(reason);
  }

  #end(kind: StopKind, reason: AppError): void {
    if (this.#stop.signal.aborted) return;
    this.#stopped = kind;
    this.log.warn(`stopping (${kind}): ${reason.message}`);
    this.#stop.abort(reason);
  }
}
