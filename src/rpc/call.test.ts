import { once } from "node:events";
import { createServer as createHttpServer } from "node:http";
import { type AddressInfo, createServer as createTcpServer, type Socket } from "node:net";
import { type Client, credentials, ServerCredentials, type ServerWritableStream, status } from "@grpc/grpc-js";
import { afterEach, describe, expect, it } from "vitest";
import { AppError } from "../core/errors.ts";
import { type LogFields, type Logger, silentLogger } from "../core/logger.ts";
import { type FinishedCall, RpcPeer } from "./call.ts";
import { closeServer, createChannel, createServer, listen } from "./channel.ts";
import type { CopyFileRequest__Output } from "./gen/volume_server_pb/CopyFileRequest.ts";
import type { CopyFileResponse } from "./gen/volume_server_pb/CopyFileResponse.ts";
import type { VolumeServerHandlers } from "./gen/volume_server_pb/VolumeServer.ts";
import { startTestServer } from "./grpc-server.testkit.ts";
import { volumeServerService as rpc } from "./proto.ts";
import { type ServerAddress, serverAddress } from "./server-address.ts";
import { grpcStatusOf } from "./status.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

function peerOf(address: ServerAddress, extra: { logger?: Logger; observe?: (call: FinishedCall) => void } = {}) {
  const client: Client = createChannel(address, credentials.createInsecure());
  cleanups.push(() => client.close());
  return new RpcPeer({ address, client, logger: extra.logger ?? silentLogger, observe: extra.observe });
}

async function serve(handlers: Partial<VolumeServerHandlers>): Promise<ServerAddress> {
  const server = await startTestServer<VolumeServerHandlers>(rpc, handlers);
  cleanups.push(() => server.close());
  return server.address;
}

describe("unary calls", () => {
  it("answer, and appear in the log and to the observer", async () => {
    const address = await serve({ VolumeStatus: (_call, done) => done(null, { volume_size: "9007199254740993" }) });
    const lines: [string, LogFields | undefined][] = [];
    const calls: FinishedCall[] = [];
    const logger: Logger = {
      ...silentLogger,
      enabled: (level) => level <= 4,
      v: (_level, message, fields) => lines.push([message, fields]),
    };
    const peer = peerOf(address, { logger, observe: (call) => calls.push(call) });
    expect(await peer.unary(rpc.VolumeStatus, { volume_id: 7 })).toEqual({ volume_size: "9007199254740993" });
    expect(lines).toEqual([["rpc VolumeStatus", { peer: address.http, ms: expect.any(Number), outcome: "ok" }]]);
    expect(calls).toMatchObject([{ method: "VolumeStatus", peer: address.http, error: undefined }]);
  });

  it("keep the server's text and say that it answered", async () => {
    const address = await serve({
      VolumeMount: (_call, done) => done({ code: status.UNKNOWN, details: "volume 7 not found on disk" }),
    });
    await expect(peerOf(address).unary(rpc.VolumeMount, { volume_id: 7 })).rejects.toMatchObject({
      code: "WK-RPC-NOT-FOUND",
      message: `${address.http} answered VolumeMount: volume 7 not found on disk.`,
      details: { method: "VolumeMount", server: address.http, grpcCode: "UNKNOWN", reached: "yes" },
    });
  });

  it("bring the code of our own servers' errors back", async () => {
    const address = await serve({
      VolumeMount: (_call, done) => done(grpcStatusOf(new AppError("WK-TASK-SPACE", "No room on disk 1."))),
    });
    await expect(peerOf(address).unary(rpc.VolumeMount, {})).rejects.toMatchObject({
      code: "WK-TASK-SPACE",
      message: `${address.http} answered VolumeMount: No room on disk 1.`,
    });
  });

  it("end at their time limit", async () => {
    const address = await serve({ VolumeMount: () => undefined });
    await expect(peerOf(address).unary(rpc.VolumeMount, {}, { timeoutMs: 50 })).rejects.toMatchObject({
      code: "WK-TIMEOUT",
      message: `VolumeMount on ${address.http} did not end within 50 ms.`,
      details: { reached: "maybe" },
    });
  });

  it("end with the caller's reason, and the server learns of it", async () => {
    let seen: () => void = () => undefined;
    const cancelled = new Promise<void>((resolve) => {
      seen = resolve;
    });
    const reason = new AppError("WK-CANCELLED", "The task was cancelled by an operator.");
    const controller = new AbortController();
    const address = await serve({
      VolumeMount: (call) => {
        call.on("cancelled", seen);
        controller.abort(reason);
      },
    });
    await expect(peerOf(address).unary(rpc.VolumeMount, {}, { signal: controller.signal })).rejects.toBe(reason);
    await cancelled;
  });

  it("are not made at all when the signal is already aborted", async () => {
    let asked = 0;
    const address = await serve({ VolumeMount: (_call, done) => done(null, { asked: asked++ }) });
    const call = peerOf(address).unary(rpc.VolumeMount, {}, { signal: AbortSignal.abort() });
    await expect(call).rejects.toMatchObject({ code: "WK-CANCELLED", details: { reached: "no" } });
    expect(asked).toBe(0);
  });
});

