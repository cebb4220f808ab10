import { createHash, randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { credentials } from "@grpc/grpc-js";
import { GrpcCluster } from "../cluster/grpc-cluster.ts";
import { hasCode } from "../core/errors.ts";
import { silentLogger } from "../core/logger.ts";
import { volumeServerService } from "../rpc/proto.ts";
import { formatServerAddress, httpForm, parseServerAddress } from "../rpc/server-address.ts";
import { type Sandbox, startSandbox } from "../sandbox/sandbox.ts";
import { parseVif } from "../volume/vif.ts";

/** A volume with known files, some of them deleted. */
export interface BedVolume {
  readonly volumeId: number;
  readonly collection: string;
  /** Servers it was made on. */
  readonly on: readonly string[];
  /** md5 by file id. */
  readonly files: ReadonlyMap<string, string>;
  readonly deleted: readonly string[];
  readonly bytes: number;
}

export interface VolumeWish {
  readonly on: readonly string[];
  readonly files?: number;
  readonly size?: number;
  /** Every n-th file is deleted again. Default 3. */
  readonly deleteEvery?: number;
  readonly ttl?: string;
}

const COOKIE = "aabbccdd";
const NOT_EC = [".dat", ".idx", ".vif", ".note", ".cpd", ".cpx", ".cpc"];
const SHARDS = Array.from({ length: 14 }, (_, id) => id);
const EC_EXTS = [...SHARDS.map((id) => `.ec${String(id).padStart(2, "0")}`), ".ecx", ".ecj", ".ecsum"];

/** A cluster for executor tests: volumes are made and looked at on chosen servers, file by file. */
export class TaskBed {
  readonly cluster: GrpcCluster;
  /** Volume servers in address form. */
  readonly servers: readonly string[];
  readonly scratch: string;
  #nextId: number;
  readonly #close: () => Promise<void>;

  constructor(master: string, servers: readonly string[], scratch: string, close: () => Promise<void>) {
    this.cluster = new GrpcCluster({
      masters: [parseServerAddress(master)],
      credentials: credentials.createInsecure(),
      logger: silentLogger,
    });
    this.servers = servers;
    this.scratch = scratch;
    // Masters grow volumes by themselves, with the next free id: leave room between ours.
    this.#nextId = 1000;
    this.#close = close;
  }

  async close(): Promise<void> {
    this.cluster.close();
    await this.#close();
  }

  server(index: number): string {
    const server = this.servers[index];
    if (server === undefined) throw new RangeError(`The bed has no server ${index}.`);
    return server;
  }

  async volume({ on, files = 9, size = 2000, deleteEvery = 3, ttl = "" }: VolumeWish): Promise<BedVolume> {
    this.#nextId += 50;
    const volumeId = this.#nextId;
    const collection = `c${volumeId}`;
    const replication = on.length > 1 ? `00${on.length - 1}` : "000";
    for (const server of on) {
      const request = { volume_id: volumeId, collection, replication, ttl, version: 3 };
      await this.cluster.peer(parseServerAddress(server)).unary(volumeServerService.AllocateVolume, request);
    }
    const written = new Map<string, string>();
    const deleted: string[] = [];
    for (let index = 1; index <= files; index++) {
      const fid = `${volumeId},${index.toString(16).padStart(2, "0")}${COOKIE}`;
      const data = randomBytes(size);
      await this.put(on, fid, data);
      if (index % deleteEvery !== 0) {
        written.set(fid, md5(data));
        continue;
      }
      for (const server of on) await fetch(`http://${httpForm(server)}/${fid}?type=replicate`, { method: "DELETE" });
      deleted.push(fid);
    }
    return { volumeId, collection, on, files: written, deleted, bytes: files * size };
  }

  /** Writes a file to each of the servers alone. @throws Error with the status when one refuses */
  async put(on: readonly string[], fid: string, data: Buffer): Promise<void> {
    for (const server of on) {
      const answer = await fetch(`http://${httpForm(server)}/${fid}?type=replicate`, { method: "PUT", body: data });
      const text = await answer.text();
      if (answer.status >= 300) throw new Error(`${server} answered the write of ${fid}: ${answer.status} ${text}`);
    }
  }

  /** What is wrong with the files of a volume as these servers give them, each asked alone. */
  async fileProblems(volume: BedVolume, servers: readonly string[]): Promise<string[]> {
    const problems: string[] = [];
    for (const server of servers) {
      for (const [fid, wanted] of volume.files) {
        const answer = await fetch(`http://${httpForm(server)}/${fid}`);
        const found = md5(Buffer.from(await answer.arrayBuffer()));
        if (answer.status !== 200 || found !== wanted) problems.push(`${fid} on ${server}: ${answer.status}`);
      }
      for (const fid of volume.deleted) {
        const answer = await fetch(`http://${httpForm(server)}/${fid}`);
        await answer.arrayBuffer();
        if (answer.status !== 404) problems.push(`deleted ${fid} on ${server}: ${answer.status}`);
      }
    }
    return problems;
  }

  /** Files of the volume on each server's disks, by extension. */
  async disk(volume: BedVolume, server: string): Promise<readonly string[]> {
    const client = this.cluster.volumeServer(server);
    const { volumeId, collection } = volume;
    const found = await Promise.all(
      [...NOT_EC, ...EC_EXTS].map(async (ext) => {
        const file = await client.probeFile({ volumeId, collection, ext });
        return file.present ? [ext] : [];
      }),
    );
    return found.flat();
  }

  /** What is wrong when the volume should be a normal one on exactly these servers, with this mark and no trace of any task. */
  async normalProblems(
    volume: BedVolume,
    on: readonly string[],
    mark: { readonly readOnly: boolean; readonly canDelete?: boolean } = { readOnly: false },
  ): Promise<string[]> {
    const problems = await this.fileProblems(volume, on);
    for (const server of this.servers) {
      const files = await this.disk(volume, server);
      const wanted = on.includes(server) ? [".dat", ".idx", ".vif"] : [];
      if (files.join() !== wanted.join()) problems.push(`${server} has ${files.join(" ") || "nothing"}`);
      if (!on.includes(server)) continue;
      const client = this.cluster.volumeServer(server);
      const status = await client.volumeStatus(volume.volumeId);
      const { volumeInfo } = await client.readVolumeFileStatus(volume.volumeId);
      if (status.isReadOnly !== mark.readOnly) problems.push(`${server}: read-only is ${status.isReadOnly}`);
      if (volumeInfo.readOnly !== mark.readOnly)
        problems.push(`${server}: the .vif says read-only ${volumeInfo.readOnly}`);
      if (volumeInfo.readOnlyCanDelete !== (mark.canDelete ?? false)) problems.push(`${server}: canDelete is wrong`);
      const { volumeId, collection } = volume;
      const vif = await client.copyFileToBuffer({ volumeId, collection, ext: ".vif", isEcVolume: true });
      const info = parseVif(vif?.content.toString("utf8") ?? "");
      if (info?.ecShardConfig !== undefined) problems.push(`${server}: the .vif has traces of erasure coding`);
    }
    return problems;
  }

  /** What is wrong when the volume should be shards on exactly these servers and nothing else. */
  async shardProblems(
    volume: BedVolume,
    targets: readonly { readonly server: string; readonly shardIds: readonly number[] }[],
  ): Promise<string[]> {
    const problems: string[] = [];
    for (const server of this.servers) {
      const ids = targets.find((target) => target.server === server)?.shardIds ?? [];
      const files = (await this.disk(volume, server)).filter((ext) => ext !== ".ecj" && ext !== ".ecsum");
      const wanted = ids.length === 0 ? [] : [".vif", ...ids.map((id) => EC_EXTS[id] ?? ""), ".ecx"];
      if (files.join() !== wanted.join()) problems.push(`${server} has ${files.join(" ") || "nothing"}`);
      const mounted = await this.mountedShards(volume, server);
      if (mounted.join() !== ids.join()) problems.push(`${server} serves shards ${mounted.join() || "none"}`);
    }
    const [first] = targets;
    return [...problems, ...(first === undefined ? [] : await this.fileProblems(volume, [first.server]))];
  }

  async mountedShards(volume: BedVolume, server: string): Promise<readonly number[]> {
    try {
      const { shards } = await this.cluster.volumeServer(server).ecShardsInfo(volume.volumeId);
      return shards.map(({ shardId }) => shardId).sort((a, b) => a - b);
    } catch (error) {
      if (hasCode(error, "WK-RPC-NOT-FOUND")) return [];
      throw error;
    }
  }

  /** Removes a volume in whatever form it is. */
  async drop({ volumeId, collection }: BedVolume): Promise<void> {
    for (const server of this.servers) {
      const client = this.cluster.volumeServer(server);
      await client.ecShardsUnmount({ volumeId, shardIds: SHARDS });
      await client.ecShardsDelete({ volumeId, collection, shardIds: SHARDS, fullTeardown: true });
      await client.volumeDelete({ volumeId }).catch((error: unknown) => {
        if (!hasCode(error, "WK-RPC-NOT-FOUND", "WK-RPC")) throw error;
      });
    }
  }
}

/** A bed on an embedded cluster of its own; `close` ends and removes it. */
export async function sandboxBed(servers: number): Promise<{ readonly bed: TaskBed; readonly sandbox: Sandbox }> {
  const dir = await mkdtemp(join(tmpdir(), "wk-tasks-"));
  const sandbox = await startSandbox({
    dir: join(dir, "cluster"),
    servers: Array.from({ length: servers }, () => ({ maxVolumes: 2000 })),
    pulseMs: 100,
  });
  const addresses = sandbox.servers.map(({ address }) => formatServerAddress(address));
  const bed = new TaskBed(sandbox.masterAddress, addresses, join(dir, "scratch"), async () => {
    await sandbox.stop();
    await rm(dir, { recursive: true, force: true });
  });
  return { bed, sandbox };
}

function md5(data: Buffer): string {
  return createHash("md5").update(data).digest("hex");
}
