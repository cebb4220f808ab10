import { z } from "zod";
import { AppError } from "../../../core/errors.ts";
import type { AdminApi } from "../admin-api.ts";
import { type Route, route } from "../route.ts";
import { idText, pageText } from "../v1/schemas.ts";
import { workerOf } from "../v1/workers.ts";
import { iso, legacyLogLine, legacyWorker, nanoseconds } from "./json.ts";
import { legacyLogSchema, legacyTaskSchema, legacyWorkerSchema } from "./schemas.ts";
import { taskOf } from "./tasks.ts";

const RECENT = 10;
const byId = z.strictObject({ id: z.string() });

export function maintenanceWorkerRoutes(api: AdminApi): readonly Route[] {
  return [
    route({
      method: "get",
      path: "/api/maintenance/workers",
      summary: "Workers.",
      response: z.array(legacyWorkerSchema),
      handle: () => api.workers.workers().map(legacyWorker),
    }),
    route({
      method: "get",
      path: "/api/maintenance/workers/:id",
      summary: "One worker with its tasks.",
      params: byId,
      response: z.object({
        worker: legacyWorkerSchema,
        current_tasks: z.array(legacyTaskSchema),
        recent_tasks: z.array(legacyTaskSchema),
        performance: z.object({
          tasks_completed: z.number(),
          tasks_failed: z.number(),
          average_task_time: z.number().meta({ description: "Nanoseconds, over its recent tasks" }),
          uptime: z.number().meta({ description: "Nanoseconds" }),
          success_rate: z.number().nullable().meta({ description: "Per cent; null before the first task" }),
        }),
        last_updated: z.iso.datetime(),
      }),
      handle: async ({ params }) => {
        const worker = workerOf(api, params.id);
        const recent = await api.tasks.list({ workerId: worker.id, limit: RECENT });
        const current = await Promise.all(worker.running.map(({ taskId }) => api.tasks.show(taskId)));
        const times = recent.flatMap(({ state, startedAt, finishedAt }) =>
          state === "completed" && startedAt !== undefined && finishedAt !== undefined ? [finishedAt - startedAt] : [],
        );
        const { completed, failed, uptimeSeconds } = worker;
        return {
          worker: legacyWorker(worker),
          current_tasks: current.map(({ task }) => taskOf(api, task)),
          recent_tasks: recent.map((task) => taskOf(api, task)),
          performance: {
            tasks_completed: completed,
            tasks_failed: failed,
            average_task_time: nanoseconds(
              times.length === 0 ? 0 : times.reduce((sum, ms) => sum + ms, 0) / times.length,
            ),
            uptime: nanoseconds(uptimeSeconds * 1000),
            success_rate: completed + failed === 0 ? null : (100 * completed) / (completed + failed),
          },
          last_updated: iso(api.clock.now()),
        };
      },
    }),
    route({
      method: "get",
      path: "/api/maintenance/workers/:id/logs",
      summary: "The log of a task, asked from this worker.",
      params: byId,
      query: z.strictObject({ taskId: idText, maxEntries: pageText }),
      response: z.object({
        worker_id: z.string(),
        task_id: z.string(),
        logs: z.array(legacyLogSchema),
        count: z.number(),
      }),
      handle: async ({ params, query }) => {
        const { attempts } = await api.tasks.show(query.taskId);
        const attempt = attempts.findLast((one) => one.workerId === params.id);
        if (attempt === undefined) {
          throw new AppError("WK-TASK-STATE", `Worker ${params.id} has not run task ${query.taskId}.`);
        }
        const lines = await api.workers.pullLog(params.id, attempt.wireId, query.maxEntries);
        const logs = lines.map((line) => legacyLogLine(line, query.taskId, params.id));
        return { worker_id: params.id, task_id: String(query.taskId), logs, count: logs.length };
      },
    }),
  ];
}
