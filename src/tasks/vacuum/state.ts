import { z } from "zod";
import type { JsonObject } from "../../core/json.ts";
import type { CheckpointState } from "../context.ts";
import { type PriorState, priorStateSchema } from "../steps/replica.ts";

/** One replica in a vacuum's checkpoint. */
export interface VacuumReplica {
  /** As it was before this task touched it; it was writable: this task froze it. */
  readonly prior: PriorState;
  /** Has enough garbage: is compacted. */
  readonly target: boolean;
}

export interface VacuumState {
  /** Empty once the task has put everything back. */
  readonly replicas: readonly VacuumReplica[];
}

const schema: z.ZodType<VacuumState> = z.object({
  replicas: z.array(z.object({ prior: priorStateSchema, target: z.boolean() })),
});

/** The state an earlier attempt left, or undefined when it left none. */
export function readVacuumState(checkpoint: CheckpointState | undefined): VacuumState | undefined {
  return checkpoint === undefined ? undefined : schema.parse(checkpoint.state);
}

export function vacuumStateJson(state: VacuumState): JsonObject {
  return { replicas: state.replicas.map(({ prior, target }) => ({ prior: { ...prior }, target })) };
}

/** Revisions are 16 bits wide and wrap. */
export function nextRevision(revision: number): number {
  return (revision + 1) & 0xffff;
}
