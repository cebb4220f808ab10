import type { ErrorCode } from "./error-table.ts";
import { AppError } from "./errors.ts";

/** What one request to a thread takes and answers. Values cross by structured clone: plain data and typed arrays. */
export interface RequestShape {
  readonly payload: unknown;
  readonly result: unknown;
}

/** The requests of a thread by name. Written as an interface and shared by both sides. */
export type RequestMap<R> = { readonly [K in keyof R]: RequestShape };

/** From the owner to the thread. */
export type ToThread =
  | { readonly kind: "call"; readonly id: number; readonly name: string; readonly payload: unknown }
  | { readonly kind: "cancel"; readonly id: number }
  | { readonly kind: "close" };

/** From the thread to its owner. */
export type FromThread =
  | { readonly kind: "result"; readonly id: number; readonly value: unknown }
  | { readonly kind: "error"; readonly id: number; readonly error: ErrorParts };

/** An AppError as plain data: classes do not survive a structured clone. */
export interface ErrorParts {
  readonly code: ErrorCode;
  readonly message: string;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, string | number | boolean>>;
  readonly stack: string | undefined;
}

export function errorParts(reason: unknown): ErrorParts {
  const error = AppError.from(reason);
  const origin = error.cause instanceof Error ? error.cause : error;
  return {
    code: error.code,
    message: error.message,
    hint: error.hint,
    details: error.details,
    stack: origin.stack,
  };
}

/** The AppError again; the thread's stack is kept in `cause`. */
export function errorOfParts(parts: ErrorParts): AppError {
  const cause = new Error(parts.message);
  if (parts.stack !== undefined) cause.stack = parts.stack;
  return new AppError(parts.code, parts.message, {
    cause,
    details: parts.details,
    ...(parts.hint === undefined ? {} : { hint: parts.hint }),
  });
}
