import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { Socket } from "node:net";
import { errorMessage } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import type { Faults } from "./faults.ts";
import { type Life, ServerDead } from "./life.ts";

export interface HttpRequest {
  readonly method: string;
  readonly path: string;
  readonly query: URLSearchParams;
  readonly headers: IncomingMessage["headers"];
  /** The whole body. */
  body(): Promise<Buffer>;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text, bytes, or a value to be sent as JSON. */
  readonly body?: Buffer | string;
}

export type HttpRoute = (request: HttpRequest) => Promise<HttpAnswer>;

export interface HttpHostOptions {
  /** All names of the server, for fault switches. */
  readonly names: readonly string[];
  readonly faults: Faults;
  readonly life: Life;
  readonly logger: Logger;
  readonly route: HttpRoute;
  readonly onKill: () => void;
}

/** The HTTP port of a server; its sockets can be broken off at once. */
export class HttpHost {
  readonly #options: HttpHostOptions;
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();

  constructor(options: HttpHostOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => {
      options.life.own(this.#answer(request, response)).catch((reason: unknown) => {
        if (!(reason instanceof ServerDead)) options.logger.warn(`HTTP ${request.url}: ${errorMessage(reason)}`);
        request.socket.destroy();
      });
    });
    this.#server.on("connection", (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
    });
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#server.once("error", reject);
      this.#server.listen(port, "127.0.0.1", () => {
        this.#server.off("error", reject);
        resolve();
      });
    });
  }

  /** Breaks all connections and stops listening. */
  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.#server.close(resolve));
    for (const socket of this.#sockets) socket.resetAndDestroy();
    await closed;
  }

  async #answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { names, faults, life } = this.#options;
    const request = readRequest(incoming);
    const rpc = `HTTP ${request.method}`;
    const fault = faults.take(names, rpc, undefined, { path: request.path, query: request.query.toString() });
    if (fault?.action === "fail") return send(outgoing, json(500, { error: fault.message }));
    if (fault?.action === "delay") await life.sleep(fault.delayMs);
    if (fault?.action === "hang") await Promise.race([fault.released, ended(life)]);
    if (fault?.action === "kill") this.#options.onKill();
    life.check();
    if (fault?.action === "cut") incoming.socket.resetAndDestroy();
    const answer = await this.#routed(request);
    if (fault?.action === "lose-reply") incoming.socket.resetAndDestroy();
    if (!outgoing.destroyed) send(outgoing, answer);
  }

  async #routed(request: HttpRequest): Promise<HttpAnswer> {
    try {
      return await this.#options.route(request);
    } catch (reason) {
      if (reason instanceof ServerDead) throw reason;
      return json(500, { error: errorMessage(reason) });
    }
  }
}

/** Resolves when the server ends. */
function ended(life: Life): Promise<void> {
  return new Promise((resolve) => life.signal.addEventListener("abort", () => resolve(), { once: true }));
}

/** A JSON answer. */
export function json(status: number, value: unknown): HttpAnswer {
  return { status, headers: { "Content-Type": "application/json" }, body: JSON.stringify(value) };
}

function readRequest(incoming: IncomingMessage): HttpRequest {
  const url = new URL(incoming.url ?? "/", "http://localhost");
  return {
    method: incoming.method ?? "GET",
    path: decodeURIComponent(url.pathname),
    query: url.searchParams,
    headers: incoming.headers,
    body: async () => {
      const parts: Buffer[] = [];
      for await (const part of incoming) parts.push(Buffer.from(part));
      return Buffer.concat(parts);
    },
  };
}

function send(outgoing: ServerResponse, answer: HttpAnswer): void {
  const body = answer.body ?? "";
  outgoing.writeHead(answer.status, { ...answer.headers, "Content-Length": Buffer.byteLength(body) });
  outgoing.end(outgoing.req.method === "HEAD" ? undefined : body);
}
