import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { homedir, tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { ADMIN_FLAGS, compileAdminOptions } from "./admin-options.ts";
import { parseFlags } from "./go-flags.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "weed-admin-options-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

function compile(...args: readonly string[]) {
  const { values } = parseFlags(ADMIN_FLAGS, [`-config_dir=${dir}`, ...args]);
  return compileAdminOptions(values, ["vacuum", "balance"], "1.2.3");
}

describe("compileAdminOptions", () => {
  it("has the documented defaults, reachable from this machine only", () => {
    const options = compile();
    expect(options).toMatchObject({
      host: "127.0.0.1",
      port: 23_646,
      grpcHost: "127.0.0.1",
      grpcPort: 0,
      dataDir: process.cwd(),
      filerGroup: "",
      urlPrefix: "",
      metricsPort: 0,
      metricsHost: "127.0.0.1",
      version: "1.2.3",
    });
    expect(options.masters.map((master) => master.http)).toEqual(["localhost:9333"]);
    expect(Object.isFrozen(options)).toBe(true);
  });

  it("takes every flag", () => {
    const options = compile(
      "-port=8080",
      "-port.grpc=9090",
      "-ip.bind=10.0.0.1",
      "-ip.bind.grpc=10.0.0.2",
      "-master=a:1,b:2.3",
      "-dataDir=~/data",
      "-filerGroup=g",
      "-urlPrefix=ops/weed/",
      "-metricsPort=9091",
      "-metricsIp=10.0.0.3",
    );
    expect(options).toMatchObject({
      host: "10.0.0.1",
      port: 8080,
      grpcHost: "10.0.0.2",
      grpcPort: 9090,
      dataDir: join(homedir(), "data"),
      filerGroup: "g",
      urlPrefix: "/ops/weed",
      metricsPort: 9091,
      metricsHost: "10.0.0.3",
    });
    expect(options.masters.map((master) => `${master.http} ${master.grpcPort}`)).toEqual(["a:1 10001", "b:2 3"]);
  });

  it("lets the old name of -master win, and opens both ports with one address", () => {
    const options = compile("-master=a:1", "-masters=b:2", "-ip.bind=0.0.0.0");
    expect(options.masters.map((master) => master.http)).toEqual(["b:2"]);
    expect([options.host, options.grpcHost]).toEqual(["0.0.0.0", "0.0.0.0"]);
  });

  it("reads both configuration files from -config_dir", () => {
    writeFileSync(join(dir, "admin.toml"), "[maintenance.vacuum]\ngarbage_threshold = 0.5\n");
    writeFileSync(join(dir, "security.toml"), '[grpc]\nca = "/ca.pem"\n');
    const options = compile();
    expect(options.config.settings).toMatchObject([{ scope: "vacuum", name: "garbage_threshold", value: 0.5 }]);
    expect(options.security.grpc.admin.ca.value).toBe("/ca.pem");
  });

  it.each([
    [["-port=60000"], "-port is 60000 and leaves no room"],
    [["-master="], "the list names no server"],
    [["-urlPrefix=/a//b"], '-urlPrefix is "/a//b"'],
  ])("refuses %j", (args, message) => {
    expect(() => compile(...args)).toThrow(message);
  });
});
