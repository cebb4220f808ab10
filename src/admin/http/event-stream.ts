import type { Request, Response } from "express";
import { AppError, errorMessage } from "../../core/errors.ts";
import type { AdminEventMap } from "../events.ts";
import type { TaskRecord } from "../store/store.ts";
import type { AdminApi } from "./admin-api.ts";
import { holdsJson, progressJson, scanJson, statsJson, taskJson, workerJson } from "./v1/json.ts";

/** At most five messages a second to one client. */
const FLUSH_MS = 200;
const HEARTBEAT_MS = 15_000;
const MOST_CLIENTS = 200;
/** A client that is behind by more changes than this gets a snapshot instead of them. */
const MOST_CHANGES = 2000;
const SNAPSHOT_LIVE = 200;
const SNAPSHOT_FINISHED = 50;

/**
 * The event stream of the page. A client first gets `snapshot`, then `update` messages: what changed since the last
 * one, each thing once with its newest state. A client that reconnects gets a snapshot again and has missed nothing.
 */
export class EventStreams {
  readonly #api: AdminApi;
  readonly #clients = new Set<Client>();

  constructor(api: AdminApi) {
    this.#api = api;
    const { events } = api;
    events.on("task", this.#onTask);
    events.on("progress", this.#onProgress);
    events.on("worker", this.#onWorker);
    events.on("scan", this.#onScan);
    events.on("policy", this.#onPolicy);
  }

  /** Throws WK-RPC-BUSY when too many clients listen. */
  serve(request: Request, response: Response): void {
    if (this.#clients.size >= MOST_CLIENTS) {
      throw new AppError("WK-RPC-BUSY", `${MOST_CLIENTS} clients listen to events already.`);
    }
    response.status(200).set({ "Content-Type": "text/event-stream; charset=utf-8", "X-Accel-Buffering": "no" });
    response.flushHeaders();
    const client = new Client(this.#api, response);
    this.#clients.add(client);
    request.on("close", () => {
      client.close();
      this.#clients.delete(client);
    });
  }

  close(): void {
    const { events } = this.#api;
    events.off("task", this.#onTask);
    events.off("progress", this.#onProgress);
    events.off("worker", this.#onWorker);
    events.off("scan", this.#onScan);
    events.off("policy", this.#onPolicy);
    for (const client of this.#clients) client.close();
    this.#clients.clear();
  }

  readonly #onTask = (...[task]: AdminEventMap["task"]): void =>
    this.#tell(`task ${task.id}`, "tasks", () => taskJson(task, this.#api.workers.progress(task.id)));
  readonly #onProgress = (...[taskId, progress]: AdminEventMap["progress"]): void =>
    this.#tell(`progress ${taskId}`, "progress", () => ({ taskId, progress: progressJson(progress) }));
  readonly #onWorker = (...[id]: AdminEventMap["worker"]): void =>
    this.#tell(`worker ${id}`, "workers", () => {
      const worker = this.#api.workers.worker(id);
      return worker === undefined ? { id, gone: true } : workerJson(worker);
    });
  readonly #onScan = (...[type]: AdminEventMap["scan"]): void =>
    this.#tell(`scan ${type}`, "scans", () => {
      const scan = this.#api.scans.status().find((status) => status.type === type);
      return scan === undefined ? { type } : scanJson(scan);
    });
  readonly #onPolicy = (): void => this.#tell("policy", "holds", () => holdsJson(this.#api.policy));

  #tell(key: string, list: ListName, make: () => object): void {
    for (const client of this.#clients) client.changed(key, list, make);
  }
}

type ListName = "tasks" | "progress" | "workers" | "scans" | "holds";

interface Change {
  readonly list: ListName;
  readonly make: () => object;
}

class Client {
  readonly #api: AdminApi;
  readonly #response: Response;
  readonly #heartbeat: NodeJS.Timeout;
  #changes = new Map<string, Change>();
  #timer: NodeJS.Timeout | undefined;
  #needsSnapshot = true;
  #blocked = false;
  #closed = false;

  constructor(api: AdminApi, response: Response) {
    this.#api = api;
    this.#response = response;
    this.#heartbeat = setInterval(() => {
      if (!this.#blocked) response.write(": heartbeat\n\n");
    }, HEARTBEAT_MS);
    response.on("drain", () => {
      this.#blocked = false;
      this.#plan(0);
    });
    this.#plan(0);
  }

  /** Only the newest state of a thing is kept, and only made into text when it is sent. */
  changed(key: string, list: ListName, make: () => object): void {
    if (this.#needsSnapshot) return;
    this.#changes.set(key, { list, make });
    if (this.#changes.size > MOST_CHANGES) {
      this.#changes.clear();
      this.#needsSnapshot = true;
    }
    this.#plan(FLUSH_MS);
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#heartbeat);
    clearTimeout(this.#timer);
    this.#response.end();
  }

  #plan(ms: number): void {
    if (this.#closed || this.#blocked || this.#timer !== undefined) return;
    if (!this.#needsSnapshot && this.#changes.size === 0) return;
    this.#timer = setTimeout(() => {
      void this.#flush().finally(() => {
        this.#timer = undefined;
        this.#plan(FLUSH_MS);
      });
    }, ms);
  }

  async #flush(): Promise<void> {
    try {
      if (this.#needsSnapshot) {
        // Changes from here on follow the snapshot, even those it has already.
        this.#needsSnapshot = false;
        this.#send("snapshot", await snapshot(this.#api));
        return;
      }
      const lists: Partial<Record<ListName, object[]>> = {};
      for (const { list, make } of this.#changes.values()) lists[list] = [...(lists[list] ?? []), make()];
      this.#changes = new Map();
      const stats = statsJson(await this.#api.stats.stats());
      this.#send("update", { ...lists, stats });
    } catch (reason) {
      this.#api.logger.error("the event stream failed", { error: errorMessage(reason) });
      this.#closed = true;
      this.#response.end();
    }
  }

  #send(event: string, data: object): void {
    if (this.#closed) return;
    this.#blocked = !this.#response.write(`event: ${event}\ndata: ${JSON.stringify(data)}\n\n`);
  }
}

async function snapshot(api: AdminApi): Promise<object> {
  const held = await api.tasks.list({
    states: ["assigned", "running", "verifying", "cancelling", "quarantined"],
    limit: SNAPSHOT_LIVE,
  });
  const pending = await api.tasks.list({ states: ["pending"], limit: SNAPSHOT_LIVE });
  const finished = await api.tasks.list({ states: ["completed", "cancelled", "dead"], limit: SNAPSHOT_FINISHED });
  const toJson = (task: TaskRecord): object => taskJson(task, api.workers.progress(task.id));
  return {
    tasks: [...held, ...pending, ...finished].map(toJson),
    workers: api.workers.workers().map(workerJson),
    scans: api.scans.status().map(scanJson),
    holds: [holdsJson(api.policy)],
    stats: statsJson(await api.stats.stats()),
    version: api.version,
  };
}
