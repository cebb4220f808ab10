import { z } from "zod";
import { AppError, errorMessage, hasCode } from "../../../core/errors.ts";
import type { TaskState } from "../../../queue/task.ts";
import { priorityWord, type TaskDetail } from "../../services/task-service.ts";
import type { TaskRecord } from "../../store/store.ts";
import type { AdminApi } from "../admin-api.ts";
import { type Route, route } from "../route.ts";
import { ruleJson, specJson } from "../v1/json.ts";
import { idText, pageText, prioritySchema, ruleSchema, specSchema, volumeIdSchema } from "../v1/schemas.ts";
import { lastAttempt } from "../v1/tasks.ts";
import { iso, LEGACY_STATUSES, legacyAssignment, legacyLogLine, legacyTask, legacyWorker, statesOf } from "./json.ts";
import {
  doneSchema,
  legacyAssignmentSchema,
  legacyLogSchema,
  legacyTaskSchema,
  legacyWorkerSchema,
} from "./schemas.ts";

const MOST_ASSIGNMENTS = 50;
const RELATED = 10;
const DETAIL_LOG_LINES = 1000;

const byId = z.strictObject({ id: idText });

export function maintenanceTaskRoutes(api: AdminApi): readonly Route[] {
  return [
    route({
      method: "get",
      path: "/api/maintenance/tasks",
      summary: "Tasks: pending newest first, then active, then finished newest first.",
      query: z.strictObject({
        status: z.enum(LEGACY_STATUSES).optional(),
        type: z.string().optional(),
        limit: pageText.meta({ description: "Tasks of each of the three groups; default 100" }),
      }),
      response: z.array(legacyTaskSchema),
      handle: async ({ query: { status, type, limit } }) => {
        const wanted = status === undefined ? undefined : statesOf(status);
        const tasks: TaskRecord[] = [];
        for (const group of GROUPS) {
          const states = group.states.filter((state) => wanted?.includes(state) ?? true);
          if (states.length === 0) continue;
          const found = await api.tasks.list({ states, limit, ...(type === undefined ? {} : { types: [type] }) });
          tasks.push(...[...found].sort(group.order));
        }
        return tasks.map((task) => taskOf(api, task));
      },
    }),
    route({
      method: "post",
      path: "/api/maintenance/tasks",
      summary: "Creates a task for one volume by hand; with dry_run only shows what it would do.",
      status: 201,
      body: z.strictObject({
        type: z.enum([...api.types.keys()]),
        volume_id: volumeIdSchema,
        priority: prioritySchema.optional(),
        dry_run: z.boolean().default(false),
        force: z.boolean().default(false),
      }),
      response: doneSchema.extend({
        tasks: z.array(legacyTaskSchema),
        plan: z.array(specSchema),
        rules: z.array(ruleSchema),
      }),
      handle: async ({ body }, { by }) => {
        const { type, priority, force } = body;
        const request = { type, volumeId: body.volume_id, priority, force, dryRun: body.dry_run, by };
        const { specs, rules, tasks } = await api.tasks.create(request);
        const what = specs.map((spec) => `${spec.type} of volume ${spec.volumeId}: ${spec.reason}`).join("; ");
        return {
          success: true as const,
          message:
            tasks.length === 0 ? `Dry run: ${what}.` : `Task ${tasks.map((task) => task.id).join(", ")}: ${what}.`,
          tasks: tasks.map((task) => taskOf(api, task)),
          plan: specs.map(specJson),
          rules: rules.map(ruleJson),
        };
      },
    }),
    route({
      method: "get",
      path: "/api/maintenance/tasks/:id",
      summary: "One task.",
      params: byId,
      response: legacyTaskSchema.extend({ assignment_history: z.array(legacyAssignmentSchema) }),
      handle: async ({ params }) => {
        const detail = await api.tasks.show(params.id);
        return { ...taskOf(api, detail.task), assignment_history: assignmentsOf(api, detail) };
      },
    }),
    route({
      method: "get",
      path: "/api/maintenance/tasks/:id/detail",
      summary: "One task with its attempts, its worker's log and related tasks.",
      params: byId,
      response: z.object({
        task: legacyTaskSchema,
        assignment_history: z.array(legacyAssignmentSchema),
        execution_logs: z.array(legacyLogSchema),
        log_error: z.string(),
        related_tasks: z.array(legacyTaskSchema),
        worker_info: legacyWorkerSchema.nullable(),
        creation_metrics: z.object({ trigger: z.string(), priority: z.string(), bytes: z.number() }),
        last_updated: z.iso.datetime(),
      }),
      handle: async ({ params }) => {
        const detail = await api.tasks.show(params.id);
        const { task } = detail;
        const related = await api.tasks.list({ volumeId: task.volumeId, limit: RELATED + 1 });
        const worker = task.workerId === undefined ? undefined : api.workers.worker(task.workerId);
        return {
          task: taskOf(api, task),
          assignment_history: assignmentsOf(api, detail),
          ...(await logsOf(api, detail)),
          related_tasks: related.filter((other) => other.id !== task.id).map((other) => taskOf(api, other)),
          worker_info: worker === undefined ? null : legacyWorker(worker),
          creation_metrics: { trigger: task.createdBy, priority: priorityWord(task.priority), bytes: task.bytes },
          last_updated: iso(task.updatedAt),
        };
      },
    }),
    route({
      method: "post",
      path: "/api/maintenance/tasks/:id/cancel",
      summary: "Cancels a task; a running one rolls back first.",
      params: byId,
      body: z.looseObject({}),
      response: doneSchema,
      handle: async ({ params }, { by }) => {
        const { ended } = await api.tasks.cancel(params.id, by);
        const message = ended
          ? `Task ${params.id} is cancelled.`
          : `Task ${params.id} was asked to stop and puts back what it changed.`;
        return { success: true as const, message };
      },
    }),
    route({
      method: "get",
      path: "/api/maintenance/logs",
      summary: "The log of a task's current or last attempt, asked from its worker.",
      query: z.strictObject({ taskId: idText, maxEntries: pageText }),
      response: z.object({
        worker_id: z.string(),
        task_id: z.string(),
        logs: z.array(legacyLogSchema),
        count: z.number(),
      }),
      handle: async ({ query }) => {
        const { workerId, wireId } = lastAttempt(await api.tasks.show(query.taskId));
        const lines = await api.workers.pullLog(workerId, wireId, query.maxEntries);
        const logs = lines.map((line) => legacyLogLine(line, query.taskId, workerId));
        return { worker_id: workerId, task_id: String(query.taskId), logs, count: logs.length };
      },
    }),
  ];
}

