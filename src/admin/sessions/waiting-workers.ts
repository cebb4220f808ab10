import type { WaitingWorker } from "../store/store.ts";
import type { AttemptBook } from "./attempt-book.ts";
import type { SessionPolicy } from "./session-policy.ts";
import type { WorkerRoster } from "./worker-roster.ts";

/**
 * The workers that may get a task now: an open request, and slots free by our own count of attempts (not of requests).
 * Least loaded first, then longest idle.
 */
export function waitingWorkers(
  roster: WorkerRoster,
  book: AttemptBook,
  types: readonly string[],
  policy: SessionPolicy,
  now: number,
): readonly WaitingWorker[] {
  const { pausedWorkers } = policy.holds();
  const waiting: (WaitingWorker & { readonly heardAt: number })[] = [];
  for (const session of roster.open()) {
    const { workerId, registration } = session;
    const running = book.countOf(workerId);
    const slots = Math.min(session.wanted, registration.maxConcurrent - running);
    if (slots <= 0 || session.leaving || pausedWorkers.has(workerId)) continue;
    const legacy = !session.speaksExtensions;
    waiting.push({
      workerId,
      processNonce: session.processNonce,
      types: types.filter(
        (type) => registration.capabilities.includes(type) && (!legacy || policy.global.legacyWorkers.includes(type)),
      ),
      slots,
      running,
      maxConcurrent: registration.maxConcurrent,
      cannotReach: roster.cannotReach(workerId, now),
      // A Go worker vacuums the first replica it is told of and no other.
      singleServer: legacy,
      heardAt: session.connectedAt,
    });
  }
  return waiting.sort((a, b) => a.running / a.maxConcurrent - b.running / b.maxConcurrent || a.heardAt - b.heardAt);
}
