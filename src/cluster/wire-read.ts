import type { CallOptions } from "../rpc/call.ts";

/** A number that is bounded by design (sizes, counts, seconds); absent = 0. */
export function int(value: string | number | undefined): number {
  return value === undefined ? 0 : Number(value);
}

/** A 64-bit number of any size (keys, nanoseconds, tokens); absent = 0n. */
export function big(value: string | undefined): bigint {
  return value === undefined ? 0n : BigInt(value);
}

/** The time limit of calls that change or read a little. */
const QUICK_MS = 30_000;

/** The caller's options, with the usual limit when it named none. */
export function quick(options: CallOptions | undefined): CallOptions {
  return { ...options, timeoutMs: options?.timeoutMs ?? QUICK_MS };
}
