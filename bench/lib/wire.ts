import { ChannelCredentials, type ClientDuplexStream } from "@grpc/grpc-js";
import type { GrpcTlsSettings } from "../../src/config/security-config.ts";
import type { AdminMessage__Output } from "../../src/rpc/gen/worker_pb/AdminMessage.ts";
import type { WorkerMessage } from "../../src/rpc/gen/worker_pb/WorkerMessage.ts";
import { proto } from "../../src/rpc/proto.ts";
import { channelSecurity } from "../../src/security/tls.ts";

export type WorkerStreamClient = ClientDuplexStream<WorkerMessage, AdminMessage__Output>;

/** A stream with a connection of its own, as every worker has one. */
export interface OwnStream {
  readonly stream: WorkerStreamClient;
  close(): void;
}

export interface DialOptions {
  readonly port: number;
  /** Absent: plaintext. */
  readonly tls?: GrpcTlsSettings;
}

/** Opens `count` worker streams to 127.0.0.1, each over its own connection. */
export function openStreams(count: number, { port, tls }: DialOptions): readonly OwnStream[] {
  const credentials = tls === undefined ? ChannelCredentials.createInsecure() : channelSecurity(tls);
  return Array.from({ length: count }, () => {
    const client = new proto.worker_pb.WorkerService(`127.0.0.1:${port}`, credentials, {
      // Clients of one process share a connection unless told not to.
      "grpc.use_local_subchannel_pool": 1,
      "grpc.ssl_target_name_override": "localhost",
      "grpc.service_config_disable_resolution": 1,
      "grpc.enable_http_proxy": 0,
    });
    const stream = client.WorkerStream();
    stream.on("error", () => undefined);
    return {
      stream,
      close() {
        stream.end();
        client.close();
      },
    };
  });
}

/** Nanoseconds on the clock that all processes of a machine share. */
export function sharedNow(): number {
  return Number(process.hrtime.bigint());
}
