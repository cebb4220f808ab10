import { Router } from "express";
import type { JsonObject } from "../../core/json.ts";
import type { AdminApi } from "./admin-api.ts";
import { AdminMetrics, type CommitSource } from "./admin-metrics.ts";
import { commonRoutes } from "./common-routes.ts";
import { EventStreams } from "./event-stream.ts";
import { type HttpServer, type HttpServerOptions, startHttpServer } from "./http-server.ts";
import { maintenanceConfigRoutes } from "./maintenance/config.ts";
import { maintenanceStatsRoutes } from "./maintenance/stats.ts";
import { maintenanceTaskRoutes } from "./maintenance/tasks.ts";
import { maintenanceWorkerRoutes } from "./maintenance/workers.ts";
import { openApiOf } from "./openapi.ts";
import type { Route } from "./route.ts";
import { clusterRoutes } from "./v1/cluster.ts";
import { policyRoutes } from "./v1/policies.ts";
import { taskRoutes } from "./v1/tasks.ts";
import { workerRoutes } from "./v1/workers.ts";

export interface AdminHttpOptions extends HttpServerOptions {
  /** Where metrics are served as well; absent = only under the main port. */
  readonly metrics?: { readonly host: string; readonly port: number };
}

export interface AdminHttp {
  readonly port: number;
  /** Of the separate metrics listener. */
  readonly metricsPort: number | undefined;
  close(): Promise<void>;
}

/** Every JSON route of the admin. */
function adminRoutes(api: AdminApi): readonly Route[] {
  return [
    ...commonRoutes(api),
    ...maintenanceTaskRoutes(api),
    ...maintenanceWorkerRoutes(api),
    ...maintenanceStatsRoutes(api),
    ...maintenanceConfigRoutes(api),
    ...taskRoutes(api),
    ...workerRoutes(api),
    ...policyRoutes(api),
    ...clusterRoutes(api),
  ];
}

/** Starts the HTTP side of the admin: API, event stream, metrics and status page. Rejects with WK-LISTEN. */
export async function startAdminHttp(
  api: AdminApi,
  store: CommitSource,
  options: AdminHttpOptions,
): Promise<AdminHttp> {
  const routes = adminRoutes(api);
  const metrics = new AdminMetrics(api, store);
  const streams = new EventStreams(api);
  const metricsRouter = Router().get("/metrics", async (_request, response) => {
    response.type(metrics.contentType).send(await metrics.text());
  });
  const document: JsonObject = openApiOf(routes, { title: "weedkeeper admin", version: api.version });
  const special = Router()
    .use(metricsRouter)
    .get("/api/v1/openapi.json", (_request, response) => {
      response.json(document);
    })
    .get("/api/v1/events", (request, response) => streams.serve(request, response));

  const close = async (servers: readonly HttpServer[]): Promise<void> => {
    streams.close();
    await Promise.all(servers.map((server) => server.close()));
    metrics.close();
  };
  const { logger } = api;
  const servers: HttpServer[] = [];
  try {
    const main = await startHttpServer({ routes, special, logger }, options);
    servers.push(main);
    if (options.metrics === undefined) return { port: main.port, metricsPort: undefined, close: () => close(servers) };
    const health = routes.filter((route) => route.path === "/health" || route.path === "/ready");
    const side = await startHttpServer(
      { routes: health, special: metricsRouter, logger },
      { ...options.metrics, urlPrefix: "", webDir: undefined },
    );
    servers.push(side);
    return { port: main.port, metricsPort: side.port, close: () => close(servers) };
  } catch (reason) {
    await close(servers);
    throw reason;
  }
}
