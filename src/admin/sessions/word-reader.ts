import { AppError } from "../../core/errors.ts";
import type { JsonObject } from "../../core/json.ts";
import type { AuditRecord__Output } from "../../rpc/gen/worker_pb/AuditRecord.ts";
import type { Checkpoint__Output } from "../../rpc/gen/worker_pb/Checkpoint.ts";
import type { TaskComplete__Output } from "../../rpc/gen/worker_pb/TaskComplete.ts";
import type { TaskUpdate__Output } from "../../rpc/gen/worker_pb/TaskUpdate.ts";
import type { AttemptEvent } from "../store/store.ts";
import type { LiveProgress } from "./worker-view.ts";

/** Longest text of a worker that is kept; the rest is cut and says so. */
const LONGEST_TEXT = 2000;
const MOST_FACTS = 64;
const LARGEST_CHECKPOINT = 1 << 20;

/** The number a worker gave a word; 0 for Go workers, which give none. */
export function seqOf(message: { readonly seq?: string }): number {
  const seq = Number(message.seq ?? "0");
  return Number.isSafeInteger(seq) && seq > 0 ? seq : 0;
}

/** Numbers outside their range (a worker may lie) become the nearest possible one or unknown. */
export function progressOf(update: TaskUpdate__Output, now: number): LiveProgress {
  const percent = update.progress ?? 0;
  return {
    stage: text(update.stage ?? update.status),
    percent: Number.isFinite(percent) ? Math.min(Math.max(percent, 0), 100) : 0,
    bytesDone: bytes(update.bytes_done),
    bytesTotal: bytes(update.bytes_total),
    message: text(update.message),
    at: now,
  };
}

export function completionOf(message: TaskComplete__Output): AttemptEvent {
  switch (message.kind) {
    case "COMPLETION_CANCELLED":
      return { kind: "rolledBack" };
    case "COMPLETION_HANDED_BACK":
      return { kind: "handBack" };
    case "COMPLETION_UNCLEAN":
    case "COMPLETION_DEFAULT":
    case undefined:
      break;
  }
  if (message.success === true) return { kind: "done", facts: facts(message.result_metadata) };
  return {
    kind: "fail",
    clean: message.kind !== "COMPLETION_UNCLEAN",
    retry: message.result_metadata?.["retry"] !== "false",
    code: text(message.error_code) || "WK-RPC",
    message: text(message.error_message) || "the worker gave no reason",
  };
}

/** Throws WK-WORKER-WORD for a state that is not a JSON object or too large. */
export function checkpointOf(message: Checkpoint__Output): AttemptEvent {
  const raw = message.state ?? Buffer.alloc(0);
  if (raw.length > LARGEST_CHECKPOINT) {
    throw new AppError("WK-WORKER-WORD", `A checkpoint of ${raw.length} bytes is larger than ${LARGEST_CHECKPOINT}.`);
  }
  return {
    kind: "checkpoint",
    step: text(message.step),
    state: jsonObject(raw),
    commitPoint: message.commit_point === true,
  };
}

export function auditOf(message: AuditRecord__Output): AttemptEvent {
  return {
    kind: "audit",
    call: text(message.call),
    server: text(message.server),
    volumeId: message.volume_id ?? 0,
    precondition: text(message.precondition),
    outcome: text(message.outcome),
  };
}

function jsonObject(raw: Buffer): JsonObject {
  if (raw.length === 0) return {};
  try {
    const value: unknown = JSON.parse(raw.toString("utf8"));
    if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as JsonObject;
  } catch (reason) {
    throw new AppError("WK-WORKER-WORD", "The state of a checkpoint is not JSON.", { cause: reason });
  }
  throw new AppError("WK-WORKER-WORD", "The state of a checkpoint is not a JSON object.");
}

function facts(metadata: Readonly<Record<string, string>> | undefined): Readonly<Record<string, string>> {
  const entries = Object.entries(metadata ?? {}).slice(0, MOST_FACTS);
  return Object.fromEntries(entries.map(([key, value]) => [text(key), text(value)]));
}

function text(value: string | undefined): string {
  if (value === undefined) return "";
  return value.length <= LONGEST_TEXT ? value : `${value.slice(0, LONGEST_TEXT)}… (${value.length} characters)`;
}

function bytes(value: string | undefined): number | undefined {
  const number = Number(value ?? "0");
  return Number.isSafeInteger(number) && number > 0 ? number : undefined;
}
