import { type ChildProcess, spawn } from "node:child_process";
import { randomFillSync } from "node:crypto";
import { once } from "node:events";
import { closeSync, copyFileSync, existsSync, mkdirSync, openSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { ChannelCredentials } from "@grpc/grpc-js";
import { proto } from "../../src/rpc/proto.ts";

const FILE_BYTES = 256 << 10;
const UPLOADS_AT_ONCE = 8;
const START_MS = 60_000;
const STOP_MS = 30_000;
const VOLUME_SIZE_LIMIT_MB = 4000;

/** Ports of a network of its own, where nobody else is. */
const MASTER_PORT = 9333;
const FIRST_VOLUME_PORT = 8081;
const ADMIN_PORT = 23_646;

/** The part of the master's status that is read here. */
interface DirStatus {
  readonly Topology: {
    readonly DataCenters?: readonly { readonly Racks?: readonly { readonly DataNodes?: readonly unknown[] }[] }[];
  };
}

/** A SeaweedFS made of its own programs on 127.0.0.1: a master, volume servers, and its admin with a worker. */
export class GoCluster {
  readonly master = `127.0.0.1:${MASTER_PORT}`;
  readonly servers: readonly string[];
  readonly #binary: string;
  readonly #dir: string;
  readonly #processes: ChildProcess[] = [];
  #nextVolume = 1000;

  constructor(binary: string, dir: string, servers: number) {
    this.#binary = binary;
    this.#dir = dir;
    this.servers = Array.from({ length: servers }, (_, index) => `127.0.0.1:${FIRST_VOLUME_PORT + index}`);
  }

  async start(): Promise<void> {
    const here = ["-ip=127.0.0.1", "-ip.bind=127.0.0.1"];
    this.#run("master", [
      ...["master", ...here, `-port=${MASTER_PORT}`, `-mdir=${this.#folder("master")}`, "-peers=none"],
      ...[`-volumeSizeLimitMB=${VOLUME_SIZE_LIMIT_MB}`, "-telemetry=false"],
    ]);
    for (const [index] of this.servers.entries()) {
      this.#run(`volume${index}`, [
        ...["volume", ...here, `-port=${FIRST_VOLUME_PORT + index}`, `-master=${this.master}`],
        ...[`-dir=${this.#folder(`volume${index}`)}`, "-max=100", "-readMode=local"],
        ...["-minFreeSpace=1GiB", "-preStopSeconds=0"],
      ]);
    }
    await until("the volume servers", async () => {
      const { Topology } = (await json(`http://${this.master}/dir/status`)) as DirStatus;
      const racks = (Topology.DataCenters ?? []).flatMap((center) => center.Racks ?? []);
      return racks.flatMap((rack) => rack.DataNodes ?? []).length === this.servers.length;
    });
  }

  /** Its own admin and worker, for erasure coding. Returns how to end them. */
  async startHealers(): Promise<() => Promise<void>> {
    const admin = this.#run("admin", [
      "admin",
      `-master=${this.master}`,
      `-port=${ADMIN_PORT}`,
      `-dataDir=${this.#folder("admin")}`,
    ]);
    await until("the admin", () => json(`http://127.0.0.1:${ADMIN_PORT}/api/plugin/status`));
    const worker = this.#run("worker", [
      ...["worker", `-admin=127.0.0.1:${ADMIN_PORT}`, "-jobType=erasure_coding"],
      `-workingDir=${this.#folder("worker")}`,
    ]);
    await until("the worker", async () => {
      const workers = (await json(`http://127.0.0.1:${ADMIN_PORT}/api/plugin/workers`)) as readonly unknown[] | null;
      return (workers?.length ?? 0) > 0;
    });
    return async () => {
      await end(worker, "SIGTERM");
      await end(admin, "SIGTERM");
    };
  }

  /** Lets its worker encode a volume of the first server; resolves when the job is complete. */
  async encode(volumeId: number, collection: string, dataShards: number, parityShards: number): Promise<void> {
    const taskId = `bench-${volumeId}`;
    const shardsOn = this.servers.map((node) => ({ node, volume_id: volumeId, shard_ids: [] as number[] }));
    for (let shard = 0; shard < dataShards + parityShards; shard++) {
      shardsOn[shard % shardsOn.length]?.shard_ids.push(shard);
    }
    const params = proto.worker_pb.TaskParams.serialize({
      task_id: taskId,
      volume_id: volumeId,
      collection,
      sources: [{ node: this.servers[0] ?? "", volume_id: volumeId }],
      targets: shardsOn,
      task_params: "erasure_coding_params",
      erasure_coding_params: { data_shards: dataShards, parity_shards: parityShards, cleanup_source: true },
    });
    const response = await fetch(`http://127.0.0.1:${ADMIN_PORT}/api/plugin/jobs/execute`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({
        job: {
          job_id: taskId,
          job_type: "erasure_coding",
          parameters: { task_params_pb: { bytes_value: params.toString("base64") } },
        },
        timeout_seconds: 600,
      }),
    });
    const text = await response.text();
    if (!response.ok || !text.includes('"success":true')) throw new Error(`The job failed: ${text.slice(0, 1000)}`);
  }

  /** Makes one volume of about `megabytes` on the first server. Returns its id. */
  async fill(collection: string, megabytes: number): Promise<number> {
    const [first = ""] = this.servers;
    const grow = new URLSearchParams({ collection, count: "1", dataNode: first, replication: "000" });
    await json(`http://${this.master}/vol/grow?${grow}`, "POST");
    let left = Math.ceil((megabytes * 1e6) / FILE_BYTES);
    let volumeId = 0;
    const upload = async (): Promise<void> => {
      const body = randomFillSync(Buffer.alloc(FILE_BYTES));
      while (left-- > 0) {
        randomFillSync(body, 0, 4096);
        const query = new URLSearchParams({ collection, replication: "000" });
        const assigned = (await json(`http://${this.master}/dir/assign?${query}`)) as { fid: string; url: string };
        volumeId = Number(assigned.fid.split(",")[0]);
        const form = new FormData();
        form.append("file", new Blob([body]), "file.bin");
        const answer = await fetch(`http://${assigned.url}/${assigned.fid}`, { method: "POST", body: form });
        if (!answer.ok) throw new Error(`An upload failed: ${answer.status} ${await answer.text()}`);
      }
    };
    await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, upload));
    return volumeId;
  }

  /** A copy of a volume of the first server under a new id and collection, mounted there. */
  async clone(volumeId: number, from: string, to: string): Promise<number> {
    const id = this.#nextVolume++;
    const dir = this.#folder("volume0");
    for (const extension of ["dat", "idx", "vif"]) {
      const source = join(dir, `${from}_${volumeId}.${extension}`);
      if (existsSync(source)) copyFileSync(source, join(dir, `${to}_${id}.${extension}`));
    }
    const client = new proto.volume_server_pb.VolumeServer(
      `127.0.0.1:${FIRST_VOLUME_PORT + 10_000}`,
      ChannelCredentials.createInsecure(),
    );
    await promisify((done: (error: Error | null) => void) => client.VolumeMount({ volume_id: id }, done))();
    client.close();
    await until("the copy to be known", () => json(`http://${this.master}/dir/lookup?volumeId=${id}`));
    return id;
  }

  async stop(): Promise<void> {
    for (const child of this.#processes.reverse()) await end(child, "SIGKILL");
  }

  #run(name: string, args: readonly string[]): ChildProcess {
    const log = openSync(join(this.#folder("logs"), `${name}.log`), "a");
    const cwd = this.#folder("config");
    const child = spawn(this.#binary, [`-config_dir=${cwd}`, ...args], { cwd, stdio: ["ignore", log, log] });
    closeSync(log);
    this.#processes.push(child);
    return child;
  }

  #folder(name: string): string {
    const path = join(this.#dir, name);
    mkdirSync(path, { recursive: true });
    return path;
  }
}

/** SIGTERM is given half a minute. */
async function end(child: ChildProcess, signal: "SIGTERM" | "SIGKILL"): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill(signal);
  const force = setTimeout(() => child.kill("SIGKILL"), STOP_MS);
  await ended;
  clearTimeout(force);
}

async function json(url: string, method = "GET"): Promise<unknown> {
  const response = await fetch(url, { method });
  const text = await response.text();
  if (!response.ok) throw new Error(`${url}: ${response.status} ${text.slice(0, 300)}`);
  return JSON.parse(text) as unknown;
}

/** Asks again until the answer is neither an error nor false. */
async function until(what: string, ask: () => Promise<unknown>): Promise<void> {
  const end = performance.now() + START_MS;
  for (;;) {
    try {
      if ((await ask()) !== false) return;
    } catch (reason) {
      if (performance.now() > end) throw new Error(`Waited in vain for ${what}.`, { cause: reason });
    }
    if (performance.now() > end) throw new Error(`Waited in vain for ${what}.`);
    await sleep(50);
  }
}
