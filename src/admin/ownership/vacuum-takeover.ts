import type { MasterClient } from "../../cluster/master-port.ts";
import { AppError, errorMessage } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import { sleep } from "../../core/sleep.ts";

/** The leader may change at any time and forgets the flag then. */
const ASSERT_MS = 30_000;
const GIVE_BACK_MS = 2_000;

export interface VacuumTakeoverDeps {
  readonly master: MasterClient;
  readonly logger: Logger;
  /** Whether vacuum is ours now: the type is enabled and this admin owns the cluster. */
  readonly wanted: () => boolean;
}

/**
 * Keeps the master's own vacuum off while we do the vacuuming, with the flag that is kept for plugins: an operator's own
 * switch is not touched, and the master takes over again by itself some time after our presence lock is free. Masters
 * before 4.44 know one flag only, which cannot be read: theirs is left alone, and said so.
 */
export class VacuumTakeover {
  readonly #deps: VacuumTakeoverDeps;
  readonly #stop = new AbortController();
  #running = Promise.resolve();
  #disabled = false;
  #told = "";

  constructor(deps: VacuumTakeoverDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#running = this.#assert();
  }

  /** Gives the vacuum back. */
  async stop(): Promise<void> {
    this.#stop.abort(new AppError("WK-CANCELLED", "The admin stops."));
    await this.#running;
    if (this.#disabled) await this.#giveBack();
  }

  async #assert(): Promise<void> {
    const { signal } = this.#stop;
    const { wanted, logger } = this.#deps;
    while (!signal.aborted) {
      try {
        if (wanted()) await this.#take();
        else if (this.#disabled) await this.#giveBack();
      } catch (reason) {
        if (!signal.aborted) logger.v(1, "The master's vacuum could not be switched", { error: errorMessage(reason) });
      }
      await sleep(ASSERT_MS, signal).catch(() => undefined);
    }
  }

  async #take(): Promise<void> {
    const { master, logger } = this.#deps;
    const { signal } = this.#stop;
    if ((await master.getAdminLockStatus("admin-server", { signal })) === undefined) {
      this.#tell("The master is older than 4.44: its own vacuum stays on and may work beside ours.");
      return;
    }
    await master.disableVacuum({ byPlugin: true }, { signal });
    if (!this.#disabled) logger.info("The master's own vacuum is off while this admin runs");
    this.#disabled = true;
  }

  async #giveBack(): Promise<void> {
    const { master, logger } = this.#deps;
    try {
      await master.enableVacuum({ byPlugin: true }, { timeoutMs: GIVE_BACK_MS });
      this.#disabled = false;
      logger.info("The master's own vacuum is on again");
    } catch (reason) {
      logger.warn("The master's vacuum could not be given back; it takes it back itself within 16 minutes", {
        error: errorMessage(reason),
      });
    }
  }

  #tell(text: string): void {
    if (this.#told !== text) this.#deps.logger.warn(text);
    this.#told = text;
  }
}
