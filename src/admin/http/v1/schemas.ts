import { z } from "zod";
import type { Priority } from "../../../queue/task.ts";

/** Schemas that several operations of /api/v1 share. Times are ISO 8601; what is not known is null. */

export const TASK_STATES = [
  "pending",
  "assigned",
  "running",
  "verifying",
  "cancelling",
  "completed",
  "cancelled",
  "dead",
  "quarantined",
] as const;

const PRIORITIES: Readonly<Record<string, Priority>> = { low: 0, normal: 1, high: 2, critical: 3 };

/** 0–3 or a word. */
export const prioritySchema = z
  .union([z.literal([0, 1, 2, 3]), z.enum(["low", "normal", "high", "critical"])])
  .transform((value): Priority => (typeof value === "number" ? value : (PRIORITIES[value] ?? 1)))
  .meta({ description: "0 or low, 1 or normal, 2 or high, 3 or critical" });

const text = z.string();
const count = z.number();
const time = z.iso.datetime().nullable();

/** Whole number in a path or query. */
export const idText = z
  .string()
  .regex(/^[1-9]\d{0,14}$/, "must be a whole number above 0")
  .transform(Number);

export const volumeIdSchema = z.int().min(1).max(0xffff_ffff);
export const volumeIdText = z
  .string()
  .regex(/^[1-9]\d{0,9}$/, "must be a volume id")
  .transform(Number)
  .pipe(volumeIdSchema);

export const pageText = z
  .string()
  .regex(/^\d{1,6}$/, "must be a whole number")
  .transform(Number)
  .pipe(z.number().min(1).max(1000))
  .default(100)
  .meta({ description: "Rows of a page, 1–1000; default 100" });

export const wordList = <Word extends string>(words: readonly Word[]) =>
  z
    .string()
    .transform((value) => value.split(","))
    .pipe(z.array(z.enum(words)))
    .meta({ description: `Comma list of ${words.join(", ")}` });

export const progressSchema = z
  .object({
    stage: text,
    percent: count,
    bytesDone: count.nullable(),
    bytesTotal: count.nullable(),
    message: text,
    at: z.iso.datetime(),
  })
  .nullable();

export const taskSchema = z
  .object({
    id: count,
    type: text,
    volumeId: count,
    collection: text,
    priority: z.enum(["low", "normal", "high", "critical"]),
    state: z.enum(TASK_STATES),
    attempt: count,
    failures: count,
    losses: count,
    committed: z.boolean(),
    stop: text.nullable(),
    reason: text,
    bytes: count,
    servers: z.array(text),
    createdBy: text,
    createdAt: time,
    dueAt: time,
    startedAt: time,
    finishedAt: time,
    updatedAt: time,
    workerId: text.nullable(),
    errorCode: text.nullable(),
    error: text.nullable(),
    facts: z.record(text, text),
    progress: progressSchema,
  })
  .meta({ id: "Task" });

export const attemptSchema = z.object({
  number: count,
  wireId: text,
  workerId: text,
  startedAt: time,
  endedAt: time,
  outcome: text.nullable(),
  errorCode: text.nullable(),
  error: text.nullable(),
});

export const auditSchema = z.object({
  at: time,
  attempt: count,
  workerId: text,
  call: text,
  server: text,
  volumeId: count,
  precondition: text,
  outcome: text,
});

export const logLineSchema = z.object({
  timestamp: z.iso.datetime(),
  level: text,
  message: text,
  fields: z.record(text, text),
});

export const workerSchema = z
  .object({
    id: text,
    address: text,
    version: text,
    protocol: z.enum(["weedkeeper", "go"]),
    status: z.enum(["idle", "active", "busy", "lost"]),
    capabilities: z.array(text),
    maxConcurrent: count,
    running: z.array(z.object({ taskId: count, wireId: text, progress: progressSchema })),
    connectedAt: time,
    lastHeartbeatAt: time,
    completed: count,
    failed: count,
    uptimeSeconds: count,
    cannotReach: z
      .array(text)
      .meta({ description: "Servers it could not reach lately and gets no task of for a while" }),
  })
  .meta({ id: "Worker" });

export const ruleSchema = z.object({
  rule: text,
  measured: text,
  threshold: text,
  pass: z.boolean(),
  text,
});

export const specSchema = z.object({
  type: text,
  volumeId: count,
  collection: text,
  priority: z.enum(["low", "normal", "high", "critical"]),
  reason: text,
  bytes: count,
  reads: z.array(text),
  writes: z.array(text),
  plan: z.record(text, z.unknown()),
});

export const settingSchema = z.object({
  name: text,
  value: z.union([text, count, z.boolean()]),
  kind: z.enum(["bool", "int", "float", "string", "choice"]),
  default: z.union([text, count, z.boolean()]),
  min: count.nullable(),
  max: count.nullable(),
  choices: z.array(text).nullable(),
  unit: text.nullable(),
  help: text,
  /** default | global | file | page */
  source: z.enum(["default", "global", "file", "page"]),
  sourceText: text,
});

export const scanSchema = z
  .object({
    type: text,
    running: z.boolean(),
    lastStartedAt: time,
    lastEndedAt: time,
    nextAt: time,
    examined: count,
    found: count,
    enqueued: count,
    skipped: z.record(text, count),
    truncated: z.boolean(),
    error: text.nullable(),
    failures: count,
  })
  .meta({ id: "Scan" });

export const policySchema = z
  .object({
    type: text,
    displayName: text,
    description: text,
    enabled: z.boolean(),
    /** Why tasks of the type are not handed out now; null when they are. */
    closed: text.nullable(),
    settings: z.array(settingSchema),
  })
  .meta({ id: "Policy" });

export const changesSchema = z
  .record(text, z.union([text, count, z.boolean(), z.null()]))
  .meta({ description: "Values by name; null puts one back to its default or file value" });

export const pauseSchema = z.object({
  kind: z.enum(["type", "collection", "server", "worker"]),
  name: text.max(1024),
});

export const holdsSchema = z
  .object({
    emergencyStop: z.object({ by: text, at: time }).nullable(),
    pauses: z.array(pauseSchema.extend({ by: text, at: time })),
    heldServers: z.array(z.object({ server: text, why: text })),
    observeOnly: text.nullable(),
  })
  .meta({ id: "Holds" });

export const statsSchema = z
  .object({
    byState: z.record(text, count),
    byType: z.record(text, count),
    completedToday: count,
    failedToday: count,
    averageTaskMs: count,
    oldestPendingAt: time,
    workersConnected: count,
    slotsUsed: count,
    slotsMax: count,
    lastScanAt: time,
    nextScanAt: time,
  })
  .meta({ id: "Stats" });
