import type { ConfigValues } from "../../tasks/config-schema.ts";
import type { Detection, OnlyVolume, Reservation, RuleVerdict } from "../../tasks/definition.ts";

/** What services ask of the topology thread. Every method rejects with an AppError; WK-RPC-… when no master answers. */
export interface PlannerPort {
  /** Reads the topology anew from the master. */
  refresh(): Promise<unknown>;
  detect(request: DetectRequest): Promise<Detection>;
  /** Every rule of a type for one volume, in order. */
  explain(request: ExplainRequest): Promise<readonly RuleVerdict[]>;
}

export interface PlanningRequest {
  readonly type: string;
  readonly config: ConfigValues;
  /** Volumes with a live task. */
  readonly busy: readonly number[];
  /** By server (`host:port`). */
  readonly reserved: readonly (readonly [string, Reservation])[];
  /** Unix ms. */
  readonly now: number;
}

export interface DetectRequest extends PlanningRequest {
  readonly maxProposals: number;
  readonly only?: OnlyVolume;
}

export interface ExplainRequest extends PlanningRequest {
  readonly volumeId: number;
}
