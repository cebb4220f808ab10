import type { Clock } from "../../core/clock.ts";
import { AppError } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import type { AdminEvents } from "../events.ts";
import type { Store } from "../store/store.ts";
import type { PolicyService } from "./policy-service.ts";

const FIRST_MS = 60_000;
const AFTER_ERROR_MS = 300_000;

interface RetentionDeps {
  readonly store: Store;
  readonly policy: PolicyService;
  readonly events: AdminEvents;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** Removes finished tasks past their retention, on an interval that follows the settings. */
export class Retention {
  readonly #deps: RetentionDeps;
  readonly #onPolicy = (): void => this.#schedule(this.#nextMs());
  #timer: NodeJS.Timeout | undefined;
  #lastAt: number | undefined;
  #started = false;
  #running: Promise<void> | undefined;

  constructor(deps: RetentionDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#started = true;
    this.#deps.events.on("policy", this.#onPolicy);
    this.#schedule(FIRST_MS);
  }

  async stop(): Promise<void> {
    this.#started = false;
    this.#deps.events.off("policy", this.#onPolicy);
    clearTimeout(this.#timer);
    await this.#running;
  }

  #schedule(ms: number): void {
    clearTimeout(this.#timer);
    if (!this.#started) return;
    this.#timer = setTimeout(() => {
      this.#running = this.run();
    }, ms);
    this.#timer.unref();
  }

  #nextMs(): number {
    if (this.#lastAt === undefined) return FIRST_MS;
    return Math.max(this.#lastAt + this.#deps.policy.global.cleanupIntervalMs - this.#deps.clock.now(), 0);
  }

  /** One round now; a failure is logged and tried again later. */
  async run(): Promise<void> {
    const { store, policy, clock, logger } = this.#deps;
    try {
      const { removed } = await store.prune({ finishedBefore: clock.now() - policy.global.taskRetentionMs });
      this.#lastAt = clock.now();
      logger.v(1, "finished tasks past their retention removed", { removed });
      this.#schedule(this.#nextMs());
    } catch (reason) {
      logger.error("finished tasks could not be removed", { error: AppError.from(reason) });
      this.#schedule(AFTER_ERROR_MS);
    }
  }
}
