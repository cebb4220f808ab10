import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ChannelCredentials, ServerCredentials } from "@grpc/grpc-js";
import { onTestFinished } from "vitest";
import type { GrpcCredentials } from "../../src/sandbox/sandbox-options.ts";
import type { Pair, TestCa } from "../../src/security/test-ca.testkit.ts";

/** Programs that get a certificate of their own, with their names in it. */
const COMPONENTS = ["master", "volume", "filer", "admin", "worker", "client"] as const;

/** Text of a security.toml with which every component of a cluster has a certificate of the authority. */
export async function securityText(ca: TestCa): Promise<string> {
  const sections = [`[grpc]\nca = "${ca.ca}"`];
  for (const component of COMPONENTS) {
    const { cert, key } = await ca.issue(`${component}.example`);
    sections.push(`[grpc.${component}]\ncert = "${cert}"\nkey = "${key}"`);
  }
  return `${sections.join("\n\n")}\n`;
}

/** Mutual TLS for the sandbox, and for calls of a test. */
export function tlsCredentials(ca: TestCa, pair: Pair): GrpcCredentials {
  const [root, cert, key] = [ca.ca, pair.cert, pair.key].map((path) => readFileSync(path));
  if (root === undefined || cert === undefined || key === undefined) throw new Error("a file of the pair is missing");
  return {
    server: ServerCredentials.createSsl(root, [{ cert_chain: cert, private_key: key }], true),
    // Certificates of a cluster carry no host names.
    client: ChannelCredentials.createSsl(root, key, cert, { checkServerIdentity: () => undefined }),
  };
}

/** A folder that goes with the test. */
export function temporaryFolder(): string {
  const dir = mkdtempSync(join(tmpdir(), "wk-e2e-"));
  onTestFinished(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}
