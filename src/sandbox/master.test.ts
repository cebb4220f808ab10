import { status } from "@grpc/grpc-js";
import { describe, expect, it, onTestFinished } from "vitest";
import type { KeepConnectedResponse__Output } from "../rpc/gen/master_pb/KeepConnectedResponse.ts";
import { masterService, volumeServerService } from "../rpc/proto.ts";
import { httpCall } from "./http-client.ts";
import { collect, randomFiles, serverAt, testPeers, testSandbox } from "./sandbox.testkit.ts";

const RACKS = [
  { dataCenter: "dc1", rack: "r1" },
  { dataCenter: "dc1", rack: "r1" },
  { dataCenter: "dc1", rack: "r2" },
  { dataCenter: "dc2", rack: "r3" },
];

describe("master", () => {
  it("places replicas as asked, and says so when it cannot", async () => {
    const sandbox = await testSandbox({ servers: RACKS });
    for (const [replication, copies] of [
      ["000", 1],
      ["001", 2],
      ["010", 2],
      ["100", 2],
      ["110", 3],
    ] as const) {
      const file = await sandbox.files.upload(Buffer.from("x"), { replication, collection: `c${replication}` });
      const servers = (await sandbox.files.lookup(file.volumeId)).map((url) => sandbox.server(url));
      expect(servers).toHaveLength(copies);
      expect(new Set(servers.map((server) => server.dataCenter)).size).toBe(replication.startsWith("1") ? 2 : 1);
      if (replication === "010") expect(new Set(servers.map((server) => server.rack)).size).toBe(2);
    }
    const assign = (query: string): ReturnType<typeof httpCall> =>
      httpCall(`http://${sandbox.master.address.http}/dir/assign?${query}`);
    expect(await assign("replication=900")).toMatchObject({ status: 406 });
    expect(JSON.parse((await assign("replication=200")).data.toString())).toEqual({
      error:
        'no writable volumes for {"replication":{"dc":2},"ttl":{"Count":0,"Unit":0},"version":3}, volume growth in progress',
    });
    const peers = testPeers();
    await expect(peers.call(sandbox.masterAddress, masterService.Assign, { replication: "200" })).rejects.toMatchObject(
      { code: "WK-RPC-BUSY" },
    );
  });

  it("leases a lock to one client for as long as it renews", async () => {
    const sandbox = await testSandbox({ servers: 1 });
    const peers = testPeers();
    const lease = (request: object): Promise<{ token?: string; lock_ts_ns?: string }> =>
      peers.call(sandbox.masterAddress, masterService.LeaseAdminToken, {
        lock_name: "shell",
        client_name: "one",
        message: "m",
        ...request,
      });
    const first = await lease({});
    await expect(lease({ client_name: "two" })).rejects.toMatchObject({ code: "WK-LOCK-HELD" });
    const pair = { previous_token: first.token, previous_lock_time: first.lock_ts_ns };
    const second = await lease(pair);
    await expect(lease(pair)).rejects.toMatchObject({ code: "WK-LOCK-HELD" });
    const look = (): Promise<unknown> =>
      peers.call(sandbox.masterAddress, masterService.GetAdminLockStatus, { lock_name: "shell" });
    expect(await look()).toEqual({ is_locked: true, client_name: "one" });
    const release = (token: string | undefined, time: string | undefined): Promise<unknown> =>
      peers.call(sandbox.masterAddress, masterService.ReleaseAdminToken, {
        lock_name: "shell",
        previous_token: token ?? "",
        previous_lock_time: time ?? "",
      });
    await release("5", "5");
    expect(sandbox.master.isLocked("shell")).toBe(true);
    await release(second.token, second.lock_ts_ns);
    expect(await look()).toEqual({});
  });

  it("tells its subscribers where volumes come and go", async () => {
    const sandbox = await testSandbox({ servers: 1 });
    const peers = testPeers();
    const server = serverAt(sandbox, 0);
    await sandbox.createVolume({ volumeId: 3, on: [server] });
    const stream = peers.to(sandbox.masterAddress).duplex(masterService.KeepConnected);
    onTestFinished(() => stream.cancel());
    const seen: KeepConnectedResponse__Output[] = [];
    stream.on("error", () => undefined);
    stream.on("data", (message: KeepConnectedResponse__Output) => seen.push(message));
    stream.write({ client_type: "shell", client_address: "127.0.0.1:1" });
    await sandbox.until(() => seen.length > 0, "the first message");
    expect(seen[0]?.volume_location).toMatchObject({
      url: server.address.http,
      new_vids: [3],
      leader: sandbox.masterAddress,
    });
    await sandbox.createVolume({ volumeId: 4, on: [server] });
    await server.kill();
    await sandbox.until(
      () => seen.some((message) => (message.volume_location?.deleted_vids?.length ?? 0) > 0),
      "the loss",
    );
    const changes = seen.slice(1).map((message) => message.volume_location);
    expect(changes[0]).toMatchObject({ new_vids: [4] });
    expect(new Set(changes.at(-1)?.deleted_vids)).toEqual(new Set([3, 4]));
  });

  it("lists the same in one answer and in a stream, filtered when asked", async () => {
    const sandbox = await testSandbox({ servers: RACKS });
    const peers = testPeers();
    for (const collection of ["a", "b"])
      await sandbox.files.uploadMany(randomFiles(2, 100), { collection, replication: "010" });
    await sandbox.pulse();
    const whole = await peers.call(sandbox.masterAddress, masterService.VolumeList, {});
    const batches = await collect(
      peers.to(sandbox.masterAddress).serverStream(masterService.VolumeListStream, { collection: "a" }),
    );
    const nodes = (whole.topology_info?.data_center_infos ?? [])
      .flatMap((center) => center.rack_infos ?? [])
      .flatMap((rack) => rack.data_node_infos ?? []);
    expect(nodes).toHaveLength(4);
    const volumes = nodes.flatMap((node) => node.diskInfos?.[""]?.volume_infos ?? []);
    expect(volumes).toHaveLength(4);
    const [header, ...rest] = batches;
    expect(header?.header?.topology_info?.diskInfos?.[""]).toMatchObject({
      volume_count: "4",
      max_volume_count: "80",
      free_volume_count: "76",
    });
    expect(rest.flatMap((batch) => batch.volume_infos ?? [])).toEqual(
      volumes.filter((volume) => volume.collection === "a"),
    );
    const names = await peers.call(sandbox.masterAddress, masterService.CollectionList, {
      include_normal_volumes: true,
    });
    expect(names.collections).toEqual([{ name: "a" }, { name: "b" }]);
    await peers.call(sandbox.masterAddress, masterService.CollectionDelete, { name: "a" });
    await sandbox.pulse();
    expect(
      (await peers.call(sandbox.masterAddress, masterService.Statistics, { collection: "a" })).used_size,
    ).toBeUndefined();
  });

  it("learns everything again after a restart", async () => {
    const sandbox = await testSandbox({ servers: 2 });
    const stored = await sandbox.files.upload(Buffer.from("kept"), { replication: "001" });
    await sandbox.master.kill();
    await sandbox.master.start();
    await sandbox.settled();
    expect(await sandbox.files.lookup(stored.volumeId)).toHaveLength(2);
    const next = await sandbox.files.upload(Buffer.from("next"), { replication: "001" });
    expect(Number.parseInt(next.fid.split(",")[1]?.slice(0, -8) ?? "", 16)).toBeGreaterThan(
      Number.parseInt(stored.fid.split(",")[1]?.slice(0, -8) ?? "", 16),
    );
  });
});

