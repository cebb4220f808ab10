import { describe, expect, it, onTestFinished } from "vitest";
import { readSecurityConfig } from "../../config/security-config.ts";
import { systemClock } from "../../core/clock.ts";
import { silentLogger } from "../../core/logger.ts";
import { seededVolume, testSandbox } from "../../sandbox/sandbox.testkit.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import type { SandboxServerOptions } from "../../sandbox/sandbox-options.ts";
import { taskTypes } from "../../tasks/registry.ts";
import { AdminEvents } from "../events.ts";
import { startPlanner } from "../planner/planner-client.ts";
import { ClusterWatch } from "./cluster-watch.ts";
import { HealthGate } from "./health-gate.ts";
import { ScanService, type ScanStatus } from "./scan-service.ts";
import { testCluster, testPolicy, testStore } from "./services.testkit.ts";

const LIMIT = { timeout: 60_000 };
const ONE_SERVER: SandboxServerOptions = {};

/** Scans over a real topology thread of a sandbox that has one volume of mostly garbage. */
async function scansOn(server: SandboxServerOptions = ONE_SERVER) {
  const sandbox: Sandbox = await testSandbox({ servers: [server] });
  await seededVolume(sandbox, { files: 20, deleted: 15 });
  const [store, events] = [await testStore(), new AdminEvents()];
  const policy = await testPolicy(store, { events, types: [...taskTypes.values()] });
  const tls = readSecurityConfig({ folders: [], env: {} }).grpc.admin;
  const planner = await startPlanner({ masters: [sandbox.master.address], tls, logger: silentLogger });
  onTestFinished(() => planner.close());
  const shared = { planner, policy, events, clock: systemClock, logger: silentLogger };
  const scans = new ScanService({ ...shared, store, types: taskTypes, workers: { wake: () => undefined } });
  onTestFinished(() => scans.stop());
  const status = (type: string): ScanStatus => {
    const found = scans.status().find((one) => one.type === type);
    if (found === undefined) throw new Error(`no scan of ${type}`);
    return found;
  };
  return { ...shared, sandbox, store, scans, status };
}

describe("scans", () => {
  it("start by themselves, soon and of every type, and say when the next one is", async () => {
    const { scans, status, store } = await scansOn();
    expect(status("vacuum")).toMatchObject({ lastEndedAt: undefined, nextAt: undefined, running: false });
    scans.start();
    expect(status("vacuum").nextAt).toBeGreaterThan(Date.now());
    for (const type of taskTypes.keys()) await expect.poll(() => status(type).lastEndedAt, LIMIT).toBeDefined();
    expect(status("vacuum")).toMatchObject({ found: 1, enqueued: 1, examined: 1, error: undefined, failures: 0 });
    const { lastEndedAt = 0, nextAt = 0 } = status("vacuum");
    expect(nextAt - lastEndedAt).toBeGreaterThan(1_000_000);
    expect(await store.tasks({ limit: 10 })).toMatchObject([{ type: "vacuum", volumeId: 1, createdBy: "scan" }]);
  });

  it("follow a new interval at once", async () => {
    const { scans, status, policy } = await scansOn();
    scans.start();
    await expect.poll(() => status("balance").lastEndedAt, LIMIT).toBeDefined();
    const first = status("balance").lastEndedAt;
    await policy.change([{ scope: "balance", input: { scan_interval_seconds: 1 } }], "anna");
    await expect.poll(() => status("balance").lastEndedAt, LIMIT).not.toBe(first);
  });

  it("run once at a time: who asks meanwhile gets the outcome of the same scan", async () => {
    const { scans, store } = await scansOn();
    const [one, two] = await Promise.all([scans.scan("vacuum"), scans.scan("vacuum")]);
    expect(one).toBe(two);
    expect(await store.tasks({ limit: 10 })).toHaveLength(1);
    // A live task has the volume now.
    expect(await scans.scan("vacuum")).toMatchObject({ found: 0, enqueued: 0, skipped: { busy: 1 } });
  });

  it("leave a volume alone after its task was cancelled, for the time that is set", async () => {
    const { scans, store, policy } = await scansOn();
    await scans.scan("vacuum");
    await store.act({ taskId: 1, action: { kind: "cancel", by: "anna" } });
    expect(await scans.scan("vacuum")).toMatchObject({ found: 0 });
    await policy.change([{ scope: "vacuum", input: { repeat_interval_seconds: 0 } }], "anna");
    expect(await scans.scan("vacuum")).toMatchObject({ found: 1, enqueued: 1 });
  });

  it.each(["enabled", "observe-only"])("put nothing into the queue when the rule %s says no", async (rule) => {
    const { scans, store, policy } = await scansOn();
    if (rule === "enabled") await policy.change([{ scope: "vacuum", input: { enabled: false } }], "anna");
    else await policy.setObserveOnly("another admin has the cluster");
    expect(await scans.scan("vacuum")).toMatchObject({ found: 1, enqueued: 0, skipped: { [rule]: 1 } });
    expect(await store.tasks({ limit: 10 })).toEqual([]);
  });

  it("show their error, come back sooner than usual, and recover", async () => {
    const { scans, status, sandbox } = await scansOn();
    scans.start();
    const fault = sandbox.faults.add({ server: "master", rpc: "*", action: "fail", times: 1_000_000 });
    const failed = await scans.scan("vacuum");
    expect(failed).toMatchObject({ error: expect.stringContaining("injected"), failures: expect.any(Number) });
    const { lastEndedAt = 0, nextAt = 0 } = status("vacuum");
    expect(nextAt - lastEndedAt).toBeLessThan(60_000);
    fault.remove();
    await expect.poll(() => status("vacuum").error, LIMIT).toBeUndefined();
    expect(status("vacuum")).toMatchObject({ failures: 0, enqueued: 1 });
  });

  it("refuse an unknown type, and do nothing after the stop", async () => {
    const { scans, store } = await scansOn();
    expect(() => scans.scan("vakuum")).toThrow(expect.objectContaining({ code: "WK-CONFIG-VALUE" }));
    await scans.stop();
    expect(await scans.scan("vacuum")).toMatchObject({ lastStartedAt: undefined });
    expect(await store.tasks({ limit: 10 })).toEqual([]);
  });
});

describe("cluster watch", () => {
  it("looks for space at once when a disk runs full", async () => {
    const { scans, status, sandbox, planner, ...rest } = await scansOn({ diskBytes: 150_000 });
    await rest.policy.change([{ scope: "global", input: { disk_near_full_ratio: 0.5 } }], "anna");
    const health = new HealthGate({ ...rest, cluster: testCluster(sandbox) });
    const watch = new ClusterWatch({ ...rest, planner, scans, health });
    onTestFinished(() => watch.stop());
    await scans.scan("vacuum");
    const first = status("vacuum").lastEndedAt;
    watch.start();
    await expect.poll(() => status("vacuum").lastEndedAt, LIMIT).not.toBe(first);
    expect(watch.status()).toMatchObject({ error: undefined, lastGoodAt: expect.any(Number) });
    expect(health.servers()).toMatchObject([{ held: undefined }]);
  });
});
