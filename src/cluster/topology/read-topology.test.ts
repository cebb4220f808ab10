import { ChannelCredentials, type Server, ServerCredentials, status } from "@grpc/grpc-js";
import { describe, expect, it, onTestFinished } from "vitest";
import { silentLogger } from "../../core/logger.ts";
import { closeServer, createServer, listen } from "../../rpc/channel.ts";
import type { VolumeListResponse } from "../../rpc/gen/master_pb/VolumeListResponse.ts";
import { masterService } from "../../rpc/proto.ts";
import { type ServerAddress, serverAddress } from "../../rpc/server-address.ts";
import { seededVolume, testSandbox } from "../../sandbox/sandbox.testkit.ts";
import { GrpcCluster } from "../grpc-cluster.ts";
import { readTopology } from "./read-topology.ts";

function clusterOf(masters: readonly ServerAddress[]): GrpcCluster {
  const cluster = new GrpcCluster({ masters, credentials: ChannelCredentials.createInsecure(), logger: silentLogger });
  onTestFinished(() => cluster.close());
  return cluster;
}

/** A master with just the given calls; the others are UNIMPLEMENTED, as in an older release. */
async function smallMaster(implementation: Parameters<Server["addService"]>[1]): Promise<ServerAddress> {
  const server = createServer();
  const names = Object.keys(implementation);
  const definition = Object.fromEntries(Object.entries(masterService).filter(([name]) => names.includes(name)));
  server.addService(definition, implementation);
  const port = await listen(server, "127.0.0.1", 0, ServerCredentials.createInsecure());
  onTestFinished(() => closeServer(server, 100));
  return serverAddress("127.0.0.1", 1, port);
}

const configuration =
  (leader: () => string) =>
  (_call: unknown, callback: (error: null, answer: object) => void): void =>
    callback(null, { leader: leader() });

const named = ({ http, grpcPort }: ServerAddress): string => `${http}.${grpcPort}`;

const answer: VolumeListResponse = {
  volume_size_limit_mb: "30000",
  topology_info: {
    data_center_infos: [
      {
        id: "dc1",
        rack_infos: [
          {
            id: "r1",
            data_node_infos: [
              {
                id: "10.0.0.1:8080",
                diskInfos: { "": { max_volume_count: "7", volume_infos: [{ id: 3, size: "5" }] } },
              },
            ],
          },
        ],
      },
    ],
  },
};

describe("readTopology", () => {
  it("reads a running cluster from its stream of batches", async () => {
    const sandbox = await testSandbox({ servers: 3 });
    const { live, deleted } = await seededVolume(sandbox, { files: 20, deleted: 5, replication: "001" });
    const cluster = clusterOf([sandbox.master.address]);
    await expect
      .poll(async () => {
        const snapshot = await readTopology(cluster);
        return Array.from({ length: snapshot.replicas.count }, (_, row) => [
          snapshot.replicas.volumeId(row),
          snapshot.replicas.fileCount(row),
          snapshot.replicas.placement(row),
          snapshot.replicas.deletedBytes(row) > 0,
        ]);
      })
      .toEqual([
        [1, live.length + deleted.length, 1, true],
        [1, live.length + deleted.length, 1, true],
      ]);
    const snapshot = await readTopology(cluster);
    expect(snapshot.servers.map((server) => server.http).sort()).toEqual(
      sandbox.servers.map((server) => server.address.http).sort(),
    );
    expect(snapshot.servers.map((server) => server.address?.grpcPort).sort()).toEqual(
      sandbox.servers.map((server) => server.address.grpcPort).sort(),
    );
    expect(snapshot.volumeSizeLimit).toBe(8 * 1024 * 1024);
    expect(Math.abs(snapshot.clockOffsetMs)).toBeLessThan(10_000);
  });

  it("asks a master without the stream for the list in one message", async () => {
    const master: ServerAddress = await smallMaster({
      GetMasterConfiguration: configuration(() => named(master)),
      VolumeList: (_call: unknown, callback: (error: null, list: VolumeListResponse) => void) => callback(null, answer),
    });
    const snapshot = await readTopology(clusterOf([master]));
    expect(snapshot.replicas.count).toBe(1);
    expect(snapshot.replicas.volumeId(0)).toBe(3);
    expect(snapshot.clockOffsetMs).toBe(0);
  });

  it("goes to the new leader when the old one has just stepped down", async () => {
    const leader: ServerAddress = await smallMaster({
      GetMasterConfiguration: configuration(() => named(leader)),
      VolumeList: (_call: unknown, callback: (error: null, list: VolumeListResponse) => void) => callback(null, answer),
    });
    let asked = 0;
    const former: ServerAddress = await smallMaster({
      // The first answer is what a master says that does not know yet.
      GetMasterConfiguration: configuration(() => (asked++ === 0 ? named(former) : named(leader))),
      VolumeList: (_call: unknown, callback: (error: object) => void) =>
        callback({ code: status.UNKNOWN, details: "raft.Server: Not current leader" }),
    });
    const snapshot = await readTopology(clusterOf([former]));
    expect(snapshot.replicas.count).toBe(1);
    expect(asked).toBe(2);
  });

  it("tells apart what is no topology and what is no master", async () => {
    const empty: ServerAddress = await smallMaster({
      GetMasterConfiguration: configuration(() => named(empty)),
      VolumeList: (_call: unknown, callback: (error: null, list: VolumeListResponse) => void) =>
        callback(null, { volume_size_limit_mb: "30000" }),
    });
    await expect(readTopology(clusterOf([empty]))).rejects.toMatchObject({ code: "WK-RPC-PROTOCOL" });
    await expect(readTopology(clusterOf([serverAddress("127.0.0.1", 1, 1)]))).rejects.toMatchObject({
      code: "WK-RPC-UNREACHABLE",
    });
  });
});
