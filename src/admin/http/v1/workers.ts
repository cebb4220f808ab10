import { z } from "zod";
import { AppError } from "../../../core/errors.ts";
import type { AdminApi } from "../admin-api.ts";
import { type Route, route } from "../route.ts";
import { taskJson, workerJson } from "./json.ts";
import { taskSchema, workerSchema } from "./schemas.ts";

const RECENT = 10;

export function workerRoutes(api: AdminApi): readonly Route[] {
  return [
    route({
      method: "get",
      path: "/api/v1/workers",
      summary: "Workers that are connected, and those that are gone while their leases run.",
      response: z.object({ workers: z.array(workerSchema) }),
      handle: () => ({ workers: api.workers.workers().map(workerJson) }),
    }),
    route({
      method: "get",
      path: "/api/v1/workers/:id",
      summary: "One worker with its last tasks.",
      params: z.strictObject({ id: z.string() }),
      response: z.object({ worker: workerSchema, recentTasks: z.array(taskSchema) }),
      handle: async ({ params }) => {
        const worker = workerOf(api, params.id);
        const recent = await api.tasks.list({ workerId: worker.id, limit: RECENT });
        return {
          worker: workerJson(worker),
          recentTasks: recent.map((task) => taskJson(task, api.workers.progress(task.id))),
        };
      },
    }),
  ];
}

/** Throws WK-WORKER-GONE. */
export function workerOf(api: AdminApi, id: string) {
  const worker = api.workers.worker(id);
  if (worker !== undefined) return worker;
  throw new AppError("WK-WORKER-GONE", `There is no worker "${id}".`, { hint: "The list of workers has their ids." });
}
