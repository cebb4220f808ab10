import { isIP } from "node:net";
import {
  type ChannelCredentials,
  type ChannelOptions,
  Client,
  logVerbosity,
  Server,
  type ServerCredentials,
  type ServerInterceptor,
  type ServerOptions,
  setLogVerbosity,
} from "@grpc/grpc-js";
import { AppError, errorMessage } from "../core/errors.ts";
import type { ServerAddress } from "./server-address.ts";

// Errors reach the caller; the library's own lines on stderr only on demand.
if (process.env["GRPC_VERBOSITY"] === undefined) setLogVerbosity(logVerbosity.NONE);

/** Both ends of SeaweedFS accept and send messages up to this size. */
const MAX_MESSAGE_BYTES = 1 << 30;

const COMMON_OPTIONS = {
  "grpc.max_receive_message_length": MAX_MESSAGE_BYTES,
  "grpc.max_send_message_length": MAX_MESSAGE_BYTES,
  // A ping after a minute; peers close connections that ping more often than every 20 s.
  "grpc.keepalive_time_ms": 60_000,
  "grpc.keepalive_timeout_ms": 20_000,
} as const;

const CLIENT_OPTIONS = {
  ...COMMON_OPTIONS,
  "grpc.keepalive_permit_without_calls": 0,
  // A server that comes back is found within seconds; the library's own limit is two minutes.
  "grpc.initial_reconnect_backoff_ms": 200,
  "grpc.max_reconnect_backoff_ms": 3000,
  // No look-ups of TXT records, no proxy from the environment: peers are dialled directly.
  "grpc.service_config_disable_resolution": 1,
  "grpc.enable_http_proxy": 0,
  // The library's own diagnostics keep a history of every connection. (Not for servers: without them `forceShutdown` finds
  // no connection to cut.)
  "grpc.enable_channelz": 0,
  // The default window of 64 KiB is what slows bulk reads down.
  "grpc-node.flow_control_window": 4 << 20,
} as const satisfies ChannelOptions;

const SERVER_OPTIONS = { ...COMMON_OPTIONS, "grpc.max_concurrent_streams": 1000 } as const satisfies ServerOptions;

/** A client of one address; connects on the first call. */
export function createChannel(address: ServerAddress, credentials: ChannelCredentials): Client {
  // TLS allows no IP address as server name; nothing checks the name (see security/tls.ts).
  const name = isIP(address.host) === 0 ? {} : { "grpc.ssl_target_name_override": "localhost" };
  return new Client(address.grpc, credentials, { ...CLIENT_OPTIONS, ...name });
}

export interface CreateServerOptions {
  /** Largest message that is read; default 1 GiB as SeaweedFS has it. */
  readonly maxReceiveBytes?: number;
  /** Look at every call before its handler does; see `security/tls.ts`. */
  readonly interceptors?: readonly ServerInterceptor[];
}

export function createServer(options: CreateServerOptions = {}): Server {
  return new Server({
    ...SERVER_OPTIONS,
    "grpc.max_receive_message_length": options.maxReceiveBytes ?? MAX_MESSAGE_BYTES,
    interceptors: [...(options.interceptors ?? [])],
  });
}

/**
 * Listens on `host:port`; port 0 takes a free one.
 * @returns the port.
 * @throws AppError WK-LISTEN.
 */
export function listen(server: Server, host: string, port: number, credentials: ServerCredentials): Promise<number> {
  const target = `${host.includes(":") ? `[${host}]` : host}:${port}`;
  return new Promise((resolve, reject) => {
    server.bindAsync(target, credentials, (error, bound) => {
      if (error === null) resolve(bound);
      else reject(new AppError("WK-LISTEN", `Cannot listen on ${target}: ${errorMessage(error)}.`, { cause: error }));
    });
  });
}

/** Lets running calls end for `graceMs`, then cuts them; does not wait for connections that never spoke gRPC. */
export async function closeServer(server: Server, graceMs: number): Promise<void> {
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, graceMs);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
