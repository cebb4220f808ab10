import type { MasterClient } from "./master-port.ts";
import type { VolumeServerClient } from "./volume-server-port.ts";

/**
 * The cluster as tasks and the admin see it: typed calls, no protocol types. `grpc-cluster.ts` implements it.
 * Every method throws AppError; the codes are those of `rpc/status.ts`.
 */
export interface ClusterPort {
  readonly master: MasterClient;
  /**
   * Client of one volume server; connections are shared and opened on first use.
   * @param address `host:port` or `host:port.grpcPort`.
   * @throws AppError WK-ADDRESS.
   */
  volumeServer(address: string): VolumeServerClient;
}
