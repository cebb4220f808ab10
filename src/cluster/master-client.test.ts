import { status } from "@grpc/grpc-js";
import { afterEach, describe, expect, it } from "vitest";
import type { SeaweedHandlers } from "../rpc/gen/master_pb/Seaweed.ts";
import { parseServerAddress, serverAddress } from "../rpc/server-address.ts";
import { clusterOf, type FakeMaster, startMasters } from "./fake-master.testkit.ts";
import type { MasterClient } from "./master-port.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function masters(count: number, extra: Partial<SeaweedHandlers> = {}) {
  const started = await startMasters(count, extra);
  const cluster = clusterOf(started);
  cleanups.push(...started.map((master) => () => master.stop()), () => cluster.close());
  const [first, second] = started as [FakeMaster, FakeMaster];
  return { first, second, cluster, master: cluster.master };
}

describe("the leader", () => {
  it("is asked of the list, once for many callers", async () => {
    const { first, master } = await masters(3);
    expect(master.knownLeader).toBeUndefined();
    const found = await Promise.all([master.leader(), master.leader(), master.leader()]);
    expect(new Set(found.map((leader) => leader.http))).toEqual(new Set([first.address.http]));
    expect(master.knownLeader?.http).toBe(first.address.http);
    expect(first.calls).toEqual(["GetMasterConfiguration"]);
  });

  it("is found although some masters are down or know none", async () => {
    const { first, second } = await masters(2);
    second.leader = undefined;
    const dead = serverAddress("127.0.0.1", 1, 1);
    const cluster = clusterOf([{ address: dead }, second, first]);
    cleanups.push(() => cluster.close());
    expect((await cluster.master.leader()).http).toBe(first.address.http);
  });

  it("cannot be had when nobody knows one: every reason is told", async () => {
    const { first, second, master } = await masters(2);
    first.leader = undefined;
    second.leader = undefined;
    await expect(master.leader()).rejects.toMatchObject({
      code: "WK-RPC-NOT-LEADER",
      message: `None of the masters ${first.address.http}, ${second.address.http} names a leader: ${first.address.http} knows no leader. ${second.address.http} knows no leader.`,
    });
    const cluster = clusterOf([first, { address: serverAddress("127.0.0.1", 1, 1) }]);
    cleanups.push(() => cluster.close());
    await expect(cluster.master.leader()).rejects.toMatchObject({
      code: "WK-RPC-UNREACHABLE",
      message: expect.stringMatching(/knows no leader\. Cannot reach 127\.0\.0\.1:1/),
    });
  });

  it("is followed when it changes", async () => {
    const { first, second, master } = await masters(2, {
      LookupVolume: (_call, done) => done({ code: status.UNKNOWN, details: "raft.Server: Not current leader" }),
    });
    await master.leader();
    first.leader = second.address;
    second.leader = second.address;
    const token = await master.leaseAdminToken({ lockName: "shell", clientName: "me", message: "" });
    expect(token.token).toBe(1n);
    expect(second.holderOf("shell")).toBe("me");
    expect(master.knownLeader?.http).toBe(second.address.http);
    // Still refused at the second try: told, not tried for ever.
    await expect(master.lookupVolume([1])).rejects.toMatchObject({ code: "WK-RPC-NOT-LEADER" });
  });

  it("is replaced when it dies", async () => {
    const { first, second, master } = await masters(2);
    await master.leader();
    second.leader = second.address;
    await first.stop();
    await master.leaseAdminToken({ lockName: "shell", clientName: "me", message: "" });
    expect(second.holderOf("shell")).toBe("me");
  });

  it("gets no second call when the first may have run", async () => {
    let asked = 0;
    const { first, second, master } = await masters(2, {
      Assign: () => {
        asked++;
        void first.stop();
      },
    });
    await master.leader();
    second.leader = second.address;
    await expect(master.assign({})).rejects.toMatchObject({ details: { reached: "maybe" } });
    expect(asked).toBe(1);
  });

  it("ends only the wait of the caller that was cancelled", async () => {
    const { master } = await masters(1);
    const waiting = master.leader();
    await expect(master.leader({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "WK-CANCELLED" });
    expect((await waiting).host).toBe("127.0.0.1");
  });
});

describe("the master's own vacuum", () => {
  it("is switched at the leader only, whatever a stale idea of it says", async () => {
    const seen: [string, unknown][] = [];
    const note = (name: string) => (call: { request: unknown }, done: (error: null, answer: object) => void) => {
      seen.push([name, call.request]);
      done(null, {});
    };
    const { first, second, master } = await masters(2, {
      DisableVacuum: note("DisableVacuum"),
      EnableVacuum: note("EnableVacuum"),
    });
    await master.disableVacuum({ byPlugin: true });
    await master.enableVacuum({ byPlugin: false });
    expect(seen).toEqual([
      ["DisableVacuum", { by_plugin: true }],
      ["EnableVacuum", { by_plugin: false }],
    ]);
    // The old leader would answer with success and do nothing: it is asked first whether it leads.
    first.leader = second.address;
    second.leader = second.address;
    await master.disableVacuum({ byPlugin: true });
    expect(master.knownLeader?.http).toBe(second.address.http);
    expect(second.calls).toContain("GetMasterConfiguration");
  });
});

interface MasterCase {
  readonly rpc: keyof SeaweedHandlers & string;
  readonly call: (master: MasterClient) => Promise<unknown>;
  readonly asked: object;
  readonly answer: object;
  readonly result: unknown;
}

const CASES: readonly MasterCase[] = [
  {
    rpc: "LookupVolume",
    call: (master) => master.lookupVolume([7, 8, 7]),
    asked: { volume_or_file_ids: ["7", "8", "7"] },
    answer: {
      volume_id_locations: [
        {
          volume_or_file_id: "7",
          locations: [{ url: "h:60001", public_url: "p:1", grpc_port: 40001, data_center: "dc" }],
        },
        { volume_or_file_id: "8", error: "volume id 8 not found" },
      ],
    },
    result: [
      {
        volumeId: 7,
        locations: [{ address: parseServerAddress("h:60001.40001"), publicUrl: "p:1", dataCenter: "dc" }],
      },
      { volumeId: 8, locations: [] },
      {
        volumeId: 7,
        locations: [{ address: parseServerAddress("h:60001.40001"), publicUrl: "p:1", dataCenter: "dc" }],
      },
    ],
  },
  {
    rpc: "LookupEcVolume",
    call: (master) => master.lookupEcVolume(7),
    asked: { volume_id: 7 },
    answer: {
      volume_id: 7,
      shard_id_locations: [
        { locations: [{ url: "h:8080" }] },
        { shard_id: 31 },
        { shard_id: 3, locations: [{ url: "i:8080" }] },
      ],
    },
    result: [
      {
        shardId: 0,
        locations: [{ address: parseServerAddress("h:8080"), publicUrl: "h:8080", dataCenter: "" }],
      },
      {
        shardId: 3,
        locations: [{ address: parseServerAddress("i:8080"), publicUrl: "i:8080", dataCenter: "" }],
      },
    ],
  },
  {
    rpc: "ListClusterNodes",
    call: (master) => master.listClusterNodes({ clientType: "filer", filerGroup: "g" }),
    asked: { client_type: "filer", filer_group: "g" },
    answer: { cluster_nodes: [{ address: "f:8888.18888", version: "4.44", data_center: "d", rack: "r" }] },
    result: [{ address: parseServerAddress("f:8888"), version: "4.44", dataCenter: "d", rack: "r" }],
  },
  {
    rpc: "CollectionList",
    call: (master) => master.collectionList({ normalVolumes: true, ecVolumes: false }),
    asked: { include_normal_volumes: true, include_ec_volumes: false },
    answer: { collections: [{ name: "a" }, {}] },
    result: ["a", ""],
  },
  {
    rpc: "Assign",
    call: (master) => master.assign({ count: 2, collection: "c", replication: "001" }),
    asked: { count: "2", collection: "c", replication: "001", ttl: "", disk_type: "" },
    answer: { fid: "3,01637037d6", count: 2, auth: "t", location: { url: "h:8080" }, replicas: [{ url: "i:8080" }] },
    result: {
      fid: "3,01637037d6",
      count: 2,
      auth: "t",
      location: { address: parseServerAddress("h:8080"), publicUrl: "h:8080", dataCenter: "" },
      replicas: [{ address: parseServerAddress("i:8080"), publicUrl: "i:8080", dataCenter: "" }],
    },
  },
  {
    rpc: "Ping",
    call: (master) => master.ping(),
    asked: {},
    answer: { start_time_ns: "5", stop_time_ns: "9" },
    result: { startTimeNs: 5n, remoteTimeNs: 0n, stopTimeNs: 9n },
  },
  {
    rpc: "GetAdminLockStatus",
    call: (master) => master.getAdminLockStatus("shell"),
    asked: { lock_name: "shell" },
    answer: { is_locked: true, client_name: "shell", message: "ec.encode" },
    result: { isLocked: true, clientName: "shell", message: "ec.encode" },
  },
  {
    rpc: "ReleaseAdminToken",
    call: (master) => master.releaseAdminToken({ lockName: "shell", previous: { token: -5n, lockTsNs: 2n ** 60n } }),
    asked: { lock_name: "shell", previous_token: "-5", previous_lock_time: "1152921504606846976" },
    answer: {},
    result: undefined,
  },
];

describe("calls to the leader", () => {
  it.each(CASES)("$rpc sends every field and reads every field", async ({ rpc, call, asked, answer, result }) => {
    const requests: unknown[] = [];
    const { master } = await masters(1, {
      [rpc]: (one: { request: unknown }, done: (error: null, answer: object) => void) => {
        requests.push(one.request);
        done(null, answer);
      },
    });
    expect(await call(master)).toEqual(result);
    expect(requests).toEqual([asked]);
  });

  it("reads the configuration, sizes in bytes", async () => {
    const { first, master } = await masters(1, {
      GetMasterConfiguration: (_call, done) =>
        done(null, {
          leader: first.address.http,
          volume_size_limit_m_b: 30_000,
          default_replication: "001",
          maintenance_scripts: "lock",
        }),
    });
    expect(await master.getMasterConfiguration()).toMatchObject({
      leader: { http: first.address.http },
      defaultReplication: "001",
      volumeSizeLimit: 30_000 * 1024 * 1024,
      maintenanceScripts: "lock",
    });
  });

  it("throw an error inside an answer, and know no lock status at 4.13", async () => {
    const { master } = await masters(1, { Assign: (_call, done) => done(null, { error: "no free volumes left" }) });
    await expect(master.assign({})).rejects.toMatchObject({
      code: "WK-RPC",
      message: expect.stringContaining("answered Assign: no free volumes left."),
    });
    expect(await master.getAdminLockStatus("shell")).toBeUndefined();
  });

  it("say that a master is still warming up", async () => {
    const { master } = await masters(1, {
      LookupVolume: (_call, done) => done({ code: status.UNAVAILABLE, details: "topology is warming up" }),
    });
    await expect(master.lookupVolume([1])).rejects.toMatchObject({ code: "WK-RPC-BUSY", details: { reached: "yes" } });
  });
});
