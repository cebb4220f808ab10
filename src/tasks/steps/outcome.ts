import { AppError, hasCode } from "../../core/errors.ts";
import type { TaskContext } from "../context.ts";
import { TaskFailed } from "../task-failed.ts";

/** Errors that another attempt with the same plan would meet again. */
function canRetry(error: AppError): boolean {
  if (error instanceof TaskFailed) return error.retry;
  return !hasCode(error, "WK-TASK-PLAN", "WK-TASK-STALE", "WK-TASK-VERSION", "WK-RPC-REFUSED");
}

interface Attempted<T> {
  work(): Promise<T>;
  /** Makes the cluster as it was. Runs after every failure before the commit point. */
  undo(): Promise<void>;
  /** Set where giving up past the commit point is safe and leaves nothing half done. Default false. */
  readonly undoAfterCommit?: boolean;
}

/**
 * Runs an attempt up to its end or back to its beginning. Before the commit point a failure rolls back and the
 * TaskFailed says whether that worked; past it the next attempt rolls forward. An attempt that was lost touches
 * nothing any more: another one may be running.
 */
export async function runAttempt<T>(
  ctx: TaskContext,
  { work, undo, undoAfterCommit = false }: Attempted<T>,
): Promise<T> {
  try {
    return await work();
  } catch (reason) {
    // The work itself knew better what was left behind.
    if (reason instanceof TaskFailed && !reason.clean) throw reason;
    const error = AppError.from(reason);
    const options = { cause: error, hint: error.hint ?? "", details: error.details, retry: canRetry(error) };
    if (ctx.committed && !undoAfterCommit)
      throw new TaskFailed(error.code, error.message, { ...options, retry: true, clean: false });
    ctx.log.warn(`Rolling back: ${error.message}`);
    try {
      await undo();
    } catch (undoReason) {
      const undoError = AppError.from(undoReason);
      ctx.log.error(`Roll-back failed: ${undoError.message}`);
      throw new TaskFailed(error.code, `${error.message} Rolling back failed too: ${undoError.message}`, {
        ...options,
        retry: true,
        clean: false,
      });
    }
    throw new TaskFailed(error.code, error.message, { ...options, clean: true });
  }
}
