import type { ErrorRequestHandler, RequestHandler } from "express";
import { AppError, errorMessage } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import { httpStatusOf } from "../../rpc/status.ts";

/** What a failed request is answered with. */
export interface ErrorBody {
  readonly error: string;
  readonly code: string;
  readonly hint: string | undefined;
  /** The field, parameter or setting that is wrong. */
  readonly field?: string;
}

const DEFECT = 500;

export const notFound: RequestHandler = (request, _response, next) => {
  next(new AppError("WK-HTTP-NOT-FOUND", `There is nothing at ${request.path}.`));
};

/** Turns what a handler threw into a JSON answer. A defect is logged with its stack and answered without. */
export function errorAnswers(logger: Logger): ErrorRequestHandler {
  return (reason: unknown, request, response, next) => {
    const error = appErrorOf(reason);
    const status = httpStatusOf(error.code);
    const facts = { method: request.method, path: request.path, error };
    if (status === DEFECT) logger.error("request failed", facts);
    // That a master or a server does not answer is said by whoever watches it, once; probes ask every second.
    else logger.v(status > DEFECT ? 1 : 2, "request refused", facts);
    if (response.headersSent) return next(reason);
    const field = error.details["field"];
    const body: ErrorBody = {
      error: error.code === "WK-INTERNAL" ? "The request failed because of a defect." : error.message,
      code: error.code,
      hint: error.hint,
      ...(typeof field === "string" ? { field } : {}),
    };
    response.status(status).json(body);
  };
}

function appErrorOf(reason: unknown): AppError {
  if (reason instanceof AppError) return reason;
  // What express and its body parser refuse carries a status and a type.
  const { status, type } = typeof reason === "object" && reason !== null ? (reason as HttpishError) : {};
  if (type === "entity.too.large") {
    return new AppError("WK-RPC-TOO-LARGE", "The request's body is larger than 1 MiB.", { cause: reason });
  }
  if (type === "entity.parse.failed") {
    return new AppError("WK-HTTP-INPUT", `The body is no JSON: ${errorMessage(reason)}.`, { cause: reason });
  }
  if (typeof status === "number" && status >= 400 && status < 500) {
    return new AppError("WK-HTTP-INPUT", `The request cannot be read: ${errorMessage(reason)}.`, { cause: reason });
  }
  return AppError.from(reason);
}

interface HttpishError {
  readonly status?: unknown;
  readonly type?: unknown;
}
