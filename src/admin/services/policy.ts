import { AppError } from "../../core/errors.ts";
import type { ConfigValue, ConfigValues } from "../../tasks/config-schema.ts";
import { checkWindow, type MaintenanceWindow } from "./maintenance-window.ts";
import type { EffectiveSetting } from "./settings-layers.ts";

/** The global settings, compiled. Times are ms. */
export interface GlobalPolicy {
  readonly enabled: boolean;
  readonly workerTimeoutMs: number;
  readonly cleanupIntervalMs: number;
  readonly taskRetentionMs: number;
  readonly maxConcurrent: number;
  readonly serverReads: number;
  readonly serverWrites: number;
  readonly lossLimit: number;
  readonly otherWorkerMs: number;
  /** Types that Go 4.13 workers may get. */
  readonly legacyWorkers: readonly string[];
  readonly legacyGraceMs: number;
  /** 0 = no limit. */
  readonly freezeLimitMs: number;
  readonly verify: "sample" | "full";
  /** 0 = the volume server's own default. */
  readonly bytesPerSecond: number;
  readonly clockSkewLimitMs: number;
  readonly topologyIntervalMs: number;
  readonly diskNearFullRatio: number;
  readonly maxProposalsPerScan: number;
}

/** The settings of one task type, compiled. Times are ms. */
export interface TypePolicy {
  readonly type: string;
  /** Every setting of the type by name, for its planner. */
  readonly values: ConfigValues;
  readonly enabled: boolean;
  readonly scanIntervalMs: number;
  readonly maxConcurrent: number;
  readonly maxPerWorker: number;
  readonly maxPerServer: number;
  readonly retryLimit: number;
  readonly retryBackoffMs: number;
  readonly taskTimeoutMs: number;
  readonly repeatMs: number;
  readonly window: MaintenanceWindow;
}

type Settings = ReadonlyMap<string, EffectiveSetting>;

export function compileGlobal(settings: Settings, types: readonly string[]): GlobalPolicy {
  return Object.freeze({
    enabled: flag(settings, "enabled"),
    workerTimeoutMs: seconds(settings, "worker_timeout_seconds"),
    cleanupIntervalMs: seconds(settings, "cleanup_interval_seconds"),
    taskRetentionMs: seconds(settings, "task_retention_seconds"),
    maxConcurrent: number(settings, "global_max_concurrent"),
    serverReads: number(settings, "server_reads"),
    serverWrites: number(settings, "server_writes"),
    lossLimit: number(settings, "loss_limit"),
    otherWorkerMs: seconds(settings, "other_worker_wait_seconds"),
    legacyWorkers: typeWords(text(settings, "legacy_workers"), types),
    legacyGraceMs: seconds(settings, "legacy_grace_seconds"),
    freezeLimitMs: seconds(settings, "freeze_limit_seconds"),
    verify: text(settings, "verify") === "full" ? "full" : "sample",
    bytesPerSecond: number(settings, "throttle_bytes_per_second"),
    clockSkewLimitMs: seconds(settings, "clock_skew_limit_seconds"),
    topologyIntervalMs: seconds(settings, "topology_interval_seconds"),
    diskNearFullRatio: number(settings, "disk_near_full_ratio"),
    maxProposalsPerScan: number(settings, "max_proposals_per_scan"),
  });
}

export function compileType(type: string, settings: Settings): TypePolicy {
  const window: MaintenanceWindow = {
    cron: text(settings, "window_cron").trim(),
    durationMs: seconds(settings, "window_duration_seconds"),
    timeZone: text(settings, "window_time_zone"),
  };
  checkWindow(window);
  return Object.freeze({
    type,
    values: Object.freeze(Object.fromEntries([...settings].map(([name, setting]) => [name, setting.value]))),
    enabled: flag(settings, "enabled"),
    scanIntervalMs: seconds(settings, "scan_interval_seconds"),
    maxConcurrent: number(settings, "max_concurrent"),
    maxPerWorker: number(settings, "max_concurrent_per_worker"),
    maxPerServer: number(settings, "max_concurrent_per_server"),
    retryLimit: number(settings, "retry_limit"),
    retryBackoffMs: seconds(settings, "retry_backoff_seconds"),
    taskTimeoutMs: seconds(settings, "task_timeout_seconds"),
    repeatMs: seconds(settings, "repeat_interval_seconds"),
    window,
  });
}

function typeWords(list: string, types: readonly string[]): readonly string[] {
  const words = list
    .split(",")
    .map((word) => word.trim())
    .filter((word) => word !== "");
  for (const word of words) {
    if (types.includes(word)) continue;
    throw new AppError(
      "WK-CONFIG-VALUE",
      `legacy_workers names "${word}"; it must be a comma list of ${types.join(", ")}.`,
      { details: { field: "legacy_workers" } },
    );
  }
  return words;
}

function value(settings: Settings, name: string): ConfigValue {
  const setting = settings.get(name);
  if (setting === undefined) throw new AppError("WK-INTERNAL", `There is no setting "${name}" to read.`);
  return setting.value;
}

function number(settings: Settings, name: string): number {
  return Number(value(settings, name));
}

function seconds(settings: Settings, name: string): number {
  return number(settings, name) * 1000;
}

function flag(settings: Settings, name: string): boolean {
  return value(settings, name) === true;
}

function text(settings: Settings, name: string): string {
  return String(value(settings, name));
}
