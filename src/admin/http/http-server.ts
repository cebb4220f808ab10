import { createServer, type Server } from "node:http";
import { createServer as createTlsServer, type ServerOptions as TlsOptions } from "node:https";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import express, { type Express, Router } from "express";
import { AppError, errorMessage } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import { errorAnswers, notFound } from "./error-answers.ts";
import { allowHosts, guardWrites, refuseForwarded, securityHeaders } from "./guards.ts";
import type { Route } from "./route.ts";

const BODY_LIMIT = 1024 * 1024;
const HEADERS_TIMEOUT_MS = 10_000;
const REQUEST_TIMEOUT_MS = 30_000;

export interface HttpServerOptions {
  /** Address to listen on, for example `127.0.0.1`. */
  readonly host: string;
  /** 0 = any free port. */
  readonly port: number;
  /** Path under which everything is served, for example `/weed`; empty = at the root. */
  readonly urlPrefix: string;
  /** Folder of the status page; undefined = none. */
  readonly webDir: URL | undefined;
  /** Certificate and key; absent = plain HTTP. */
  readonly tls?: TlsOptions;
}

export interface HttpServerParts {
  /** Everything that answers JSON. */
  readonly routes: readonly Route[];
  /** What has a form of its own: metrics, events. Mounted under the prefix. */
  readonly special: Router;
  readonly logger: Logger;
}

export interface HttpServer {
  /** The port that is listened on. */
  readonly port: number;
  /** Stops listening and ends open connections, event streams included. */
  close(): Promise<void>;
}

/** Serves the API and the status page. Rejects with WK-LISTEN when the port cannot be had. */
export async function startHttpServer(parts: HttpServerParts, options: HttpServerOptions): Promise<HttpServer> {
  const app = application(parts, options);
  const server = options.tls === undefined ? createServer(app) : createTlsServer(options.tls, app);
  server.headersTimeout = HEADERS_TIMEOUT_MS;
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  await listen(server, options);
  return { port: (server.address() as AddressInfo).port, close: () => close(server) };
}

function application(parts: HttpServerParts, options: HttpServerOptions): Express {
  const app = express();
  app.disable("x-powered-by");
  app.disable("etag");
  // Handlers see `?a=1&a=2` as text or a list, never as nested objects.
  app.set("query parser", "simple");
  app.use(securityHeaders, refuseForwarded, allowHosts(options.host), guardWrites);
  const site = Router({ strict: true, caseSensitive: true });
  site.use(parts.special);
  site.use(express.json({ limit: BODY_LIMIT, strict: true, inflate: false }));
  for (const route of parts.routes) mount(site, route);
  refuseOtherMethods(site, parts.routes);
  // The page's own files; nothing that starts with a dot, no listings.
  if (options.webDir !== undefined) site.use(staticFiles(options.webDir));
  if (options.urlPrefix === "") app.use(site);
  else {
    app.get(options.urlPrefix, (request, response, next) => {
      if (request.path === options.urlPrefix) response.redirect(302, `${options.urlPrefix}/`);
      else next();
    });
    app.use(options.urlPrefix, site);
  }
  app.use(notFound, errorAnswers(parts.logger));
  return app;
}

function mount(router: Router, route: Route): void {
  router[route.method](route.path, async (request, response) => {
    const by = `somebody at ${request.socket.remoteAddress ?? "an unknown address"}`;
    const { params, query, body } = request;
    const answer = await route.run({ params, query, body: body ?? {} }, { by, request });
    response.status(route.status).json(answer);
  });
}

function refuseOtherMethods(router: Router, routes: readonly Route[]): void {
  for (const path of new Set(routes.map((route) => route.path))) {
    const methods = routes.filter((route) => route.path === path).map((route) => route.method.toUpperCase());
    router.all(path, (request, response, next) => {
      response.set("Allow", methods.join(", "));
      next(new AppError("WK-HTTP-METHOD", `${request.path} does not take ${request.method}.`));
    });
  }
}

function staticFiles(webDir: URL) {
  return express.static(fileURLToPath(webDir), {
    index: "index.html",
    dotfiles: "ignore",
    redirect: false,
    setHeaders: (response) => response.setHeader("Cache-Control", "no-cache"),
  });
}

function listen(server: Server, options: HttpServerOptions): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error) => {
      const place = `${options.host}:${options.port}`;
      reject(new AppError("WK-LISTEN", `Cannot listen on ${place}: ${errorMessage(error)}.`, { cause: error }));
    });
    server.listen(options.port, options.host, resolve);
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    server.closeAllConnections();
  });
}
