import { afterEach, describe, expect, it, vi } from "vitest";
import { silentLogger } from "../core/logger.ts";
import { ClusterLock, type LockTimings } from "./cluster-lock.ts";
import { clusterOf, type FakeMaster, startMasters } from "./fake-master.testkit.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** A tenth of the real rhythm. */
const TIMINGS: LockTimings = { leaseMs: 1000, renewMs: 400, callMs: 300, marginMs: 300, freeMs: 200, retryMs: 50 };
/** Renewed often and never near its end, however slow the machine is. */
const CALM: LockTimings = { ...TIMINGS, leaseMs: 600_000, renewMs: 20, callMs: 60_000, freeMs: 20 };
const eventually = { timeout: 60_000, interval: 5 };

async function setUp(timings: LockTimings = TIMINGS) {
  const masters = await startMasters(1);
  const [master] = masters as [FakeMaster];
  master.leaseMs = timings.leaseMs;
  const cluster = clusterOf(masters);
  cleanups.push(
    () => master.stop(),
    () => cluster.close(),
  );
  const lock = new ClusterLock({
    master: cluster.master,
    lockName: "shell",
    clientName: "weedkeeper",
    message: "task",
    logger: silentLogger,
    timings,
  });
  return { master, lock };
}

describe("a lock of the master", () => {
  it("is taken, renewed and given back", async () => {
    const { master, lock } = await setUp(CALM);
    const held = await lock.acquire({ waitMs: 0 });
    expect(master.holderOf("shell")).toBe("weedkeeper");
    expect(held.remainingMs()).toBeGreaterThan(0);
    expect(held.remainingMs()).toBeLessThanOrEqual(CALM.leaseMs);
    const leases = () => master.calls.filter((call) => call === "LeaseAdminToken").length;
    await vi.waitFor(() => expect(leases()).toBeGreaterThanOrEqual(5), eventually);
    expect(held.signal.aborted).toBe(false);
    await held.release();
    expect(master.holderOf("shell")).toBeUndefined();
    const after = leases();
    await new Promise((resolve) => setTimeout(resolve, CALM.renewMs * 3));
    expect(leases()).toBe(after);
    await held.release();
    expect(master.calls.filter((call) => call === "ReleaseAdminToken")).toHaveLength(1);
  });

  it("names its holder when it cannot be had", async () => {
    const { master, lock } = await setUp();
    master.hold("shell", "operator", "ec.encode");
    await expect(lock.acquire({ waitMs: 0 })).rejects.toMatchObject({
      code: "WK-LOCK-HELD",
      message: expect.stringContaining("already locked by operator: ec.encode"),
    });
  });

  it("names its holder also when the master's refusal arrives without a word", async () => {
    const { master, lock } = await setUp();
    master.like444 = true;
    master.hold("shell", "operator", "");
    await expect(lock.acquire({ waitMs: 0 })).rejects.toMatchObject({
      code: "WK-LOCK-HELD",
      message: 'The master\'s lock "shell" is held by operator.',
    });
  });

  it("is waited for, and the wait can be cancelled", async () => {
    const { master, lock } = await setUp();
    master.leaseMs = 300;
    master.hold("shell", "operator", "");
    master.leaseMs = TIMINGS.leaseMs;
    const held = await lock.acquire({ waitMs: 60_000 });
    expect(master.holderOf("shell")).toBe("weedkeeper");
    await held.release();

    master.leaseMs = 60_000;
    master.hold("shell", "operator", "");
    const controller = new AbortController();
    const waiting = expect(lock.acquire({ waitMs: 60_000, signal: controller.signal })).rejects.toMatchObject({
      code: "WK-CANCELLED",
    });
    controller.abort();
    await waiting;
  });

  it("is left free for a while after a release", async () => {
    const { lock } = await setUp();
    const first = await lock.acquire({ waitMs: 0 });
    await first.release();
    const released = performance.now();
    const second = await lock.acquire({ waitMs: 0 });
    expect(performance.now() - released).toBeGreaterThanOrEqual(TIMINGS.freeMs - 5);
    await second.release();
  });

  it("is lost before the lease ends when the master cannot be reached", async () => {
    const { master, lock } = await setUp();
    const held = await lock.acquire({ waitMs: 0 });
    await master.stop();
    await new Promise((resolve) => held.signal.addEventListener("abort", resolve, { once: true }));
    expect(held.signal.reason).toMatchObject({ code: "WK-LOCK-LOST" });
    expect(held.remainingMs()).toBeLessThanOrEqual(TIMINGS.marginMs);
    await held.release();
  });

  it("is lost at once when another client has it", async () => {
    const { master, lock } = await setUp();
    const held = await lock.acquire({ waitMs: 0 });
    master.hold("shell", "thief", "");
    await new Promise((resolve) => held.signal.addEventListener("abort", resolve, { once: true }));
    expect(String(held.signal.reason)).toContain('The master\'s lock "shell" was lost');
    await held.release();
    expect(master.holderOf("shell")).toBe("thief");
  });

  it("is lost when the answer to a renewal is, since the master then knows another token", async () => {
    const { master, lock } = await setUp();
    const held = await lock.acquire({ waitMs: 0 });
    master.loseNextLease = true;
    await new Promise((resolve) => held.signal.addEventListener("abort", resolve, { once: true }));
    await held.release();
    // The lock runs out by itself; the next one to ask gets it.
    await vi.waitFor(() => expect(master.holderOf("shell")).toBeUndefined(), eventually);
    const again = await lock.acquire({ waitMs: 60_000 });
    await again.release();
  });

  it("is given back with the newest token when the release meets a renewal", async () => {
    const { master, lock } = await setUp({ ...CALM, renewMs: 1 });
    for (let round = 0; round < 5; round++) {
      const held = await lock.acquire({ waitMs: 60_000 });
      await new Promise((resolve) => setTimeout(resolve, 3 * round));
      await held.release();
      expect(master.holderOf("shell")).toBeUndefined();
    }
  });
});