describe("server streams", () => {
  const chunk = Buffer.alloc(256 << 10, 7);

  it("deliver every answer and then end", async () => {
    const address = await serve({
      CopyFile: (call) => {
        for (let i = 0; i < 3; i++) call.write({ file_content: Buffer.from([i]) });
        call.end();
      },
    });
    const bytes: number[] = [];
    for await (const answer of peerOf(address).serverStream(rpc.CopyFile, {}))
      bytes.push(...(answer.file_content ?? []));
    expect(bytes).toEqual([0, 1, 2]);
  });

  it("slow the server down to the reader and cancel it when the loop is left", async () => {
    let written = 0;
    let finish: () => void = () => undefined;
    const cancelled = new Promise<void>((resolve) => {
      finish = resolve;
    });
    const endless = (call: ServerWritableStream<CopyFileRequest__Output, CopyFileResponse>): void => {
      const push = (): void => {
        while (!call.cancelled && call.write({ file_content: chunk })) written++;
      };
      call.on("drain", push);
      call.on("cancelled", finish);
      push();
    };
    const address = await serve({ CopyFile: endless });
    const started = performance.now();
    for await (const answer of peerOf(address).serverStream(rpc.CopyFile, {})) {
      expect(answer.file_content?.length).toBe(chunk.length);
      // One answer is read; for a while nothing more is asked for.
      while (performance.now() - started < 300) await new Promise((resolve) => setTimeout(resolve, 20));
      break;
    }
    await cancelled;
    // Buffers of both ends: far below what 300 ms of an unhindered stream would carry.
    expect(written).toBeLessThan(200);
  });

  it("end when nothing comes for the idle limit, which a slow reader does not use up", async () => {
    const address = await serve({
      CopyFile: (call) => {
        call.write({ file_content: Buffer.from("a") });
        call.write({ file_content: Buffer.from("b") });
      },
    });
    const seen: string[] = [];
    const read = async (): Promise<void> => {
      for await (const answer of peerOf(address).serverStream(rpc.CopyFile, {}, { idleMs: 200 })) {
        seen.push(String(answer.file_content));
        await new Promise((resolve) => setTimeout(resolve, 300));
      }
    };
    await expect(read()).rejects.toMatchObject({ code: "WK-TIMEOUT", message: expect.stringContaining("200 ms") });
    expect(seen).toEqual(["a", "b"]);
  });

  it("deliver what came before an error, then the error", async () => {
    const address = await serve({
      CopyFile: (call) => {
        call.write({ file_content: Buffer.from("a") });
        call.emit("error", { code: status.UNKNOWN, details: "volume 3 is compacted" });
      },
    });
    const seen: string[] = [];
    const read = async (): Promise<void> => {
      for await (const answer of peerOf(address).serverStream(rpc.CopyFile, {})) seen.push(String(answer.file_content));
    };
    await expect(read()).rejects.toMatchObject({ code: "WK-RPC", message: expect.stringContaining("is compacted") });
    expect(seen).toEqual(["a"]);
  });
});

