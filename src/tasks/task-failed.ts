import type { ErrorCode } from "../core/error-table.ts";
import { AppError, type AppErrorOptions } from "../core/errors.ts";

export interface TaskFailedOptions extends AppErrorOptions {
  /** False when something of the attempt may still stand in the cluster: the volume then counts as busy. */
  readonly clean: boolean;
  /** False when trying again cannot help (the plan does not fit the cluster any more). Default true. */
  readonly retry?: boolean;
}

/** Thrown by `execute`: says in addition whether the cluster is as it was before the attempt. */
export class TaskFailed extends AppError {
  readonly clean: boolean;
  readonly retry: boolean;

  constructor(code: ErrorCode, message: string, options: TaskFailedOptions) {
    super(code, message, options);
    this.clean = options.clean;
    this.retry = options.retry ?? true;
  }
}
