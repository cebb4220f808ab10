import type { AdminMessage } from "../../rpc/gen/worker_pb/AdminMessage.ts";
import type { TaskDefinition } from "../../tasks/definition.ts";
import type { Assignment } from "../store/store.ts";
import { LEASE_MS, type SessionPolicy } from "./session-policy.ts";

export interface AssignmentContext {
  readonly definition: TaskDefinition;
  readonly policy: SessionPolicy;
  readonly epoch: string;
  /** Masters in address form, leader first. */
  readonly masters: readonly string[];
  readonly volumeSizeLimit: number;
  /** Adds our own fields; Go workers get none. */
  readonly extensions: boolean;
}

/** The wire form of an assignment: the type's own parameters plus, for our workers, fence, lease and checkpoint. */
export function assignmentMessage(assignment: Assignment, context: AssignmentContext): AdminMessage {
  const { task, wireId } = assignment;
  const { definition, policy } = context;
  const params = definition.codec.toParams(definition.codec.parse(task.plan));
  const checkpoint = task.checkpoint === undefined ? undefined : Buffer.from(JSON.stringify(task.checkpoint), "utf8");
  const attempt = {
    number: task.attempt,
    epoch: context.epoch,
    fence: assignment.fence,
    lease_ms: LEASE_MS,
    committed: task.committed,
    ...(checkpoint === undefined ? {} : { checkpoint }),
    masters: [...context.masters],
    verify: policy.global.verify,
    freeze_limit_ms: policy.global.freezeLimitMs,
    bytes_per_second: policy.global.bytesPerSecond,
    volume_size_limit: context.volumeSizeLimit,
    emergency_stop: policy.holds().emergencyStop,
  };
  return {
    message: "task_assignment",
    task_assignment: {
      task_id: wireId,
      task_type: task.type,
      params: { ...params, task_id: wireId, volume_id: task.volumeId, collection: task.collection },
      priority: task.priority,
      created_time: Math.floor(task.createdAt / 1000),
      metadata: { reason: task.reason },
      ...(context.extensions ? { attempt } : {}),
    },
  };
}
