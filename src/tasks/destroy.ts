import { AppError } from "../core/errors.ts";
import type { CallOptions } from "../rpc/call.ts";
import { isOver } from "./call-end.ts";
import type { TaskContext } from "./context.ts";

/**
 * Limit of every destructive call. It must fit into the fenced part of a lease (two thirds of 20 s) with room for
 * the audit record, or the call could end after another worker has the task.
 */
export const DESTRUCTIVE_CALL_MS = 10_000;

/** Room between a destructive call's own limit and the end of the lease. */
const MARGIN_MS = 500;

interface DestructiveStep {
  /** The RPC, for example `VolumeDelete`. */
  readonly call: string;
  /** Server in address form. */
  readonly server: string;
  readonly volumeId: number;
}

/**
 * What became of a destructive call. `failed` is an answer of the server or a call that was never sent; after
 * `unknown` (reply lost, time-out) the effect may be there or may still come: read the state, never just repeat.
 * An answer of the server is no proof either that nothing was changed.
 */
export type Destroyed<T> =
  | { readonly kind: "done"; readonly value: T }
  | { readonly kind: "failed"; readonly error: AppError }
  | { readonly kind: "unknown"; readonly error: AppError };

/**
 * The one way to a destructive call. In this order: waits for a lease that outlives the call and for the end of an
 * emergency stop; lets `precondition` read what the step depends on from the servers; has the audit record on the
 * admin's disk; calls; records the outcome.
 * @param precondition Resolves to one sentence that says what was read; throws AppError (WK-TASK-UNSAFE) when the
 *   step must not be done. Nothing was touched then.
 * @param call Gets the options it must pass on to the client.
 */
export async function destroy<T>(
  ctx: TaskContext,
  step: DestructiveStep,
  precondition: () => Promise<string>,
  call: (options: CallOptions) => Promise<T>,
): Promise<Destroyed<T>> {
  let facts: string;
  do {
    await ctx.lease.whenAtLeast(DESTRUCTIVE_CALL_MS + MARGIN_MS);
    facts = await precondition();
    await ctx.audit({ ...step, precondition: facts });
    // Reading and writing the record took time: what was read may be old and the lease short by now.
  } while (ctx.lease.remainingMs() < DESTRUCTIVE_CALL_MS);

  ctx.log.info(`${step.call} on ${step.server}`, { volume: step.volumeId, precondition: facts });
  const result = await attempt(call);
  const outcome = result.kind === "done" ? "ok" : `${result.kind}: ${result.error.message}`;
  if (result.kind !== "done") ctx.log.warn(`${step.call} on ${step.server}: ${outcome}`, { volume: step.volumeId });
  try {
    await ctx.audit({ ...step, precondition: facts, outcome });
  } catch (error) {
    // The call is done; the record before it stands. The next step meets a dead attempt by itself.
    ctx.log.warn(
      `The outcome of ${step.call} on ${step.server} could not be recorded: ${AppError.from(error).message}`,
      {
        volume: step.volumeId,
      },
    );
  }
  return result;
}

async function attempt<T>(call: (options: CallOptions) => Promise<T>): Promise<Destroyed<T>> {
  try {
    // No signal: a cancelled destructive call would only hide its outcome.
    return { kind: "done", value: await call({ timeoutMs: DESTRUCTIVE_CALL_MS }) };
  } catch (reason) {
    const error = AppError.from(reason);
    return { kind: isOver(error) ? "failed" : "unknown", error };
  }
}
