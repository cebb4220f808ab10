import { type Clock, systemClock } from "../core/clock.ts";
import { AppError, hasCode } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import { sleep } from "../core/sleep.ts";
import type { AdminToken, MasterClient } from "./master-port.ts";

/** Rhythm of a lock of the master, ms. */
export interface LockTimings {
  /** Term of a grant at the master. */
  readonly leaseMs: number;
  readonly renewMs: number;
  /** Limit of one call about the lock. */
  readonly callMs: number;
  /** With less than this left the lock counts as lost. */
  readonly marginMs: number;
  /** How long it is left free after a release: the master knows no waiters. */
  readonly freeMs: number;
  /** Mean pause between two tries while another client holds it. */
  readonly retryMs: number;
}

const MASTER_LOCK_TIMINGS: LockTimings = {
  leaseMs: 10_000,
  renewMs: 4000,
  callMs: 3000,
  marginMs: 3000,
  freeMs: 2000,
  retryMs: 1000,
};

export interface ClusterLockOptions {
  readonly master: MasterClient;
  /** `shell` keeps operators' shells and other admins off; `admin-server` says that an admin is there. */
  readonly lockName: "shell" | "admin-server";
  /** Shown to whoever finds the lock taken. */
  readonly clientName: string;
  readonly message: string;
  readonly logger: Logger;
  /** Default: the real clocks. */
  readonly clock?: Clock;
  /** Default: those of the master. */
  readonly timings?: LockTimings;
}

/** A lock that is held. It is a courtesy between clients, never the fence of a task. */
export interface HeldLock {
  /** Aborted with WK-LOCK-LOST when the lock is lost. */
  readonly signal: AbortSignal;
  /** Milliseconds of the lease that are surely left; counted from when the last renewal was sent. */
  remainingMs(): number;
  /** Gives it back; resolves when the master knows, or could not be told. */
  release(): Promise<void>;
}

/** One named lock of the master, taken again and again by this process. */
export class ClusterLock {
  readonly #options: ClusterLockOptions;
  readonly #clock: Clock;
  readonly #timings: LockTimings;
  #freeUntil = Number.NEGATIVE_INFINITY;

  constructor(options: ClusterLockOptions) {
    this.#options = options;
    this.#clock = options.clock ?? systemClock;
    this.#timings = options.timings ?? MASTER_LOCK_TIMINGS;
  }

  /**
   * Takes the lock, trying about once a second for `waitMs` (0: one try).
   * @throws AppError WK-LOCK-HELD that names the holder; the master's error when it cannot be asked.
   */
  async acquire(request: { readonly waitMs: number; readonly signal?: AbortSignal }): Promise<HeldLock> {
    const { waitMs, signal } = request;
    const giveUpAt = this.#clock.monotonic() + waitMs;
    await sleep(Math.max(0, this.#freeUntil - this.#clock.monotonic()), signal);
    for (;;) {
      const sentAt = this.#clock.monotonic();
      try {
        return this.#hold(await this.#lease(undefined, signal), sentAt);
      } catch (error) {
        const mayPass = hasCode(
          error,
          "WK-LOCK-HELD",
          "WK-TIMEOUT",
          "WK-RPC-BUSY",
          "WK-RPC-NOT-LEADER",
          "WK-RPC-UNREACHABLE",
        );
        const pause = this.#timings.retryMs * (0.7 + 0.6 * Math.random());
        if (!mayPass || this.#clock.monotonic() + pause > giveUpAt) throw error;
        await sleep(pause, signal);
      }
    }
  }

  #lease(previous: AdminToken | undefined, signal: AbortSignal | undefined): Promise<AdminToken> {
    const { master, lockName, clientName, message } = this.#options;
    return master.leaseAdminToken(
      { lockName, clientName, message, previous },
      { timeoutMs: this.#timings.callMs, signal },
    );
  }

  #hold(first: AdminToken, sentAt: number): HeldLock {
    const { logger, lockName, clientName, master } = this.#options;
    const { leaseMs, renewMs, callMs, marginMs, freeMs } = this.#timings;
    const clock = this.#clock;
    const lost = new AbortController();
    const released = new AbortController();
    let token = first;
    let goodUntil = sentAt + leaseMs;
    const remainingMs = (): number => goodUntil - clock.monotonic();

    const lose = (cause: unknown): void => {
      if (lost.signal.aborted || released.signal.aborted) return;
      const error = new AppError("WK-LOCK-LOST", `The master's lock "${lockName}" was lost.`, { cause });
      logger.warn(error.message, { code: error.code, cause: cause === undefined ? undefined : String(cause) });
      lost.abort(error);
    };
    // Guards the margin even while a renewal hangs.
    let guard: NodeJS.Timeout | undefined;
    const armGuard = (): void => {
      clearTimeout(guard);
      guard = setTimeout(() => {
        if (remainingMs() > marginMs) armGuard();
        else lose(undefined);
      }, remainingMs() - marginMs);
    };
    armGuard();

    const renew = async (): Promise<void> => {
      let pause = renewMs;
      while (!lost.signal.aborted) {
        await sleep(pause, released.signal);
        const renewalSentAt = clock.monotonic();
        try {
          // Not cut by a release: half a renewal would leave a lock nobody can give back.
          token = await this.#lease(token, undefined);
          goodUntil = renewalSentAt + leaseMs;
          pause = renewMs;
          armGuard();
        } catch (error) {
          // Somebody else has it. (Our own name: the answer to an earlier renewal was lost; it runs out by itself.)
          if (hasCode(error, "WK-LOCK-HELD") && !error.message.includes(`by ${clientName}:`)) return lose(error);
          logger.v(1, `lock ${lockName} not renewed`, { error: String(error), remainingMs: Math.round(remainingMs()) });
          pause = Math.min(renewMs, 500);
        }
      }
    };
    const renewing = renew().catch((error: unknown) => lose(error));

    return {
      signal: lost.signal,
      remainingMs,
      release: async () => {
        if (released.signal.aborted) return;
        released.abort(new AppError("WK-CANCELLED", "The lock was released."));
        clearTimeout(guard);
        await renewing;
        try {
          await master.releaseAdminToken({ lockName, previous: token }, { timeoutMs: callMs });
        } catch (error) {
          logger.v(1, `lock ${lockName} not given back; it runs out by itself`, { error: String(error) });
        }
        this.#freeUntil = clock.monotonic() + freeMs;
      },
    };
  }
}
