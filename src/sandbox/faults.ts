import { status } from "@grpc/grpc-js";

/**
 * What happens to a call:
 * - `fail`: answered with an error, not carried out (`code`, `message`);
 * - `delay`: carried out `delayMs` later;
 * - `cut`: the connection breaks for the caller (after `afterMessages` answers of a stream); the work goes on;
 * - `lose-reply`: carried out to its end, but the caller sees a broken connection instead of the answer;
 * - `hang`: nothing happens until `release()` (then the call is carried out) or the end of the server;
 * - `kill`: the server dies at this very moment, as by kill −9.
 */
export type FaultAction = "fail" | "delay" | "cut" | "lose-reply" | "hang" | "kill";

export interface FaultSpec {
  /** "master", the number of a volume server (its place in `sandbox.servers`), or an address. Absent: any. */
  readonly server?: string | number;
  /** Name of the RPC such as `VolumeCopy`, or `HTTP GET`, `HTTP POST`, …; `*` for all. */
  readonly rpc: string;
  /** A point inside the work of the RPC instead of its beginning, such as `dat` of VolumeCopy; see docs of the handlers. */
  readonly at?: string;
  /** Only calls about this volume. */
  readonly volumeId?: number;
  /** Only calls whose request (or facts of the point) this says yes to. */
  readonly match?: (facts: FaultFacts) => boolean;
  /** The first matching call that is hit; default 1. */
  readonly nth?: number;
  /** How many calls are hit from then on; default 1. */
  readonly times?: number;
  readonly action: FaultAction;
  /** For `delay`; default 100. */
  readonly delayMs?: number;
  /** For `fail`; default UNKNOWN. */
  readonly code?: status;
  /** For `fail`; default "injected failure". */
  readonly message?: string;
  /** For `cut` of a stream of answers: cut after so many; default 0. */
  readonly afterMessages?: number;
}

export type FaultFacts = Readonly<Record<string, unknown>>;

/** A fault that was set; stays until it was hit `times` times or removed. */
export interface Fault {
  /** How often it was hit. */
  readonly hits: number;
  /** Resolves at the first hit. */
  readonly hit: Promise<void>;
  /** Lets hanging calls go on, and later ones pass. */
  release(): void;
  /** Takes the fault out; hanging calls go on. */
  remove(): void;
}

/** A fault that applies to one call now. */
export interface ActiveFault {
  readonly action: FaultAction;
  readonly code: status;
  readonly message: string;
  readonly delayMs: number;
  readonly afterMessages: number;
  readonly released: Promise<void>;
}

/** The fault switches of a whole sandbox. */
export class Faults {
  readonly #set = new Set<SetFault>();

  /** Sets a fault; several may wait for the same call, the oldest that matches is used. */
  add(spec: FaultSpec): Fault {
    const fault = new SetFault(spec, () => this.#set.delete(fault));
    this.#set.add(fault);
    return fault;
  }

  /** Removes all faults; hanging calls go on. */
  clear(): void {
    for (const fault of [...this.#set]) fault.remove();
  }

  /** The fault for this call or point, counted as hit. `names` are all names of the server. */
  take(names: readonly string[], rpc: string, at: string | undefined, facts: FaultFacts): ActiveFault | undefined {
    for (const fault of this.#set) {
      if (fault.matches(names, rpc, at, facts) && fault.count()) return fault.active;
    }
    return undefined;
  }
}

class SetFault implements Fault {
  readonly hit: Promise<void>;
  readonly active: ActiveFault;
  hits = 0;
  readonly #spec: FaultSpec;
  readonly #drop: () => void;
  #seen = 0;
  #announce: () => void = () => undefined;
  #free: () => void = () => undefined;

  constructor(spec: FaultSpec, drop: () => void) {
    this.#spec = spec;
    this.#drop = drop;
    this.hit = new Promise((resolve) => {
      this.#announce = resolve;
    });
    const released = new Promise<void>((resolve) => {
      this.#free = resolve;
    });
    this.active = {
      action: spec.action,
      code: spec.code ?? status.UNKNOWN,
      message: spec.message ?? "injected failure",
      delayMs: spec.delayMs ?? 100,
      afterMessages: spec.afterMessages ?? 0,
      released,
    };
  }

  matches(names: readonly string[], rpc: string, at: string | undefined, facts: FaultFacts): boolean {
    const { server, volumeId, match } = this.#spec;
    if (this.#spec.at !== at || (this.#spec.rpc !== rpc && this.#spec.rpc !== "*")) return false;
    if (server !== undefined && !names.includes(String(server))) return false;
    if (volumeId !== undefined && facts["volume_id"] !== volumeId) return false;
    return match === undefined || match(facts);
  }

  /** Counts a matching call; true when it is hit. */
  count(): boolean {
    this.#seen++;
    if (this.#seen < (this.#spec.nth ?? 1)) return false;
    this.hits++;
    if (this.hits >= (this.#spec.times ?? 1)) this.#drop();
    this.#announce();
    return true;
  }

  release(): void {
    this.remove();
  }

  remove(): void {
    this.#drop();
    this.#free();
  }
}
