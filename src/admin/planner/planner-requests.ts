import type { GrpcTlsSettings } from "../../config/security-config.ts";
import type { ConfigValues } from "../../tasks/config-schema.ts";
import type { Detection, OnlyVolume, PlannedLoad, RuleVerdict } from "../../tasks/definition.ts";
import type { ClusterServer, ClusterSummary, ClusterVolume, VolumeQuery } from "../services/planner-port.ts";

/** What the planner thread is started with; plain data. */
export interface PlannerThreadData {
  /** In address form. */
  readonly masters: readonly string[];
  /** Of this component, for calls to masters. */
  readonly tls: GrpcTlsSettings;
}

/** A planning request in the form that crosses to the thread: lists of volumes as moved arrays. */
export interface PlanningPayload {
  readonly type: string;
  readonly config: ConfigValues;
  readonly busy: Uint32Array;
  readonly reserved: readonly PlannedLoad[];
  readonly settled: readonly (readonly [volumeId: number, at: number])[];
  readonly changed: readonly (readonly [server: string, at: number])[];
  /** Unix ms by our clock. */
  readonly now: number;
}

export interface DetectPayload extends PlanningPayload {
  readonly maxProposals: number;
  readonly only: OnlyVolume | undefined;
}

export interface ExplainPayload extends PlanningPayload {
  readonly volumeId: number;
}

/** A finished call of the thread, for the log. */
export interface ThreadCall {
  readonly method: string;
  readonly peer: string;
  readonly durationMs: number;
  readonly error: string | undefined;
}

export interface RefreshResult {
  readonly servers: number;
  readonly replicas: number;
  readonly durationMs: number;
  /** RPCs since the last answer. */
  readonly calls: readonly ThreadCall[];
}

/** Requests of the planner thread. */
export interface PlannerRequests {
  refresh: { readonly payload: null; readonly result: RefreshResult };
  detect: { readonly payload: DetectPayload; readonly result: Detection };
  explain: { readonly payload: ExplainPayload; readonly result: readonly RuleVerdict[] };
  servers: { readonly payload: null; readonly result: readonly ClusterServer[] };
  summary: { readonly payload: null; readonly result: ClusterSummary };
  volume: { readonly payload: number; readonly result: ClusterVolume | undefined };
  volumes: { readonly payload: VolumeQuery; readonly result: readonly ClusterVolume[] };
}
