import { afterEach, describe, expect, it, vi } from "vitest";
import { type Logger, silentLogger } from "../core/logger.ts";
import type { ServerAddress } from "../rpc/server-address.ts";
import { clusterOf, FakeMaster, startMasters } from "./fake-master.testkit.ts";
import type { GrpcCluster } from "./grpc-cluster.ts";
import { watchLeader } from "./leader-watch.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

/** Watches until the test ends; `heard` holds every leader that was announced. */
function watch(
  cluster: GrpcCluster,
  logger: Logger = silentLogger,
): { readonly heard: string[]; stop(): Promise<void> } {
  const heard: string[] = [];
  cluster.leaders.onChange((leader) => heard.push(leader.http));
  const controller = new AbortController();
  const peer = (address: ServerAddress) => cluster.peer(address);
  const done = watchLeader(
    {
      finder: cluster.leaders,
      peer,
      clientType: "admin",
      clientAddress: "127.0.0.1:23646.33646",
      version: "1.0",
      logger,
      retryMs: 20,
    },
    controller.signal,
  );
  const stop = async (): Promise<void> => {
    controller.abort();
    await done;
  };
  cleanups.push(stop);
  return { heard, stop };
}

async function twoMasters() {
  const masters = await startMasters(2);
  const cluster = clusterOf(masters);
  cleanups.push(...masters.map((master) => () => master.stop()), () => cluster.close());
  const [first, second] = masters as [FakeMaster, FakeMaster];
  return { first, second, cluster };
}

const eventually = { timeout: 60_000, interval: 10 };

describe("watching the leader", () => {
  it("announces it, registers as this process, and hears of a change without a call", async () => {
    const { first, second, cluster } = await twoMasters();
    const { heard } = watch(cluster);
    await vi.waitFor(() => expect(first.calls).toContain("KeepConnected admin@127.0.0.1:23646.33646"), eventually);
    expect(heard).toEqual([first.address.http]);

    second.leader = second.address;
    first.stepDown(second.address);
    await vi.waitFor(() => expect(heard).toEqual([first.address.http, second.address.http]), eventually);
    await vi.waitFor(() => expect(second.calls).toContain("KeepConnected admin@127.0.0.1:23646.33646"), eventually);
    expect(cluster.master.knownLeader?.http).toBe(second.address.http);
  });

  it("goes to the new leader when the old one dies", async () => {
    const { first, second, cluster } = await twoMasters();
    const { heard } = watch(cluster);
    await vi.waitFor(() => expect(first.calls.join()).toContain("KeepConnected"), eventually);
    second.leader = second.address;
    await first.stop();
    await vi.waitFor(() => expect(heard.at(-1)).toBe(second.address.http), eventually);
  });

  it("waits for masters that are not there yet, and complains once", async () => {
    const master = new FakeMaster();
    await master.start();
    const { address } = master;
    await master.stop();
    const cluster = clusterOf([{ address }]);
    cleanups.push(() => cluster.close());
    const warnings: string[] = [];
    const { heard } = watch(cluster, { ...silentLogger, warn: (text) => warnings.push(text) });
    await vi.waitFor(() => expect(warnings).toHaveLength(1), eventually);
    const back = new FakeMaster();
    await back.start(address.grpcPort);
    cleanups.push(() => back.stop());
    back.leader = back.address;
    await vi.waitFor(() => expect(heard).toEqual([back.address.http]), eventually);
    expect(warnings).toHaveLength(1);
    expect(warnings[0]).toContain("No word from the masters: None of the masters");
  });

  it("ends at once when it is stopped, connected or not", async () => {
    const { first, cluster } = await twoMasters();
    const { stop } = watch(cluster);
    await vi.waitFor(() => expect(first.calls.join()).toContain("KeepConnected"), eventually);
    await stop();
    const nobody = clusterOf([{ address: first.address }]);
    cleanups.push(() => nobody.close());
    await watch(nobody).stop();
  });
});
