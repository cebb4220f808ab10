import { z } from "zod";
import type { JsonObject } from "../../core/json.ts";
import type { CheckpointState } from "../context.ts";
import { type PriorState, priorStateSchema } from "../steps/replica.ts";

/**
 * How far a move is. `frozen`: only the source was touched. `copying`: the target had no file of the volume when the
 * copy was begun, so what lies there is of this task. `deleting`: the copy was verified and the source may be gone at
 * any moment; nothing is taken back any more.
 */
type BalancePhase = "frozen" | "copying" | "deleting";

export interface BalanceState {
  /** The source before this task froze it, with the sizes it has had since it came to rest. */
  readonly source: PriorState;
  readonly phase: BalancePhase;
}

const schema: z.ZodType<BalanceState> = z.object({
  source: priorStateSchema,
  phase: z.enum(["frozen", "copying", "deleting"]),
});

/** The state of a task that has put everything back. */
export const NOTHING_DONE: JsonObject = {};

/** What an earlier attempt left to do; undefined when it left nothing or put everything back. */
export function readBalanceState(checkpoint: CheckpointState | undefined): BalanceState | undefined {
  if (checkpoint === undefined || Object.keys(checkpoint.state).length === 0) return undefined;
  return schema.parse(checkpoint.state);
}

export function balanceStateJson(state: BalanceState): JsonObject {
  return { source: { ...state.source }, phase: state.phase };
}
