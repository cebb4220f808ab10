import { AppError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { TaskAssignment__Output } from "../rpc/gen/worker_pb/TaskAssignment.ts";
import type { TaskParams__Output } from "../rpc/gen/worker_pb/TaskParams.ts";
import type { CheckpointState } from "../tasks/context.ts";

/** A task assignment, read and checked. */
export interface ReadAssignment {
  readonly taskId: string;
  readonly taskType: string;
  readonly params: TaskParams__Output;
  readonly number: number;
  /** Undefined from an admin without leases. */
  readonly leaseMs: number | undefined;
  readonly committed: boolean;
  readonly checkpoint: CheckpointState | undefined;
  /** Masters in address form, leader first; empty when the admin names none. */
  readonly masters: readonly string[];
  readonly verify: "sample" | "full";
  readonly freezeLimitMs: number;
  readonly bytesPerSecond: number;
  readonly volumeSizeLimit: number;
  readonly emergencyStop: boolean;
}

/** The limit masters have unless told otherwise; for admins that do not say. */
const DEFAULT_VOLUME_SIZE_LIMIT = 30_000 * 1024 * 1024;

/** @throws AppError WK-TASK-PLAN when what an earlier attempt left cannot be read. */
export function readAssignment(message: TaskAssignment__Output): ReadAssignment {
  const params = message.params ?? {};
  const { attempt } = message;
  const plainRate = Number(params.balance_params?.io_byte_per_second ?? 0);
  return {
    taskId: message.task_id ?? "",
    taskType: message.task_type ?? "",
    params,
    number: attempt?.number ?? 1,
    leaseMs: attempt === undefined ? undefined : (attempt.lease_ms ?? 0),
    committed: attempt?.committed ?? false,
    checkpoint: readCheckpoint(attempt?.checkpoint),
    masters: attempt?.masters ?? mastersOf(params),
    verify: attempt?.verify === "full" ? "full" : "sample",
    freezeLimitMs: attempt?.freeze_limit_ms ?? 0,
    bytesPerSecond: attempt === undefined ? plainRate : Number(attempt.bytes_per_second ?? 0),
    volumeSizeLimit: Number(attempt?.volume_size_limit ?? 0) || DEFAULT_VOLUME_SIZE_LIMIT,
    emergencyStop: attempt?.emergency_stop ?? false,
  };
}

function readCheckpoint(bytes: Buffer | undefined): CheckpointState | undefined {
  if (bytes === undefined || bytes.length === 0) return undefined;
  let value: unknown;
  try {
    value = JSON.parse(bytes.toString("utf8"));
  } catch (reason) {
    throw new AppError("WK-TASK-PLAN", "The checkpoint of the last attempt is not JSON.", { cause: reason });
  }
  if (typeof value === "object" && value !== null && "step" in value && "state" in value) {
    const { step, state } = value;
    if (typeof step === "string" && typeof state === "object" && state !== null && !Array.isArray(state)) {
      // Parsed from JSON just now: every value in it is a JSON value.
      return { step, state: state as JsonObject };
    }
  }
  throw new AppError("WK-TASK-PLAN", "The checkpoint of the last attempt has no step and state.");
}

/** Go admins name a master in tasks of one type only. */
function mastersOf(params: TaskParams__Output): readonly string[] {
  const master = params.erasure_coding_params?.master_client ?? "";
  return master === "" ? [] : [master];
}
