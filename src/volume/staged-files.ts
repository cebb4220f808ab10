import { constants } from "node:fs";
import { type FileHandle, open, rename, rm } from "node:fs/promises";
import { dirname } from "node:path";

interface StagedFile {
  readonly path: string;
  readonly stagedPath: string;
  readonly handle: FileHandle;
}

/**
 * Files that appear under their names only when all of them are complete: they are written beside their place with a suffix
 * that no volume server loads, and renamed by `commit`. `discard` removes them.
 */
export class StagedFiles {
  readonly #suffix: string;
  readonly #files: StagedFile[] = [];

  /** @param suffix For example ".tmp" or ".rebuilding". */
  constructor(suffix: string) {
    this.#suffix = suffix;
  }

  async open(path: string): Promise<FileHandle> {
    const stagedPath = `${path}${this.#suffix}`;
    const handle = await open(stagedPath, "w+");
    this.#files.push({ path, stagedPath, handle });
    return handle;
  }

  /** Renames all files into place. With `durable` they and their folders are synced, so that a power loss cannot undo it. */
  async commit(durable: boolean): Promise<void> {
    if (durable) for (const { handle } of this.#files) await handle.sync();
    for (const { handle } of this.#files) await handle.close();
    for (const { path, stagedPath } of this.#files) await rename(stagedPath, path);
    const folders = new Set(this.#files.map(({ path }) => dirname(path)));
    this.#files.length = 0;
    if (durable) for (const folder of folders) await syncFolder(folder);
  }

  /** Closes and removes what is not committed; safe to call after `commit`. */
  async discard(): Promise<void> {
    for (const { handle, stagedPath } of this.#files.splice(0)) {
      await handle.close();
      await rm(stagedPath, { force: true });
    }
  }
}

async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Writes all bytes at a position. */
export async function writeFully(file: FileHandle, bytes: Uint8Array, position: number): Promise<void> {
  let written = 0;
  while (written < bytes.length) {
    written += (await file.write(bytes, written, bytes.length - written, position + written)).bytesWritten;
  }
}
