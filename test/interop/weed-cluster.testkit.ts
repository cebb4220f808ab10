import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { ChannelCredentials } from "@grpc/grpc-js";
import type { VolumeListResponse__Output } from "../../src/rpc/gen/master_pb/VolumeListResponse.ts";
import { masterService, volumeServerService } from "../../src/rpc/proto.ts";
import { formatServerAddress, serverAddress } from "../../src/rpc/server-address.ts";
import { FileClient, type StoredFile } from "../../src/sandbox/files.ts";
import { httpCall } from "../../src/sandbox/http-client.ts";
import { Peers } from "../../src/sandbox/peers.ts";
import { randomFiles } from "../../src/sandbox/sandbox.testkit.ts";
import { freePortPair, TestProcess, until } from "../e2e/processes.testkit.ts";

export interface WeedClusterOptions {
  /** Path of the SeaweedFS binary. */
  readonly binary: string;
  /** Whether it is 4.44 or newer: it phones home unless told not to. */
  readonly modern: boolean;
  readonly dir: string;
  readonly servers: number;
  /** Text of the security.toml that all its processes read; default none. */
  readonly security?: string;
  /** For our own calls to it; default plaintext. */
  readonly credentials?: ChannelCredentials;
  /** Starts a command; default: a plain child process. */
  readonly spawn?: (name: string, program: string, args: readonly string[], cwd: string) => TestProcess;
  /** Makes a port of the cluster reachable from here; default: it is. */
  readonly expose?: (port: number) => Promise<void>;
}

/** A volume server of the real cluster. */
export interface WeedServer {
  readonly process: TestProcess;
  readonly dir: string;
  /** `host:port`. */
  readonly http: string;
  /** Address form. */
  readonly address: string;
}

/** A volume with files that were written as a client does. */
export interface WeedVolume {
  readonly volumeId: number;
  readonly collection: string;
  readonly live: readonly StoredFile[];
  readonly deleted: readonly StoredFile[];
}

/** A real master and real volume servers on 127.0.0.1 that serve local reads only. */
export class WeedCluster {
  readonly master: string;
  readonly servers: readonly WeedServer[];
  readonly files: FileClient;
  readonly peers: Peers;
  readonly processes: readonly TestProcess[];
  readonly #masterHttp: string;