describe("client streams", () => {
  it("send everything at the server's pace", async () => {
    const address = await serve({
      ReceiveFile: (call, done) => {
        let bytes = 0;
        call.on("data", (message: { file_content?: Buffer }) => {
          bytes += message.file_content?.length ?? 0;
        });
        call.on("end", () => done(null, { bytes_written: bytes }));
      },
    });
    function* requests() {
      for (let i = 0; i < 100; i++) yield { file_content: Buffer.alloc(100_000) };
    }
    expect(await peerOf(address).clientStream(rpc.ReceiveFile, requests())).toEqual({ bytes_written: "10000000" });
  });

  it("stop when the server answers early", async () => {
    const address = await serve({ ReceiveFile: (_call, done) => done(null, { error: "disk full" }) });
    let sent = 0;
    async function* endless() {
      for (;;) {
        sent++;
        yield { file_content: Buffer.alloc(100_000) };
        await new Promise((resolve) => setImmediate(resolve));
      }
    }
    expect(await peerOf(address).clientStream(rpc.ReceiveFile, endless())).toEqual({ error: "disk full" });
    expect(sent).toBeGreaterThan(0);
  });

  it("are cancelled when their source fails, with the source's error", async () => {
    let arrive: (value?: unknown) => void = () => undefined;
    let seen: (value?: unknown) => void = () => undefined;
    const arrived = new Promise((resolve) => {
      arrive = resolve;
    });
    const cancelled = new Promise((resolve) => {
      seen = resolve;
    });
    const address = await serve({
      ReceiveFile: (call) => {
        call.on("data", arrive);
        call.on("cancelled", seen);
      },
    });
    const broken = new AppError("WK-CHECKSUM", "The shard does not match its checksum.");
    async function* requests() {
      yield { file_content: Buffer.alloc(10) };
      await arrived;
      throw broken;
    }
    await expect(peerOf(address).clientStream(rpc.ReceiveFile, requests())).rejects.toBe(broken);
    await cancelled;
  });
});

describe("peers that are not what they should be", () => {
  async function tcp(onConnection: (socket: Socket) => void): Promise<ServerAddress> {
    const server = createTcpServer(onConnection).listen(0, "127.0.0.1");
    await once(server, "listening");
    cleanups.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    return serverAddress("127.0.0.1", port, port);
  }

  it("nobody listens", async () => {
    const address = await tcp(() => undefined);
    await cleanups.pop()?.();
    await expect(peerOf(address).unary(rpc.Ping, {})).rejects.toMatchObject({
      code: "WK-RPC-UNREACHABLE",
      message: expect.stringMatching(/^Cannot reach .*ECONNREFUSED/),
      details: { reached: "no" },
    });
  });

  it("an HTTP port", async () => {
    const server = createHttpServer((_request, response) => response.end("hello")).listen(0, "127.0.0.1");
    await once(server, "listening");
    cleanups.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    await expect(peerOf(serverAddress("127.0.0.1", port, port)).unary(rpc.Ping, {})).rejects.toMatchObject({
      code: "WK-RPC-PROTOCOL",
      message: expect.stringContaining("this may be an HTTP port"),
    });
  });

  it("a port that hangs up", async () => {
    const address = await tcp((socket) => socket.destroy());
    await expect(peerOf(address).unary(rpc.Ping, {})).rejects.toMatchObject({
      code: "WK-RPC-PROTOCOL",
      message: expect.stringContaining("closed the connection"),
      details: { reached: "no" },
    });
  });

  it("a port that says nothing", async () => {
    const address = await tcp((socket) => cleanups.push(() => socket.destroy()));
    await expect(peerOf(address).unary(rpc.Ping, {}, { timeoutMs: 100 })).rejects.toMatchObject({
      code: "WK-RPC-UNREACHABLE",
      details: { reached: "no" },
    });
  });

  it("a server without the call", async () => {
    const address = await serve({});
    await expect(peerOf(address).unary(rpc.Ping, {})).rejects.toMatchObject({ code: "WK-RPC-UNIMPLEMENTED" });
  });

  it("a server that dies during the call", async () => {
    const server = createServer();
    let arrived: () => void = () => undefined;
    const reached = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    server.addService(rpc, { VolumeDelete: () => arrived() });
    const port = await listen(server, "127.0.0.1", 0, ServerCredentials.createInsecure());
    const call = peerOf(serverAddress("127.0.0.1", port, port)).unary(rpc.VolumeDelete, {});
    const outcome = expect(call).rejects.toMatchObject({ details: { reached: "maybe" } });
    await reached;
    server.forceShutdown();
    await outcome;
    await closeServer(server, 0);
  });

  it("a port that is taken", async () => {
    const address = await serve({});
    const second = createServer();
    await expect(
      listen(second, "127.0.0.1", address.grpcPort, ServerCredentials.createInsecure()),
    ).rejects.toMatchObject({
      code: "WK-LISTEN",
      message: expect.stringContaining(`Cannot listen on 127.0.0.1:${address.grpcPort}`),
    });
  });
});
