import { AppError, hasCode } from "../../core/errors.ts";
import type { Scope } from "./scope.ts";

/**
 * Repeats a step of a roll-back while its server does not answer, up to the limit for roll-backs. The step must be
 * one that may be done twice.
 */
export async function persistently<T>(scope: Scope, step: () => Promise<T>): Promise<T> {
  const { clock, options } = scope.ctx;
  const started = clock.monotonic();
  for (;;) {
    try {
      return await step();
    } catch (error) {
      if (!isPassing(error) || clock.monotonic() - started > options.waits.undoMs) throw error;
      scope.ctx.log.debug(`Trying again: ${AppError.from(error).message}`);
    }
    await scope.sleep(options.waits.pollMs);
  }
}

function isPassing(error: unknown): boolean {
  return hasCode(error, "WK-RPC-UNREACHABLE", "WK-TIMEOUT", "WK-RPC-STREAM-CUT", "WK-RPC-BUSY", "WK-CANCELLED");
}
