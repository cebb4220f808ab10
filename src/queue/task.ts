import type { JsonObject } from "../core/json.ts";

/** As on the wire: 0 low, 1 normal, 2 high, 3 critical. */
export type Priority = 0 | 1 | 2 | 3;

/**
 * Life of a task. `pending` waits for a worker (or for its back-off to pass); `assigned` was given to a worker that
 * has not reported yet; `running` was reported; `verifying` is done by the worker's word and being observed;
 * `cancelling` waits for the worker to roll back. Ends: `completed`, `cancelled`, `dead` (retries used up, clean)
 * and `quarantined` (retries used up, and something was left behind: the volume stays locked until an operator acts).
 */
export type TaskState =
  | "pending"
  | "assigned"
  | "running"
  | "verifying"
  | "cancelling"
  | "completed"
  | "cancelled"
  | "dead"
  | "quarantined";

/** What a task needs while an attempt runs. Servers are `host:port` (HTTP form). */
export interface ResourceNeeds {
  readonly reads: readonly string[];
  readonly writes: readonly string[];
}

/** What a planner proposes and an operator creates by hand. */
export interface TaskSpec {
  readonly type: string;
  readonly volumeId: number;
  readonly collection: string;
  readonly priority: Priority;
  /** One sentence: why this task is due. */
  readonly reason: string;
  /** Bytes the task moves or processes; an estimate for deadlines and pages. */
  readonly bytes: number;
  readonly needs: ResourceNeeds;
  /** The task type's own plan; parsed by its `PlanCodec`. */
  readonly plan: JsonObject;
}
