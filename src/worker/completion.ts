import { AppError } from "../core/errors.ts";
import type { CompletionKind } from "../rpc/gen/worker_pb/CompletionKind.ts";
import type { TaskResult } from "../tasks/context.ts";
import { TaskFailed } from "../tasks/task-failed.ts";
import type { StopKind } from "./attempt.ts";

/** The end of an attempt as the admin hears it. */
export interface Completion {
  readonly success: boolean;
  readonly kind: CompletionKind;
  readonly errorCode: string;
  readonly errorMessage: string;
  readonly facts: Readonly<Record<string, string>>;
  /** For the task's log: `completed`, `failed`, `cancelled`, `handed_back`. */
  readonly status: string;
}

export function completionOfResult(result: TaskResult): Completion {
  return {
    success: true,
    kind: "COMPLETION_DEFAULT",
    errorCode: "",
    errorMessage: "",
    facts: result.facts,
    status: "completed",
  };
}

/**
 * The end of an attempt that threw. A task that was told to stop and threw anything clean did what it was told; a
 * handed-back one leaves its checkpoint to the next attempt, clean or not. Without word of `clean` the worst is assumed
 * once the attempt has left a checkpoint.
 */
export function completionOfError(reason: unknown, stopped: StopKind | undefined, touched: boolean): Completion {
  const error = AppError.from(reason);
  const clean = error instanceof TaskFailed ? error.clean : !touched || stopped !== undefined;
  const retry = !(error instanceof TaskFailed) || error.retry;
  const server = error.details["server"];
  const base = {
    success: false,
    errorCode: error.code,
    errorMessage: error.message,
    // The admin reads both: whether another attempt can help, and which server this worker could not work with.
    facts: { ...(retry ? {} : { retry: "false" }), ...(server === undefined ? {} : { server: String(server) }) },
  };
  if (stopped === "handed-back") return { ...base, kind: "COMPLETION_HANDED_BACK", status: "handed_back" };
  if (!clean) return { ...base, kind: "COMPLETION_UNCLEAN", status: "failed" };
  if (stopped === "cancelled") return { ...base, kind: "COMPLETION_CANCELLED", status: "cancelled" };
  return { ...base, kind: "COMPLETION_DEFAULT", status: "failed" };
}

/** An assignment that was not begun. */
export function refusal(error: AppError, handBack: boolean): Completion {
  return {
    success: false,
    kind: handBack ? "COMPLETION_HANDED_BACK" : "COMPLETION_DEFAULT",
    errorCode: error.code,
    errorMessage: error.message,
    facts: {},
    status: handBack ? "handed_back" : "failed",
  };
}
