import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync } from "node:fs";
import { connect, createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

interface GoProcess {
  readonly name: string;
  readonly child: ChildProcess;
  output: string;
}

/** Real `weed` processes on 127.0.0.1 with their files in one temporary folder. */
export class GoCluster {
  readonly dir = mkdtempSync(join(tmpdir(), "weed-interop-"));
  readonly #binary: string;
  readonly #processes: GoProcess[] = [];
  masterPort = 0;

  constructor(binary: string) {
    this.#binary = binary;
  }

  /** Starts a process and waits until it listens on `port`. */
  async run(name: string, port: number, args: readonly string[]): Promise<void> {
    const child = spawn(this.#binary, args, { cwd: this.dir, stdio: ["ignore", "pipe", "pipe"] });
    const started: GoProcess = { name, child, output: "" };
    this.#processes.push(started);
    for (const stream of [child.stdout, child.stderr]) {
      stream.on("data", (chunk: Buffer) => {
        started.output = (started.output + chunk.toString("utf8")).slice(-20_000);
      });
    }
    await eventually(`${name} to listen on ${port}`, async () => {
      if (child.exitCode !== null) throw new Fatal(`${name} ended:\n${started.output}`);
      return (await listens(port)) ? true : undefined;
    });
  }

  async master(volumeSizeLimitMb: number): Promise<void> {
    this.masterPort = await freePortPair();
    const dir = this.#folder("master");
    await this.run("master", this.masterPort, [
      "master",
      "-ip=127.0.0.1",
      "-ip.bind=127.0.0.1",
      `-port=${this.masterPort}`,
      `-mdir=${dir}`,
      `-volumeSizeLimitMB=${volumeSizeLimitMb}`,
      "-volumePreallocate=false",
    ]);
  }

  /** @returns `host:port` of the volume server. */
  async volumeServer(name: string, maxVolumes: number): Promise<string> {
    const port = await freePortPair();
    await this.run(name, port, [
      "volume",
      "-ip=127.0.0.1",
      "-ip.bind=127.0.0.1",
      `-port=${port}`,
      `-dir=${this.#folder(name)}`,
      `-max=${maxVolumes}`,
      `-mserver=127.0.0.1:${this.masterPort}`,
      "-readMode=local",
    ]);
    return `127.0.0.1:${port}`;
  }

  /** @returns the admin's HTTP port; workers connect 10000 above. */
  async admin(dataDir: string, more: readonly string[] = []): Promise<number> {
    const port = await freePortPair();
    await this.run("admin", port + 10_000, [
      "admin",
      `-port=${port}`,
      `-master=127.0.0.1:${this.masterPort}`,
      `-dataDir=${dataDir}`,
      ...more,
    ]);
    await eventually("the admin's pages", async () => ((await listens(port)) ? true : undefined));
    return port;
  }

  /** Writes a file; @returns its id. */
  async upload(content: Buffer, query = ""): Promise<string> {
    // A volume server that has just started is not yet one to write to.
    const assigned = await eventually("a volume to write to", () =>
      json(`http://127.0.0.1:${this.masterPort}/dir/assign?${query}`),
    );
    const { fid, url } = assigned as { fid: string; url: string };
    const form = new FormData();
    form.append("file", new Blob([new Uint8Array(content)]), "file");
    const answer = await fetch(`http://${url}/${fid}`, { method: "POST", body: form });
    if (!answer.ok) throw new Error(`upload of ${fid}: ${answer.status} ${await answer.text()}`);
    return fid;
  }

  /** Where the master says a volume is. */
  async locations(volumeId: number): Promise<readonly string[]> {
    const answer = await json(`http://127.0.0.1:${this.masterPort}/dir/lookup?volumeId=${volumeId}`);
    const { locations = [] } = answer as { locations?: readonly { url: string }[] };
    return locations.map((location) => location.url);
  }

  output(name: string): string {
    return this.#processes.find((process) => process.name === name)?.output ?? "";
  }

  async stop(): Promise<void> {
    for (const { child } of this.#processes.reverse()) {
      if (child.exitCode !== null || child.signalCode !== null) continue;
      const gone = new Promise((resolve) => child.once("exit", resolve));
      child.kill("SIGKILL");
      await gone;
    }
    rmSync(this.dir, { recursive: true, force: true });
  }

  #folder(name: string): string {
    const dir = join(this.dir, name);
    mkdirSync(dir, { recursive: true });
    return dir;
  }
}

class Fatal extends Error {}

/** Asks until there is an answer other than undefined; an error counts as "not yet". */
export async function eventually<T>(what: string, ask: () => Promise<T | undefined>, limitMs = 90_000): Promise<T> {
  const end = Date.now() + limitMs;
  let last: unknown;
  for (;;) {
    try {
      const answer = await ask();
      if (answer !== undefined) return answer;
    } catch (reason) {
      if (reason instanceof Fatal) throw reason;
      last = reason;
    }
    if (Date.now() > end) throw new Error(`waited in vain for ${what}`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
}

export async function json(url: string, init?: RequestInit): Promise<unknown> {
  const answer = await fetch(url, init);
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${text}`);
  return JSON.parse(text);
}

async function freePortPair(): Promise<number> {
  for (;;) {
    const port = randomInt(20_000, 29_000);
    if ((await isFree(port)) && (await isFree(port + 10_000))) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once("error", () => resolve(false));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(true)));
  });
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, "127.0.0.1");
    socket.once("connect", () => {
      socket.destroy();
      resolve(true);
    });
    socket.once("error", () => resolve(false));
  });
}
