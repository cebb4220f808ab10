import { AppError } from "../../core/errors.ts";
import { cleanVif, formatVif, parseVif, type VolumeInfo } from "../../volume/vif.ts";
import type { PriorState } from "../steps/replica.ts";
import { type Scope, serverOf, type VolumeRef, within } from "../steps/scope.ts";

const MAX_VIF_BYTES = 1024 * 1024;

/** The `.vif` as it lies on the server's disk, or undefined when there is none. */
export async function readVif(scope: Scope, server: string, ref: VolumeRef): Promise<VolumeInfo | undefined> {
  const file = await serverOf(scope, server).copyFileToBuffer(
    { ...ref, ext: ".vif", isEcVolume: true, ignoreMissing: true, maxBytes: MAX_VIF_BYTES },
    within(scope),
  );
  return file === undefined ? undefined : parseVif(file.content.toString("utf8"), `the .vif on ${server}`);
}

/** Puts a `.vif` on the server's disk. Refused by the server while shards of the volume are mounted there. */
export async function writeVif(scope: Scope, server: string, ref: VolumeRef, info: VolumeInfo): Promise<void> {
  const bytes = Buffer.from(formatVif(info), "utf8");
  await serverOf(scope, server).receiveFile(
    { ...ref, ext: ".vif", isEcVolume: true, fileSize: bytes.length },
    [bytes],
    within(scope),
  );
}

/** What a replica's `.vif` must say so that a mount brings it up read-only and without any trace of erasure coding. */
export function cleanVifOf(prior: PriorState): VolumeInfo {
  return { ...cleanVif(prior.version), replication: prior.replication, expireAtSec: prior.expireAtSec };
}

/**
 * Reads the generation of shards that a server has just made, and checks that they are of the whole frozen `.dat`.
 * Throws WK-TASK-VERIFY.
 */
export async function readGenerated(scope: Scope, source: PriorState, ref: VolumeRef): Promise<VolumeInfo> {
  const info = await readVif(scope, source.server, ref);
  const config = info?.ecShardConfig;
  if (info === undefined || config === undefined || config.encodeTsNs === 0n) {
    throw new AppError(
      "WK-TASK-VERIFY",
      `${source.server} made shards of volume ${ref.volumeId} without a generation.`,
    );
  }
  if (info.datFileSize !== source.datSize) {
    throw new AppError(
      "WK-TASK-VERIFY",
      `The shards on ${source.server} are of a .dat of ${info.datFileSize} bytes; the frozen one has ${source.datSize}.`,
    );
  }
  return info;
}
