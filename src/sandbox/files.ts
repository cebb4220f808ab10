import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "../core/errors.ts";
import { fileForm, httpCall } from "./http-client.ts";

/** A file that was written through the HTTP interface. */
export interface StoredFile {
  readonly fid: string;
  readonly volumeId: number;
  readonly md5: string;
  readonly size: number;
}

export interface UploadOptions {
  readonly collection?: string;
  readonly replication?: string;
  readonly ttl?: string;
  readonly dataCenter?: string;
  /** `ip:port` of the server that must hold it. */
  readonly dataNode?: string;
  readonly name?: string;
  /** Last modified, Unix seconds. */
  readonly ts?: number;
}

/** What a read answered. */
export interface ReadResult {
  readonly status: number;
  readonly md5: string;
  readonly data: Buffer;
}

const ASSIGN_TRIES = 100;
const ASSIGN_PAUSE_MS = 50;

/** A client of the HTTP interface, as an application uses it: assign, write, read, delete. */
export class FileClient {
  readonly #master: () => string;

  /** @param master Gives the master's `host:port`. */
  constructor(master: () => string) {
    this.#master = master;
  }

  /** Asks the master for a place and writes one file there. @throws AppError WK-RPC */
  async upload(data: Uint8Array, options: UploadOptions = {}): Promise<StoredFile> {
    const [file] = await this.uploadMany([data], options);
    if (file === undefined) throw new AppError("WK-INTERNAL", "The upload of one file stored none.");
    return file;
  }

  /** Writes several files into one volume. */
  async uploadMany(files: readonly Uint8Array[], options: UploadOptions = {}): Promise<StoredFile[]> {
    const { name, ts, ...wish } = options;
    const { fid, url } = await this.#assign({ ...wish, count: String(files.length) });
    const stored: StoredFile[] = [];
    for (const [index, data] of files.entries()) {
      stored.push(
        await this.put(url, index === 0 ? fid : `${fid}_${index}`, data, { ...(ts && { ts }), ...(name && { name }) }),
      );
    }
    return stored;
  }

  /** Writes to a file id that is already known. @throws AppError WK-RPC with the server's words. */
  async put(
    url: string,
    fid: string,
    data: Uint8Array,
    options: { ts?: number; name?: string } = {},
  ): Promise<StoredFile> {
    const query = options.ts === undefined ? "" : `?ts=${options.ts}`;
    const { headers, body } = fileForm(data, { name: options.name ?? fid });
    const answer = await httpCall(`http://${url}/${fid}${query}`, { method: "POST", headers, body });
    if (answer.status >= 300) {
      throw new AppError(
        "WK-RPC",
        `Writing ${fid} to ${url} failed: ${answer.status} ${answer.data.toString("utf8")}.`,
      );
    }
    return { fid, volumeId: Number(fid.split(",", 1)[0]), md5: md5(data), size: data.length };
  }

  /** Reads a file from one server only: a server that does not hold it answers 404. */
  async read(url: string, fid: string): Promise<ReadResult> {
    const { status, data } = await httpCall(`http://${url}/${fid}`);
    return { status, md5: md5(data), data };
  }

  /** Deletes a file on all replicas; returns the HTTP status. */
  async delete(fid: string): Promise<number> {
    const [url] = await this.lookup(Number(fid.split(",", 1)[0]));
    return url === undefined ? 404 : this.deleteAt(url, fid);
  }

  /** Deletes a file through one of its servers. */
  async deleteAt(url: string, fid: string): Promise<number> {
    return (await httpCall(`http://${url}/${fid}`, { method: "DELETE" })).status;
  }

  /** The servers that hold a volume or shards of it, each once, by `ip:port`. */
  async lookup(volumeId: number): Promise<string[]> {
    const answer = await httpCall(`http://${this.#master()}/dir/lookup?volumeId=${volumeId}`);
    const found: unknown = JSON.parse(answer.data.toString("utf8"));
    const { locations = [] } = found as { locations?: { url: string }[] };
    return [...new Set(locations.map(({ url }) => url))];
  }

  /** A growth that is under way or a volume that is being registered is waited for. */
  async #assign(wish: Record<string, string>): Promise<{ fid: string; url: string }> {
    let text = "";
    for (let i = 0; i < ASSIGN_TRIES; i++) {
      const answer = await httpCall(`http://${this.#master()}/dir/assign?${new URLSearchParams(wish)}`);
      text = answer.data.toString("utf8");
      if (answer.status === 200) return JSON.parse(text) as { fid: string; url: string };
      if (answer.status !== 503) break;
      await sleep(ASSIGN_PAUSE_MS);
    }
    throw new AppError("WK-RPC", `The master gives no place for a file: ${text}.`);
  }
}

export function md5(data: Uint8Array): string {
  return createHash("md5").update(data).digest("hex");
}
