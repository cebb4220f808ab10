import type { ClusterNodeUpdate } from "../../rpc/gen/master_pb/ClusterNodeUpdate.ts";
import type { KeepConnectedRequest__Output } from "../../rpc/gen/master_pb/KeepConnectedRequest.ts";
import type { KeepConnectedResponse } from "../../rpc/gen/master_pb/KeepConnectedResponse.ts";
import type { ListClusterNodesResponse } from "../../rpc/gen/master_pb/ListClusterNodesResponse.ts";
import type { SeaweedDefinition } from "../../rpc/gen/master_pb/Seaweed.ts";
import { bidi, type Handlers, unary } from "../rpc-handlers.ts";
import type { LocationChange, Topology } from "./topology.ts";

/** Kinds of clients that others may list. */
const LISTED_TYPES: readonly string[] = ["filer", "broker", "s3"];

interface Subscriber {
  readonly type: string;
  readonly address: string;
  readonly version: string;
  readonly group: string;
  readonly dataCenter: string;
  readonly rack: string;
  readonly since: bigint;
}

/** Clients of `KeepConnected`: they are told where volumes are, now and at every change. */
export class Subscribers {
  readonly #topology: Topology;
  readonly #leader: string;
  readonly #clients = new Map<
    object,
    { readonly who: Subscriber; readonly push: (message: KeepConnectedResponse) => void }
  >();

  constructor(topology: Topology, leader: string) {
    this.#topology = topology;
    this.#leader = leader;
    topology.onChange((change) => {
      for (const { push } of this.#clients.values()) push({ volume_location: locationMessage(change) });
    });
  }

  handlers(): Pick<Handlers<SeaweedDefinition>, "KeepConnected" | "ListClusterNodes"> {
    return {
      KeepConnected: bidi(async (requests, send, call) => {
        const iterator = requests[Symbol.asyncIterator]();
        const first = await iterator.next();
        if (first.done === true) return;
        const key = {};
        let chain = Promise.resolve();
        const push = (message: KeepConnectedResponse): void => {
          chain = chain.then(() => send(message)).catch(() => undefined);
        };
        const who = subscriber(first.value, call.peer);
        for (const message of this.#firstMessages(who)) push(message);
        this.#clients.set(key, { who, push });
        this.#announce(who, true);
        try {
          // Clients send nothing more; reading shows when they leave.
          for (let next = await iterator.next(); next.done !== true; next = await iterator.next());
        } finally {
          this.#clients.delete(key);
          this.#announce(who, false);
        }
      }),
      ListClusterNodes: unary(({ client_type = "", filer_group = "", limit = 0 }) =>
        this.#list(client_type, filer_group, limit),
      ),
    };
  }

  #firstMessages(who: Subscriber): KeepConnectedResponse[] {
    const nodes = [...this.#topology.nodes.values()];
    const locations = nodes.map((node) =>
      locationMessage({
        node,
        newVids: [...node.volumes.keys()],
        newEcVids: [...node.ecVids()],
        deletedVids: [],
        deletedEcVids: [],
      }),
    );
    const [head = {}, ...rest] = locations;
    const filers = [...this.#clients.values()].filter(
      (client) => client.who.type === "filer" && client.who.group === who.group,
    );
    return [
      { volume_location: { ...head, leader: this.#leader } },
      ...rest.map((location) => ({ volume_location: location })),
      ...filers.map((client) => ({ cluster_node_update: nodeUpdate(client.who, true) })),
    ];
  }

  #announce(who: Subscriber, isAdd: boolean): void {
    if (!LISTED_TYPES.includes(who.type)) return;
    for (const { push, who: other } of this.#clients.values()) {
      if (other !== who) push({ cluster_node_update: nodeUpdate(who, isAdd) });
    }
  }

  #list(type: string, group: string, limit: number): ListClusterNodesResponse {
    if (!LISTED_TYPES.includes(type)) return { cluster_nodes: [] };
    const found = [...this.#clients.values()].map((client) => client.who);
    const matching = found.filter((who) => who.type === type && who.group === group);
    const nodes = limit > 0 ? matching.slice(0, limit) : matching;
    return {
      cluster_nodes: nodes.map((who) => ({
        address: who.address,
        version: who.version,
        created_at_ns: String(who.since),
        data_center: who.dataCenter,
        rack: who.rack,
      })),
    };
  }
}

function subscriber(request: KeepConnectedRequest__Output, peer: string): Subscriber {
  return {
    type: request.client_type ?? "",
    address: request.client_address || peer,
    version: request.version ?? "",
    group: request.filer_group ?? "",
    dataCenter: request.data_center ?? "",
    rack: request.rack ?? "",
    since: BigInt(Date.now()) * 1_000_000n,
  };
}

function nodeUpdate(who: Subscriber, isAdd: boolean): ClusterNodeUpdate {
  return {
    node_type: who.type,
    address: who.address,
    is_add: isAdd,
    filer_group: who.group,
    created_at_ns: String(who.since),
  };
}

function locationMessage(change: LocationChange): NonNullable<KeepConnectedResponse["volume_location"]> {
  const { node } = change;
  return {
    ...node.location,
    new_vids: [...change.newVids],
    deleted_vids: [...change.deletedVids],
    new_ec_vids: [...change.newEcVids],
    deleted_ec_vids: [...change.deletedEcVids],
  };
}
