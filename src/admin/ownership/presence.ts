import { ClusterLock, type HeldLock } from "../../cluster/cluster-lock.ts";
import type { MasterClient } from "../../cluster/master-port.ts";
import { AppError, errorMessage, hasCode } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import { sleep } from "../../core/sleep.ts";

const RETRY_MS = 5_000;

export interface PresenceDeps {
  readonly master: MasterClient;
  readonly logger: Logger;
  /** `why` is the sentence for pages; undefined: this admin owns the cluster. */
  readonly onChange: (why: string | undefined) => Promise<void>;
}

/**
 * Says at the master that an admin is there (lock `admin-server`). While another client holds that lock this admin only
 * observes. A master that cannot be asked changes nothing: whoever owned the cluster goes on.
 */
export class Presence {
  readonly #deps: PresenceDeps;
  readonly #lock: ClusterLock;
  readonly #stop = new AbortController();
  #running = Promise.resolve();

  constructor(deps: PresenceDeps) {
    this.#deps = deps;
    const { master, logger } = deps;
    this.#lock = new ClusterLock({
      master,
      lockName: "admin-server",
      clientName: "admin-server",
      message: "weedkeeper admin connected",
      logger,
    });
  }

  start(): void {
    this.#running = this.#hold();
  }

  /** Gives the lock back. */
  async stop(): Promise<void> {
    this.#stop.abort(new AppError("WK-CANCELLED", "The admin stops."));
    await this.#running;
  }

  async #hold(): Promise<void> {
    const { signal } = this.#stop;
    const { logger, onChange } = this.#deps;
    let reported = "";
    while (!signal.aborted) {
      try {
        const held = await this.#lock.acquire({ waitMs: 0, signal });
        reported = "";
        await onChange(undefined);
        await this.#untilLost(held);
      } catch (reason) {
        if (signal.aborted) return;
        const why = errorMessage(reason);
        if (why !== reported) logger.warn(`The presence lock of the master could not be taken: ${why}`);
        reported = why;
        if (hasCode(reason, "WK-LOCK-HELD")) await onChange(`another admin owns this cluster: ${why}`);
      }
      await sleep(RETRY_MS, signal).catch(() => undefined);
    }
  }

  /** Resolves when the lock is lost; gives it back when the admin stops. */
  async #untilLost(held: HeldLock): Promise<void> {
    const { signal } = this.#stop;
    const both = AbortSignal.any([held.signal, signal]);
    if (!both.aborted) await new Promise((resolve) => both.addEventListener("abort", resolve, { once: true }));
    if (signal.aborted) await held.release();
  }
}
