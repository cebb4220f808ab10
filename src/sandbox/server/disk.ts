import { randomUUID } from "node:crypto";
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** What a disk has, in bytes. */
export interface DiskUsage {
  readonly total: number;
  readonly used: number;
  readonly free: number;
}

export interface DiskOptions {
  readonly dir: string;
  /** Volume slots. */
  readonly maxVolumes: number;
  /** Size of the disk; the file system below is assumed to be larger. */
  readonly totalBytes: number;
}

/** Free share of a disk below which all its volumes become read-only. */
const MIN_FREE_SHARE = 0.01;

/**
 * The data directory of a volume server as a disk of its own: it has a size, and what does not fit is refused as
 * a full disk does.
 */
export class Disk {
  readonly dir: string;
  readonly maxVolumes: number;
  readonly uuid: string;
  readonly #totalBytes: number;
  /** Bytes taken by somebody else. */
  #otherBytes = 0;
  #low = false;

  constructor(options: DiskOptions) {
    this.dir = options.dir;
    this.maxVolumes = options.maxVolumes;
    this.#totalBytes = options.totalBytes;
    mkdirSync(this.dir, { recursive: true });
    this.uuid = directoryUuid(this.dir);
  }

  usage(): DiskUsage {
    let used = this.#otherBytes;
    for (const name of readdirSync(this.dir))
      used += statSync(join(this.dir, name), { throwIfNoEntry: false })?.size ?? 0;
    return { total: this.#totalBytes, used, free: Math.max(0, this.#totalBytes - used) };
  }

  /** @throws Error with the text of ENOSPC when `bytes` more do not fit. */
  need(bytes: number, path: string): void {
    if (bytes > this.usage().free) throw new Error(`write ${path}: no space left on device`);
  }

  /** Leaves only `freeBytes` free, as if another program had written the rest. */
  fill(freeBytes: number): void {
    this.#otherBytes = 0;
    const { free } = this.usage();
    this.#otherBytes = Math.max(0, free - freeBytes);
    this.checkSpace();
  }

  /** Takes back what `fill` took. */
  empty(): void {
    this.#otherBytes = 0;
    this.checkSpace();
  }

  /** Whether the last check found so little space that volumes are read-only. */
  get low(): boolean {
    return this.#low;
  }

  /** Looks at the free space anew; servers do so with every pulse. */
  checkSpace(): void {
    const { total, free } = this.usage();
    this.#low = free < total * MIN_FREE_SHARE;
  }
}

/** The identity of a directory, kept in it. */
function directoryUuid(dir: string): string {
  const path = join(dir, "vol_dir.uuid");
  const known = existsSync(path) ? readFileSync(path, "utf8").trim() : "";
  if (known !== "") return known;
  const uuid = randomUUID();
  writeFileSync(path, uuid);
  return uuid;
}
