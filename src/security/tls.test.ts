import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import type { GrpcTlsSettings } from "../config/security-config.ts";
import { silentLogger } from "../core/logger.ts";
import { RpcPeer } from "../rpc/call.ts";
import { closeServer, createChannel, createServer, listen } from "../rpc/channel.ts";
import type { VolumeServerHandlers } from "../rpc/gen/volume_server_pb/VolumeServer.ts";
import { volumeServerService as rpc } from "../rpc/proto.ts";
import { type ServerAddress, serverAddress } from "../rpc/server-address.ts";
import { createTestCa, type TestCa, tlsSettings } from "./test-ca.testkit.ts";
import { channelSecurity, serverSecurity, wantsTls } from "./tls.ts";

let ca: TestCa;
let otherCa: TestCa;
beforeAll(async () => {
  [ca, otherCa] = await Promise.all([createTestCa(), createTestCa("another authority")]);
});
afterAll(() => {
  ca.remove();
  otherCa.remove();
});

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

const handlers: Pick<VolumeServerHandlers, "VolumeStatus"> = {
  VolumeStatus: (_call, done) => done(null, { file_count: 3 }),
};

async function serve(settings: GrpcTlsSettings, host = "127.0.0.1"): Promise<ServerAddress> {
  const { credentials, interceptors } = serverSecurity(settings);
  const server = createServer({ interceptors });
  server.addService(rpc, { ...handlers });
  const port = await listen(server, host, 0, credentials);
  cleanups.push(() => closeServer(server, 0));
  return serverAddress(host, port, port);
}

function ask(address: ServerAddress, settings: GrpcTlsSettings): Promise<unknown> {
  const client = createChannel(address, channelSecurity(settings));
  cleanups.push(() => client.close());
  const peer = new RpcPeer({ address, client, logger: silentLogger });
  return peer.unary(rpc.VolumeStatus, {}, { timeoutMs: 20_000 });
}

const plain = tlsSettings({});

describe("TLS between both ends", () => {
  it("is plaintext when nothing is set", async () => {
    expect(wantsTls(plain)).toBe(false);
    expect(serverSecurity(plain).mutualTls).toBe(false);
    expect(await ask(await serve(plain), plain)).toEqual({ file_count: "3" });
  });

  it("works with certificates of one authority, whatever the host is called", async () => {
    const server = tlsSettings({ ca: ca.ca, pair: await ca.issue("some-server") });
    expect(serverSecurity(server).mutualTls).toBe(true);
    const client = tlsSettings({ component: "worker", ca: ca.ca, pair: await ca.issue("some-worker") });
    expect(await ask(await serve(server), client)).toEqual({ file_count: "3" });
    const { grpcPort } = await serve(server);
    expect(await ask(serverAddress("localhost", grpcPort, grpcPort), client)).toEqual({ file_count: "3" });
  });

  it("prefers client_cert and client_key for outgoing connections", async () => {
    const address = await serve(tlsSettings({ ca: ca.ca, pair: await ca.issue("s"), allowedCommonNames: "out" }));
    const pair = await ca.issue("in");
    expect(await ask(address, tlsSettings({ ca: ca.ca, pair, clientPair: await ca.issue("out") }))).toBeDefined();
    await expect(ask(address, tlsSettings({ ca: ca.ca, pair }))).rejects.toMatchObject({ code: "WK-RPC-REFUSED" });
  });

  it("refuses a server of another authority", async () => {
    const address = await serve(tlsSettings({ ca: ca.ca, pair: await ca.issue("s") }));
    const client = tlsSettings({ ca: otherCa.ca, pair: await ca.issue("c") });
    await expect(ask(address, client)).rejects.toMatchObject({
      code: "WK-RPC-TLS",
      message: expect.stringContaining("The TLS handshake with"),
      details: { reached: "no" },
    });
  });

  it("refuses an expired server", async () => {
    const address = await serve(tlsSettings({ ca: ca.ca, pair: await ca.issue("s", { expired: true }) }));
    await expect(ask(address, tlsSettings({ ca: ca.ca, pair: await ca.issue("c") }))).rejects.toMatchObject({
      code: "WK-RPC-TLS",
      message: expect.stringContaining("expired"),
    });
  });

  it("refuses a client of another authority", async () => {
    const address = await serve(tlsSettings({ ca: ca.ca, pair: await ca.issue("s") }));
    const client = tlsSettings({ ca: ca.ca, pair: await otherCa.issue("c") });
    await expect(ask(address, client)).rejects.toMatchObject({
      code: expect.stringMatching(/^WK-RPC-(TLS|PROTOCOL)$/),
      details: { reached: "no" },
    });
  });

  it("explains a plaintext server behind a TLS client", async () => {
    const client = tlsSettings({ ca: ca.ca, pair: await ca.issue("c") });
    await expect(ask(await serve(plain), client)).rejects.toMatchObject({
      code: "WK-RPC-PROTOCOL",
      message: expect.stringContaining("does not speak TLS, and this end does"),
    });
  });

  it("explains a TLS server behind a plaintext client", async () => {
    const address = await serve(tlsSettings({ ca: ca.ca, pair: await ca.issue("s") }));
    await expect(ask(address, plain)).rejects.toMatchObject({
      code: "WK-RPC-PROTOCOL",
      hint: expect.stringContaining("It may want TLS"),
    });
  });
});

