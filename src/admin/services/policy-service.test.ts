import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AdminConfig } from "../../config/admin-config.ts";
import { type Clock, systemClock } from "../../core/clock.ts";
import { AppError } from "../../core/errors.ts";
import { silentLogger } from "../../core/logger.ts";
import { commonFields } from "../../tasks/config-schema.ts";
import { AdminEvents } from "../events.ts";
import { openSqliteStore } from "../store/sqlite-store.ts";
import { newTask, waitingWorker } from "../store/store.testkit.ts";
import type { Store } from "../store/store.ts";
import { PolicyService, type PolicyServiceDeps } from "./policy-service.ts";
import { sourceText } from "./settings-layers.ts";

const common = commonFields({ scanIntervalSeconds: 1020, maxConcurrent: 16, retryBackoffSeconds: 10 });
const TYPES = [
  { type: "vacuum", config: common },
  { type: "balance", config: common },
];
const NO_FILE: AdminConfig = { path: undefined, settings: [], overriding: [] };

let dataDir = "";
let store: Store;
let events: AdminEvents;
const opened: PolicyService[] = [];

async function open(change: Partial<PolicyServiceDeps> = {}): Promise<PolicyService> {
  const policy = await PolicyService.open({
    store,
    types: TYPES,
    file: NO_FILE,
    workers: { wake: () => undefined },
    events,
    clock: systemClock,
    logger: silentLogger,
    ...change,
  });
  opened.push(policy);
  return policy;
}

/** Types of the tasks that the queue hands out now. */
async function handedOut(): Promise<readonly string[]> {
  const assignments = await store.claim({ workers: [waitingWorker("w1", { slots: 100, maxConcurrent: 100 })] });
  return assignments.map((assignment) => assignment.task.type).sort();
}

const change = (policy: PolicyService, scope: string, input: Record<string, unknown>): Promise<void> =>
  policy.change([{ scope, input }], "anna");

const setting = (policy: PolicyService, scope: string, name: string): { value: unknown; from: string } => {
  const found = policy.settings(scope).find((one) => one.field.name === name);
  if (found === undefined) throw new Error(`no setting ${name}`);
  return { value: found.value, from: sourceText(found.source) };
};

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), "weedkeeper-policy-"));
  store = await openSqliteStore({
    dataDir,
    onFailure: (error) => {
      throw error;
    },
  });
  events = new AdminEvents();
});

afterEach(async () => {
  for (const policy of opened.splice(0)) policy.stop();
  await store.close();
  rmSync(dataDir, { recursive: true, force: true });
});

