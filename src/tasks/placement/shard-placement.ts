import type { TopologyServer } from "../../cluster/topology/snapshot.ts";
import type { ShardPlace } from "./shard-room.ts";

/** The widest unit whose loss the volume survives. `host`: one machine with several servers. */
export type Survival = "none" | "server" | "host" | "rack" | "data_center";

const ORDER: readonly Survival[] = ["none", "server", "host", "rack", "data_center"];

export function survivesAtLeast(survival: Survival, wanted: Survival): boolean {
  return ORDER.indexOf(survival) >= ORDER.indexOf(wanted);
}

export interface ShardRequest {
  readonly shards: number;
  /** Shards that may be lost. */
  readonly parity: number;
  readonly rackLimit: number;
  readonly serverLimit: number;
}

export interface PlacedShards {
  readonly survives: Survival;
  /** Servers that hold shards and how many, most first. */
  readonly counts: readonly { readonly place: ShardPlace; readonly shards: number }[];
}

/**
 * Spreads the shards of one volume. The widest protection that the places allow comes first: no more shards than
 * parity in one data center, else in one rack, else on one machine, else on one server. Within that, as many
 * servers as possible, then racks, then data centers, then the servers with most room.
 * Undefined when there is no room for all shards.
 */
export function placeShards(places: readonly ShardPlace[], request: ShardRequest): PlacedShards | undefined {
  for (const survives of [...ORDER].reverse()) {
    if (!worthTrying(places, request, survives)) continue;
    const counts = spread(places, request, survives);
    if (counts !== undefined) return { survives, counts };
  }
  return undefined;
}

/** How many servers at once may be lost, whichever they are. */
export function serversToLose(placed: PlacedShards, parity: number): number {
  let lost = 0;
  let servers = 0;
  for (const { shards } of placed.counts) {
    lost += shards;
    if (lost > parity) break;
    servers++;
  }
  return servers;
}

type Unit = "host" | "rack" | "data_center";
const UNITS: readonly Unit[] = ["host", "rack", "data_center"];

function unitOf(server: TopologyServer, unit: Unit): number {
  if (unit === "host") return server.hostIndex;
  return unit === "rack" ? server.rackIndex : server.dataCenterIndex;
}

/** Cheap: whether there are enough units to hold all shards with no more than parity in each. */
function worthTrying(places: readonly ShardPlace[], { shards, parity }: ShardRequest, survives: Survival): boolean {
  if (survives === "none") return true;
  const units =
    survives === "server" ? places.length : new Set(places.map(({ server }) => unitOf(server, survives))).size;
  return units * parity >= shards;
}

/** A place during the search: its counters are shared with the places of the same host, rack and data center. */
interface Draft {
  readonly place: ShardPlace;
  readonly room: number;
  readonly most: number;
  readonly host: Counter;
  readonly rack: Counter;
  readonly center: Counter;
  taken: number;
}

interface Counter {
  shards: number;
  readonly limit: number;
}

/**
 * One shard at a time to the best place that is left. The limits are nested as servers, racks and data centers
 * are, so taking an allowed place does not make the rest impossible.
 */
function spread(
  places: readonly ShardPlace[],
  request: ShardRequest,
  survives: Survival,
): PlacedShards["counts"] | undefined {
  const drafts = draftsOf(places, request, survives);
  for (let shard = 0; shard < request.shards; shard++) {
    let best: Draft | undefined;
    for (const draft of drafts) {
      const open =
        draft.taken < draft.most &&
        draft.host.shards < draft.host.limit &&
        draft.rack.shards < draft.rack.limit &&
        draft.center.shards < draft.center.limit;
      if (open && (best === undefined || better(draft, best))) best = draft;
    }
    if (best === undefined) return undefined;
    best.taken++;
    best.host.shards++;
    best.rack.shards++;
    best.center.shards++;
  }
  return drafts
    .filter(({ taken }) => taken > 0)
    .map(({ place, taken }) => ({ place, shards: taken }))
    .sort((a, b) => b.shards - a.shards || a.place.index - b.place.index);
}

function draftsOf(places: readonly ShardPlace[], request: ShardRequest, survives: Survival): readonly Draft[] {
  const limits = limitsOf(request, survives);
  const counters: Readonly<Record<Unit, Map<number, Counter>>> = {
    host: new Map(),
    rack: new Map(),
    data_center: new Map(),
  };
  for (const unit of UNITS) {
    for (const { server } of places) counters[unit].set(unitOf(server, unit), { shards: 0, limit: limits[unit] });
  }
  const counter = (server: TopologyServer, unit: Unit): Counter =>
    counters[unit].get(unitOf(server, unit)) ?? { shards: 0, limit: 0 };
  return places.map((place) => ({
    place,
    room: Math.min(place.bytes, Number.MAX_SAFE_INTEGER) / (1 + place.planned),
    most: Math.min(place.slots, limits.server),
    host: counter(place.server, "host"),
    rack: counter(place.server, "rack"),
    center: counter(place.server, "data_center"),
    taken: 0,
  }));
}

function better(a: Draft, b: Draft): boolean {
  if (a.taken !== b.taken) return a.taken < b.taken;
  if (a.host.shards !== b.host.shards) return a.host.shards < b.host.shards;
  if (a.rack.shards !== b.rack.shards) return a.rack.shards < b.rack.shards;
  if (a.center.shards !== b.center.shards) return a.center.shards < b.center.shards;
  return a.room > b.room;
}

function limitsOf(
  { parity, rackLimit, serverLimit }: ShardRequest,
  survives: Survival,
): Readonly<Record<Unit | "server", number>> {
  const within = (unit: Survival): number => (survivesAtLeast(survives, unit) ? parity : Infinity);
  return {
    server: Math.min(within("server"), serverLimit),
    host: within("host"),
    rack: Math.min(within("rack"), rackLimit),
    data_center: within("data_center"),
  };
}
