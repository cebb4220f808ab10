import type { Logger } from "../../core/logger.ts";
import type { ServerAddress } from "../../rpc/server-address.ts";
import type { Life } from "../life.ts";
import type { Peers } from "../peers.ts";
import type { EcReader } from "./ec-reader.ts";
import type { HeartbeatClient } from "./heartbeat-client.ts";
import type { ServerState } from "./server-state.ts";
import type { Store } from "./store.ts";

/** What the handlers of one run of a volume server work with. */
export interface ServerContext {
  readonly store: Store;
  /** Reads needles of EC volumes, also with other servers' shards. */
  readonly ec: EcReader;
  readonly state: ServerState;
  readonly heartbeat: HeartbeatClient;
  readonly peers: Peers;
  readonly life: Life;
  readonly logger: Logger;
  readonly master: ServerAddress;
  readonly address: ServerAddress;
  readonly dataCenter: string;
  readonly rack: string;
  /** How long one round of a tail sleeps; 2 s in SeaweedFS. */
  readonly tailLoopMs: number;
}
