import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { isolatedSearch, makeConfigDir } from "./config.testkit.ts";
import { readSecurityConfig, type SecurityConfig } from "./security-config.ts";

const removals: (() => void)[] = [];
afterEach(() => {
  for (const remove of removals.splice(0)) remove();
});

function read(text: string, env: Readonly<Record<string, string>> = {}): { config: SecurityConfig; path: string } {
  const made = makeConfigDir({ "security.toml": text });
  removals.push(made.remove);
  return { config: readSecurityConfig(isolatedSearch([made.dir], env)), path: join(made.dir, "security.toml") };
}

/** A file as a cluster has it: most of it is not for us. */
const FULL = `
[cors.allowed_origins]
values = "*"
[jwt.signing]
key = "secret"
expires_after_seconds = 10
[jwt.signing.read]
key = ""
[jwt.filer_signing]
key = ""
[access]
ui = false
[filer.expose_directory_metadata]
enabled = true
[grpc]
ca = "/ca.crt"
allowed_wildcard_domain = ".example.org"
[grpc.volume]
cert = "/volume.crt"
key = "/volume.key"
allowed_commonNames = "a,b"
[grpc.master]
cert = "/master.crt"
key = "/master.key"
[grpc.filer]
cert = "/filer.crt"
[grpc.s3]
cert = ""
[grpc.msg_broker]
cert = ""
[grpc.admin]
cert = "/admin.crt"
key = "/admin.key"
allowed_commonNames = "worker1, worker2"
[grpc.worker]
cert = "/worker.crt"
key = "/worker.key"
client_cert = "/worker-out.crt"
client_key = "/worker-out.key"
ca = "/worker-ca.crt"
[grpc.client]
cert = "/client.crt"
key = "/client.key"
[https.client]
enabled = false
insecure_skip_verify = false
[https.volume]
cert = ""
[https.admin]
cert = "/page.crt"
key = "/page.key"
[admin]
user = "root"
password = "pw"
[admin.readonly]
user = "guest"
[s3.sse]
kek = ""
[guard]
white_list = ""
[tls]
min_version = "TLS 1.2"
`;

describe("security.toml", () => {
  it("is read as far as it concerns us", () => {
    const { config, path } = read(FULL);
    expect(config.path).toBe(path);
    expect(config.grpc.admin).toMatchObject({
      component: "admin",
      ca: { key: "grpc.ca", value: "/ca.crt", place: `${path}:16` },
      cert: { value: "/admin.crt" },
      key: { value: "/admin.key" },
      clientCert: { value: "" },
      allowedCommonNames: { value: "worker1, worker2" },
      allowedWildcardDomain: { value: ".example.org" },
    });
    expect(config.grpc.worker).toMatchObject({
      ca: { key: "grpc.worker.ca", value: "/worker-ca.crt" },
      clientCert: { value: "/worker-out.crt" },
      clientKey: { value: "/worker-out.key" },
    });
    expect(config.grpc.volume.allowedCommonNames.value).toBe("a,b");
    expect(config.httpsAdmin.cert.value).toBe("/page.crt");
    expect(config.adminUser).toMatchObject({ user: { value: "root" }, password: { value: "pw" } });
    expect(config.readOnlyUser.user.value).toBe("guest");
  });

  it("may be absent altogether", () => {
    const config = readSecurityConfig(isolatedSearch(["/nowhere"]));
    expect(config.path).toBeUndefined();
    expect(config.grpc.admin.cert).toEqual({
      key: "grpc.admin.cert",
      value: "",
      place: "the environment (grpc.admin.cert)",
    });
  });

  it("is overridden by the environment, and an empty variable overrides nothing", () => {
    const { config } = read('[grpc.admin]\ncert = "/file"\nkey = "/file"', {
      WEED_GRPC_ADMIN_CERT: "/env",
      WEED_GRPC_ADMIN_KEY: "",
      WEED_GRPC_ADMIN_ALLOWED_COMMONNAMES: "w",
    });
    expect(config.grpc.admin.cert).toEqual({ key: "grpc.admin.cert", value: "/env", place: "WEED_GRPC_ADMIN_CERT" });
    expect(config.grpc.admin.key.value).toBe("/file");
    expect(config.grpc.admin.allowedCommonNames.value).toBe("w");
  });

  it("does not tell upper from lower case in keys", () => {
    expect(read('[grpc.admin]\nallowed_commonnames = "x"').config.grpc.admin.allowedCommonNames.value).toBe("x");
  });

  it.each([
    ['[grpc.admin]\ncret = "/x"', ':2: there is no key "grpc.admin.cret"; did you mean "grpc.admin.cert"?'],
    ['[grpc.wroker]\ncert = "/x"', ':2: there is no key "grpc.wroker.cert"; did you mean "grpc.worker.cert"?'],
    ["[zebra]\nstripes = 7", ':2: there is no key "zebra.stripes".'],
    ["[grpc]\nca = 7", ":2: grpc.ca must be text in quotes."],
    ['grpc = "x"', ':1: there is no key "grpc".'],
  ])("refuses %j", (text, message) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ code: "WK-CONFIG", message: expect.stringContaining(message) }),
    );
  });
});
