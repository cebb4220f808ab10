import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { freePortPair, TestProcess, until } from "./processes.testkit.ts";

type Value = string | number | boolean;

/** Settings by section of admin.toml: `maintenance`, `maintenance.vacuum`, … without the common prefix. */
export interface Settings {
  readonly maintenance?: Readonly<Record<string, Value>>;
  readonly vacuum?: Readonly<Record<string, Value>>;
  readonly balance?: Readonly<Record<string, Value>>;
  readonly erasure_coding?: Readonly<Record<string, Value>>;
}

const QUIET_TYPE = { scan_interval_seconds: 3600, retry_backoff_seconds: 1, enabled: false };

/** Settings of a type whose scans find what is due, at once. */
export const BY_SCAN = { enabled: true, scan_interval_seconds: 1 } as const;

/** Sections of a type that is handed out, and whose scans find nothing: its tasks are made by hand. */
export const BY_HAND = {
  vacuum: { enabled: true, garbage_threshold: 1 },
  balance: { enabled: true, min_server_count: 1000 },
  erasure_coding: { enabled: true, fullness_ratio: 1 },
} as const satisfies Settings;

/** Limits that let any number of tasks run side by side. */
export const SIDE_BY_SIDE = {
  global: { server_reads: 1000, server_writes: 1000, global_max_concurrent: 1000 },
  type: { max_concurrent: 1000, max_concurrent_per_worker: 100, max_concurrent_per_server: 100 },
} as const;

/** Nothing waits for long; which task types act by themselves is up to the test. */
const DEFAULTS: Required<Settings> = {
  maintenance: { topology_interval_seconds: 1, other_worker_wait_seconds: 1 },
  vacuum: QUIET_TYPE,
  balance: QUIET_TYPE,
  erasure_coding: { ...QUIET_TYPE, quiet_for_seconds: 0, min_size_mb: 0 },
};

/** Text of admin.toml: the defaults of these tests, and `own` over them. */
function settingsText(own: Settings): string {
  const section = (name: keyof Settings): string => {
    const values = { ...DEFAULTS[name], ...own[name] };
    const title = name === "maintenance" ? name : `maintenance.${name}`;
    const lines = Object.entries(values).map(([key, value]) => `${key} = ${JSON.stringify(value)}`);
    return [`[${title}]`, ...lines].join("\n");
  };
  return `${(["maintenance", "vacuum", "balance", "erasure_coding"] as const).map(section).join("\n\n")}\n`;
}

export interface FleetOptions {
  readonly dir: string;
  /** Masters in address form, as a comma list. */
  readonly master: string;
  readonly settings?: Settings;
  /** Text of security.toml. */
  readonly security?: string;
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
  readonly errorCode: string | null;
  readonly error: string | null;
  readonly createdBy: string;
  readonly facts: Readonly<Record<string, string>>;
  readonly progress: { readonly stage: string; readonly percent: number } | null;
}

export interface FleetAttempt {
  readonly number: number;
  readonly workerId: string;
  readonly outcome: string | null;
  readonly error: string | null;
}

export interface FleetTaskDetail {
  readonly task: FleetTask;
  readonly attempts: readonly FleetAttempt[];
  readonly audit: readonly { readonly call: string; readonly server: string; readonly outcome: string }[];
}

export interface FleetRule {
  readonly rule: string;
  readonly pass: boolean;
  readonly text: string;
}

export interface FleetExplanation {
  readonly due: boolean;
  readonly runnable: boolean;
  readonly summary: string;
  readonly rules: readonly FleetRule[];
  readonly queue: readonly FleetRule[];
}

export interface FleetWorker {
  readonly id: string;
  readonly status: string;
  readonly running: readonly { readonly taskId: number }[];
}

const FINAL = ["completed", "cancelled", "dead", "quarantined"];

/** An admin and its workers as processes on one cluster, and the admin's API. */
export class Fleet {
  readonly dir: string;
  readonly port: number;
  readonly #options: FleetOptions;
  readonly #processes: TestProcess[] = [];
  #admin: TestProcess | undefined;

  private constructor(options: FleetOptions, port: number) {
    this.dir = options.dir;
    this.port = port;
    this.#options = options;
  }

  static async create(options: FleetOptions): Promise<Fleet> {
    const config = join(options.dir, "config");
    mkdirSync(config, { recursive: true });
    writeFileSync(join(config, "admin.toml"), settingsText(options.settings ?? {}));
    if (options.security !== undefined) writeFileSync(join(config, "security.toml"), options.security);
    return new Fleet(options, await freePortPair());
  }

