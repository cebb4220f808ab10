import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ChannelCredentials } from "@grpc/grpc-js";
import { onTestFinished } from "vitest";
import type { StoredFile } from "./files.ts";
import { Peers } from "./peers.ts";
import { type Sandbox, startSandbox } from "./sandbox.ts";
import type { SandboxOptions } from "./sandbox-options.ts";
import type { VolumeServer } from "./server/volume-server.ts";

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

/** The sandbox's server at a place. */
export function serverAt(sandbox: Sandbox, index: number): VolumeServer {
  const server = sandbox.servers[index];
  if (server === undefined) throw new Error(`no server ${index}`);
  return server;
}

/** A volume with some files on the first server (and, with replication, on others). */
export async function seededVolume(
  sandbox: Sandbox,
  options: { files?: number; size?: number; deleted?: number; replication?: string; collection?: string } = {},
): Promise<{ volumeId: number; live: StoredFile[]; deleted: StoredFile[] }> {
  const { files = 20, size = 4000, deleted = 0, replication = "000", collection = "" } = options;
  const volumeId = 1;
  const on = sandbox.servers.slice(0, replication === "000" ? 1 : 2);
  await sandbox.createVolume({ volumeId, on, replication, collection });
  const stored = await sandbox.files.uploadMany(randomFiles(files, size), { replication, collection });
  for (const file of stored.slice(0, deleted)) await sandbox.files.delete(file.fid);
  return { volumeId, live: stored.slice(deleted), deleted: stored.slice(0, deleted) };
}

/** How many of the files a server serves right. */
export async function countRight(
  sandbox: Sandbox,
  server: VolumeServer,
  files: readonly StoredFile[],
): Promise<number> {
  let right = 0;
  for (const file of files) {
    const read = await sandbox.files.read(server.address.http, file.fid);
    if (read.status === 200 && read.md5 === file.md5) right++;
  }
  return right;
}

/** Extensions of a volume's files on a server's disk, sorted. */
export function extensionsOf(server: VolumeServer, volumeId: number, collection = ""): string[] {
  const base = collection === "" ? `${volumeId}` : `${collection}_${volumeId}`;
  return readdirSync(server.dir)
    .filter((name) => name.startsWith(`${base}.`))
    .map((name) => name.slice(base.length))
    .sort();
}

/** All answers of a call that streams. */
export async function collect<T>(stream: AsyncIterable<T>): Promise<T[]> {
  const answers: T[] = [];
  for await (const answer of stream) answers.push(answer);
  return answers;
}

/** Files of random bytes. */
export function randomFiles(count: number, size: number): Buffer[] {
  return Array.from({ length: count }, () => randomBytes(size));
}
