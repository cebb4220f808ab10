import { createCipheriv, createHash } from "node:crypto";
import { AppError } from "../core/errors.ts";
import type { StoredFile } from "./files.ts";
import { md5 } from "./files.ts";
import { type Sandbox, startSandbox } from "./sandbox.ts";
import type { SandboxOptions, SandboxServerOptions } from "./sandbox-options.ts";
import type { VolumeServer } from "./server/volume-server.ts";

/** A file of the story, and whether it was deleted again. */
export interface StoryFile extends StoredFile {
  readonly deleted: boolean;
  readonly collection: string;
}

/** What reading every file from every one of its servers found. */
export interface ReadBack {
  /** Files read, each from all servers that hold it. */
  readonly read: number;
  /** Those that every server answered right: the content of a live file, "not found" for a deleted one. */
  readonly correct: number;
  /** The first few that were wrong, in words. */
  readonly wrong: readonly string[];
}

export interface Story {
  /** What was seeded, in one or two lines. */
  readonly summary: string;
  readonly files: readonly StoryFile[];
  /** Volumes with deleted space, full cold volumes, and those of the overfull server. */
  readonly volumes: {
    readonly garbage: readonly number[];
    readonly cold: readonly number[];
    readonly crowded: readonly number[];
  };
  readonly overfull: VolumeServer;
  /** Reads every file from every replica (or through any server with its shards), without any server asking another replica. */
  readBack(): Promise<ReadBack>;
}

/** Two data centers, three racks, five servers. */
const STORY_SERVERS: readonly SandboxServerOptions[] = [
  { dataCenter: "dc1", rack: "rack1", maxVolumes: 16 },
  { dataCenter: "dc1", rack: "rack1", maxVolumes: 16 },
  { dataCenter: "dc1", rack: "rack2", maxVolumes: 16 },
  { dataCenter: "dc2", rack: "rack3", maxVolumes: 16 },
  { dataCenter: "dc2", rack: "rack3", maxVolumes: 16 },
];

/** Starts a sandbox of the story's shape and fills it. Stop `sandbox` in the end. */
export async function startStory(
  options: StoryOptions & Omit<SandboxOptions, "servers">,
): Promise<{ sandbox: Sandbox; story: Story }> {
  const sandbox = await startSandbox({ ...options, servers: STORY_SERVERS });
  try {
    return { sandbox, story: await tellStory(sandbox, options) };
  } catch (reason) {
    await sandbox.stop();
    throw reason;
  }
}

export interface StoryOptions {
  /** Multiplies the number of small files; default 1 gives a little over 3000 files. */
  readonly scale?: number;
  /** How long ago the cold volumes were last written, seconds; default 30 days. */
  readonly coldForSeconds?: number;
}

/** Not compressible, the same in every run. */
function content(seed: string, size: number): Buffer {
  const key = createHash("md5").update(seed).digest();
  return createCipheriv("aes-128-ctr", key, Buffer.alloc(16)).update(Buffer.alloc(size));
}

/**
 * Fills a sandbox of `STORY_SERVERS` with the story of the demo: photos with replicas of which many were deleted,
 * full volumes nobody wrote to for a month, and one server that holds far more than its share.
 * @throws AppError WK-USAGE when the sandbox has another shape.
 */
