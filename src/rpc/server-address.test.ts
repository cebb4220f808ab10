import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  formatServerAddress,
  httpForm,
  parseServerAddress,
  parseServerList,
  sameServer,
  serverAddress,
  serverAddressOfNode,
} from "./server-address.ts";

const host = fc.oneof(fc.domain(), fc.ipV4(), fc.ipV6(), fc.constant("volume_1"));
const port = fc.integer({ min: 1, max: 65535 });

describe("server addresses", () => {
  it("derives the gRPC port", () => {
    const address = parseServerAddress(" master1:9333 ");
    expect(address).toEqual({
      host: "master1",
      httpPort: 9333,
      grpcPort: 19333,
      http: "master1:9333",
      grpc: "master1:19333",
    });
    expect(formatServerAddress(address)).toBe("master1:9333.19333");
  });

  it("reads a gRPC port that is written out, and 0 as unknown", () => {
    expect(parseServerAddress("10.0.0.7:8080.18081").grpc).toBe("10.0.0.7:18081");
    expect(parseServerAddress("10.0.0.7:8080.0").grpc).toBe("10.0.0.7:18080");
  });

  it("reads IPv6 with and without brackets and writes it with them", () => {
    expect(parseServerAddress("[::1]:8080.4000")).toMatchObject({
      host: "::1",
      http: "[::1]:8080",
      grpc: "[::1]:4000",
    });
    expect(parseServerAddress("fe80::1:8080").http).toBe("[fe80::1]:8080");
    expect(sameServer("[::1]:8080", "[::1]:8080.9")).toBe(true);
  });

  it.each([
    ["", "port is missing"],
    ["localhost", "port is missing"],
    [":8080", "host is missing"],
    ["localhost:", "port is not a number"],
    ["localhost:http", "port is not a number"],
    ["localhost:0", "port is not a number"],
    ["localhost:70000", "port is not a number"],
    ["localhost:8080.x", "gRPC port is not a number"],
    ["localhost:8080.1.2", "gRPC port is not a number"],
    ["localhost:60000", "is no port"],
    ["http://localhost:8080", "without a scheme"],
    ["a b:8080", "no host name"],
    ["user@host:8080", "no host name"],
    ["dnssrv+masters:1", "list the servers"],
  ])("refuses %j", (text, why) => {
    expect(() => parseServerAddress(text)).toThrow(why);
    expect(() => parseServerAddress(text)).toThrow(expect.objectContaining({ code: "WK-ADDRESS" }));
  });

  it("keeps every address through format and parse", () => {
    fc.assert(
      fc.property(host, port, port, (name, httpPort, grpcPort) => {
        const address = serverAddress(name, httpPort, grpcPort);
        expect(parseServerAddress(formatServerAddress(address))).toEqual(address);
        expect(httpForm(formatServerAddress(address))).toBe(address.http);
      }),
    );
  });

  it("never throws anything but WK-ADDRESS", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.string().map((text) => `h:${text}`),
        ),
        (text) => {
          try {
            parseServerAddress(text);
          } catch (error) {
            expect(error).toMatchObject({ code: "WK-ADDRESS" });
          }
        },
      ),
    );
  });

  it("compares on the HTTP form only", () => {
    expect(sameServer("a:1.2", "a:1.3")).toBe(true);
    expect(sameServer(parseServerAddress("a:60000.1"), "a:60000")).toBe(true);
    expect(sameServer("a:1", "b:1")).toBe(false);
  });

  it("reads comma lists, drops repeats and refuses an empty one", () => {
    expect(parseServerList("a:1, b:2 ,,a:1.5").map((address) => address.http)).toEqual(["a:1", "b:2"]);
    expect(() => parseServerList(" , ")).toThrow("names no server");
  });

  it("finds the address of a topology node", () => {
    expect(serverAddressOfNode({ id: "rack-7", address: "h:8080", grpc_port: 5 }).grpc).toBe("h:5");
    expect(serverAddressOfNode({ id: "h:8080" }).grpc).toBe("h:18080");
    expect(serverAddressOfNode({ id: "h:60000", address: "", grpc_port: 41000 }).grpc).toBe("h:41000");
    expect(() => serverAddressOfNode({ id: "rack-7", address: "" })).toThrow("port is missing");
  });
});
