import { randomBytes } from "node:crypto";
import { readdirSync } from "node:fs";
import { ChannelCredentials } from "@grpc/grpc-js";
import { expect } from "vitest";
import { volumeServerService } from "../../src/rpc/proto.ts";
import type { StoredFile } from "../../src/sandbox/files.ts";
import { Peers } from "../../src/sandbox/peers.ts";
import type { Sandbox } from "../../src/sandbox/sandbox.ts";
import type { VolumeServer } from "../../src/sandbox/server/volume-server.ts";
import { formatFileId } from "../../src/volume/file-id.ts";
import { until } from "./processes.testkit.ts";

const SHARDS = 14;
/** What may lie beside a volume that nobody works on, and beside its shards. */
const PLAIN_FILES = [".dat", ".idx", ".vif", ".sdx"];
const SHARD_FILES = [".ecx", ".ecj", ".vif", ".ecsum"];

export interface SeededVolume {
  readonly volumeId: number;
  readonly collection: string;
  readonly replicas: number;
  readonly live: readonly StoredFile[];
  readonly deleted: readonly StoredFile[];
}

export interface VolumeWish {
  readonly volumeId: number;
  readonly on: readonly VolumeServer[];
  readonly collection?: string;
  /** Files written; default 8. */
  readonly files?: number;
  /** Bytes of each; default 20 000. */
  readonly size?: number;
  /** How many of them are deleted again; default 0. */
  readonly deleted?: number;
}

/** Makes a volume on these servers and writes files into it, as a client does: every replica gets each of them. */
export async function seedVolume(sandbox: Sandbox, wish: VolumeWish): Promise<SeededVolume> {
  const { volumeId, on, collection = "", files = 8, size = 20_000, deleted = 0 } = wish;
  const replication = on.length === 1 ? "000" : `00${on.length - 1}`;
  await sandbox.createVolume({ volumeId, on, collection, replication });
  const stored = await writeFiles(sandbox, { volumeId, files, size });
  for (const file of stored.slice(0, deleted)) await deleteFile(sandbox, file);
  return {
    volumeId,
    collection,
    replicas: on.length,
    live: stored.slice(deleted),
    deleted: stored.slice(0, deleted),
  };
}

let nextKey = 1n;

/** Writes random files into a volume that takes writes. */
async function writeFiles(
  sandbox: Sandbox,
  { volumeId, files, size }: { readonly volumeId: number; readonly files: number; readonly size: number },
): Promise<StoredFile[]> {
  const [url] = await sandbox.files.lookup(volumeId);
  if (url === undefined) throw new Error(`nobody has volume ${volumeId}`);
  const stored: StoredFile[] = [];
  for (let i = 0; i < files; i++) {
    const cookie = randomBytes(4).readUInt32BE();
    stored.push(await sandbox.files.put(url, formatFileId({ volumeId, key: nextKey++, cookie }), randomBytes(size)));
  }
  return stored;
}

export async function deleteFile(sandbox: Sandbox, file: StoredFile): Promise<void> {
  expect(await sandbox.files.delete(file.fid), `deleting ${file.fid}`).toBe(202);
}

/** Calls to volume servers that bypass everything of ours. */
export function servers(sandbox: Sandbox, credentials = ChannelCredentials.createInsecure()) {
  const peers = new Peers(credentials);
  return {
    close: () => peers.close(),
    /** Compaction revision on every server that has the volume, in the sandbox's order. */
    revisions: (volumeId: number): Promise<number[]> =>
      Promise.all(
        holders(sandbox, volumeId).map(async ({ address }) => {
          const request = { volume_id: volumeId };
          const answer = await peers.call(address, volumeServerService.ReadVolumeFileStatus, request);
          return answer.compaction_revision ?? 0;
        }),
      ),
    markReadonly: (server: VolumeServer, volumeId: number): Promise<unknown> =>
      peers.call(server.address, volumeServerService.VolumeMarkReadonly, { volume_id: volumeId, persist: true }),
  };
}

