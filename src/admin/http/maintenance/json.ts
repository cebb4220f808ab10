import type { z } from "zod";
import type { TaskState } from "../../../queue/task.ts";
import type { TaskParams } from "../../../rpc/gen/worker_pb/TaskParams.ts";
import type { LiveProgress, TaskLogLine, WorkerView } from "../../sessions/worker-view.ts";
import type { AttemptRecord, TaskRecord } from "../../store/store.ts";
import type { legacyAssignmentSchema, legacyLogSchema, legacyTaskSchema, legacyWorkerSchema } from "./schemas.ts";

/** What the services know, in the words of SeaweedFS 4.13's /api/maintenance; our own beside it. */

type LegacyStatus = "pending" | "assigned" | "in_progress" | "completed" | "failed" | "cancelled";

const STATUS: Readonly<Record<TaskState, LegacyStatus>> = {
  pending: "pending",
  assigned: "assigned",
  running: "in_progress",
  verifying: "in_progress",
  cancelling: "in_progress",
  completed: "completed",
  cancelled: "cancelled",
  dead: "failed",
  quarantined: "failed",
};

export const LEGACY_STATUSES = [...new Set(Object.values(STATUS))];

/** Our states behind a status of 4.13. */
export function statesOf(status: LegacyStatus): readonly TaskState[] {
  return Object.entries(STATUS).flatMap(([state, word]) => (word === status ? [state as TaskState] : []));
}

export interface LegacyTaskInput {
  readonly task: TaskRecord;
  readonly progress: LiveProgress | undefined;
  readonly params: TaskParams | undefined;
  readonly maxRetries: number;
}

export function legacyTask(input: LegacyTaskInput): z.input<typeof legacyTaskSchema> {
  const { task, progress, params, maxRetries } = input;
  return {
    id: String(task.id),
    type: task.type,
    priority: task.priority,
    status: STATUS[task.state],
    /** Our own state, finer than the status. */
    state: task.state,
    volume_id: task.volumeId,
    server: params?.sources?.[0]?.node ?? task.needs.writes[0] ?? task.needs.reads[0] ?? "",
    collection: task.collection,
    typed_params: params === undefined ? null : { ...params },
    reason: task.reason,
    created_at: iso(task.createdAt),
    scheduled_at: iso(task.dueAt),
    started_at: isoOrNull(task.startedAt),
    completed_at: isoOrNull(task.finishedAt),
    worker_id: task.workerId ?? "",
    error: task.error ?? "",
    error_code: task.errorCode ?? "",
    progress: task.state === "completed" ? 100 : (progress?.percent ?? 0),
    stage: progress?.stage ?? "",
    bytes: task.bytes,
    retry_count: task.failures,
    max_retries: maxRetries,
    created_by: task.createdBy,
    creation_context: task.createdBy === "scan" ? "automatic scan" : "by hand",
    detailed_reason: task.reason,
    tags: { ...task.facts },
  };
}

/** One entry of `assignment_history` per attempt. */
export function legacyAssignment(
  attempt: AttemptRecord,
  addressOf: (workerId: string) => string,
): z.input<typeof legacyAssignmentSchema> {
  return {
    worker_id: attempt.workerId,
    worker_address: addressOf(attempt.workerId),
    assigned_at: iso(attempt.startedAt),
    unassigned_at: isoOrNull(attempt.endedAt),
    reason: attempt.error ?? attempt.outcome ?? "",
  };
}

export function legacyLogLine(line: TaskLogLine, taskId: number, workerId: string): z.input<typeof legacyLogSchema> {
  return {
    timestamp: iso(line.timestamp),
    level: line.level,
    message: line.message,
    source: "worker",
    task_id: String(taskId),
    worker_id: workerId,
    fields: { ...line.fields },
  };
}

export function legacyWorker(worker: WorkerView): z.input<typeof legacyWorkerSchema> {
  return {
    id: worker.id,
    address: worker.address,
    last_heartbeat: iso(worker.lastHeartbeatAt),
    status: worker.status === "lost" ? "inactive" : worker.status === "busy" ? "busy" : "active",
    state: worker.status,
    version: worker.version,
    current_task: worker.running[0] === undefined ? null : String(worker.running[0].taskId),
    capabilities: [...worker.capabilities],
    max_concurrent: worker.maxConcurrent,
    current_load: worker.running.length,
  };
}

export function iso(at: number): string {
  return new Date(at).toISOString();
}

export function isoOrNull(at: number | undefined): string | null {
  return at === undefined ? null : iso(at);
}

/** Go writes durations as whole nanoseconds. */
export function nanoseconds(ms: number): number {
  return Math.round(ms * 1e6);
}
