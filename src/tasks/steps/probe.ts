import type { FileProbe } from "../../cluster/volume-server-port.ts";
import { AppError } from "../../core/errors.ts";
import { decodeSuperBlock, SUPER_BLOCK_SIZE, type SuperBlock } from "../../volume/super-block.ts";
import { type Scope, serverOf, type VolumeRef, within } from "./scope.ts";

/** Looks a file of the volume up by its name on the server's disks; true also for a volume that is not mounted. */
export function probe(scope: Scope, server: string, ref: VolumeRef, ext: string, firstBytes = 0): Promise<FileProbe> {
  return serverOf(scope, server).probeFile({ ...ref, ext, firstBytes }, within(scope));
}

export async function isPresent(scope: Scope, server: string, ref: VolumeRef, ext: string): Promise<boolean> {
  return (await probe(scope, server, ref, ext)).present;
}

/** Which of the files lie on the server's disks. */
export async function presentFiles(
  scope: Scope,
  server: string,
  ref: VolumeRef,
  exts: readonly string[],
): Promise<readonly string[]> {
  const found = await Promise.all(exts.map((ext) => isPresent(scope, server, ref, ext)));
  return exts.filter((_, index) => found[index] === true);
}

/**
 * Proves that a replica lies on the disk and is not merely held open: status, scrub and HTTP answer from the open
 * files of a copy whose directory entries are gone. Throws WK-TASK-UNSAFE.
 */
export async function requireOnDisk(scope: Scope, server: string, ref: VolumeRef): Promise<string> {
  const [dat, idx, note] = await Promise.all([
    probe(scope, server, ref, ".dat", SUPER_BLOCK_SIZE),
    probe(scope, server, ref, ".idx", SUPER_BLOCK_SIZE),
    isPresent(scope, server, ref, ".note"),
  ]);
  const problem = !dat.present
    ? "has no .dat on disk"
    : dat.firstBytes.length < SUPER_BLOCK_SIZE
      ? "has a .dat without a superblock"
      : !idx.present
        ? "has no .idx on disk"
        : note
          ? "has a .note: a copy is under way or was broken off"
          : undefined;
  if (problem !== undefined) throw new AppError("WK-TASK-UNSAFE", `Volume ${ref.volumeId} on ${server} ${problem}.`);
  return `${server} has .dat and .idx on disk`;
}

/** The superblock as it lies on disk. Throws WK-TASK-UNSAFE when there is none. */
export async function readSuperBlockOf(scope: Scope, server: string, ref: VolumeRef): Promise<SuperBlock> {
  const dat = await probe(scope, server, ref, ".dat", SUPER_BLOCK_SIZE);
  if (!dat.present) {
    throw new AppError("WK-TASK-UNSAFE", `Volume ${ref.volumeId} has no .dat on the disks of ${server}.`);
  }
  return decodeSuperBlock(dat.firstBytes);
}