  /** The running admin, or the last one. */
  get admin(): TestProcess {
    if (this.#admin === undefined) throw new Error("the fleet has no admin yet");
    return this.#admin;
  }

  get processes(): readonly TestProcess[] {
    return this.#processes;
  }

  /** The admin's data folder. */
  get dataDir(): string {
    return join(this.dir, "admin");
  }

  /** Starts an admin; resolves when it answers, with or without a cluster behind it. */
  async startAdmin(extra: readonly string[] = []): Promise<TestProcess> {
    const flags = [`-port=${this.port}`, `-master=${this.#options.master}`, `-dataDir=${this.dataDir}`];
    const admin = new TestProcess({
      name: "admin",
      args: ["admin", ...flags, `-config_dir=${join(this.dir, "config")}`, "-v=1", ...extra],
    });
    this.#admin = admin;
    this.#processes.push(admin);
    await admin.says(/The admin is ready/);
    return admin;
  }

  /** Starts an admin; resolves when it has seen the cluster. */
  async startReadyAdmin(extra: readonly string[] = []): Promise<TestProcess> {
    const admin = await this.startAdmin(extra);
    await until("the admin to be ready", async () => {
      if (!admin.running) throw new Error(`the admin ended:\n${admin.output}`);
      return (await fetch(`http://127.0.0.1:${this.port}/ready`)).ok;
    });
    return admin;
  }

  /** Starts a worker with a folder of its own named like it; a second one of the same name goes on in that folder. */
  startWorker(name: string, extra: readonly string[] = []): TestProcess {
    const workingDir = join(this.dir, name);
    mkdirSync(workingDir, { recursive: true });
    const flags = [`-admin=127.0.0.1:${this.port}`, `-workingDir=${workingDir}`, `-id=${name}`];
    const worker = new TestProcess({
      name,
      args: ["worker", ...flags, `-config_dir=${join(this.dir, "config")}`, "-v=1", ...extra],
    });
    this.#processes.push(worker);
    return worker;
  }

  /** Starts a worker and waits until the admin lists it. */
  async startConnectedWorker(name: string, extra: readonly string[] = []): Promise<TestProcess> {
    const worker = this.startWorker(name, extra);
    await until(`worker ${name} to connect`, async () => {
      if (!worker.running) throw new Error(`the worker ended:\n${worker.output}`);
      return (await this.workers()).some(({ id, status }) => id === name && status !== "lost");
    });
    return worker;
  }

  async api<Body>(path: string, init?: { readonly method: string; readonly body: unknown }): Promise<Body> {
    const response = await this.request(path, init);
    const text = await response.text();
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${text}`);
    return JSON.parse(text) as Body;
  }

  request(path: string, init?: { readonly method: string; readonly body: unknown }): Promise<Response> {
    const url = `http://127.0.0.1:${this.port}${path}`;
    if (init === undefined) return fetch(url);
    const headers = { "content-type": "application/json" };
    return fetch(url, { method: init.method, headers, body: JSON.stringify(init.body) });
  }

  put<Body>(path: string, body: unknown): Promise<Body> {
    return this.api(path, { method: "PUT", body });
  }

  post<Body>(path: string, body: unknown): Promise<Body> {
    return this.api(path, { method: "POST", body });
  }

  async workers(): Promise<readonly FleetWorker[]> {
    return (await this.api<{ workers: FleetWorker[] }>("/api/v1/workers")).workers;
  }

  /** How many tasks are in each state; states without any may be absent. */
  async states(): Promise<Readonly<Partial<Record<string, number>>>> {
    return (await this.api<{ byState: Record<string, number> }>("/api/v1/stats")).byState;
  }

  /** Tasks, newest first; all pages. */
  async tasks(filter = ""): Promise<readonly FleetTask[]> {
    const all: FleetTask[] = [];
    for (let before: number | null = null; ; ) {
      const page: { tasks: FleetTask[]; next: number | null } = await this.api(
        `/api/v1/tasks?limit=1000${filter}${before === null ? "" : `&before=${before}`}`,
      );
      all.push(...page.tasks);
      if (page.next === null) return all;
      before = page.next;
    }
  }

  task(id: number): Promise<FleetTaskDetail> {
    return this.api(`/api/v1/tasks/${id}`);
  }

  async explain(type: string, volumeId: number): Promise<FleetExplanation> {
    const path = `/api/v1/explain?volumeId=${volumeId}&type=${type}`;
    const [explanation] = (await this.api<{ explanations: FleetExplanation[] }>(path)).explanations;
    if (explanation === undefined) throw new Error(`nothing is explained by ${path}`);
    return explanation;
  }

  /** Asks for a task by hand, thresholds ignored; returns its id. */
  async create(type: string, volumeId: number): Promise<number> {
    const { tasks } = await this.post<{ tasks: FleetTask[] }>("/api/v1/tasks", { type, volumeId, force: true });
    const [task] = tasks;
    if (task === undefined) throw new Error(`no ${type} was made for volume ${volumeId}`);
    return task.id;
  }

  /** Resolves with the task once it is in a final state. */
  ended(id: number, limitMs = 110_000): Promise<FleetTaskDetail> {
    return until(
      `task ${id} to end`,
      async () => {
        const detail = await this.task(id);
        return FINAL.includes(detail.task.state) ? detail : undefined;
      },
      limitMs,
    );
  }

  /** Resolves once the first task of a type on a volume has ended. */
  async endedOn(type: string, volumeId: number): Promise<FleetTaskDetail> {
    const id = await until(`a ${type} task of volume ${volumeId}`, async () => {
      return (await this.tasks(`&type=${type}&volumeId=${volumeId}`)).at(-1)?.id;
    });
    return this.ended(id);
  }

  /** Ends all processes; workers first, so that nothing is left to be handed back. */
  async stop(): Promise<void> {
    const admins = this.#processes.filter(({ name }) => name === "admin");
    await Promise.all(this.#processes.filter((each) => !admins.includes(each)).map((worker) => worker.stop()));
    await Promise.all(admins.map((admin) => admin.stop()));
  }
}
