import type { z } from "zod";
import type { TaskSpec } from "../../../queue/task.ts";
import type { RuleVerdict } from "../../../tasks/definition.ts";
import type { PolicyService } from "../../services/policy-service.ts";
import type { ScanStatus } from "../../services/scan-service.ts";
import { type EffectiveSetting, sourceText } from "../../services/settings-layers.ts";
import type { Stats } from "../../services/stats-service.ts";
import { priorityWord } from "../../services/task-service.ts";
import type { LiveProgress, TaskLogLine, WorkerView } from "../../sessions/worker-view.ts";
import type { AttemptRecord, AuditRow, TaskRecord } from "../../store/store.ts";
import type {
  attemptSchema,
  auditSchema,
  holdsSchema,
  logLineSchema,
  progressSchema,
  ruleSchema,
  scanSchema,
  settingSchema,
  specSchema,
  statsSchema,
  taskSchema,
  workerSchema,
} from "./schemas.ts";

/** What the services know, in the form of /api/v1. */

export function timeJson(at: number | undefined): string | null {
  return at === undefined ? null : new Date(at).toISOString();
}

export function taskJson(task: TaskRecord, progress: LiveProgress | undefined): z.output<typeof taskSchema> {
  return {
    id: task.id,
    type: task.type,
    volumeId: task.volumeId,
    collection: task.collection,
    priority: priorityWord(task.priority),
    state: task.state,
    attempt: task.attempt,
    failures: task.failures,
    losses: task.losses,
    committed: task.committed,
    stop: task.stop ?? null,
    reason: task.reason,
    bytes: task.bytes,
    servers: [...new Set([...task.needs.reads, ...task.needs.writes])],
    createdBy: task.createdBy,
    createdAt: timeJson(task.createdAt),
    dueAt: timeJson(task.dueAt),
    startedAt: timeJson(task.startedAt),
    finishedAt: timeJson(task.finishedAt),
    updatedAt: timeJson(task.updatedAt),
    workerId: task.workerId ?? null,
    errorCode: task.errorCode ?? null,
    error: task.error ?? null,
    facts: { ...task.facts },
    progress: progressJson(progress),
  };
}

export function progressJson(progress: LiveProgress | undefined): z.output<typeof progressSchema> {
  if (progress === undefined) return null;
  return {
    stage: progress.stage,
    percent: progress.percent,
    bytesDone: progress.bytesDone ?? null,
    bytesTotal: progress.bytesTotal ?? null,
    message: progress.message,
    at: new Date(progress.at).toISOString(),
  };
}

export function attemptJson(attempt: AttemptRecord): z.output<typeof attemptSchema> {
  return {
    number: attempt.number,
    wireId: attempt.wireId,
    workerId: attempt.workerId,
    startedAt: timeJson(attempt.startedAt),
    endedAt: timeJson(attempt.endedAt),
    outcome: attempt.outcome ?? null,
    errorCode: attempt.errorCode ?? null,
    error: attempt.error ?? null,
  };
}

export function auditJson(row: AuditRow): z.output<typeof auditSchema> {
  const { attempt, workerId, call, server, volumeId, precondition, outcome } = row;
  return { at: timeJson(row.at), attempt, workerId, call, server, volumeId, precondition, outcome };
}

export function logLineJson(line: TaskLogLine): z.output<typeof logLineSchema> {
  return {
    timestamp: new Date(line.timestamp).toISOString(),
    level: line.level,
    message: line.message,
    fields: { ...line.fields },
  };
}

export function workerJson(worker: WorkerView): z.output<typeof workerSchema> {
  return {
    id: worker.id,
    address: worker.address,
    version: worker.version,
    protocol: worker.protocol,
    status: worker.status,
    capabilities: [...worker.capabilities],
    maxConcurrent: worker.maxConcurrent,
    running: worker.running.map(({ taskId, wireId, progress }) => ({
      taskId,
      wireId,
      progress: progressJson(progress),
    })),
    connectedAt: timeJson(worker.connectedAt),
    lastHeartbeatAt: timeJson(worker.lastHeartbeatAt),
    completed: worker.completed,
    failed: worker.failed,
    uptimeSeconds: worker.uptimeSeconds,
    cannotReach: [...worker.cannotReach],
  };
}

export function ruleJson({ rule, measured, threshold, pass, text }: RuleVerdict): z.output<typeof ruleSchema> {
  return { rule, measured, threshold, pass, text };
}

export function specJson(spec: TaskSpec): z.output<typeof specSchema> {
  return {
    type: spec.type,
    volumeId: spec.volumeId,
    collection: spec.collection,
    priority: priorityWord(spec.priority),
    reason: spec.reason,
    bytes: spec.bytes,
    reads: [...spec.needs.reads],
    writes: [...spec.needs.writes],
    plan: { ...spec.plan },
  };
}

export function settingJson({ field, value, source }: EffectiveSetting): z.output<typeof settingSchema> {
  return {
    name: field.name,
    value,
    kind: field.kind,
    default: field.default,
    min: field.min ?? null,
    max: field.max ?? null,
    choices: field.choices === undefined ? null : [...field.choices],
    unit: field.unit ?? null,
    help: field.help,
    source: source.kind,
    sourceText: sourceText(source),
  };
}

export function scanJson(scan: ScanStatus): z.output<typeof scanSchema> {
  return {
    type: scan.type,
    running: scan.running,
    lastStartedAt: timeJson(scan.lastStartedAt),
    lastEndedAt: timeJson(scan.lastEndedAt),
    nextAt: timeJson(scan.nextAt),
    examined: scan.examined,
    found: scan.found,
    enqueued: scan.enqueued,
    skipped: { ...scan.skipped },
    truncated: scan.truncated,
    error: scan.error ?? null,
    failures: scan.failures,
  };
}

export function holdsJson(policy: PolicyService): z.output<typeof holdsSchema> {
  const holds = policy.holds();
  const stop = policy.emergencyStop();
  return {
    emergencyStop: stop === undefined ? null : { by: stop.by, at: timeJson(stop.at) },
    pauses: policy.pauses().map(({ kind, name, by, at }) => ({ kind, name, by, at: timeJson(at) })),
    heldServers: [...holds.unwell].map(([server, why]) => ({ server, why })),
    observeOnly: holds.observeOnly ?? null,
  };
}

export function statsJson(stats: Stats): z.output<typeof statsSchema> {
  return {
    byState: { ...stats.byState },
    byType: { ...stats.byType },
    completedToday: stats.completedToday,
    failedToday: stats.failedToday,
    averageTaskMs: stats.averageTaskMs,
    oldestPendingAt: timeJson(stats.oldestPendingAt),
    workersConnected: stats.workersConnected,
    slotsUsed: stats.slotsUsed,
    slotsMax: stats.slotsMax,
    lastScanAt: timeJson(stats.lastScanAt),
    nextScanAt: timeJson(stats.nextScanAt),
  };
}