/** Servers that serve the volume now. */
export function holders(sandbox: Sandbox, volumeId: number): readonly VolumeServer[] {
  return sandbox.servers.filter((server) => server.store?.get(volumeId) !== undefined);
}

/** Extensions of a volume's files on a server's disk, sorted. */
export function filesOf(server: VolumeServer, volume: Pick<SeededVolume, "volumeId" | "collection">): string[] {
  const base = volume.collection === "" ? `${volume.volumeId}.` : `${volume.collection}_${volume.volumeId}.`;
  return readdirSync(server.dir)
    .filter((name) => name.startsWith(base))
    .map((name) => name.slice(base.length - 1))
    .sort();
}

/** Every file's bytes from every server the master names, with reads that no server passes on. */
export async function expectReadBack(sandbox: Sandbox, volume: SeededVolume, locations: number): Promise<void> {
  const { volumeId, live, deleted } = volume;
  const urls = await until(`volume ${volumeId} to have ${locations} locations`, async () => {
    const found = await sandbox.files.lookup(volumeId);
    return found.length === locations && found;
  });
  for (const url of urls) {
    for (const file of live) {
      const { status, md5 } = await sandbox.files.read(url, file.fid);
      expect({ status, md5 }, `${file.fid} on ${url}`).toEqual({ status: 200, md5: file.md5 });
    }
    for (const file of deleted) {
      const { status } = await sandbox.files.read(url, file.fid);
      expect(status, `the deleted ${file.fid} on ${url}`).toBe(404);
    }
  }
}

/**
 * A volume as it should be when nobody works on it: all replicas, every byte, nothing left over, and writable again,
 * proved by writing.
 */
export async function expectIntact(sandbox: Sandbox, volume: SeededVolume): Promise<void> {
  const { volumeId, replicas } = volume;
  await expectReadBack(sandbox, volume, replicas);
  for (const server of sandbox.servers) {
    const there = server.store?.get(volumeId) !== undefined;
    const left = filesOf(server, volume).filter((ext) => !there || !PLAIN_FILES.includes(ext));
    expect(left, `files of volume ${volumeId} left on server ${server.address.http}`).toEqual([]);
    expect(server.store?.get(volumeId)?.readOnly ?? false, `${volumeId} read-only on ${server.address.http}`).toBe(
      false,
    );
  }
  const fresh = await writeFiles(sandbox, { volumeId, files: 1, size: 1000 });
  await expectReadBack(sandbox, { ...volume, live: fresh, deleted: [] }, replicas);
}

/** An erasure coded volume: each of the 14 shards once, every byte through every holder, and no replica left. */
export async function expectEncoded(sandbox: Sandbox, volume: SeededVolume): Promise<void> {
  const { volumeId } = volume;
  const held = sandbox.servers.filter((server) => (server.store?.ec.get(volumeId)?.shardIds ?? []).length > 0);
  const ids = held.flatMap((server) => server.store?.ec.get(volumeId)?.shardIds ?? []);
  expect(
    [...ids].sort((a, b) => a - b),
    `shards of volume ${volumeId}`,
  ).toEqual(Array.from({ length: SHARDS }, (_, id) => id));
  for (const server of sandbox.servers) {
    const shards = (server.store?.ec.get(volumeId)?.shardIds ?? []).map((id) => `.ec${String(id).padStart(2, "0")}`);
    const allowed = shards.length === 0 ? [] : [...SHARD_FILES, ...shards];
    const left = filesOf(server, volume).filter((ext) => !allowed.includes(ext));
    expect(left, `files of volume ${volumeId} left on server ${server.address.http}`).toEqual([]);
  }
  await expectReadBack(sandbox, volume, held.length);
}

/** Kills every server and starts it again: what only looked right in memory is gone now. */
export async function restartServers(sandbox: Sandbox): Promise<void> {
  await Promise.all(sandbox.servers.map((server) => server.kill()));
  await Promise.all(sandbox.servers.map((server) => server.start()));
  await sandbox.settled();
}
