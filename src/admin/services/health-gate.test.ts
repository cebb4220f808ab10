import { describe, expect, it } from "vitest";
import { type Clock, systemClock } from "../../core/clock.ts";
import { silentLogger } from "../../core/logger.ts";
import { volumeServerService } from "../../rpc/proto.ts";
import { formatServerAddress } from "../../rpc/server-address.ts";
import { serverAt, testPeers, testSandbox } from "../../sandbox/sandbox.testkit.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { newTask, waitingWorker } from "../store/store.testkit.ts";
import { HealthGate } from "./health-gate.ts";
import { testCluster, testPolicy, testStore } from "./services.testkit.ts";

const signal = new AbortController().signal;
const addressesOf = (sandbox: Sandbox): string[] => sandbox.servers.map((one) => formatServerAddress(one.address));

async function gateOn(sandbox: Sandbox, clock: Clock = systemClock) {
  const store = await testStore();
  const policy = await testPolicy(store);
  const cluster = testCluster(sandbox);
  const gate = new HealthGate({ cluster, policy, clock, logger: silentLogger });
  return { store, policy, gate };
}

describe("health gate", () => {
  it("keeps tasks away from a server that does not answer, and gives them out when it does again", async () => {
    const sandbox = await testSandbox({ servers: 2 });
    const { store, policy, gate } = await gateOn(sandbox);
    const addresses = addressesOf(sandbox);
    const [first, second] = [serverAt(sandbox, 0), serverAt(sandbox, 1)];
    await store.enqueue([
      newTask(1, { servers: [first.address.http] }),
      newTask(2, { servers: [second.address.http] }),
    ]);
    await gate.check(addresses, signal);
    expect(gate.servers()).toMatchObject([
      { server: first.address.http, held: undefined, version: expect.stringContaining("4.44") },
      { server: second.address.http, held: undefined },
    ]);

    await first.kill();
    await gate.check(addresses, signal);
    expect(policy.holds().unwell.size).toBe(0);
    await gate.check(addresses, signal);
    expect([...policy.holds().unwell]).toEqual([[first.address.http, expect.stringMatching(/^it does not answer: /)]]);
    const claim = { workers: [waitingWorker("w1", { slots: 10 })] };
    expect((await store.claim(claim)).map((one) => one.task.volumeId)).toEqual([2]);

    await first.start();
    // The channel waits a moment before it dials again.
    const stillHeld = async (): Promise<number> => {
      await gate.check(addresses, signal);
      return policy.holds().unwell.size;
    };
    await expect.poll(stillHeld, { timeout: 60_000 }).toBe(0);
    expect((await store.claim(claim)).map((one) => one.task.volumeId)).toEqual([1]);
  });

  it("holds a server that left the master's list", async () => {
    const sandbox = await testSandbox({ servers: 2 });
    const { policy, gate } = await gateOn(sandbox);
    const addresses = addressesOf(sandbox);
    await gate.check(addresses, signal);
    await gate.check(addresses.slice(1), signal);
    expect(policy.holds().unwell.get(serverAt(sandbox, 0).address.http)).toMatch(/not in the master's list.*last seen/);
    await gate.check(addresses, signal);
    expect(policy.holds().unwell.size).toBe(0);
  });

  it("holds a server in maintenance mode", async () => {
    const sandbox = await testSandbox({ servers: 1 });
    const { policy, gate } = await gateOn(sandbox);
    const server = serverAt(sandbox, 0);
    const request = { state: { maintenance: true, version: 0 } };
    await testPeers().call(server.address, volumeServerService.SetState, request);
    await gate.check(addressesOf(sandbox), signal);
    expect(policy.holds().unwell.get(server.address.http)).toBe("it is in maintenance mode");
  });

  it.each([
    [-120_000, "ahead of"],
    [3_600_000, "behind"],
  ])("holds a server when our clock is %i ms off from its own", async (offMs, side) => {
    const sandbox = await testSandbox({ servers: 1 });
    const clock: Clock = { now: () => Date.now() + offMs, monotonic: () => performance.now() };
    const { policy, gate } = await gateOn(sandbox, clock);
    await gate.check(addressesOf(sandbox), signal);
    const held = policy.holds().unwell.get(serverAt(sandbox, 0).address.http);
    expect(held).toMatch(new RegExp(`^its clock is .* ${side} ours \\(allowed: 1m\\)$`));
    // What the network takes may be missing from the difference, no more.
    const [{ clockSkewMs } = { clockSkewMs: 0 }] = gate.servers();
    expect(Math.abs((clockSkewMs ?? 0) + offMs)).toBeLessThan(30_000);
  });

  it("does not take a slow answer for a wrong clock", async () => {
    const sandbox = await testSandbox({ servers: 1 });
    const { policy, gate } = await gateOn(sandbox);
    await policy.change([{ scope: "global", input: { clock_skew_limit_seconds: 1 } }], "anna");
    sandbox.faults.add({ rpc: "Ping", action: "delay", delayMs: 2500 });
    await gate.check(addressesOf(sandbox), signal);
    expect(gate.servers()).toMatchObject([{ held: undefined, clockSkewMs: 0 }]);
  });
});
