import type { AppError } from "../core/errors.ts";

/**
 * Whether a failed call can do nothing any more: the server itself said no, or it was never sent. After everything
 * else (connection lost, time-out, cancelled here) the server may go on.
 */
export function isOver(error: AppError): boolean {
  const reached = error.details["reached"];
  return reached === "yes" || reached === "no";
}
