import { randomUUID } from "node:crypto";
import { status } from "@grpc/grpc-js";
import type { Logger } from "../../core/logger.ts";
import type { SeaweedDefinition } from "../../rpc/gen/master_pb/Seaweed.ts";
import { masterService, volumeServerService } from "../../rpc/proto.ts";
import { formatServerAddress, httpForm, type ServerAddress } from "../../rpc/server-address.ts";
import type { Faults } from "../faults.ts";
import { HttpHost } from "../http-host.ts";
import { Life } from "../life.ts";
import { Peers } from "../peers.ts";
import { RpcFailure } from "../rpc-failure.ts";
import { type Handlers, unary } from "../rpc-handlers.ts";
import { RpcHost } from "../rpc-host.ts";
import type { GrpcCredentials } from "../sandbox-options.ts";
import { Assigner } from "./assign.ts";
import { heartbeatHandlers } from "./heartbeat.ts";
import { AdminLocks } from "./locks.ts";
import { masterRoutes } from "./master-http.ts";
import { Subscribers } from "./subscribers.ts";
import { Topology } from "./topology.ts";
import { MasterVacuum, type VacuumFlags } from "./vacuum.ts";
import { volumeHandlers } from "./volume-rpcs.ts";

export interface MasterOptions {
  readonly address: ServerAddress;
  readonly faults: Faults;
  readonly logger: Logger;
  readonly credentials: GrpcCredentials;
  readonly volumeSizeLimitMb: number;
  readonly defaultReplication: string;
  readonly growth: number;
}

interface Run {
  readonly life: Life;
  readonly rpc: RpcHost;
  readonly http: HttpHost;
  readonly peers: Peers;
  readonly topology: Topology;
  readonly locks: AdminLocks;
  readonly vacuum: MasterVacuum;
}

/**
 * The one master. It keeps nothing on disk: after a restart it learns everything from heartbeats, as a
 * SeaweedFS master does for all but volume ids.
 */
export class Master {
  readonly address: ServerAddress;
  readonly #options: MasterOptions;
  readonly #topologyId = randomUUID();
  #run: Run | undefined;
  #ending: Promise<void> = Promise.resolve();

  constructor(options: MasterOptions) {
    this.#options = options;
    this.address = options.address;
  }

  get running(): boolean {
    return this.#run !== undefined;
  }

  /** Servers whose heartbeats arrive now, by `ip:port`. */
  get connectedServers(): readonly string[] {
    return [...(this.#run?.topology.nodes.values() ?? [])].map((node) => node.url);
  }

  /** Full heartbeats of a server (`ip:port`) taken in since it connected. */
  heartbeatsOf(url: string): number {
    return [...(this.#run?.topology.nodes.values() ?? [])].find((node) => node.url === url)?.beats ?? 0;
  }

  /** Whether a client holds a lease such as "shell" now. */
  isLocked(name: string): boolean {
    return this.#run?.locks.isHeld(name) ?? false;
  }

  get vacuumFlags(): VacuumFlags {
    return this.#run?.vacuum.flags ?? { disabled: false, disabledByPlugin: false };
  }

  async start(): Promise<void> {
    await this.#ending;
    if (this.#run !== undefined) return;
    const { faults, logger, credentials, address, volumeSizeLimitMb, defaultReplication, growth } = this.#options;
    const life = new Life(logger);
    const peers = new Peers(credentials.client);
    const topology = new Topology();
    const volumeSizeLimitBytes = volumeSizeLimitMb * 1024 * 1024;
    const assigner = new Assigner({ topology, peers, volumeSizeLimitBytes, growth });
    const vacuum = new MasterVacuum({ topology, assigner, peers, logger });
    const locks = new AdminLocks();
    const leader = formatServerAddress(address);
    const names = ["master", address.http];
    const onKill = (): void => void this.kill();
    const rpc = new RpcHost({ names, faults, life, logger, credentials: credentials.server, onKill });
    const handlers: Handlers<SeaweedDefinition> = {
      ...heartbeatHandlers({ topology, volumeSizeLimitBytes, seenKey: (key) => assigner.seenKey(key) }),
      ...new Subscribers(topology, leader).handlers(),
      ...locks.handlers(),
      ...vacuum.handlers(),
      ...volumeHandlers({ topology, assigner, peers, volumeSizeLimitMb, defaultReplication }),
      ...this.#clusterHandlers(peers, topology),
    };
    rpc.addService(masterService, handlers);
    const http = new HttpHost({
      names,
      faults,
      life,
      logger,
      onKill,
      route: masterRoutes({
        topology,
        assigner,
        vacuum,
        peers,
        topologyId: this.#topologyId,
        leader,
        defaultReplication,
      }),
    });
    this.#run = { life, rpc, http, peers, topology, locks, vacuum };
    try {
      await Promise.all([rpc.listen(address.grpcPort), http.listen(address.httpPort)]);
    } catch (reason) {
      await this.kill();
      throw reason;
    }
  }

  /** Ends at once; what it knew is gone. */
  kill(): Promise<void> {
    const run = this.#run;
    if (run === undefined) return this.#ending;
    this.#run = undefined;
    run.life.end();
    this.#ending = (async () => {
      await Promise.all([run.rpc.cut(), run.http.cut()]);
      run.peers.close();
      await run.life.settled();
    })();
    return this.#ending;
  }

  #clusterHandlers(peers: Peers, topology: Topology): Handlers<SeaweedDefinition> {
    const { address, volumeSizeLimitMb, defaultReplication } = this.#options;
    const leader = formatServerAddress(address);
    return {
      GetMasterConfiguration: unary(() => ({
        metrics_interval_seconds: 15,
        default_replication: defaultReplication,
        leader,
        volume_size_limit_m_b: volumeSizeLimitMb,
        maintenance_sleep_minutes: 17,
      })),
      RaftListClusterServers: unary(() => ({
        cluster_servers: [{ id: leader, address: address.grpc, suffrage: "Voter", isLeader: true }],
      })),
      Ping: unary(async ({ target = "", target_type = "" }) => {
        const start_time_ns = nowNs();
        if (target === "") return { start_time_ns, stop_time_ns: nowNs() };
        const known = [...topology.nodes.values()].find((node) => node.url === httpForm(target));
        if (target_type !== "volumeServer" || known === undefined) {
          throw new RpcFailure(`unknown ping target ${target} of type ${target_type}`, status.INVALID_ARGUMENT);
        }
        const answer = await peers.call(known, volumeServerService.Ping, {});
        return { start_time_ns, remote_time_ns: answer.start_time_ns ?? "0", stop_time_ns: nowNs() };
      }),
    };
  }
}

function nowNs(): string {
  return String(BigInt(Date.now()) * 1_000_000n);
}
