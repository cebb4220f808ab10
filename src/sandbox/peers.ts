import type { ChannelCredentials, Client } from "@grpc/grpc-js";
import { silentLogger } from "../core/logger.ts";
import { type CallOptions, type ClientMethod, RpcPeer } from "../rpc/call.ts";
import { createChannel } from "../rpc/channel.ts";
import { parseServerAddress, type ServerAddress, serverAddress } from "../rpc/server-address.ts";

/** Where a server is: as the master's records say it, as an address, or as text. */
export type PeerPlace =
  | ServerAddress
  | string
  | { readonly ip: string; readonly port: number; readonly grpcPort: number };

/** The channels one server of the sandbox has to others; closed with it. */
export class Peers {
  readonly #credentials: ChannelCredentials;
  readonly #open = new Map<string, { readonly client: Client; readonly peer: RpcPeer }>();

  constructor(credentials: ChannelCredentials) {
    this.#credentials = credentials;
  }

  to(place: PeerPlace): RpcPeer {
    const address = addressOf(place);
    const known = this.#open.get(address.grpc);
    if (known !== undefined) return known.peer;
    const client = createChannel(address, this.#credentials);
    const peer = new RpcPeer({ address, client, logger: silentLogger });
    this.#open.set(address.grpc, { client, peer });
    return peer;
  }

  call<Request, Response>(
    place: PeerPlace,
    method: ClientMethod<Request, Response>,
    request: Request,
    options: CallOptions = {},
  ): Promise<Response> {
    return this.to(place).unary(method, request, options);
  }

  close(): void {
    for (const { client } of this.#open.values()) client.close();
    this.#open.clear();
  }
}

function addressOf(place: PeerPlace): ServerAddress {
  if (typeof place === "string") return parseServerAddress(place);
  return "http" in place ? place : serverAddress(place.ip, place.port, place.grpcPort);
}
