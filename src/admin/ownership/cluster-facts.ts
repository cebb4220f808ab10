import type { GrpcCluster } from "../../cluster/grpc-cluster.ts";
import { AppError, errorMessage } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import { sleep } from "../../core/sleep.ts";
import { formatServerAddress, type ServerAddress, sameServer } from "../../rpc/server-address.ts";

const REFRESH_MS = 30_000;
const RETRY_MS = 2_000;

/** What assignments tell workers about the cluster: masters with the leader first, and the size of a full volume. */
export class ClusterFacts {
  readonly #cluster: GrpcCluster;
  readonly #masters: readonly ServerAddress[];
  readonly #logger: Logger;
  readonly #stop = new AbortController();
  #running = Promise.resolve();
  #volumeSizeLimit = 0;

  constructor(cluster: GrpcCluster, masters: readonly ServerAddress[], logger: Logger) {
    this.#cluster = cluster;
    this.#masters = masters;
    this.#logger = logger;
  }

  start(): void {
    this.#running = this.#follow();
  }

  async stop(): Promise<void> {
    this.#stop.abort(new AppError("WK-CANCELLED", "The admin stops."));
    await this.#running;
  }

  now(): { readonly masters: readonly string[]; readonly volumeSizeLimit: number } {
    const leader = this.#cluster.master.knownLeader;
    const others = this.#masters.filter((master) => leader === undefined || !sameServer(master, leader));
    const ordered = leader === undefined ? others : [leader, ...others];
    return { masters: ordered.map(formatServerAddress), volumeSizeLimit: this.#volumeSizeLimit };
  }

  async #follow(): Promise<void> {
    const { signal } = this.#stop;
    while (!signal.aborted) {
      let pause = REFRESH_MS;
      try {
        this.#volumeSizeLimit = (await this.#cluster.master.getMasterConfiguration({ signal })).volumeSizeLimit;
      } catch (reason) {
        if (signal.aborted) return;
        this.#logger.v(1, "The master's configuration could not be read", { error: errorMessage(reason) });
        pause = RETRY_MS;
      }
      await sleep(pause, signal).catch(() => undefined);
    }
  }
}
