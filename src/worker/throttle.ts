import type { Progress } from "../tasks/context.ts";

/** At most one report an attempt and second, except where a new stage begins. */
const INTERVAL_MS = 1_000;

/**
 * Thins out the progress of one attempt: the first report and every new stage go out at once, others when the
 * interval is over; the last one always does.
 */
export class ProgressThrottle {
  readonly #report: (progress: Progress) => void;
  #latest: Progress | undefined;
  #stage: string | undefined;
  #timer: NodeJS.Timeout | undefined;

  constructor(report: (progress: Progress) => void) {
    this.#report = report;
  }

  push(progress: Progress): void {
    this.#latest = progress;
    if (progress.stage !== this.#stage) this.#out();
    else this.#timer ??= setTimeout(() => this.#out(), INTERVAL_MS);
  }

  /** The newest progress, sent or not; for a new stream. */
  get latest(): Progress | undefined {
    return this.#latest;
  }

  stop(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  #out(): void {
    this.stop();
    if (this.#latest === undefined) return;
    this.#stage = this.#latest.stage;
    this.#report(this.#latest);
  }
}
