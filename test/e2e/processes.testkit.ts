import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const ENTRY = fileURLToPath(new URL("../../bin/weed.js", import.meta.url));

/** One real `weed` process of the built program, with its output kept for messages. */
export class WeedProcess {
  readonly name: string;
  readonly exited: Promise<number | null>;
  readonly #child: ChildProcess;
  #output = "";
  #watchers: (() => void)[] = [];

  constructor(name: string, args: readonly string[], env: Readonly<Record<string, string>> = {}, cwd?: string) {
    this.name = name;
    this.#child = spawn(process.execPath, [ENTRY, ...args], { env: { ...process.env, ...env }, cwd });
    const keep = (chunk: Buffer): void => {
      this.#output += chunk.toString("utf8");
      for (const watcher of this.#watchers.splice(0)) watcher();
    };
    this.#child.stdout?.on("data", keep);
    this.#child.stderr?.on("data", keep);
    this.exited = new Promise((resolve) => {
      this.#child.once("close", (code) => {
        keep(Buffer.from(""));
        resolve(code);
      });
    });
  }

  get output(): string {
    return this.#output;
  }

  get running(): boolean {
    return this.#child.exitCode === null && this.#child.signalCode === null;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves once the output has a text that matches; throws when the process ends first. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#output);
      if (match !== null) return match;
      if (!this.running) throw new Error(`${this.name} ended before it said ${pattern}:\n${this.#output}`);
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
    }
  }

  async stop(): Promise<number | null> {
    if (this.running) this.signal("SIGTERM");
    const force = setTimeout(() => this.signal("SIGKILL"), 15_000);
    const code = await this.exited;
    clearTimeout(force);
    return code;
  }

  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.exited;
  }
}

/** A port p such that p and p + 10000 are free on 127.0.0.1. */
export async function freePortPair(): Promise<number> {
  const free = (port: number): Promise<boolean> =>
    new Promise((resolve) => {
      const probe = createServer();
      probe.once("error", () => resolve(false));
      probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
    });
  for (;;) {
    const port = randomInt(22_000, 29_900);
    if ((await free(port)) && (await free(port + 10_000))) return port;
  }
}

/** Waits until `check` gives something; asks again and again, fails with `what` after a generous limit. */
export async function until<Value>(
  what: string,
  check: () => Promise<Value | undefined | false>,
  limitMs = 90_000,
): Promise<Value> {
  const giveUp = Date.now() + limitMs;
  let last: unknown;
  for (;;) {
    try {
      const value = await check();
      if (value !== undefined && value !== false) return value;
    } catch (reason) {
      last = reason;
    }
    if (Date.now() > giveUp) throw new Error(`waited in vain for ${what}`, { cause: last });
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

/** The settings under which everything that is due is done within seconds. */
export const FAST_SETTINGS = `
[maintenance]
topology_interval_seconds = 1
other_worker_wait_seconds = 1
[maintenance.vacuum]
scan_interval_seconds = 1
retry_backoff_seconds = 1
[maintenance.balance]
scan_interval_seconds = 1
retry_backoff_seconds = 1
enabled = false
[maintenance.erasure_coding]
scan_interval_seconds = 1
retry_backoff_seconds = 1
quiet_for_seconds = 0
min_size_mb = 1
enabled = false
`;

export interface FleetOptions {
  readonly dir: string;
  /** Masters in address form. */
  readonly master: string;
  /** Text of admin.toml; default: `FAST_SETTINGS`. */
  readonly settings?: string;
  /** Text of security.toml. */
  readonly security?: string;
}

/** An admin and its workers as processes on one cluster. */
export class Fleet {
  readonly dir: string;
  readonly port: number;
  readonly #options: FleetOptions;
  readonly #workers: WeedProcess[] = [];
  admin: WeedProcess | undefined;

  private constructor(options: FleetOptions, port: number) {
    this.dir = options.dir;
    this.port = port;
    this.#options = options;
  }

  static async create(options: FleetOptions): Promise<Fleet> {
    mkdirSync(join(options.dir, "config"), { recursive: true });
    writeFileSync(join(options.dir, "config", "admin.toml"), options.settings ?? FAST_SETTINGS);
    if (options.security !== undefined) writeFileSync(join(options.dir, "config", "security.toml"), options.security);
    return new Fleet(options, await freePortPair());
  }

  async startAdmin(extra: readonly string[] = []): Promise<WeedProcess> {
    const config = join(this.dir, "config");
    const flags = [`-port=${this.port}`, `-master=${this.#options.master}`, `-dataDir=${join(this.dir, "admin")}`];
    this.admin = new WeedProcess("admin", ["admin", ...flags, `-config_dir=${config}`, ...extra]);
    const { admin } = this;
    await until("the admin to be ready", async () => {
      if (!admin.running) throw new Error(`the admin ended:\n${admin.output}`);
      return (await fetch(`http://127.0.0.1:${this.port}/ready`)).ok;
    });
    return admin;
  }

  startWorker(name: string, extra: readonly string[] = []): WeedProcess {
    const workingDir = join(this.dir, name);
    mkdirSync(workingDir, { recursive: true });
    const flags = [
      `-admin=127.0.0.1:${this.port}`,
      `-workingDir=${workingDir}`,
      `-config_dir=${join(this.dir, "config")}`,
    ];
    const worker = new WeedProcess(name, ["worker", ...flags, ...extra]);
    this.#workers.push(worker);
    return worker;
  }

  async api<Body>(path: string, init?: { readonly method?: string; readonly body?: unknown }): Promise<Body> {
    const response = await fetch(`http://127.0.0.1:${this.port}${path}`, {
      method: init?.method ?? "GET",
      ...(init?.body === undefined
        ? {}
        : { headers: { "content-type": "application/json" }, body: JSON.stringify(init.body) }),
    });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
    return JSON.parse(text) as Body;
  }

  async tasks(): Promise<readonly FleetTask[]> {
    return (await this.api<{ tasks: FleetTask[] }>("/api/v1/tasks?limit=500")).tasks;
  }

  async taskOf(volumeId: number, type: string): Promise<FleetTask | undefined> {
    return (await this.tasks()).find((task) => task.volumeId === volumeId && task.type === type);
  }

  /** Asks for a task by hand; returns its id. */
  async create(type: string, volumeId: number, force = true): Promise<number> {
    const made = await this.api<{ tasks: FleetTask[]; rules: { text: string; pass: boolean }[] }>("/api/v1/tasks", {
      method: "POST",
      body: { type, volumeId, force },
    });
    const [task] = made.tasks;
    if (task === undefined)
      throw new Error(
        `no task was made: ${made.rules
          .filter((rule) => !rule.pass)
          .map((rule) => rule.text)
          .join("; ")}`,
      );
    return task.id;
  }

  async ended(id: number): Promise<FleetTask> {
    return until(
      `task ${id} to end`,
      async () => {
        const { task } = await this.api<{ task: FleetTask }>(`/api/v1/tasks/${id}`);
        return ["completed", "cancelled", "dead", "quarantined"].includes(task.state) ? task : undefined;
      },
      110_000,
    );
  }

  async stop(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.stop()));
    await this.admin?.stop();
  }
}

export interface FleetTask {
  readonly id: number;
  readonly type: string;
  readonly volumeId: number;
  readonly state: string;
  readonly attempt: number;
  readonly losses: number;
  readonly failures: number;
  readonly committed: boolean;
  readonly workerId: string | null;
  readonly error: string | null;
  readonly facts: Readonly<Record<string, string>>;
  readonly progress: { readonly stage: string; readonly percent: number } | null;
}
