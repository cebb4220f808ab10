import type { TaskAssignment__Output } from "../rpc/gen/worker_pb/TaskAssignment.ts";
import type { WorkerMessage } from "../rpc/gen/worker_pb/WorkerMessage.ts";
import type { Session } from "./connection.ts";
import type { Courier } from "./courier.ts";
import type { LeaseBook } from "./lease.ts";
import type { Runner } from "./runner.ts";

export interface PulseOptions {
  readonly workerId: string;
  readonly capabilities: readonly string[];
  readonly maxConcurrent: number;
  readonly heartbeatMs: number;
  readonly taskIntervalMs: number;
  readonly runner: Runner;
  readonly leases: LeaseBook;
  readonly courier: Courier;
  readonly send: (message: WorkerMessage) => boolean;
  /** Monotonic ms. */
  readonly now: () => number;
}

/** How long a plain admin may take to answer a task request before the next one is sent. */
const ANSWER_MS = 30_000;
/** A request stays open at an admin with leases; it is repeated this often in case it got lost there. */
const REFRESH_MS = 30_000;
/** How soon a plain admin is asked for proof that it has read a completion. */
const PROOF_MS = 200;

/** Everything a worker sends by the clock while a session is up: heartbeats, renewals, task requests. */
export class Pulse {
  readonly #options: PulseOptions;
  readonly #startedAt: number;
  #session: Session | undefined;
  #timers: NodeJS.Timeout[] = [];
  #requestTimer: NodeJS.Timeout | undefined;
  #proofTimer: NodeJS.Timeout | undefined;
  /** Slots of the request that is open at an admin with leases; undefined when none was sent. */
  #openSlots: number | undefined;
  /** A request to a plain admin is not answered yet. */
  #asked = false;

  constructor(options: PulseOptions) {
    this.#options = options;
    this.#startedAt = options.now();
  }

  start(session: Session): void {
    this.stop();
    this.#session = session;
    this.#timers.push(setInterval(() => this.heartbeat(), this.#options.heartbeatMs));
    if (session.leases !== undefined) {
      this.#timers.push(setInterval(() => this.renew(), session.leases.renewMs));
      this.renew();
    }
    this.heartbeat();
    this.#request();
  }

  stop(): void {
    for (const timer of this.#timers) clearInterval(timer);
    this.#timers = [];
    clearTimeout(this.#requestTimer);
    clearTimeout(this.#proofTimer);
    this.#proofTimer = undefined;
    this.#session = undefined;
    this.#openSlots = undefined;
    this.#asked = false;
  }

  heartbeat(): void {
    if (this.#session === undefined) return;
    const { workerId, maxConcurrent, runner, courier, send, now } = this.#options;
    const taskIds = runner.taskIds;
    send({
      message: "heartbeat",
      heartbeat: {
        worker_id: workerId,
        status: "active",
        current_load: taskIds.length,
        max_concurrent: maxConcurrent,
        current_task_ids: [...taskIds],
        tasks_completed: runner.completed,
        tasks_failed: runner.failed,
        uptime_seconds: Math.floor((now() - this.#startedAt) / 1000),
      },
    });
    courier.heartbeatSent();
  }

  /** Now, and not only at the next turn: a step waits for time, or an attempt is new. */
  renew(): void {
    if (this.#session?.leases === undefined) return;
    const { nonce, taskIds } = this.#options.leases.renewal();
    this.#options.send({ message: "lease_renewal", lease_renewal: { nonce, task_ids: [...taskIds] } });
  }

  /** A slot was taken or became free. */
  slotsChanged(): void {
    if (this.#session === undefined) return;
    if (this.#session.leases === undefined) {
      this.#proveCompletions();
      return;
    }
    // An assignment answers the open request: what is free now is asked for anew.
    this.#request();
  }

  /** An answer to a request; an empty one says that there is no task. */
  answered(assignment: TaskAssignment__Output): void {
    this.#openSlots = undefined;
    if (this.#session === undefined || this.#session.leases !== undefined) return;
    this.#asked = false;
    clearTimeout(this.#requestTimer);
    const gotTask = (assignment.task_id ?? "") !== "";
    this.#requestTimer = setTimeout(() => this.#request(), gotTask ? 0 : this.#options.taskIntervalMs);
  }

  #request(): void {
    if (this.#session === undefined) return;
    clearTimeout(this.#requestTimer);
    const { workerId, capabilities, runner, send, taskIntervalMs } = this.#options;
    const leased = this.#session.leases !== undefined;
    const slots = runner.freeSlots;
    this.#requestTimer = setTimeout(
      () => {
        this.#openSlots = undefined;
        this.#asked = false;
        this.#request();
      },
      leased ? REFRESH_MS : slots === 0 ? taskIntervalMs : ANSWER_MS,
    );
    // No free slot: an admin with leases must not hand out on a request that is still open.
    if (leased ? slots === this.#openSlots : slots === 0 || this.#asked) return;
    this.#openSlots = slots;
    this.#asked = true;
    send({
      message: "task_request",
      task_request: { worker_id: workerId, capabilities: [...capabilities], available_slots: slots },
    });
  }

  #proveCompletions(): void {
    this.#proofTimer ??= setTimeout(() => {
      this.#proofTimer = undefined;
      if (this.#options.courier.needsHeartbeat) this.heartbeat();
    }, PROOF_MS);
  }
}
