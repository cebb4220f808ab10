import type { ResourceNeeds } from "./task.ts";

/** Counted limits. A limit that is absent does not hold. */
export interface BudgetLimits {
  /** Attempts at once in the whole cluster. */
  readonly cluster: number;
  /** Attempts that read from one volume server, and that write to one. */
  readonly serverReads: number;
  readonly serverWrites: number;
  readonly types: Readonly<Record<string, TypeLimits>>;
}

export interface TypeLimits {
  readonly total: number;
  readonly perWorker: number;
  readonly perServer: number;
}

/** What an attempt holds while it runs. */
export interface Holding {
  readonly type: string;
  readonly workerId: string;
  readonly needs: ResourceNeeds;
}

/** Name of what is used up: `cluster`, `type:vacuum`, `reads:host:port`, … Tasks wait under it until it is given back. */
export type Resource = string;

/**
 * Who holds how much of what. Only counts: it is derived from the live attempts and can be built anew at any time.
 * A failed attempt gives everything back by construction, since giving back is removing its holding.
 */
export class Budgets {
  readonly #counts = new Map<Resource, number>();
  #limits: BudgetLimits;

  constructor(limits: BudgetLimits) {
    this.#limits = limits;
  }

  setLimits(limits: BudgetLimits): void {
    this.#limits = limits;
  }

  clear(): void {
    this.#counts.clear();
  }

  take(holding: Holding): void {
    for (const resource of resourcesOf(holding)) this.#counts.set(resource, this.used(resource) + 1);
  }

  /** Returns the resources that were given back. */
  give(holding: Holding): readonly Resource[] {
    const resources = resourcesOf(holding);
    for (const resource of resources) {
      const left = this.used(resource) - 1;
      if (left > 0) this.#counts.set(resource, left);
      else this.#counts.delete(resource);
    }
    return resources;
  }

  used(resource: Resource): number {
    return this.#counts.get(resource) ?? 0;
  }

  /** The first thing a task of this type and these needs would have to wait for, whoever runs it. */
  blockedBy(type: string, needs: ResourceNeeds): Resource | undefined {
    const limits = this.#limits.types[type];
    for (const server of serversOf(needs)) {
      if (limits !== undefined && this.#full(typeOnServer(type, server), limits.perServer))
        return typeOnServer(type, server);
    }
    for (const server of needs.reads)
      if (this.#full(`reads:${server}`, this.#limits.serverReads)) return `reads:${server}`;
    for (const server of needs.writes)
      if (this.#full(`writes:${server}`, this.#limits.serverWrites)) return `writes:${server}`;
    return undefined;
  }

  /** Whether one more attempt of this type may run at all. */
  typeHasRoom(type: string): boolean {
    const limits = this.#limits.types[type];
    return (
      !this.#full("cluster", this.#limits.cluster) &&
      (limits === undefined || !this.#full(`type:${type}`, limits.total))
    );
  }

  /** Whether one more attempt of this type may run on this worker. */
  workerHasRoom(type: string, workerId: string): boolean {
    const limits = this.#limits.types[type];
    return limits === undefined || !this.#full(typeOnWorker(type, workerId), limits.perWorker);
  }

  /** Whether a task that waits for this resource could have it now. */
  hasRoom(resource: Resource): boolean {
    const [kind = "", rest = ""] = splitOnce(resource, ":");
    if (kind === "reads") return !this.#full(resource, this.#limits.serverReads);
    if (kind === "writes") return !this.#full(resource, this.#limits.serverWrites);
    const limits = this.#limits.types[splitOnce(rest, "@")[0] ?? ""];
    return kind !== "type" || limits === undefined || !this.#full(resource, limits.perServer);
  }

  #full(resource: Resource, limit: number): boolean {
    return this.used(resource) >= limit;
  }
}

function resourcesOf(holding: Holding): readonly Resource[] {
  const { type, workerId, needs } = holding;
  return [
    "cluster",
    `type:${type}`,
    typeOnWorker(type, workerId),
    ...needs.reads.map((server) => `reads:${server}`),
    ...needs.writes.map((server) => `writes:${server}`),
    ...serversOf(needs).map((server) => typeOnServer(type, server)),
  ];
}

function splitOnce(text: string, separator: string): readonly string[] {
  const at = text.indexOf(separator);
  return at < 0 ? [text] : [text.slice(0, at), text.slice(at + 1)];
}

function serversOf(needs: ResourceNeeds): readonly string[] {
  return [...new Set([...needs.reads, ...needs.writes])];
}

function typeOnWorker(type: string, workerId: string): Resource {
  return `type:${type}@worker:${workerId}`;
}

function typeOnServer(type: string, server: string): Resource {
  return `type:${type}@server:${server}`;
}
