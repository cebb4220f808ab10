import type { ConfigField } from "../../tasks/config-schema.ts";

/** A setting of a task type that follows a global one as long as nobody sets it for the type. */
export interface Inheritance {
  readonly from: string;
  /** Value of the global setting that means "each type's own default". */
  readonly unset: number;
}

/**
 * Settings of the admin as a whole. Names of SeaweedFS 4.13's maintenance configuration are kept where it has the
 * setting; here every one of them takes effect, at once.
 */
export const GLOBAL_FIELDS: readonly ConfigField[] = [
  {
    name: "enabled",
    kind: "bool",
    default: true,
    help: "Whether due work is planned and handed out at all. Running tasks finish.",
  },
  {
    name: "scan_interval_seconds",
    kind: "int",
    default: 0,
    min: 0,
    max: 86_400,
    unit: "s",
    help: "How often the cluster is looked over, for task types without an interval of their own; 0 = each type's default.",
    aliases: ["default_check_interval_seconds"],
  },
  {
    name: "worker_timeout_seconds",
    kind: "int",
    default: 300,
    min: 60,
    max: 3600,
    unit: "s",
    help: "How long a worker that is gone, or a Go worker that says nothing, stays in the list.",
  },
  {
    name: "task_timeout_seconds",
    kind: "int",
    default: 0,
    min: 0,
    max: 604_800,
    unit: "s",
    help: "Longest time of one attempt, for task types without a time of their own; 0 = each type's default.",
  },
  {
    name: "retry_delay_seconds",
    kind: "int",
    default: 0,
    min: 0,
    max: 86_400,
    unit: "s",
    help: "Pause before the first retry, for task types without a pause of their own; 0 = each type's default.",
  },
  {
    name: "max_retries",
    kind: "int",
    default: -1,
    min: -1,
    max: 100,
    help: "Retries of a failed task, for task types without a number of their own; -1 = each type's default.",
  },
  {
    name: "cleanup_interval_seconds",
    kind: "int",
    default: 86_400,
    min: 60,
    max: 604_800,
    unit: "s",
    help: "How often finished tasks past their retention are removed.",
  },
  {
    name: "task_retention_seconds",
    kind: "int",
    default: 604_800,
    min: 3600,
    max: 31_536_000,
    unit: "s",
    help: "How long a finished task is kept for the history.",
  },
  {
    name: "global_max_concurrent",
    kind: "int",
    default: 64,
    min: 1,
    max: 10_000,
    help: "Attempts running at once in the whole cluster.",
  },
  {
    name: "default_repeat_interval_seconds",
    kind: "int",
    default: 3600,
    min: 0,
    max: 2_592_000,
    unit: "s",
    help: "How long a volume is left alone by scans after a task of the same type failed for good or was cancelled.",
  },
  {
    name: "server_reads",
    kind: "int",
    default: 4,
    min: 1,
    max: 1000,
    help: "Attempts reading from one volume server at once.",
  },
  {
    name: "server_writes",
    kind: "int",
    default: 2,
    min: 1,
    max: 1000,
    help: "Attempts writing to one volume server at once.",
  },
  {
    name: "loss_limit",
    kind: "int",
    default: 5,
    min: 0,
    max: 100,
    help: "How many workers a task may lose before it is kept for an operator with its volume locked.",
  },
  {
    name: "other_worker_wait_seconds",
    kind: "int",
    default: 30,
    min: 0,
    max: 3600,
    unit: "s",
    help: "How long a failed task waits for another worker than the one it failed on.",
  },
  {
    name: "legacy_workers",
    kind: "string",
    default: "vacuum",
    help: "Task types that Go 4.13 workers may get, as a comma list. More than vacuum is unsafe; empty = none.",
  },
  {
    name: "legacy_grace_seconds",
    kind: "int",
    default: 1800,
    min: 60,
    max: 86_400,
    unit: "s",
    help: "How long the volume of a vanished Go worker stays locked.",
  },
  {
    name: "freeze_limit_seconds",
    kind: "int",
    default: 3600,
    min: 0,
    max: 604_800,
    unit: "s",
    help: "How long a task may keep a volume frozen before it gives up and thaws it; 0 = no limit.",
  },
  {
    name: "verify",
    kind: "choice",
    default: "sample",
    choices: ["sample", "full"],
    help: "How much of a copy is compared before its source goes: some needles, or all of them.",
  },
  {
    name: "throttle_bytes_per_second",
    kind: "int",
    default: 0,
    min: 0,
    max: 100_000_000_000,
    unit: "B/s",
    help: "Rate of bulk copies of one task; 0 = the volume server's own default.",
  },
  {
    name: "clock_skew_limit_seconds",
    kind: "int",
    default: 60,
    min: 1,
    max: 86_400,
    unit: "s",
    help: "How far a volume server's clock may be off before it gets no new work.",
  },
  {
    name: "topology_interval_seconds",
    kind: "int",
    default: 30,
    min: 1,
    max: 3600,
    unit: "s",
    help: "How often the topology is read and the volume servers are asked whether they are well.",
  },
  {
    name: "disk_near_full_ratio",
    kind: "float",
    default: 0.9,
    min: 0.5,
    max: 1,
    unit: "ratio",
    help: "Used share of a server's disk from which vacuum is looked for at once instead of at its next scan.",
  },
  {
    name: "max_proposals_per_scan",
    kind: "int",
    default: 1000,
    min: 1,
    max: 1_000_000,
    help: "Tasks one scan of one type may put into the queue.",
  },
];

/** Settings that every task type has and that only the admin reads. */
export const SCHEDULE_FIELDS: readonly ConfigField[] = [
  {
    name: "repeat_interval_seconds",
    kind: "int",
    default: 3600,
    min: 0,
    max: 2_592_000,
    unit: "s",
    help: "How long a volume is left alone by scans after a task of this type failed for good or was cancelled.",
  },
  {
    name: "window_cron",
    kind: "string",
    default: "",
    help: "When a maintenance window opens, as a cron line such as `0 1 * * *`; empty = always open.",
  },
  {
    name: "window_duration_seconds",
    kind: "int",
    default: 14_400,
    min: 60,
    max: 604_800,
    unit: "s",
    help: "How long the maintenance window stays open. Tasks that run when it closes finish.",
  },
  {
    name: "window_time_zone",
    kind: "string",
    default: "UTC",
    help: "Time zone of the maintenance window, for example `Europe/Berlin`.",
  },
];

/** Which settings of a type follow a global one. */
export const INHERITED: Readonly<Record<string, Inheritance>> = {
  scan_interval_seconds: { from: "scan_interval_seconds", unset: 0 },
  task_timeout_seconds: { from: "task_timeout_seconds", unset: 0 },
  retry_backoff_seconds: { from: "retry_delay_seconds", unset: 0 },
  retry_limit: { from: "max_retries", unset: -1 },
  repeat_interval_seconds: { from: "default_repeat_interval_seconds", unset: -1 },
};
