import { ERROR_TABLE, type ErrorCode } from "./error-table.ts";

export interface AppErrorOptions {
  /** What the reader can do about it; one sentence. */
  readonly hint?: string;
  readonly cause?: unknown;
  /** Small facts for logs and JSON answers; never secrets. */
  readonly details?: Readonly<Record<string, string | number | boolean>>;
}

/**
 * The one error class that leaves a module on purpose. `code` is stable and listed in
 * `error-table.ts` and docs/errors.md; `message` is a sentence for people; `hint` says what to do.
 */
export class AppError extends Error {
  override readonly name = "AppError";
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, string | number | boolean>>;

  constructor(code: ErrorCode, message: string, options: AppErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint ?? ERROR_TABLE[code].hint;
    this.details = options.details ?? {};
  }

  /** Any thrown value as an AppError: itself when it is one, else `fallback` around it. */
  static from(reason: unknown, fallback: ErrorCode = "WK-INTERNAL"): AppError {
    if (reason instanceof AppError) return reason;
    return new AppError(fallback, errorMessage(reason), { cause: reason });
  }
}

/** The text of any thrown value. */
export function errorMessage(reason: unknown): string {
  return reason instanceof Error ? reason.message : String(reason);
}

export function hasCode(reason: unknown, ...codes: readonly ErrorCode[]): reason is AppError {
  return reason instanceof AppError && codes.includes(reason.code);
}
