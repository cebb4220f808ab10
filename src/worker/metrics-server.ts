import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { collectDefaultMetrics, Gauge, Registry } from "prom-client";
import { AppError, errorMessage } from "../core/errors.ts";

/** What the worker's metrics say, read at the moment of the request. */
export interface WorkerFigures {
  readonly connected: boolean;
  readonly running: number;
  readonly maxConcurrent: number;
  readonly completed: number;
  readonly failed: number;
  /** Words the admin has not acknowledged. */
  readonly outboxWords: number;
  readonly uptimeSeconds: number;
}

export interface MetricsServerOptions {
  readonly ip: string;
  readonly port: number;
  readonly workerId: string;
  readonly version: string;
  readonly figures: () => WorkerFigures;
}

/** `/health` (the process lives), `/ready` (503 while no admin is connected) and `/metrics`. */
export class MetricsServer {
  readonly port: number;
  readonly #server: Server;

  private constructor(server: Server, port: number) {
    this.#server = server;
    this.port = port;
  }

  /** @throws AppError WK-LISTEN. */
  static async listen(options: MetricsServerOptions): Promise<MetricsServer> {
    const registry = registryOf(options);
    const server = createServer((request, response) => {
      answer(options, registry, request, response).catch((reason: unknown) => {
        response.writeHead(500).end(`${errorMessage(reason)}\n`);
      });
    });
    server.requestTimeout = 10_000;
    await new Promise<void>((resolve, reject) => {
      server.once("error", (reason) => {
        const place = `${options.ip}:${options.port}`;
        reject(new AppError("WK-LISTEN", `Cannot listen on ${place}: ${reason.message}.`, { cause: reason }));
      });
      server.listen(options.port, options.ip, resolve);
    });
    const address = server.address();
    return new MetricsServer(server, typeof address === "object" && address !== null ? address.port : options.port);
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeAllConnections();
    await closed;
  }
}

async function answer(
  { figures, version }: MetricsServerOptions,
  registry: Registry,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.setHeader("Server", `weedkeeper worker ${version}`);
  response.setHeader("Cache-Control", "no-store");
  const text = (status: number, body: string): void => {
    response.writeHead(status, { "Content-Type": "text/plain; charset=utf-8" }).end(`${body}\n`);
  };
  if (request.method !== "GET" && request.method !== "HEAD") return text(405, "only GET is answered");
  switch (request.url?.split("?", 1)[0]) {
    case "/health":
      return text(200, "ok");
    case "/ready":
      return figures().connected ? text(200, "ready") : text(503, "no admin is connected");
    case "/metrics": {
      const body = await registry.metrics();
      response.writeHead(200, { "Content-Type": registry.contentType }).end(body);
      return;
    }
    default:
      return text(404, "try /health, /ready or /metrics");
  }
}

function registryOf({ figures, workerId, version }: MetricsServerOptions): Registry {
  const registry = new Registry();
  registry.setDefaultLabels({ worker: workerId });
  collectDefaultMetrics({ register: registry });
  const gauge = (name: string, help: string, read: () => number): void => {
    // The gauge registers itself with the registry and reads its value when it is scraped.
    new Gauge({
      name: `SeaweedFS_worker_${name}`,
      help,
      registers: [registry],
      collect() {
        this.set(read());
      },
    });
  };
  gauge("connected", "1 while a stream to an admin is up.", () => (figures().connected ? 1 : 0));
  gauge("tasks_running", "Attempts running now.", () => figures().running);
  gauge("slots", "Attempts that may run at once.", () => figures().maxConcurrent);
  gauge("tasks_completed", "Attempts completed since the start.", () => figures().completed);
  gauge("tasks_failed", "Attempts failed since the start.", () => figures().failed);
  gauge("outbox_words", "Words the admin has not acknowledged yet.", () => figures().outboxWords);
  gauge("uptime_seconds", "Seconds since the start.", () => figures().uptimeSeconds);
  new Gauge({
    name: "SeaweedFS_worker_build_info",
    help: "Release of the worker.",
    labelNames: ["version"],
    registers: [registry],
  }).set({ version }, 1);
  return registry;
}