describe("the list of common names", () => {
  it.each([
    ["worker-1", true],
    ["a.example.org", true],
    ["worker-2", false],
    ["badexample.org", false],
    ["", false],
  ])("for %j: allowed %s", async (name, allowed) => {
    const pair = await ca.issue("s");
    const names = { allowedCommonNames: " worker-1 ,,", allowedWildcardDomain: ".example.org" };
    const address = await serve(tlsSettings({ ca: ca.ca, pair, ...names }));
    const call = ask(address, tlsSettings({ ca: ca.ca, pair: await ca.issue(name) }));
    if (allowed) {
      expect(await call).toEqual({ file_count: "3" });
    } else {
      await expect(call).rejects.toMatchObject({
        code: "WK-RPC-REFUSED",
        message: expect.stringContaining(`common name "${name}" is not allowed`),
      });
    }
  });
});

describe("settings that cannot be used", () => {
  it("name the missing key", async () => {
    const pair = await ca.issue("s");
    expect(() => serverSecurity(tlsSettings({ ca: ca.ca }))).toThrow(
      expect.objectContaining({
        code: "WK-TLS-CONFIG",
        message: "grpc.admin.cert is not set, but grpc.ca (security.toml:1) is: TLS needs ca, cert and key.",
      }),
    );
    expect(() => channelSecurity(tlsSettings({ pair }))).toThrow("grpc.ca is not set");
    expect(() => serverSecurity(tlsSettings({ ca: ca.ca, pair: { ...pair, key: "" } }))).toThrow(
      "grpc.admin.key is not set, but grpc.ca (security.toml:1) and grpc.admin.cert (security.toml:1) are",
    );
    expect(() => channelSecurity(tlsSettings({ ca: ca.ca, pair, clientPair: { ...pair, key: "" } }))).toThrow(
      "grpc.admin.client_key is not set",
    );
  });

  it("name the file that is absent, no PEM, or broken", async () => {
    const pair = await ca.issue("s");
    const text = join(ca.dir, "text.crt");
    writeFileSync(text, "hello");
    const broken = join(ca.dir, "broken.crt");
    writeFileSync(broken, "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
    expect(() => serverSecurity(tlsSettings({ ca: "/nowhere/ca.crt", pair }))).toThrow(
      expect.objectContaining({
        code: "WK-TLS-CONFIG",
        message: expect.stringMatching(/^\/nowhere\/ca\.crt \(grpc\.ca, security\.toml:1\) cannot be read: ENOENT/),
      }),
    );
    expect(() => serverSecurity(tlsSettings({ ca: text, pair }))).toThrow(
      `${text} (grpc.ca, security.toml:1) is not a PEM file.`,
    );
    expect(() => serverSecurity(tlsSettings({ ca: broken, pair }))).toThrow(
      `${broken} (grpc.ca, security.toml:1) cannot be used`,
    );
  });

  it("name a key that belongs to another certificate", async () => {
    const [one, two] = await Promise.all([ca.issue("one"), ca.issue("two")]);
    expect(() => serverSecurity(tlsSettings({ ca: ca.ca, pair: { cert: one.cert, key: two.key } }))).toThrow(
      `${one.cert} (grpc.admin.cert, security.toml:1) and ${two.key} (grpc.admin.key, security.toml:1) do not belong together`,
    );
  });

  it("name a list of names that names nobody", async () => {
    const pair = await ca.issue("s");
    expect(() => serverSecurity(tlsSettings({ ca: ca.ca, pair, allowedCommonNames: " , " }))).toThrow(
      "security.toml:1: grpc.admin.allowed_commonNames names nobody",
    );
  });
});
