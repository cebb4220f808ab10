import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ChannelCredentials } from "@grpc/grpc-js";
import { onTestFinished } from "vitest";
import { Peers } from "./peers.ts";
import { type Sandbox, startSandbox } from "./sandbox.ts";
import type { SandboxOptions } from "./sandbox-options.ts";

/** A sandbox in a folder of its own that ends with the test. */
export async function testSandbox(options: Omit<SandboxOptions, "dir"> & { dir?: string }): Promise<Sandbox> {
  const dir = options.dir ?? (await mkdtemp(join(tmpdir(), "wk-sandbox-")));
  const sandbox = await startSandbox({ pulseMs: 100, ...options, dir });
  onTestFinished(async () => {
    await sandbox.stop();
    if (options.dir === undefined) await rm(dir, { recursive: true, force: true });
  });
  return sandbox;
}

/** Plaintext channels that close with the test. */
export function testPeers(): Peers {
  const peers = new Peers(ChannelCredentials.createInsecure());
  onTestFinished(() => peers.close());
  return peers;
}

/** Files of random bytes. */
export function randomFiles(count: number, size: number): Buffer[] {
  return Array.from({ length: count }, () => randomBytes(size));
}
