import { type Server, ServerCredentials, type ServerDuplexStream, type ServerWritableStream } from "@grpc/grpc-js";
import { syntheticSnapshot } from "../../src/cluster/topology/synthetic.testkit.ts";
import { createServer, listen } from "../../src/rpc/channel.ts";
import type { KeepConnectedResponse } from "../../src/rpc/gen/master_pb/KeepConnectedResponse.ts";
import type { SeaweedHandlers } from "../../src/rpc/gen/master_pb/Seaweed.ts";
import type { VolumeServerHandlers } from "../../src/rpc/gen/volume_server_pb/VolumeServer.ts";
import { masterService, volumeServerService } from "../../src/rpc/proto.ts";
import { serveParent } from "../lib/child.ts";
import { volumeListMessages } from "../lib/volume-list-messages.ts";

/**
 * A cluster of any size that nobody can afford: a master that lists synthetic volumes, and volume servers that are well, each
 * on a loopback address of its own.
 */
export interface SyntheticClusterRequests {
  open: {
    readonly payload: { readonly volumes: number; readonly servers: number };
    readonly result: { readonly master: string; readonly listBytes: number };
  };
}

const servers: Server[] = [];
let tokens = 0;

function nowNs(): string {
  return String(BigInt(Date.now()) * 1_000_000n);
}

/** The list is kept as bytes: what is measured is the one who reads it. */
const masterOfBytes = {
  ...masterService,
  VolumeListStream: { ...masterService.VolumeListStream, responseSerialize: (bytes: Buffer) => bytes },
};

async function startMaster(messages: readonly Buffer[]): Promise<string> {
  let address = "";
  const server = createServer();
  server.addService(masterOfBytes, {
    GetMasterConfiguration: (_call, done) => done(null, { leader: address }),
    Ping: (_call, done) => done(null, { start_time_ns: nowNs(), stop_time_ns: nowNs() }),
    LeaseAdminToken: (_call, done) => done(null, { token: String(++tokens), lock_ts_ns: nowNs() }),
    ReleaseAdminToken: (_call, done) => done(null, {}),
    DisableVacuum: (_call, done) => done(null, {}),
    EnableVacuum: (_call, done) => done(null, {}),
    KeepConnected: (stream: ServerDuplexStream<unknown, KeepConnectedResponse>) => {
      stream.once("data", () => stream.write({ volume_location: { leader: address } }));
      stream.on("error", () => undefined);
      stream.on("end", () => stream.end());
    },
    VolumeListStream: (stream: ServerWritableStream<unknown, Buffer>) => {
      for (const message of messages) stream.write(message);
      stream.end();
    },
  } satisfies Partial<SeaweedHandlers> | Record<"VolumeListStream", unknown>);
  servers.push(server);
  const port = await listen(server, "127.0.0.1", 0, ServerCredentials.createInsecure());
  address = `127.0.0.1:${port}.${port}`;
  return address;
}

/** @returns the port that all of them have. */
async function startVolumeServers(hosts: readonly string[]): Promise<number> {
  const server = createServer();
  server.addService(volumeServerService, {
    Ping: (_call, done) => done(null, { start_time_ns: nowNs(), stop_time_ns: nowNs() }),
    VolumeServerStatus: (_call, done) => done(null, { version: "30GB 4.44 synthetic" }),
  } satisfies Partial<VolumeServerHandlers>);
  servers.push(server);
  const [first = "127.0.0.1", ...others] = hosts;
  const port = await listen(server, first, 0, ServerCredentials.createInsecure());
  for (const host of others) await listen(server, host, port, ServerCredentials.createInsecure());
  return port;
}

serveParent<SyntheticClusterRequests>(
  {
    async open({ volumes, servers: count }) {
      const snapshot = syntheticSnapshot({ volumes, servers: count, takenAt: Date.now() });
      const hosts = snapshot.servers.map((_, index) => `127.${1 + (index >> 8)}.${index & 255}.1`);
      const grpcPort = await startVolumeServers(hosts);
      const messages = [...volumeListMessages(snapshot, (index) => ({ host: hosts[index] ?? "", grpcPort }))];
      const master = await startMaster(messages);
      return { master, listBytes: messages.reduce((sum, message) => sum + message.length, 0) };
    },
  },
  async () => {
    for (const server of servers) server.forceShutdown();
  },
);
