import { AppError } from "../../core/errors.ts";
import type { TaskContext } from "../context.ts";

export interface FreezeLimit {
  /** Aborted with the task, and when the volume has been frozen for too long. */
  readonly signal: AbortSignal;
  clear(): void;
}

/** Starts the budget of a freeze: clients' writes fail while it lasts, so a task gives up rather than go over it. */
export function freezeLimit(ctx: TaskContext, volumeId: number): FreezeLimit {
  const { freezeLimitMs } = ctx.options;
  if (freezeLimitMs <= 0) return { signal: ctx.signal, clear: () => undefined };
  const over = new AbortController();
  const timer = setTimeout(() => {
    over.abort(
      new AppError("WK-TIMEOUT", `Volume ${volumeId} was frozen for ${freezeLimitMs} ms, longer than allowed.`),
    );
  }, freezeLimitMs);
  return { signal: AbortSignal.any([ctx.signal, over.signal]), clear: () => clearTimeout(timer) };
}
