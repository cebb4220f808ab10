import { credentials } from "@grpc/grpc-js";
import { afterEach, describe, expect, it } from "vitest";
import { silentLogger } from "../core/logger.ts";
import type { VolumeServerHandlers } from "../rpc/gen/volume_server_pb/VolumeServer.ts";
import { startTestServer } from "../rpc/grpc-server.testkit.ts";
import { volumeServerService } from "../rpc/proto.ts";
import { formatServerAddress } from "../rpc/server-address.ts";
import { GrpcCluster } from "./grpc-cluster.ts";
import type { VolumeServerClient } from "./volume-server-port.ts";

const cleanups: (() => unknown)[] = [];
afterEach(closeVolumeServers);

/** Closes what `volumeServer` started; runs after each test by itself. */
export async function closeVolumeServers(): Promise<void> {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
}

/** A client of a real gRPC server with these handlers. */
export async function volumeServer(handlers: Partial<VolumeServerHandlers>): Promise<VolumeServerClient> {
  const server = await startTestServer<VolumeServerHandlers>(volumeServerService, handlers);
  const cluster = new GrpcCluster({
    masters: [server.address],
    credentials: credentials.createInsecure(),
    logger: silentLogger,
  });
  cleanups.push(
    () => server.close(),
    () => cluster.close(),
  );
  return cluster.volumeServer(formatServerAddress(server.address));
}

/** A call that is one question and one answer. */
export interface UnaryCase {
  readonly rpc: keyof VolumeServerHandlers & string;
  readonly call: (client: VolumeServerClient) => Promise<unknown>;
  /** What the server must be asked. */
  readonly asked: object;
  readonly answer: object;
  readonly result: unknown;
  /** Result when the server answers with nothing at all set. */
  readonly emptyResult?: unknown;
}

/** A server that answers one call with `answer` and keeps what it was asked. */
export async function answering(
  rpc: keyof VolumeServerHandlers & string,
  answer: object,
): Promise<{ readonly client: VolumeServerClient; readonly asked: unknown[] }> {
  const asked: unknown[] = [];
  const client = await volumeServer({
    [rpc]: (call: { request: unknown }, done: (error: null, answer: object) => void) => {
      asked.push(call.request);
      done(null, answer);
    },
  });
  return { client, asked };
}

/** Tests of each case: the question on the wire, the answer read, and what is absent filled. */
export function testUnaryCases(cases: readonly UnaryCase[]): void {
  describe("unary calls", () => {
    it.each(cases)("$rpc sends every field and reads every field", async ({ rpc, call, asked, answer, result }) => {
      const server = await answering(rpc, answer);
      expect(await call(server.client)).toEqual(result);
      expect(server.asked).toEqual([asked]);
    });

    it.each(cases.filter((one) => one.emptyResult !== undefined))("$rpc fills what is absent", async (one) => {
      const server = await answering(one.rpc, {});
      expect(await one.call(server.client)).toEqual(one.emptyResult);
    });
  });
}