async function tellStory(sandbox: Sandbox, options: StoryOptions = {}): Promise<Story> {
  const { scale = 1, coldForSeconds = 30 * 86_400 } = options;
  const [a, b, c, d, e] = sandbox.servers;
  if (a === undefined || b === undefined || c === undefined || d === undefined || e === undefined) {
    throw new AppError("WK-USAGE", `The story needs a sandbox with ${STORY_SERVERS.length} servers.`);
  }
  const teller = new Teller(sandbox);
  const garbage = [
    await teller.volume([a, b], "photos", "001", { files: 400 * scale, size: 6000, deletedShare: 0.6 }),
    await teller.volume([c, a], "photos", "010", { files: 400 * scale, size: 6000, deletedShare: 0.45 }),
    await teller.volume([d, c], "videos", "100", { files: 200 * scale, size: 20_000, deletedShare: 0.5 }),
    await teller.volume([e], "logs", "000", { files: 600 * scale, size: 3000, deletedShare: 0.7 }),
  ];
  const limit = sandbox.volumeSizeLimitMb * 1024 * 1024;
  const cold: number[] = [];
  for (const [index, server] of [a, c, d].entries()) {
    const count = 150;
    const size = Math.ceil((limit * 1.01) / count);
    const id = await teller.volume([server], "archive", "000", {
      files: count,
      size,
      deletedShare: index === 0 ? 0.02 : 0,
    });
    await sandbox.age(server, id, coldForSeconds);
    cold.push(id);
  }
  const crowded: number[] = [];
  for (let i = 0; i < 8; i++) {
    const files = Math.max(1, Math.floor((limit * 0.8) / 60_000));
    crowded.push(await teller.volume([b], "backups", "000", { files, size: 60_000, deletedShare: 0 }));
  }
  await sandbox.pulse();
  const { files } = teller;
  const volumes = { garbage, cold, crowded };
  return {
    summary: summary(sandbox, files, volumes),
    files,
    volumes,
    overfull: b,
    readBack: () => readBack(sandbox, files),
  };
}

function summary(sandbox: Sandbox, files: readonly StoryFile[], volumes: Story["volumes"]): string {
  const deleted = files.filter((file) => file.deleted).length;
  return [
    `${sandbox.servers.length} volume servers, ${files.length} files, ${deleted} of them deleted again:`,
    `${volumes.garbage.length} volumes with deleted space, ${volumes.cold.length} full cold volumes,`,
    `and one server with ${volumes.crowded.length} volumes more than its share.`,
  ].join(" ");
}

class Teller {
  readonly files: StoryFile[] = [];
  readonly #sandbox: Sandbox;
  #lastVolume = 0;

  constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
  }

  /** One volume with files, of which every so many are deleted again; returns its id. */
  async volume(
    on: readonly VolumeServer[],
    collection: string,
    replication: string,
    wish: { files: number; size: number; deletedShare: number },
  ): Promise<number> {
    const volumeId = ++this.#lastVolume;
    const [first] = on;
    if (first === undefined) throw new AppError("WK-INTERNAL", "A volume of the story has no server.");
    await this.#sandbox.createVolume({ volumeId, on, collection, replication });
    for (let key = 1; key <= wish.files; key++) {
      const fid = `${volumeId},${key.toString(16).padStart(4, "0")}5eedf11e`;
      const size = Math.ceil(wish.size * (0.5 + ((key * 37) % 100) / 100));
      const name = `${collection}-${volumeId}-${key}.bin`;
      const data = content(fid, size);
      const deleted = (key * 61) % 100 < wish.deletedShare * 100;
      const stored = await this.#sandbox.files.put(first.address.http, fid, data, { name });
      if (deleted) await this.#sandbox.files.deleteAt(first.address.http, fid);
      this.files.push({ ...stored, deleted, collection });
    }
    return volumeId;
  }
}

const MAX_WRONG = 20;

async function readBack(sandbox: Sandbox, files: readonly StoryFile[]): Promise<ReadBack> {
  const places = new Map<number, string[]>();
  const wrong: string[] = [];
  let correct = 0;
  for (const file of files) {
    const urls = places.get(file.volumeId) ?? (await sandbox.files.lookup(file.volumeId));
    places.set(file.volumeId, urls);
    const faults: string[] = urls.length === 0 ? [`volume ${file.volumeId} is nowhere`] : [];
    for (const url of urls) {
      const read = await sandbox.files.read(url, file.fid);
      const right = file.deleted ? read.status === 404 : read.status === 200 && md5(read.data) === file.md5;
      if (!right) faults.push(`${url} answered ${read.status}${read.status === 200 ? " with other content" : ""}`);
    }
    if (faults.length === 0) correct++;
    else if (wrong.length < MAX_WRONG) {
      wrong.push(`${file.fid} (${file.deleted ? "deleted" : "live"}): ${faults.join("; ")}`);
    }
  }
  return { read: files.length, correct, wrong };
}
