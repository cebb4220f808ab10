import { ReachMemory } from "./reach-memory.ts";
import type { WorkerSession } from "./worker-session.ts";

/** What this admin counted of a worker since it first saw it. */
export interface WorkerTally {
  readonly firstSeenAt: number;
  completed: number;
  failed: number;
  /** The newest stream; it may be over. */
  session: WorkerSession;
  /** Processes whose place another one with the same id took while they were connected, by their nonce. */
  readonly replaced: Set<string>;
  /** Servers the worker could not reach lately. */
  readonly reach: ReachMemory;
}

/** The workers by id. A newer stream of an id takes the place of the older one, whose end then changes nothing. */
export class WorkerRoster {
  readonly #tallies = new Map<string, WorkerTally>();

  /** Returns the session whose place was taken. */
  enter(session: WorkerSession): WorkerSession | undefined {
    const tally = this.#tallies.get(session.workerId);
    if (tally === undefined) {
      this.#tallies.set(session.workerId, {
        firstSeenAt: session.connectedAt,
        completed: 0,
        failed: 0,
        session,
        replaced: new Set(),
        reach: new ReachMemory(),
      });
      return undefined;
    }
    const old = tally.session;
    tally.session = session;
    tally.replaced.delete(session.processNonce);
    if (!old.open) return undefined;
    if (old.processNonce !== session.processNonce) tally.replaced.add(old.processNonce);
    return old;
  }

  /**
   * Whether another process took the place of this one and still has it. Two processes with one id would otherwise take
   * it from each other for ever, and every time the tasks of both would be lost.
   */
  isReplaced(workerId: string, processNonce: string): boolean {
    const tally = this.#tallies.get(workerId);
    return tally?.session.open === true && tally.replaced.has(processNonce);
  }

  /** The newest session of a worker while its stream is open. */
  session(workerId: string): WorkerSession | undefined {
    const session = this.#tallies.get(workerId)?.session;
    return session?.open === true ? session : undefined;
  }

  isCurrent(session: WorkerSession): boolean {
    return this.#tallies.get(session.workerId)?.session === session;
  }

  tally(workerId: string): WorkerTally | undefined {
    return this.#tallies.get(workerId);
  }

  all(): readonly WorkerTally[] {
    return [...this.#tallies.values()];
  }

  open(): readonly WorkerSession[] {
    return this.all().flatMap((tally) => (tally.session.open ? [tally.session] : []));
  }

  /** Forgets a worker that is gone and holds nothing. */
  forget(workerId: string): void {
    this.#tallies.delete(workerId);
  }

  /** @param now Monotonic ms. */
  noteUnreachable(workerId: string, server: string, now: number): void {
    this.#tallies.get(workerId)?.reach.note(server, now);
  }

  /** Servers a worker gets no task of for now. */
  cannotReach(workerId: string, now: number): readonly string[] {
    return this.#tallies.get(workerId)?.reach.servers(now) ?? [];
  }
}
