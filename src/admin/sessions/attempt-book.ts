import type { TaskRecord } from "../store/store.ts";
import { LEASE_MS, LEASE_SLACK_MS } from "./session-policy.ts";
import type { LiveProgress } from "./worker-view.ts";

/** An attempt that is with a worker, as the admin holds it in memory. Times named `At` are monotonic ms. */
export interface LiveAttempt {
  readonly wireId: string;
  readonly taskId: number;
  readonly number: number;
  readonly type: string;
  readonly volumeId: number;
  readonly workerId: string;
  readonly processNonce: string;
  /** Go workers hold no lease; `legacy-watch.ts` decides about them. */
  readonly leased: boolean;
  readonly since: number;
  /** When the lease is over and the slack has passed. */
  freeAt: number;
  /** When the attempt is asked to stop for taking too long. */
  stopAt: number;
  /** The first report was written down. */
  started: boolean;
  progress: LiveProgress | undefined;
}

/** The live attempts with their leases. Derived from the store: what is here is `assigned`, `running` or `cancelling` there. */
export class AttemptBook {
  readonly #byWireId = new Map<string, LiveAttempt>();
  readonly #byTask = new Map<number, LiveAttempt>();
  readonly #byWorker = new Map<string, Set<LiveAttempt>>();

  add(attempt: LiveAttempt): void {
    this.#byWireId.set(attempt.wireId, attempt);
    this.#byTask.set(attempt.taskId, attempt);
    const mine = this.#byWorker.get(attempt.workerId) ?? new Set();
    mine.add(attempt);
    this.#byWorker.set(attempt.workerId, mine);
  }

  remove(wireId: string): void {
    const attempt = this.#byWireId.get(wireId);
    if (attempt === undefined) return;
    this.#byWireId.delete(wireId);
    if (this.#byTask.get(attempt.taskId) === attempt) this.#byTask.delete(attempt.taskId);
    const mine = this.#byWorker.get(attempt.workerId);
    mine?.delete(attempt);
    if (mine?.size === 0) this.#byWorker.delete(attempt.workerId);
  }

  get(wireId: string): LiveAttempt | undefined {
    return this.#byWireId.get(wireId);
  }

  ofTask(taskId: number): LiveAttempt | undefined {
    return this.#byTask.get(taskId);
  }

  ofWorker(workerId: string): readonly LiveAttempt[] {
    return [...(this.#byWorker.get(workerId) ?? [])];
  }

  countOf(workerId: string): number {
    return this.#byWorker.get(workerId)?.size ?? 0;
  }

  all(): readonly LiveAttempt[] {
    return [...this.#byWireId.values()];
  }

  /** Extends the lease of an attempt by one term from now, when it belongs to this process of this worker. */
  renew(wireId: string, workerId: string, processNonce: string, now: number): boolean {
    const attempt = this.#byWireId.get(wireId);
    if (attempt === undefined || attempt.workerId !== workerId || attempt.processNonce !== processNonce) return false;
    attempt.freeAt = now + LEASE_MS + LEASE_SLACK_MS;
    return true;
  }
}

export interface LiveAttemptInput {
  readonly task: TaskRecord;
  readonly wireId: string;
  readonly workerId: string;
  readonly processNonce: string;
  readonly leased: boolean;
  readonly now: number;
  readonly timeoutMs: number;
}

/** A fresh entry with one full term, for a new assignment and for one taken up again after a restart of the admin. */
export function liveAttempt(input: LiveAttemptInput): LiveAttempt {
  const { task, wireId, workerId, processNonce, leased, now, timeoutMs } = input;
  return {
    wireId,
    taskId: task.id,
    number: task.attempt,
    type: task.type,
    volumeId: task.volumeId,
    workerId,
    processNonce,
    leased,
    since: now,
    freeAt: now + LEASE_MS + LEASE_SLACK_MS,
    stopAt: now + timeoutMs,
    started: task.state !== "assigned",
    progress: undefined,
  };
}
