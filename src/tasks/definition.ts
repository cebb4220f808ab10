import type { ClusterPort } from "../cluster/cluster-port.ts";
import type { Snapshot } from "../cluster/topology/snapshot.ts";
import type { JsonObject } from "../core/json.ts";
import type { ResourceNeeds, TaskSpec } from "../queue/task.ts";
import type { TaskParams, TaskParams__Output } from "../rpc/gen/worker_pb/TaskParams.ts";
import type { ConfigField, ConfigValues } from "./config-schema.ts";
import type { CheckpointState, TaskContext, TaskResult } from "./context.ts";

/** A task type: one folder under `tasks/`, one value in `registry.ts`. */
export interface TaskDefinition<Plan = unknown> {
  /** Name on the wire and in capabilities, for example `vacuum`. */
  readonly type: string;
  readonly displayName: string;
  readonly description: string;
  /** The type's settings: form, defaults, ranges and docs come from this one list. */
  readonly config: readonly ConfigField[];
  readonly codec: PlanCodec<Plan>;
  /** What is due, most urgent first. Pure: reads the snapshot, changes nothing. */
  detect(input: DetectInput): Detection;
  /** Every rule of the type for one volume, in order, with measured value, threshold and verdict. Pure. */
  explain(input: DetectInput, volumeId: number): readonly RuleVerdict[];
  /** Runs in a worker. Throws AppError; `TaskFailed` says whether anything was left behind. */
  execute(context: TaskContext, plan: Plan): Promise<TaskResult>;
  /** Runs in the admin after the worker's word: asks the servers whether the goal is reached. */
  verify(cluster: ClusterPort, plan: Plan, input: VerifyInput): Promise<Verdict>;
}

export interface PlanCodec<Plan> {
  /** From the JSON kept in the queue; throws AppError when it does not fit. */
  parse(json: JsonObject): Plan;
  toJson(plan: Plan): JsonObject;
  /** The wire form, understood by Go workers too. */
  toParams(plan: Plan): TaskParams;
  fromParams(params: TaskParams__Output): Plan;
  needs(plan: Plan): ResourceNeeds;
  /** What the finished plan adds to servers and takes from them; planners count it while the task is live. */
  load(plan: Plan): readonly PlannedLoad[];
}

export interface DetectInput {
  readonly snapshot: Snapshot;
  readonly config: ConfigValues;
  /** Volumes with a live task of any type: never proposed. */
  readonly busy: ReadonlySet<number>;
  /** What live tasks will add and take, from their codecs' `load`. */
  readonly reserved: readonly PlannedLoad[];
  /**
   * Unix ms by our clock at which the last task of this type on a volume completed, for volumes where that is not
   * long ago. A snapshot taken before that says nothing about the volume. Absent = none.
   */
  readonly settled?: ReadonlyMap<number, number>;
  /**
   * Unix ms by our clock at which the last task completed that changed the load of a server (`host:port`). A snapshot
   * taken before that shows a load that is not there any more. Absent = none.
   */
  readonly changed?: ReadonlyMap<string, number>;
  /** Unix ms by the cluster's clock. */
  readonly now: number;
  readonly maxProposals: number;
  /** Set when exactly one volume is asked for by hand. */
  readonly only?: OnlyVolume;
}

export interface OnlyVolume {
  readonly volumeId: number;
  /** Ignore thresholds (age, fill, garbage), never safety rules. */
  readonly force: boolean;
}

/** Change of one server's load, for one disk type; negative = less. */
export interface PlannedLoad {
  /** `host:port`. */
  readonly server: string;
  /** Empty text for hard disks. */
  readonly diskType: string;
  readonly bytes: number;
  readonly volumes: number;
  readonly ecShards: number;
}

export interface Detection {
  readonly proposals: readonly TaskSpec[];
  /** Volumes looked at. */
  readonly examined: number;
  /** How many candidates each rule turned away, by rule name; for the scan line and the page. */
  readonly skipped: Readonly<Record<string, number>>;
  /** More was due than `maxProposals`. */
  readonly truncated: boolean;
}

export interface RuleVerdict {
  /** Short name, stable: `garbage`, `age`, `placement`. */
  readonly rule: string;
  readonly measured: string;
  readonly threshold: string;
  readonly pass: boolean;
  /** The whole sentence: "vacuum: garbage 12 % < 30 % → not due". */
  readonly text: string;
}

export interface VerifyInput {
  readonly checkpoint: CheckpointState | undefined;
  readonly facts: Readonly<Record<string, string>>;
  readonly signal: AbortSignal;
}

/** `no` with why. A server that cannot be asked is an error, not a `no`. */
export type Verdict = { readonly reached: true } | { readonly reached: false; readonly why: string };