describe("settings: where a value comes from", () => {
  const file: AdminConfig = {
    path: "/etc/admin.toml",
    settings: [
      { scope: "vacuum", name: "max_concurrent", value: 3, place: "/etc/admin.toml:4" },
      { scope: "balance", name: "max_concurrent", value: 5, place: "/etc/admin.toml:9" },
      { scope: "global", name: "global_max_concurrent", value: "7", place: "WEED_MAINTENANCE_GLOBAL_MAX_CONCURRENT" },
    ],
    overriding: ["balance"],
  };

  it("goes from default over the file to the page, and back", async () => {
    const policy = await open({ file });
    expect(setting(policy, "vacuum", "retry_limit")).toEqual({ value: 3, from: "default" });
    expect(setting(policy, "vacuum", "max_concurrent")).toEqual({ value: 3, from: "/etc/admin.toml:4" });
    expect(policy.global.maxConcurrent).toBe(7);
    await change(policy, "vacuum", { max_concurrent: 8 });
    expect(setting(policy, "vacuum", "max_concurrent")).toMatchObject({
      value: 8,
      from: expect.stringContaining("set by anna at 2"),
    });
    await change(policy, "vacuum", { max_concurrent: null });
    expect(setting(policy, "vacuum", "max_concurrent")).toEqual({ value: 3, from: "/etc/admin.toml:4" });
  });

  it("lets a section of the file win where it says override = true", async () => {
    const policy = await open({ file });
    await expect(change(policy, "balance", { max_concurrent: 8 })).rejects.toMatchObject({
      code: "WK-CONFIG-VALUE",
      message: expect.stringContaining("/etc/admin.toml:9"),
      details: { field: "max_concurrent" },
    });
    // What the section does not set is free.
    await change(policy, "balance", { retry_limit: 9 });
    expect(policy.type("balance").retryLimit).toBe(9);
  });

  it("wins over the page also when the page came first", async () => {
    const before = await open();
    await change(before, "balance", { max_concurrent: 99 });
    const after = await open({ file });
    expect(after.type("balance").maxConcurrent).toBe(5);
  });

  it("follows a global setting as long as the type has none of its own", async () => {
    const policy = await open();
    expect(policy.type("vacuum").scanIntervalMs).toBe(1_020_000);
    await change(policy, "global", { scan_interval_seconds: 77, max_retries: 0, retry_delay_seconds: 5 });
    expect(policy.type("vacuum")).toMatchObject({ scanIntervalMs: 77_000, retryLimit: 0, retryBackoffMs: 5000 });
    expect(setting(policy, "vacuum", "retry_limit")).toEqual({ value: 0, from: "global setting max_retries" });
    await change(policy, "vacuum", { scan_interval_seconds: 88 });
    expect(policy.type("vacuum").scanIntervalMs).toBe(88_000);
    expect(policy.type("balance").scanIntervalMs).toBe(77_000);
    await change(policy, "global", { scan_interval_seconds: 0 });
    expect(policy.type("balance").scanIntervalMs).toBe(1_020_000);
  });

  it("survives a restart, false included", async () => {
    const policy = await open();
    await change(policy, "vacuum", { enabled: false, max_concurrent: 2 });
    await policy.pause({ kind: "server", name: "10.0.0.1:8080" }, "anna");
    await policy.setEmergencyStop(true, "bert");
    const again = await open();
    expect(again.type("vacuum")).toMatchObject({ enabled: false, maxConcurrent: 2 });
    expect(again.pauses()).toMatchObject([{ kind: "server", name: "10.0.0.1:8080", by: "anna" }]);
    expect(again.emergencyStop()).toMatchObject({ by: "bert" });
  });

  it("leaves out a stored value that is not allowed any more", async () => {
    await store.putSettings([
      { scope: "vacuum", name: "max_concurrent", value: -4, updatedBy: "x" },
      { scope: "vacuum", name: "gone_in_this_release", value: 1, updatedBy: "x" },
      { scope: "s3_lifecycle", name: "enabled", value: true, updatedBy: "x" },
    ]);
    const policy = await open();
    expect(setting(policy, "vacuum", "max_concurrent")).toEqual({ value: 16, from: "default" });
  });
});

describe("settings: what is refused", () => {
  it.each([
    ["vacuum", { max_concurrent: 0 }, "max_concurrent", "from 1 to 1000"],
    ["vacuum", { max_concurrent: 1.5 }, "max_concurrent", "whole number"],
    ["vacuum", { max_concurent: 1 }, "max_concurent", 'did you mean "max_concurrent"'],
    ["vacuum", { enabled: "perhaps" }, "enabled", "true or false"],
    ["vacuum", { window_cron: "99 * * * *" }, "window_cron", "cron line"],
    ["vacuum", { no_such_thing: null }, "no_such_thing", "no setting"],
    ["global", { verify: "some" }, "verify", "one of sample, full"],
    ["global", { legacy_workers: "vacuum,nonsense" }, "legacy_workers", "nonsense"],
    ["nothing", { enabled: true }, "type", "types are vacuum, balance"],
  ])("%s %o names the field", async (scope, input, field, words) => {
    const policy = await open();
    await expect(change(policy, scope, input)).rejects.toMatchObject({
      code: "WK-CONFIG-VALUE",
      details: { field },
      message: expect.stringContaining(words),
    });
    expect(await store.settings(null)).toEqual([]);
  });

  it("changes nothing when one of many is wrong", async () => {
    const policy = await open();
    const changes = [
      { scope: "vacuum", input: { max_concurrent: 4 } },
      { scope: "balance", input: { max_concurrent: 5000 } },
    ];
    await expect(policy.change(changes, "anna")).rejects.toBeInstanceOf(AppError);
    expect(policy.type("vacuum").maxConcurrent).toBe(16);
    expect(await store.settings(null)).toEqual([]);
  });

  it.each([
    [{ name: "max_concurrent", value: 0 }, "from 1 to 1000"],
    [{ name: "max_concurent", value: 1 }, "did you mean"],
    [{ name: "window_time_zone", value: "Mars" }, "must be a time zone"],
  ])("names file and line of %o", async (wrong, words) => {
    const file: AdminConfig = {
      path: "/etc/admin.toml",
      settings: [{ scope: "vacuum", place: "/etc/admin.toml:12", ...wrong }],
      overriding: [],
    };
    await expect(open({ file })).rejects.toMatchObject({
      code: "WK-CONFIG",
      message: expect.stringMatching(new RegExp(`^/etc/admin.toml:12: .*${words}`)),
    });
  });
});

