import { z } from "zod";
import { AppError } from "../../core/errors.ts";
import type { AdminApi } from "./admin-api.ts";
import { type Route, route } from "./route.ts";
import { explanationSchema, explanationsJson } from "./v1/cluster.ts";
import { statsJson, timeJson } from "./v1/json.ts";
import { statsSchema, volumeIdText } from "./v1/schemas.ts";

/** What belongs to no version of the API: health, discovery by workers, explain. */
export function commonRoutes(api: AdminApi): readonly Route[] {
  return [
    route({
      method: "get",
      path: "/health",
      summary: "The process answers.",
      response: z.object({ health: z.literal("ok") }),
      handle: () => ({ health: "ok" as const }),
    }),
    route({
      method: "get",
      path: "/ready",
      summary: "The admin can do its work: 503 while it has not seen the cluster.",
      response: z.object({ ready: z.literal(true), clusterSeenAt: z.iso.datetime().nullable() }),
      handle: () => {
        const { lastGoodAt, error } = api.watch.status();
        if (lastGoodAt === undefined || error !== undefined) {
          const why = error ?? "it has not been looked at yet";
          throw new AppError("WK-RPC-BUSY", `Not ready: the cluster cannot be seen: ${why.replace(/\.$/, "")}.`, {
            hint: "Is the master running, and does -master name it?",
          });
        }
        return { ready: true as const, clusterSeenAt: timeJson(lastGoodAt) };
      },
    }),
    route({
      method: "get",
      path: "/api/plugin/status",
      summary: "Where workers connect; read by SeaweedFS workers before they dial.",
      response: z.object({ worker_grpc_port: z.number() }),
      handle: () => ({ worker_grpc_port: api.workerGrpcPort }),
    }),
    route({
      method: "get",
      path: "/api/explain",
      summary: "Why a volume is, or is not, worked on; also at /api/v1/explain.",
      query: z.strictObject({ volumeId: volumeIdText, type: z.enum([...api.types.keys()]).optional() }),
      response: z.object({ explanations: z.array(explanationSchema) }),
      handle: async ({ query }) => ({ explanations: await explanationsJson(api, query.volumeId, query.type) }),
    }),
    route({
      method: "get",
      path: "/api/v1/stats",
      summary: "Numbers of the queue, the workers and the scans.",
      response: statsSchema,
      handle: async () => statsJson(await api.stats.stats()),
    }),
  ];
}
