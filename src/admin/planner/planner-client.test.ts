import { describe, expect, it, onTestFinished } from "vitest";
import { readSecurityConfig } from "../../config/security-config.ts";
import { silentLogger } from "../../core/logger.ts";
import { type ServerAddress, serverAddress } from "../../rpc/server-address.ts";
import { seededVolume, testSandbox } from "../../sandbox/sandbox.testkit.ts";
import { type RunningPlanner, startPlanner } from "./planner-client.ts";

async function testPlanner(master: ServerAddress): Promise<RunningPlanner> {
  const { grpc } = readSecurityConfig({ folders: [], env: {} });
  const planner = await startPlanner({ masters: [master], tls: grpc.admin, logger: silentLogger });
  onTestFinished(() => planner.close());
  return planner;
}

const request = (type: string, more = {}) => ({
  type,
  config: {},
  busy: [],
  reserved: [],
  settled: [],
  changed: [],
  now: Date.now(),
  ...more,
});

describe("startPlanner", () => {
  it("plans, explains and answers questions about a running cluster", async () => {
    const sandbox = await testSandbox({ servers: [{ rack: "r1" }, { rack: "r2" }, { rack: "r2" }] });
    await seededVolume(sandbox, { files: 20, deleted: 15, collection: "photos" });
    await sandbox.createVolume({
      volumeId: 9,
      on: sandbox.servers.slice(1, 2),
      replication: "000",
      collection: "logs",
    });
    const planner = await testPlanner(sandbox.master.address);
    await expect(planner.servers()).rejects.toMatchObject({ code: "WK-RPC-BUSY" });

    const detect = async (more = {}) => {
      await planner.refresh();
      return planner.detect({ ...request("vacuum", more), maxProposals: 10 });
    };
    await expect.poll(async () => (await detect()).proposals.map((spec) => spec.volumeId)).toEqual([1]);
    const detection = await detect();
    expect(detection.proposals[0]).toMatchObject({ type: "vacuum", collection: "photos", priority: 2 });
    expect(detection.examined).toBe(2);
    expect((await detect({ busy: [1] })).skipped).toMatchObject({ busy: 1 });
    expect((await detect({ settled: [[1, Date.now()]] })).skipped).toMatchObject({ stale_snapshot: 1 });

    const rules = await planner.explain({ ...request("vacuum"), volumeId: 9 });
    expect(rules.filter((rule) => !rule.pass).map((rule) => rule.rule)).toEqual(["garbage"]);
    const forced = await planner.detect({
      ...request("balance"),
      maxProposals: 1,
      only: { volumeId: 1, force: true },
    });
    expect(forced.proposals).toHaveLength(1);

    const home = sandbox.servers[0]?.address.http;
    expect((await planner.servers()).find((server) => server.http === home)).toMatchObject({
      dataCenter: "dc1",
      rack: "r1",
      disks: [{ type: "", volumes: 1, maxVolumes: 20 }],
    });
    expect(await planner.summary()).toMatchObject({ servers: 3, volumes: 2, replicas: 2, ecVolumes: 0 });
    expect(await planner.volume(1)).toMatchObject({
      volumeId: 1,
      collection: "photos",
      replicas: [{ server: home, placement: "000", files: 20, readOnly: false, remote: false }],
      ecShards: [],
    });
    expect(await planner.volume(77)).toBeUndefined();
    const ids = async (query: Parameters<RunningPlanner["volumes"]>[0]) =>
      (await planner.volumes(query)).map((volume) => volume.volumeId);
    expect(await ids({ after: 0, limit: 10 })).toEqual([1, 9]);
    expect(await ids({ after: 0, limit: 1 })).toEqual([1]);
    expect(await ids({ after: 1, limit: 10 })).toEqual([9]);
    expect(await ids({ after: 0, limit: 10, collection: "logs" })).toEqual([9]);
  });

  it("reads the topology by itself for the first plan", async () => {
    const sandbox = await testSandbox({ servers: 1 });
    const planner = await testPlanner(sandbox.master.address);
    expect(await planner.detect({ ...request("erasure_coding"), maxProposals: 10 })).toMatchObject({ proposals: [] });
  });

  it("says what is wrong with a master, a type and a closed planner, and goes on", async () => {
    const planner = await testPlanner(serverAddress("127.0.0.1", 1, 1));
    await expect(planner.refresh()).rejects.toMatchObject({ code: "WK-RPC-UNREACHABLE" });
    await expect(planner.detect({ ...request("vacuum"), maxProposals: 1 })).rejects.toMatchObject({
      code: "WK-RPC-UNREACHABLE",
    });
    await planner.close();
    await expect(planner.refresh()).rejects.toMatchObject({ code: "WK-CANCELLED" });
  });

  it("tells of a thread that dies and starts it anew for the next request", async () => {
    const { grpc } = readSecurityConfig({ folders: [], env: {} });
    const lines: string[] = [];
    const planner = await startPlanner({
      masters: [serverAddress("127.0.0.1", 1, 1)],
      // Half a TLS configuration: the thread cannot use it.
      tls: { ...grpc.admin, ca: { ...grpc.admin.ca, value: "/nowhere/ca.pem" } },
      logger: { ...silentLogger, error: (message) => lines.push(message) },
    });
    onTestFinished(() => planner.close());
    for (const attempt of [1, 2]) {
      await expect(planner.refresh()).rejects.toThrow(/planner thread failed: .*TLS needs ca, cert and key/);
      expect(lines).toHaveLength(attempt);
    }
  });

  it("refuses a type that it does not know", async () => {
    const sandbox = await testSandbox({ servers: 1 });
    const planner = await testPlanner(sandbox.master.address);
    await expect(planner.explain({ ...request("sweep"), volumeId: 1 })).rejects.toMatchObject({
      code: "WK-CONFIG-VALUE",
    });
  });
});
