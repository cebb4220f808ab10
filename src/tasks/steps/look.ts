import type { ClusterPort } from "../../cluster/cluster-port.ts";
import { AppError } from "../../core/errors.ts";
import { httpForm } from "../../rpc/server-address.ts";
import type { Verdict } from "../definition.ts";

export const REACHED: Verdict = { reached: true };

export function notReached(why: string): Verdict {
  return { reached: false, why };
}

/** First verdict that says no, in order; the later ones are not asked then. */
export async function allReached(checks: readonly (() => Promise<Verdict>)[]): Promise<Verdict> {
  for (const check of checks) {
    const verdict = await check();
    if (!verdict.reached) return verdict;
  }
  return REACHED;
}

/**
 * Whether the master names these servers, and none of the others, for a volume. Its word is some seconds old, so it
 * is asked until it fits or the signal ends it.
 */
export async function masterAgrees(
  cluster: ClusterPort,
  volumeId: number,
  expected: { readonly at: readonly string[]; readonly notAt: readonly string[] },
  signal: AbortSignal,
): Promise<Verdict> {
  return untilReached(signal, async () => {
    const [found] = await cluster.master.lookupVolume([volumeId], { signal });
    const listed = new Set((found?.locations ?? []).map(({ address }) => address.http));
    return disagreement(volumeId, listed, expected);
  });
}

export function disagreement(
  what: number | string,
  listed: ReadonlySet<string>,
  expected: { readonly at: readonly string[]; readonly notAt: readonly string[] },
): Verdict {
  const absent = expected.at.filter((server) => !listed.has(httpForm(server)));
  const stale = expected.notAt.filter((server) => listed.has(httpForm(server)));
  if (absent.length > 0) return notReached(`the master does not list ${what} on ${absent.join(", ")}`);
  if (stale.length > 0) return notReached(`the master still lists ${what} on ${stale.join(", ")}`);
  return REACHED;
}

const POLL_MS = 500;

/** Looks again until the verdict is yes; the last no counts when the signal ends the wait. */
export async function untilReached(signal: AbortSignal, look: () => Promise<Verdict>): Promise<Verdict> {
  let verdict = await look();
  while (!verdict.reached) {
    if (!(await pause(signal))) return verdict;
    try {
      verdict = await look();
    } catch (reason) {
      if (signal.aborted) return verdict;
      throw AppError.from(reason);
    }
  }
  return verdict;
}

/** False when the signal ended the pause. */
function pause(signal: AbortSignal): Promise<boolean> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve(false);
      return;
    }
    const end = (value: boolean): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", onAbort);
      resolve(value);
    };
    const onAbort = (): void => end(false);
    const timer = setTimeout(() => end(true), POLL_MS);
    signal.addEventListener("abort", onAbort, { once: true });
  });
}
