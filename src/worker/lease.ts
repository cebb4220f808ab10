import type { Clock } from "../core/clock.ts";
import { AppError } from "../core/errors.ts";
import type { LeaseView } from "../tasks/context.ts";

/** A worker fences itself at this part of the term; the admin frees at the whole term and a margin. */
const FENCE_NUMERATOR = 2;
const FENCE_DENOMINATOR = 3;

/** Without leases (an admin without our extensions) a live stream counts as this much time left. */
const STREAM_WINDOW_MS = 13_000;

export interface Renewal {
  readonly nonce: number;
  readonly taskIds: readonly string[];
}

/** An instant on both clocks: a suspended machine stops the monotonic one, a stepped date the other. */
interface Instant {
  readonly monotonic: number;
  readonly wall: number;
}

/**
 * The leases of all attempts of this process.
 *
 * An attempt starts fenced: its lease counts from the moment the worker *sent* the first renewal that names it and
 * that the admin granted, since nobody here knows how long the assignment was on its way. Each later grant moves
 * that moment to the sending of the renewal it answers. The time since then is the longer one of what the
 * two clocks say, so that a machine that slept does not wake up believing in an old lease.
 *
 * Held attempts of a plain session (no leases) count as held while the stream is up.
 */
export class LeaseBook {
  readonly #clock: Clock;
  readonly #onWait: () => void;
  readonly #leases = new Map<string, Lease>();
  readonly #open = new Map<number, { readonly sent: Instant; readonly taskIds: readonly string[] }>();
  #nonce = 0;
  #streamUp = false;
  #emergencyStop = false;

  /** @param onWait called when a step waits for time: renewing now saves it a whole interval. */
  constructor(clock: Clock, onWait: () => void) {
    this.#clock = clock;
    this.#onWait = onWait;
  }

  /**
   * @param termMs undefined for an attempt without a lease, which lives on the stream.
   * @param dead aborted when the attempt is no longer this worker's.
   */
  add(taskId: string, termMs: number | undefined, dead: AbortSignal): Lease {
    const lease = new Lease(
      termMs,
      dead,
      () => this.#now(),
      () => this.#streamUp,
      () => this.#emergencyStop,
      this.#onWait,
    );
    this.#leases.set(taskId, lease);
    return lease;
  }

  remove(taskId: string): void {
    this.#leases.delete(taskId);
  }

  /** What to send now, also when there is nothing to renew: the answer tells of an emergency stop. Counting starts here. */
  renewal(): Renewal {
    const taskIds = [...this.#leases].filter(([, lease]) => lease.termMs !== undefined).map(([taskId]) => taskId);
    const nonce = ++this.#nonce;
    this.#open.set(nonce, { sent: this.#now(), taskIds });
    return { nonce, taskIds };
  }

  /** An answer to a renewal. Lost attempts keep what they have left, which is at most the old term. */
  granted(nonce: number, lostTaskIds: readonly string[], emergencyStop: boolean): void {
    // An admin whose emergency stop changes says so at once, in a grant that answers no renewal.
    this.setEmergencyStop(emergencyStop);
    const renewal = this.#open.get(nonce);
    if (renewal === undefined) return;
    // Answers come in order: older renewals were dropped by the admin.
    for (const older of this.#open.keys()) {
      if (older <= nonce) this.#open.delete(older);
    }
    const lost = new Set(lostTaskIds);
    for (const taskId of renewal.taskIds) {
      if (!lost.has(taskId)) this.#leases.get(taskId)?.hold(renewal.sent);
    }
    this.#wake();
  }

  setEmergencyStop(on: boolean): void {
    this.#emergencyStop = on;
    this.#wake();
  }

  get emergencyStop(): boolean {
    return this.#emergencyStop;
  }

  /** A stream ended: its renewals are never answered. */
  streamDown(): void {
    this.#streamUp = false;
    this.#open.clear();
  }

  streamUp(): void {
    this.#streamUp = true;
    this.#wake();
  }

  #now(): Instant {
    return { monotonic: this.#clock.monotonic(), wall: this.#clock.now() };
  }

  #wake(): void {
    for (const lease of this.#leases.values()) lease.wake();
  }
}

interface Waiter {
  readonly ms: number;
  readonly done: () => void;
}

export class Lease implements LeaseView {
  readonly termMs: number | undefined;
  readonly #dead: AbortSignal;
  readonly #now: () => Instant;
  readonly #streamUp: () => boolean;
  readonly #emergencyStop: () => boolean;
  readonly #onWait: () => void;
  readonly #waiters = new Set<Waiter>();
  #held: Instant | undefined;

  constructor(
    termMs: number | undefined,
    dead: AbortSignal,
    now: () => Instant,
    streamUp: () => boolean,
    emergencyStop: () => boolean,
    onWait: () => void,
  ) {
    this.termMs = termMs;
    this.#dead = dead;
    this.#now = now;
    this.#streamUp = streamUp;
    this.#emergencyStop = emergencyStop;
    this.#onWait = onWait;
  }

  hold(sent: Instant): void {
    this.#held = sent;
  }

  remainingMs(): number {
    if (this.#dead.aborted || this.#emergencyStop()) return 0;
    if (this.termMs === undefined) return this.#streamUp() ? STREAM_WINDOW_MS : 0;
    if (this.#held === undefined) return 0;
    const now = this.#now();
    const passed = Math.max(now.monotonic - this.#held.monotonic, now.wall - this.#held.wall);
    return this.#window() - passed;
  }

  async whenAtLeast(ms: number): Promise<void> {
    if (ms > this.#window()) {
      throw new AppError(
        "WK-INTERNAL",
        `A step asks for ${ms} ms of a lease that never has more than ${this.#window()} ms.`,
      );
    }
    this.#dead.throwIfAborted();
    if (this.#satisfies(ms)) return;
    await new Promise<void>((resolve, reject) => {
      const abort = (): void => {
        this.#waiters.delete(waiter);
        reject(this.#dead.reason);
      };
      const waiter: Waiter = {
        ms,
        done: () => {
          this.#waiters.delete(waiter);
          this.#dead.removeEventListener("abort", abort);
          resolve();
        },
      };
      this.#waiters.add(waiter);
      this.#dead.addEventListener("abort", abort, { once: true });
      this.#onWait();
    });
  }

  /** Time left only grows with a grant, so waiters are looked at then and never by a timer. */
  wake(): void {
    for (const waiter of [...this.#waiters]) {
      if (this.#satisfies(waiter.ms)) waiter.done();
    }
  }

  #satisfies(ms: number): boolean {
    const left = this.remainingMs();
    return left >= ms && left > 0;
  }

  #window(): number {
    return this.termMs === undefined
      ? STREAM_WINDOW_MS
      : Math.floor((this.termMs * FENCE_NUMERATOR) / FENCE_DENOMINATOR);
  }
}
