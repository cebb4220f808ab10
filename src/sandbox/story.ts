import { randomBytes } from "node:crypto";
import pLimit from "p-limit";
import { AppError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import type { StoredFile } from "./files.ts";
import { type Sandbox, startSandbox } from "./sandbox.ts";
import type { VolumeServer } from "./server/volume-server.ts";

const KIB = 1024;
const COLD_SECONDS = 2 * 86_400;
const READS_AT_ONCE = 8;

/** Five servers in three racks of two data centers; the numbers below count them from 0. */
const SERVERS = [
  { dataCenter: "dc1", rack: "rack1", maxVolumes: 24 },
  { dataCenter: "dc1", rack: "rack1", maxVolumes: 24 },
  { dataCenter: "dc1", rack: "rack2", maxVolumes: 24 },
  { dataCenter: "dc1", rack: "rack2", maxVolumes: 24 },
  { dataCenter: "dc2", rack: "rack3", maxVolumes: 24 },
];

interface Chapter {
  readonly collection: string;
  readonly replication: string;
  readonly servers: readonly number[];
  readonly files: number;
  readonly fileBytes: number;
  /** Share of the files that is deleted again. */
  readonly deleted: number;
  /** Nobody has written to the volume for two days. */
  readonly cold: boolean;
}

const photos = { collection: "photos", replication: "001", files: 300, fileBytes: 8 * KIB, deleted: 0.45, cold: false };
const archive = { collection: "archive", replication: "000", files: 240, fileBytes: 31 * KIB, deleted: 0, cold: true };
const logs = { collection: "logs", replication: "000", files: 200, fileBytes: 20 * KIB, deleted: 0, cold: false };

/** One entry a volume: deleted space twice, full cold volumes three times, and one server with nearly everything else. */
const CHAPTERS: readonly Chapter[] = [
  { ...photos, servers: [0, 1] },
  { ...photos, servers: [2, 3] },
  { ...archive, servers: [2] },
  { ...archive, servers: [3] },
  { ...archive, servers: [4] },
  ...Array.from({ length: 8 }, () => ({ ...logs, servers: [0] })),
  { ...logs, servers: [4] },
];

/** What was written and must be there at the end. */
export interface Story {
  /** The story in one sentence, with its numbers. */
  readonly summary: string;
  /** Reads every file from every server that holds it, without help of other servers, and deleted ones as well. */
  readBack(): Promise<ReadBack>;
}

export interface ReadBack {
  /** Files that must be there. */
  readonly read: number;
  /** Of them: those that every holder serves with the right bytes. */
  readonly correct: number;
  /** One line for each file that is not as it should be, deleted ones that came back included. */
  readonly wrong: readonly string[];
}

/** Starts a cluster that has work for every kind of task. */
export async function startStory(options: {
  readonly dir: string;
  readonly logger: Logger;
}): Promise<{ readonly sandbox: Sandbox; readonly story: Story }> {
  const sandbox = await startSandbox({ ...options, servers: SERVERS });
  try {
    return { sandbox, story: await tell(sandbox) };
  } catch (reason) {
    await sandbox.stop();
    throw reason;
  }
}

async function tell(sandbox: Sandbox): Promise<Story> {
  const live: StoredFile[] = [];
  const deleted: StoredFile[] = [];
  for (const [index, chapter] of CHAPTERS.entries()) {
    const volumeId = index + 1;
    const files = await write(sandbox, volumeId, chapter);
    const gone = Math.round(files.length * chapter.deleted);
    for (const file of files.slice(0, gone)) await sandbox.files.delete(file.fid);
    deleted.push(...files.slice(0, gone));
    live.push(...files.slice(gone));
    if (chapter.cold) makeCold(sandbox, volumeId);
  }
  await sandbox.pulse();
  const volumes = CHAPTERS.length;
  return {
    summary: `${live.length + deleted.length} files in ${volumes} volumes are written, ${deleted.length} of them deleted again; 3 volumes are full and cold; one server holds more than all others together.`,
    readBack: () => readBack(sandbox, live, deleted),
  };
}

async function write(sandbox: Sandbox, volumeId: number, chapter: Chapter): Promise<readonly StoredFile[]> {
  const { collection, replication, files, fileBytes } = chapter;
  const on = chapter.servers.map((index) => serverAt(sandbox, index));
  const [first] = on;
  if (first === undefined) throw new AppError("WK-INTERNAL", `Volume ${volumeId} of the story has no server.`);
  await sandbox.createVolume({ volumeId, on, collection, replication });
  const limit = pLimit(READS_AT_ONCE);
  // Keys need only be unlike each other inside the story; the master's own start far below.
  const firstKey = 0x10_0000 * volumeId;
  return Promise.all(
    Array.from({ length: files }, (_, index) => {
      const fid = `${volumeId},${(firstKey + index).toString(16)}${randomBytes(4).toString("hex")}`;
      return limit(() => sandbox.files.put(first.address.http, fid, randomBytes(fileBytes)));
    }),
  );
}

function makeCold(sandbox: Sandbox, volumeId: number): void {
  const seconds = Math.floor(Date.now() / 1000) - COLD_SECONDS;
  for (const server of sandbox.servers) server.store?.get(volumeId)?.setModified(seconds);
}

function serverAt(sandbox: Sandbox, index: number): VolumeServer {
  const server = sandbox.servers[index];
  if (server === undefined) throw new AppError("WK-INTERNAL", `The story has no server ${index}.`);
  return server;
}

async function readBack(
  sandbox: Sandbox,
  live: readonly StoredFile[],
  deleted: readonly StoredFile[],
): Promise<ReadBack> {
  const holders = new Map<number, readonly string[]>();
  for (const { volumeId } of [...live, ...deleted]) {
    if (!holders.has(volumeId)) holders.set(volumeId, await sandbox.files.lookup(volumeId));
  }
  const limit = pLimit(READS_AT_ONCE);
  const check = async (file: StoredFile, there: boolean): Promise<string | undefined> => {
    const servers = holders.get(file.volumeId) ?? [];
    if (servers.length === 0) return there ? `${file.fid}: no server holds its volume` : undefined;
    for (const server of servers) {
      const { status, md5 } = await sandbox.files.read(server, file.fid);
      if (there && status !== 200) return `${file.fid}: ${server} answers ${status}`;
      if (there && md5 !== file.md5) return `${file.fid}: ${server} serves other bytes`;
      if (!there && status !== 404) return `${file.fid}: deleted, but ${server} answers ${status}`;
    }
    return undefined;
  };
  const present = await Promise.all(live.map((file) => limit(() => check(file, true))));
  const absent = await Promise.all(deleted.map((file) => limit(() => check(file, false))));
  const wrong = [...present, ...absent].flatMap((line) => line ?? []);
  return { read: live.length, correct: present.filter((line) => line === undefined).length, wrong };
}
