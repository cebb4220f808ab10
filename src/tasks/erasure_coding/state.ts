import { z } from "zod";
import type { JsonObject } from "../../core/json.ts";
import type { CheckpointState } from "../context.ts";
import { type PriorState, priorStateSchema } from "../steps/replica.ts";

/**
 * How far an encoding is. `frozen`: replicas may have been frozen. `building`: shards and their metadata may lie
 * anywhere; they go before anything else is done. `deleting`: all shards were verified, replicas may be gone.
 */
type EcPhase = "frozen" | "building" | "deleting";

export type EcMode = "server" | "worker";

export interface EcState {
  readonly phase: EcPhase;
  readonly mode: EcMode;
  /** Every replica as it was before this task froze it, the source first, with the sizes it has frozen. */
  readonly replicas: readonly PriorState[];
  /** The encode run all shards carry, Unix ns; 0n until it is known, and where the servers do not know of it. */
  readonly generation: bigint;
}

const schema = z.object({
  phase: z.enum(["frozen", "building", "deleting"]),
  mode: z.enum(["server", "worker"]),
  replicas: z.array(priorStateSchema).min(1),
  generation: z.string().regex(/^\d+$/),
});

/** The state of a task that has put everything back. */
export const NOTHING_DONE: JsonObject = {};

/** What an earlier attempt left to do; undefined when it left nothing or put everything back. */
export function readEcState(checkpoint: CheckpointState | undefined): EcState | undefined {
  if (checkpoint === undefined || Object.keys(checkpoint.state).length === 0) return undefined;
  const { generation, ...state } = schema.parse(checkpoint.state);
  return { ...state, generation: BigInt(generation) };
}

export function ecStateJson(state: EcState): JsonObject {
  return {
    phase: state.phase,
    mode: state.mode,
    replicas: state.replicas.map((prior) => ({ ...prior })),
    generation: state.generation.toString(),
  };
}
