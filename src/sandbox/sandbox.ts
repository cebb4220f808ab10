import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../core/errors.ts";
import { volumeServerService } from "../rpc/proto.ts";
import { formatServerAddress, type ServerAddress, serverAddress } from "../rpc/server-address.ts";
import { Faults } from "./faults.ts";
import { FileClient } from "./files.ts";
import { Master } from "./master/master.ts";
import { Peers } from "./peers.ts";
import { freeAddress } from "./ports.ts";
import { type CompiledSandboxOptions, compileSandboxOptions, type SandboxOptions } from "./sandbox-options.ts";
import { VolumeServer } from "./server/volume-server.ts";

/**
 * An embedded SeaweedFS: one master and some volume servers in this process, on 127.0.0.1, over the real gRPC and
 * HTTP interfaces, with real volume files below `dir`.
 */
export class Sandbox {
  readonly dir: string;
  readonly master: Master;
  readonly servers: readonly VolumeServer[];
  /** Fault switches for every RPC and HTTP request of every server. */
  readonly faults: Faults;
  /** Writes, reads and deletes files as an application does. */
  readonly files: FileClient;
  /** Size from which a volume takes no new files. */
  readonly volumeSizeLimitMb: number;
  readonly #peers: Peers;

  private constructor(
    options: CompiledSandboxOptions,
    master: Master,
    servers: readonly VolumeServer[],
    faults: Faults,
    peers: Peers,
  ) {
    this.dir = options.dir;
    this.volumeSizeLimitMb = options.volumeSizeLimitMb;
    this.master = master;
    this.servers = servers;
    this.faults = faults;
    this.files = new FileClient(() => master.address.http);
    this.#peers = peers;
  }

  /** Starts all servers and resolves when the master knows them. */
  static async start(options: CompiledSandboxOptions): Promise<Sandbox> {
    mkdirSync(options.dir, { recursive: true });
    const faults = new Faults();
    const taken = new Set<number>();
    const claim = async (): Promise<ServerAddress> => {
      const address = await freeAddress(taken);
      taken.add(address.httpPort);
      return address;
    };
    const { logger, credentials, pulseMs, tailLoopMs } = options;
    const address =
      options.masterHttpPort === 0
        ? await claim()
        : serverAddress("127.0.0.1", options.masterHttpPort, options.masterGrpcPort);
    const { volumeSizeLimitMb, defaultReplication, growth } = options;
    const master = new Master({ address, faults, logger, credentials, volumeSizeLimitMb, defaultReplication, growth });
    const servers: VolumeServer[] = [];
    for (const [index, server] of options.servers.entries()) {
      const dir = join(options.dir, `volume${index}`);
      const place = { index, dir, address: await claim(), master: address };
      servers.push(new VolumeServer({ ...server, ...place, pulseMs, tailLoopMs, faults, logger, credentials }));
    }
    const sandbox = new Sandbox(options, master, servers, faults, new Peers(credentials.client));
    try {
      await master.start();
      await Promise.all(servers.map((server) => server.start()));
      await sandbox.settled();
    } catch (reason) {
      await sandbox.stop();
      throw reason;
    }
    return sandbox;
  }

  /** The master in `host:port.grpcPort` form, as flags and clients take it. */
  get masterAddress(): string {
    return formatServerAddress(this.master.address);
  }

  /** The server with an address in any form. @throws AppError WK-USAGE */
  server(address: string): VolumeServer {
    const found = this.servers.find(
      (server) => address === server.address.http || address.startsWith(`${server.address.http}.`),
    );
    if (found === undefined) throw new AppError("WK-USAGE", `The sandbox has no server ${address}.`);
    return found;
  }

  /** Makes a volume on chosen servers, as the master would; returns when the master knows all its replicas. */
  async createVolume(options: {
    volumeId: number;
    on: readonly VolumeServer[];
    collection?: string;
    replication?: string;
    ttl?: string;
  }): Promise<void> {
    const { volumeId, on, collection = "", replication = "000", ttl = "" } = options;
    for (const server of on) {
      const request = { volume_id: volumeId, collection, replication, ttl, version: 3 };
      await this.#peers.call(server.address, volumeServerService.AllocateVolume, request);
    }
    await this.until(
      async () => (await this.files.lookup(volumeId)).length === on.length,
      `volume ${volumeId} to be listed`,
    );
  }

  /** Makes a volume look as if it was last written so long ago: quiet times and ages count from then. */
  async age(server: VolumeServer, volumeId: number, seconds: number): Promise<void> {
    const volume = server.store?.get(volumeId);
    if (volume === undefined)
      throw new AppError("WK-USAGE", `Server ${server.address.http} has no volume ${volumeId}.`);
    volume.setModified(Math.floor(Date.now() / 1000) - seconds);
    await this.pulse();
  }

  /** Resolves when the master has a heartbeat of every running server and none of the others. */
  async settled(): Promise<void> {
    await this.until(() => {
      const connected = new Set(this.master.connectedServers);
      return (
        !this.master.running || this.servers.every((server) => connected.has(server.address.http) === server.running)
      );
    }, "all servers to report");
  }

  /** Makes every server report now and waits until the master has taken it in: VolumeList is up to date then. */
  async pulse(): Promise<void> {
    const running = this.servers.filter((server) => server.running && !server.left);
    const sent = running.map((server) => ({ url: server.address.http, beats: server.pulse() }));
    await this.until(
      () => sent.every(({ url, beats }) => this.master.heartbeatsOf(url) >= beats),
      "heartbeats to arrive",
    );
  }

  /** Waits for a condition. @throws AppError WK-TIMEOUT after `limitMs`, default 30 s. */
  async until(condition: () => boolean | Promise<boolean>, what: string, limitMs = 30_000): Promise<void> {
    const end = performance.now() + limitMs;
    while (!(await condition())) {
      if (performance.now() > end) throw new AppError("WK-TIMEOUT", `Waited ${limitMs} ms in vain for ${what}.`);
      await sleep(5);
    }
  }

  /** Stops all servers; the files stay. */
  async stop(): Promise<void> {
    this.faults.clear();
    this.#peers.close();
    await Promise.all(this.servers.map((server) => server.kill()));
    await this.master.kill();
  }
}

/** Starts an embedded cluster. @throws AppError WK-USAGE, WK-LISTEN */
export function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  return Sandbox.start(compileSandboxOptions(options));
}
