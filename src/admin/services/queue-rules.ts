import type { QueueRules } from "../store/store.ts";
import { windowState } from "./maintenance-window.ts";
import type { GlobalPolicy, TypePolicy } from "./policy.ts";

/** What an operator or the health gate holds back. */
export interface Holds {
  readonly emergencyStop: boolean;
  readonly pausedTypes: ReadonlySet<string>;
  readonly pausedServers: ReadonlySet<string>;
  readonly pausedCollections: ReadonlySet<string>;
  /** They finish what runs and get nothing new. */
  readonly pausedWorkers: ReadonlySet<string>;
  /** Servers (`host:port`) that are not well, with why. */
  readonly unwell: ReadonlyMap<string, string>;
  /** Set while this admin only looks on: another one has the cluster. */
  readonly observeOnly: string | undefined;
}

/** Why tasks of a type are not handed out now; undefined when they are. */
export function closedBecause(
  global: GlobalPolicy,
  type: TypePolicy,
  holds: Holds,
  now: number,
): { readonly rule: string; readonly text: string } | undefined {
  if (holds.observeOnly !== undefined) return { rule: "observe-only", text: holds.observeOnly };
  if (!global.enabled) return { rule: "enabled", text: "maintenance is switched off (enabled = false)" };
  if (!type.enabled) return { rule: "enabled", text: `${type.type} is switched off (enabled = false)` };
  if (holds.pausedTypes.has(type.type)) return { rule: "pause", text: `${type.type} is paused` };
  const window = windowState(type.window, now);
  if (window.open) return undefined;
  const next = window.changesAt === undefined ? "never again" : `at ${new Date(window.changesAt).toISOString()}`;
  return { rule: "window", text: `the maintenance window of ${type.type} is closed; it opens ${next}` };
}

/** The rules the store goes by from its next claim on. */
export function buildQueueRules(
  global: GlobalPolicy,
  types: readonly TypePolicy[],
  holds: Holds,
  now: number,
): QueueRules {
  return {
    limits: {
      cluster: global.maxConcurrent,
      serverReads: global.serverReads,
      serverWrites: global.serverWrites,
      types: Object.fromEntries(
        types.map((type) => [
          type.type,
          { total: type.maxConcurrent, perWorker: type.maxPerWorker, perServer: type.maxPerServer },
        ]),
      ),
    },
    openTypes: types.filter((type) => closedBecause(global, type, holds, now) === undefined).map((type) => type.type),
    heldServers: [...new Set([...holds.pausedServers, ...holds.unwell.keys()])],
    heldCollections: [...holds.pausedCollections],
    retry: Object.fromEntries(
      types.map((type) => [
        type.type,
        { limits: { retryLimit: type.retryLimit, lossLimit: global.lossLimit }, backoffMs: type.retryBackoffMs },
      ]),
    ),
    otherWorkerMs: global.otherWorkerMs,
    emergencyStop: holds.emergencyStop,
  };
}

/** When the rules change by the clock alone, Unix ms. */
export function nextWindowChange(types: readonly TypePolicy[], now: number): number | undefined {
  const times = types.flatMap((type) => windowState(type.window, now).changesAt ?? []);
  return times.length === 0 ? undefined : Math.min(...times);
}