const GROUPS: readonly {
  readonly states: readonly TaskState[];
  readonly order: (a: TaskRecord, b: TaskRecord) => number;
}[] = [
  { states: ["pending"], order: (a, b) => b.createdAt - a.createdAt },
  { states: ["assigned", "running", "verifying", "cancelling"], order: (a, b) => b.updatedAt - a.updatedAt },
  {
    states: ["completed", "cancelled", "dead", "quarantined"],
    order: (a, b) => (b.finishedAt ?? b.updatedAt) - (a.finishedAt ?? a.updatedAt),
  },
];

export function taskOf(api: AdminApi, task: TaskRecord) {
  const codec = api.types.get(task.type)?.codec;
  return legacyTask({
    task,
    progress: api.workers.progress(task.id),
    params: codec?.toParams(codec.parse(task.plan)),
    maxRetries: codec === undefined ? 0 : api.policy.type(task.type).retryLimit,
  });
}

function assignmentsOf(api: AdminApi, { attempts }: TaskDetail) {
  const addressOf = (workerId: string): string => api.workers.worker(workerId)?.address ?? "";
  return attempts.slice(-MOST_ASSIGNMENTS).map((attempt) => legacyAssignment(attempt, addressOf));
}

/** The log, or why there is none: a page shows the rest of the task all the same. */
async function logsOf(api: AdminApi, detail: TaskDetail) {
  try {
    const { workerId, wireId } = lastAttempt(detail);
    const lines = await api.workers.pullLog(workerId, wireId, DETAIL_LOG_LINES);
    return { execution_logs: lines.map((line) => legacyLogLine(line, detail.task.id, workerId)), log_error: "" };
  } catch (reason) {
    if (!(reason instanceof AppError) || hasCode(reason, "WK-INTERNAL")) throw reason;
    return { execution_logs: [], log_error: errorMessage(reason) };
  }
}