  private constructor(
    masterPort: number,
    processes: readonly TestProcess[],
    servers: readonly WeedServer[],
    peers: Peers,
  ) {
    this.master = formatServerAddress(serverAddress("127.0.0.1", masterPort));
    this.#masterHttp = `127.0.0.1:${masterPort}`;
    this.processes = processes;
    this.servers = servers;
    this.files = new FileClient(() => this.#masterHttp);
    this.peers = peers;
  }

  static async start(options: WeedClusterOptions): Promise<WeedCluster> {
    const { binary, modern, dir, security } = options;
    const config = join(dir, "weed-config");
    mkdirSync(config, { recursive: true });
    if (security !== undefined) writeFileSync(join(config, "security.toml"), security);
    const run = (name: string, args: readonly string[]): TestProcess => {
      const whole = [`-config_dir=${config}`, ...args];
      return (
        options.spawn?.(name, binary, whole, config) ??
        new TestProcess({ name, program: binary, args: whole, cwd: config })
      );
    };
    const host = ["-ip=127.0.0.1", "-ip.bind=127.0.0.1"];
    const folder = (name: string): string => {
      mkdirSync(join(dir, name), { recursive: true });
      return join(dir, name);
    };
    const masterPort = await freePortPair();
    const quiet = modern ? ["-telemetry=false"] : [];
    const master = run("weed-master", [
      "master",
      ...host,
      `-port=${masterPort}`,
      `-mdir=${folder("master")}`,
      "-peers=none",
      "-volumeSizeLimitMB=64",
      ...quiet,
    ]);
    const processes = [master];
    const servers: WeedServer[] = [];
    for (let index = 0; index < options.servers; index++) {
      const port = await freePortPair();
      const serverDir = folder(`volume${index}`);
      const process = run(`weed-volume${index}`, [
        "volume",
        ...host,
        `-port=${port}`,
        `${modern ? "-master" : "-mserver"}=127.0.0.1:${masterPort}`,
        `-dir=${serverDir}`,
        "-max=100",
        "-readMode=local",
        "-minFreeSpace=100MiB",
        "-preStopSeconds=0",
      ]);
      processes.push(process);
      const http = `127.0.0.1:${port}`;
      servers.push({ process, dir: serverDir, http, address: formatServerAddress(serverAddress("127.0.0.1", port)) });
    }
    for (const { address } of servers) await options.expose?.(Number(address.split(":")[1]?.split(".")[0]));
    await options.expose?.(masterPort);
    const peers = new Peers(options.credentials ?? ChannelCredentials.createInsecure());
    const cluster = new WeedCluster(masterPort, processes, servers, peers);
    try {
      await until("the volume servers to be in the topology", async () => {
        const ended = processes.find((each) => !each.running);
        if (ended !== undefined) throw new Error(`${ended.name} ended:\n${ended.output}`);
        return (await cluster.serversKnown()) === servers.length;
      });
    } catch (reason) {
      await cluster.stop();
      throw reason;
    }
    return cluster;
  }

  async serversKnown(): Promise<number> {
    const list = await this.volumeList();
    return dataNodesOf(list).length;
  }

  volumeList(): Promise<VolumeListResponse__Output> {
    return this.peers.call(this.master, masterService.VolumeList, {});
  }

  /** Makes one volume of a collection and writes files into it. */
  async seed(wish: {
    readonly collection: string;
    readonly replication?: string;
    readonly files?: number;
    readonly size?: number;
    readonly deleted?: number;
    /** `host:port` of the server that must hold it. */
    readonly dataNode?: string;
  }): Promise<WeedVolume> {
    const { collection, replication = "000", files = 20, size = 50_000, deleted = 0, dataNode } = wish;
    const query = new URLSearchParams({
      collection,
      replication,
      count: "1",
      ...(dataNode !== undefined && { dataNode }),
    });
    const grown = await httpCall(`http://${this.#masterHttp}/vol/grow?${query}`, { method: "POST" });
    if (grown.status >= 300) throw new Error(`the volume did not grow: ${grown.data.toString("utf8")}`);
    const stored = await until("the files to be written", () =>
      this.files.uploadMany(randomFiles(files, size), { collection, replication }),
    );
    for (const file of stored.slice(0, deleted)) await this.files.delete(file.fid);
    const [first] = stored;
    if (first === undefined) throw new Error("no file was written");
    return { volumeId: first.volumeId, collection, live: stored.slice(deleted), deleted: stored.slice(0, deleted) };
  }

  /** Compaction revision and read-only state of a volume on a server. */
  async state(server: WeedServer, volumeId: number): Promise<{ revision: number; readOnly: boolean; datSize: number }> {
    const request = { volume_id: volumeId };
    const file = await this.peers.call(server.address, volumeServerService.ReadVolumeFileStatus, request);
    const status = await this.peers.call(server.address, volumeServerService.VolumeStatus, request);
    return {
      revision: file.compaction_revision ?? 0,
      readOnly: status.is_read_only === true,
      datSize: Number(file.dat_file_size ?? "0"),
    };
  }

  /** Servers whose topology entry lists the volume. */
  async holders(volumeId: number): Promise<readonly WeedServer[]> {
    const nodes = dataNodesOf(await this.volumeList()).filter((node) =>
      Object.values(node.diskInfos ?? {}).some((disk) => (disk.volume_infos ?? []).some(({ id }) => id === volumeId)),
    );
    return this.servers.filter(({ http }) => nodes.some(({ id }) => id === http));
  }

  async stop(): Promise<void> {
    this.peers.close();
    await Promise.all(this.processes.map((process) => process.kill()));
  }
}

function dataNodesOf(list: VolumeListResponse__Output) {
  return (list.topology_info?.data_center_infos ?? []).flatMap((center) =>
    (center.rack_infos ?? []).flatMap((rack) => rack.data_node_infos ?? []),
  );
}