describe("fault switches", () => {
  it("fail, delay, hang, cut and lose the n-th call of an RPC of one server", async () => {
    const sandbox = await testSandbox({ servers: 2 });
    const peers = testPeers();
    const ping = (index: number): Promise<unknown> =>
      peers.call(serverAt(sandbox, index).address, volumeServerService.Ping, {});
    sandbox.faults.add({
      server: 0,
      rpc: "Ping",
      nth: 2,
      action: "fail",
      code: status.PERMISSION_DENIED,
      message: "not authorized: you",
    });
    await ping(1);
    await ping(0);
    await expect(ping(0)).rejects.toMatchObject({ code: "WK-RPC-REFUSED" });
    await ping(0);

    const mark = (version: number): Promise<unknown> =>
      peers.call(serverAt(sandbox, 0).address, volumeServerService.SetState, {
        state: { maintenance: false, version },
      });
    sandbox.faults.add({ rpc: "SetState", action: "lose-reply" });
    await expect(mark(0)).rejects.toMatchObject({ code: "WK-RPC-UNREACHABLE" });
    expect(await peers.call(serverAt(sandbox, 0).address, volumeServerService.GetState, {})).toEqual({
      state: { version: 1 },
    });
    const hanging = sandbox.faults.add({ rpc: "SetState", action: "hang" });
    const call = mark(1);
    await hanging.hit;
    expect(await peers.call(serverAt(sandbox, 0).address, volumeServerService.GetState, {})).toEqual({
      state: { version: 1 },
    });
    hanging.release();
    await call;
    expect(await peers.call(serverAt(sandbox, 0).address, volumeServerService.GetState, {})).toEqual({
      state: { version: 2 },
    });
    expect(hanging.hits).toBe(1);
  });

  it("act on HTTP and on the master too, and kill a server at a call", async () => {
    const sandbox = await testSandbox({ servers: 1 });
    const peers = testPeers();
    const server = serverAt(sandbox, 0);
    const stored = await sandbox.files.upload(Buffer.from("x"));
    sandbox.faults.add({ server: 0, rpc: "HTTP GET", action: "fail", message: "no" });
    expect((await sandbox.files.read(server.address.http, stored.fid)).status).toBe(500);
    sandbox.faults.add({ server: "master", rpc: "VolumeList", action: "cut" });
    await expect(peers.call(sandbox.masterAddress, masterService.VolumeList, {})).rejects.toMatchObject({
      code: "WK-RPC-UNREACHABLE",
    });
    sandbox.faults.add({ server: server.address.http, rpc: "VolumeDelete", volumeId: stored.volumeId, action: "kill" });
    await expect(
      peers.call(server.address, volumeServerService.VolumeDelete, { volume_id: stored.volumeId }),
    ).rejects.toMatchObject({
      code: "WK-RPC-UNREACHABLE",
    });
    expect(server.running).toBe(false);
    await server.start();
    expect(await sandbox.files.read(server.address.http, stored.fid)).toMatchObject({ status: 200, md5: stored.md5 });
  });
});
