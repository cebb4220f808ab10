import type { ChannelCredentials, Client } from "@grpc/grpc-js";
import type { Logger } from "../core/logger.ts";
import { type FinishedCall, RpcPeer } from "../rpc/call.ts";
import { createChannel } from "../rpc/channel.ts";
import { parseServerAddress, type ServerAddress } from "../rpc/server-address.ts";
import type { ClusterPort } from "./cluster-port.ts";
import { LeaderFinder } from "./leader-finder.ts";
import { createMasterClient } from "./master-client.ts";
import type { MasterClient } from "./master-port.ts";
import { createVolumeServerClient } from "./volume-server-client.ts";
import type { VolumeServerClient } from "./volume-server-port.ts";

export interface GrpcClusterOptions {
  /** At least one. */
  readonly masters: readonly ServerAddress[];
  /** Plaintext or TLS, from `security/`; for masters and volume servers alike. */
  readonly credentials: ChannelCredentials;
  readonly logger: Logger;
  /** Sees every finished call, for metrics. */
  readonly observe?: ((call: FinishedCall) => void) | undefined;
}

/** The cluster over gRPC. One connection per server, opened on first use and kept until `close`. */
export class GrpcCluster implements ClusterPort {
  readonly master: MasterClient;
  readonly leaders: LeaderFinder;
  readonly #options: GrpcClusterOptions;
  readonly #connections = new Map<string, { readonly client: Client; readonly peer: RpcPeer }>();
  readonly #volumeServers = new Map<string, VolumeServerClient>();

  constructor(options: GrpcClusterOptions) {
    this.#options = options;
    const peer = (address: ServerAddress): RpcPeer => this.peer(address);
    this.leaders = new LeaderFinder({ masters: options.masters, peer });
    this.master = createMasterClient(this.leaders, peer);
  }

  volumeServer(address: string): VolumeServerClient {
    const parsed = parseServerAddress(address);
    let client = this.#volumeServers.get(parsed.grpc);
    if (client === undefined) {
      client = createVolumeServerClient(this.peer(parsed));
      this.#volumeServers.set(parsed.grpc, client);
    }
    return client;
  }

  /** The shared connection to a server, for calls that have no method here. */
  peer(address: ServerAddress): RpcPeer {
    let connection = this.#connections.get(address.grpc);
    if (connection === undefined) {
      const { credentials, logger, observe } = this.#options;
      const client = createChannel(address, credentials);
      connection = { client, peer: new RpcPeer({ address, client, logger, observe }) };
      this.#connections.set(address.grpc, connection);
    }
    return connection.peer;
  }

  /** Ends all connections; new calls fail. */
  close(): void {
    for (const { client } of this.#connections.values()) client.close();
    this.#connections.clear();
    this.#volumeServers.clear();
  }
}
