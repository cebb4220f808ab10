import { z } from "zod";
import { AppError } from "../../../core/errors.ts";
import type { TaskDetail } from "../../services/task-service.ts";
import type { AdminApi } from "../admin-api.ts";
import { type Route, route } from "../route.ts";
import { attemptJson, auditJson, logLineJson, progressJson, ruleJson, specJson, taskJson } from "./json.ts";
import {
  attemptSchema,
  auditSchema,
  idText,
  logLineSchema,
  pageText,
  prioritySchema,
  progressSchema,
  ruleSchema,
  specSchema,
  TASK_STATES,
  taskSchema,
  volumeIdSchema,
  volumeIdText,
  wordList,
} from "./schemas.ts";

const byId = z.strictObject({ id: idText });
const nothing = z.strictObject({});

export function taskRoutes(api: AdminApi): readonly Route[] {
  const types = [...api.types.keys()];
  return [
    route({
      method: "get",
      path: "/api/v1/tasks",
      summary: "Tasks, newest first.",
      query: z.strictObject({
        state: wordList(TASK_STATES).optional(),
        type: wordList(types).optional(),
        volumeId: volumeIdText.optional(),
        workerId: z.string().optional(),
        before: idText.optional().meta({ description: "Only ids below: the next page" }),
        limit: pageText,
      }),
      response: z.object({ tasks: z.array(taskSchema), next: z.number().nullable() }),
      handle: async ({ query }) => {
        const { state, type, volumeId, workerId, before, limit } = query;
        const tasks = await api.tasks.list({
          limit,
          ...(state === undefined ? {} : { states: state }),
          ...(type === undefined ? {} : { types: type }),
          ...(volumeId === undefined ? {} : { volumeId }),
          ...(workerId === undefined ? {} : { workerId }),
          ...(before === undefined ? {} : { before }),
        });
        return {
          tasks: tasks.map((task) => taskJson(task, api.workers.progress(task.id))),
          next: tasks.length === limit ? (tasks.at(-1)?.id ?? null) : null,
        };
      },
    }),
    route({
      method: "post",
      path: "/api/v1/tasks",
      summary: "Plans a task for one volume and puts it into the queue; with dryRun only shows the plan.",
      status: 201,
      body: z.strictObject({
        type: z.enum(types),
        volumeId: volumeIdSchema,
        priority: prioritySchema.optional(),
        dryRun: z.boolean().default(false),
        force: z.boolean().default(false).meta({ description: "Ignore thresholds, never safety rules" }),
      }),
      response: z.object({
        dryRun: z.boolean(),
        plan: z.array(specSchema),
        rules: z.array(ruleSchema),
        tasks: z.array(taskSchema),
      }),
      handle: async ({ body }, { by }) => {
        const { specs, rules, tasks } = await api.tasks.create({ ...body, by });
        return {
          dryRun: body.dryRun,
          plan: specs.map(specJson),
          rules: rules.map(ruleJson),
          tasks: tasks.map((task) => taskJson(task, undefined)),
        };
      },
    }),
    route({
      method: "get",
      path: "/api/v1/tasks/:id",
      summary: "One task with its attempts, its audit and its progress.",
      params: byId,
      response: z.object({
        task: taskSchema,
        plan: z.record(z.string(), z.unknown()),
        attempts: z.array(attemptSchema),
        audit: z.array(auditSchema),
        progress: progressSchema,
      }),
      handle: async ({ params }) => {
        const { task, attempts, audit, progress } = await api.tasks.show(params.id);
        return {
          task: taskJson(task, progress),
          plan: { ...task.plan },
          attempts: attempts.map(attemptJson),
          audit: audit.map(auditJson),
          progress: progressJson(progress),
        };
      },
    }),
    route({
      method: "get",
      path: "/api/v1/tasks/:id/log",
      summary: "The log of the current or last attempt, asked from its worker.",
      params: byId,
      query: z.strictObject({ lines: pageText }),
      response: z.object({ workerId: z.string(), wireId: z.string(), lines: z.array(logLineSchema) }),
      handle: async ({ params, query }) => {
        const { workerId, wireId } = lastAttempt(await api.tasks.show(params.id));
        const lines = await api.workers.pullLog(workerId, wireId, query.lines);
        return { workerId, wireId, lines: lines.map(logLineJson) };
      },
    }),
    route({
      method: "post",
      path: "/api/v1/tasks/:id/cancel",
      summary: "Cancels a task; a running one rolls back first. Past its commit point it finishes (WK-TASK-TOO-LATE).",
      params: byId,
      body: nothing,
      response: z.object({ task: taskSchema, ended: z.boolean() }),
      handle: async ({ params }, { by }) => {
        const { task, ended } = await api.tasks.cancel(params.id, by);
        return { task: taskJson(task, api.workers.progress(task.id)), ended };
      },
    }),
    route({
      method: "post",
      path: "/api/v1/tasks/:id/retry",
      summary: "Tries a task again that failed for good, was cancelled or is quarantined.",
      params: byId,
      body: nothing,
      response: z.object({ task: taskSchema }),
      handle: async ({ params }, { by }) => ({ task: taskJson(await api.tasks.retry(params.id, by), undefined) }),
    }),
    route({
      method: "put",
      path: "/api/v1/tasks/:id/priority",
      summary: "Gives a waiting task another priority.",
      params: byId,
      body: z.strictObject({ priority: prioritySchema }),
      response: z.object({ task: taskSchema }),
      handle: async ({ params, body }) => ({
        task: taskJson(await api.tasks.prioritise(params.id, body.priority), api.workers.progress(params.id)),
      }),
    }),
  ];
}

/** Who ran the task last; WK-TASK-STATE when nobody did. */
export function lastAttempt(detail: TaskDetail): { readonly workerId: string; readonly wireId: string } {
  const attempt = detail.attempts.at(-1);
  if (attempt !== undefined) return attempt;
  throw new AppError("WK-TASK-STATE", `Task ${detail.task.id} has not been run yet: there is no log.`);
}
