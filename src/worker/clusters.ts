import type { ChannelCredentials } from "@grpc/grpc-js";
import { GrpcCluster } from "../cluster/grpc-cluster.ts";
import type { Logger } from "../core/logger.ts";
import { parseServerAddress, type ServerAddress } from "../rpc/server-address.ts";

/** The clusters behind the masters that assignments name; tasks of one cluster share its connections. */
export class Clusters {
  readonly #credentials: ChannelCredentials;
  readonly #fallback: readonly ServerAddress[];
  readonly #logger: Logger;
  readonly #open = new Map<string, GrpcCluster>();

  /** @param fallback masters for assignments that name none. */
  constructor(credentials: ChannelCredentials, fallback: readonly ServerAddress[], logger: Logger) {
    this.#credentials = credentials;
    this.#fallback = fallback;
    this.#logger = logger;
  }

  /** @throws AppError WK-ADDRESS. */
  behind(masters: readonly string[]): GrpcCluster {
    const addresses = masters.length === 0 ? this.#fallback : masters.map(parseServerAddress);
    // The leader comes first in an assignment; the cluster is the same one whoever leads.
    const key = addresses
      .map((address) => address.http)
      .sort()
      .join(",");
    let cluster = this.#open.get(key);
    if (cluster === undefined) {
      cluster = new GrpcCluster({ masters: addresses, credentials: this.#credentials, logger: this.#logger });
      this.#open.set(key, cluster);
    }
    return cluster;
  }

  close(): void {
    for (const cluster of this.#open.values()) cluster.close();
    this.#open.clear();
  }
}
