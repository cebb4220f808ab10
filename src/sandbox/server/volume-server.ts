import type { Logger } from "../../core/logger.ts";
import type { VolumeServerDefinition } from "../../rpc/gen/volume_server_pb/VolumeServer.ts";
import { volumeServerService } from "../../rpc/proto.ts";
import type { ServerAddress } from "../../rpc/server-address.ts";
import type { Faults } from "../faults.ts";
import { HttpHost } from "../http-host.ts";
import { Life } from "../life.ts";
import { Peers } from "../peers.ts";
import type { Handlers } from "../rpc-handlers.ts";
import { RpcHost } from "../rpc-host.ts";
import type { GrpcCredentials } from "../sandbox-options.ts";
import type { ServerContext } from "./context.ts";
import { copyFileHandlers } from "./copy-file-rpcs.ts";
import { Disk } from "./disk.ts";
import { EcReader } from "./ec-reader.ts";
import { ecRestoreHandlers } from "./ec-restore-rpcs.ts";
import { ecHandlers } from "./ec-rpcs.ts";
import { ecScrubHandlers } from "./ec-scrub-rpcs.ts";
import { HeartbeatClient } from "./heartbeat-client.ts";
import { volumeRoutes } from "./http-routes.ts";
import { needleHandlers } from "./needle-rpcs.ts";
import { scrubHandlers } from "./scrub-rpcs.ts";
import { REFUSED_IN_MAINTENANCE, ServerState } from "./server-state.ts";
import { Store } from "./store.ts";
import { tailHandlers } from "./tail-rpcs.ts";
import { vacuumHandlers } from "./vacuum-rpcs.ts";
import { volumeCopyHandlers } from "./volume-copy.ts";
import { volumeHandlers } from "./volume-rpcs.ts";

export interface VolumeServerOptions {
  /** Place in the sandbox; a name for fault switches. */
  readonly index: number;
  readonly dir: string;
  readonly address: ServerAddress;
  readonly master: ServerAddress;
  readonly dataCenter: string;
  readonly rack: string;
  readonly maxVolumes: number;
  readonly diskBytes: number;
  readonly pulseMs: number;
  readonly tailLoopMs: number;
  readonly faults: Faults;
  readonly logger: Logger;
  readonly credentials: GrpcCredentials;
}

interface Run {
  readonly life: Life;
  readonly store: Store;
  readonly heartbeat: HeartbeatClient;
  readonly rpc: RpcHost;
  readonly http: HttpHost;
  readonly peers: Peers;
}

/** One volume server: a directory that outlives it, and at most one run at a time. */
export class VolumeServer {
  readonly address: ServerAddress;
  readonly dataCenter: string;
  readonly rack: string;
  readonly disk: Disk;
  readonly #options: VolumeServerOptions;
  #run: Run | undefined;
  #ending: Promise<void> = Promise.resolve();

  constructor(options: VolumeServerOptions) {
    this.#options = options;
    this.address = options.address;
    this.dataCenter = options.dataCenter;
    this.rack = options.rack;
    this.disk = new Disk({ dir: options.dir, maxVolumes: options.maxVolumes, totalBytes: options.diskBytes });
  }

  get dir(): string {
    return this.disk.dir;
  }

  get running(): boolean {
    return this.#run !== undefined;
  }

  /** Whether it runs but was told to leave the cluster. */
  get left(): boolean {
    return this.#run?.heartbeat.stopped ?? false;
  }

  /** The volumes of the run, for white-box checks. */
  get store(): Store | undefined {
    return this.#run?.store;
  }

  /**
   * Starts on the same ports with what is on the disk.
   * @param recover false skips the clean-up of compactions that a crash left.
   */
  async start(recover = true): Promise<void> {
    await this.#ending;
    if (this.#run !== undefined) return;
    const { faults, logger, credentials, address, master, dataCenter, rack, pulseMs, tailLoopMs } = this.#options;
    const life = new Life(logger);
    const peers = new Peers(credentials.client);
    const state = new ServerState(this.disk.dir);
    const store = new Store(this.disk, logger);
    this.disk.checkSpace();
    store.load(recover);
    const heartbeat = new HeartbeatClient({
      life,
      peers,
      store,
      state,
      logger,
      master,
      address,
      dataCenter,
      rack,
      pulseMs,
    });
    const ec = new EcReader({ store: store.ec, peers, master, self: address });
    const context: ServerContext = {
      store,
      ec,
      state,
      heartbeat,
      peers,
      life,
      logger,
      master,
      address,
      dataCenter,
      rack,
      tailLoopMs,
    };
    const names = [String(this.#options.index), address.http];
    const onKill = (): void => void this.kill();
    const refuse = (rpc: string): string | undefined =>
      state.current.maintenance && REFUSED_IN_MAINTENANCE.includes(rpc)
        ? `volume server ${address.http} is in maintenance mode`
        : undefined;
    const rpc = new RpcHost({ names, faults, life, logger, credentials: credentials.server, onKill, refuse });
    rpc.addService(volumeServerService, volumeServerHandlers(context));
    const http = new HttpHost({ names, faults, life, logger, onKill, route: volumeRoutes(context) });
    this.#run = { life, store, heartbeat, rpc, http, peers };
    try {
      await Promise.all([rpc.listen(address.grpcPort), http.listen(address.httpPort)]);
    } catch (reason) {
      await this.kill();
      throw reason;
    }
    heartbeat.start();
  }

  /** Dies at once: sockets break, work stops where it is, the disk stays as it is. */
  kill(): Promise<void> {
    const run = this.#run;
    if (run === undefined) return this.#ending;
    this.#run = undefined;
    run.life.end();
    this.#ending = (async () => {
      await Promise.all([run.rpc.cut(), run.http.cut()]);
      run.peers.close();
      await run.life.settled();
      run.store.close();
    })();
    return this.#ending;
  }

  /** Stops in order: says goodbye to the master first. */
  async stop(): Promise<void> {
    this.#run?.heartbeat.leave();
    await new Promise((resolve) => setImmediate(resolve));
    await this.kill();
  }

  /** Sends the next heartbeat now; returns how many were sent since the server connected. */
  pulse(): number {
    return this.#run?.heartbeat.pulse() ?? 0;
  }
}

function volumeServerHandlers(context: ServerContext): Handlers<VolumeServerDefinition> {
  return {
    ...volumeHandlers(context),
    ...vacuumHandlers(context),
    ...needleHandlers(context),
    ...copyFileHandlers(context),
    ...volumeCopyHandlers(context),
    ...tailHandlers(context),
    ...scrubHandlers(context),
    ...ecHandlers(context),
    ...ecRestoreHandlers(context),
    ...ecScrubHandlers(context),
  };
}