describe("settings: the queue goes by them", () => {
  beforeEach(async () => {
    await store.enqueue([
      newTask(1, { servers: ["a:1"] }),
      newTask(2, { servers: ["b:1"], collection: "photos" }),
      newTask(3, { type: "balance", servers: ["c:1"] }),
    ]);
  });

  it("hands out everything when nothing is held back", async () => {
    await open();
    expect(await handedOut()).toEqual(["balance", "vacuum", "vacuum"]);
  });

  it("keeps a type that is switched off, or paused, and hands it out when it is on again", async () => {
    const policy = await open();
    await change(policy, "vacuum", { enabled: false });
    await policy.pause({ kind: "type", name: "balance" }, "anna");
    expect(await handedOut()).toEqual([]);
    expect(policy.closedBecause("vacuum")).toMatchObject({ rule: "enabled" });
    expect(policy.closedBecause("balance")).toMatchObject({ rule: "pause" });
    await policy.resume({ kind: "type", name: "balance" });
    expect(await handedOut()).toEqual(["balance"]);
    await change(policy, "vacuum", { enabled: true });
    expect(await handedOut()).toEqual(["vacuum", "vacuum"]);
  });

  it("keeps tasks of a paused collection, a paused server and a server that is not well", async () => {
    const policy = await open();
    await policy.pause({ kind: "collection", name: "photos" }, "anna");
    await policy.pause({ kind: "server", name: "c:1" }, "anna");
    await policy.setUnwell(new Map([["a:1", "it does not answer"]]));
    expect(await handedOut()).toEqual([]);
    await policy.setUnwell(new Map());
    expect(await handedOut()).toEqual(["vacuum"]);
    await policy.resume({ kind: "collection", name: "photos" });
    expect(await handedOut()).toEqual(["vacuum"]);
  });

  it("keeps everything in an emergency stop and while it only looks on", async () => {
    const policy = await open();
    await policy.setEmergencyStop(true, "anna");
    expect(await handedOut()).toEqual([]);
    await policy.setEmergencyStop(false, "anna");
    await policy.setObserveOnly("another admin has the cluster");
    expect(await handedOut()).toEqual([]);
    expect(policy.closedBecause("vacuum")).toMatchObject({ text: "another admin has the cluster" });
    await policy.setObserveOnly(undefined);
    expect(await handedOut()).toHaveLength(3);
  });

  it("counts a lower budget at once", async () => {
    const policy = await open();
    await change(policy, "global", { global_max_concurrent: 1 });
    expect(await handedOut()).toHaveLength(1);
    await change(policy, "global", { global_max_concurrent: 2 });
    expect(await handedOut()).toHaveLength(1);
  });

  it("opens and closes a window by the clock", async () => {
    let now = Date.parse("2026-03-01T00:59:59.900Z");
    const clock: Clock = { now: () => now, monotonic: () => now };
    const policy = await open({ clock });
    await change(policy, "vacuum", { window_cron: "0 1 * * *", window_duration_seconds: 3600 });
    expect(policy.closedBecause("vacuum")).toMatchObject({ rule: "window", text: expect.stringContaining("01:00") });
    expect(await handedOut()).toEqual(["balance"]);
    const turned = new Promise<void>((resolve) => events.once("policy", resolve));
    now = Date.parse("2026-03-01T01:00:00Z");
    await turned;
    expect(await handedOut()).toEqual(["vacuum", "vacuum"]);
  });
});
