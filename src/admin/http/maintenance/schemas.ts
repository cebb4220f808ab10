import { z } from "zod";

/** Answers of /api/maintenance for the OpenAPI document; times are ISO 8601. */

const text = z.string();
const count = z.number();
const time = z.iso.datetime();
const timeOrNull = time.nullable();

export const legacyTaskSchema = z
  .object({
    id: text,
    type: text,
    priority: count,
    status: z.enum(["pending", "assigned", "in_progress", "completed", "failed", "cancelled"]),
    state: text,
    volume_id: count,
    server: text,
    collection: text,
    typed_params: z.record(text, z.unknown()).nullable(),
    reason: text,
    created_at: time,
    scheduled_at: time,
    started_at: timeOrNull,
    completed_at: timeOrNull,
    worker_id: text,
    error: text,
    error_code: text,
    progress: count,
    stage: text,
    bytes: count,
    retry_count: count,
    max_retries: count,
    created_by: text,
    creation_context: text,
    detailed_reason: text,
    tags: z.record(text, text),
  })
  .meta({ id: "MaintenanceTask" });

export const legacyAssignmentSchema = z.object({
  worker_id: text,
  worker_address: text,
  assigned_at: time,
  unassigned_at: timeOrNull,
  reason: text,
});

export const legacyLogSchema = z.object({
  timestamp: time,
  level: text,
  message: text,
  source: text,
  task_id: text,
  worker_id: text,
  fields: z.record(text, text),
});

export const legacyWorkerSchema = z
  .object({
    id: text,
    address: text,
    last_heartbeat: time,
    status: z.enum(["active", "inactive", "busy"]),
    state: text,
    version: text,
    current_task: text.nullable(),
    capabilities: z.array(text),
    max_concurrent: count,
    current_load: count,
  })
  .meta({ id: "MaintenanceWorker" });

export const legacyStatsSchema = z
  .object({
    total_tasks: count,
    tasks_by_status: z.record(text, count),
    tasks_by_state: z.record(text, count),
    tasks_by_type: z.record(text, count),
    active_workers: count,
    completed_today: count,
    failed_today: count,
    average_task_time: count.meta({ description: "Nanoseconds" }),
    last_scan_time: timeOrNull,
    next_scan_time: timeOrNull,
    scans: z.array(
      z.object({
        type: text,
        running: z.boolean(),
        last_started: timeOrNull,
        last_ended: timeOrNull,
        next: timeOrNull,
        examined: count,
        found: count,
        enqueued: count,
        skipped: z.record(text, count),
        error: text,
      }),
    ),
  })
  .meta({ id: "MaintenanceStats" });

export const doneSchema = z.object({ success: z.literal(true), message: text });
