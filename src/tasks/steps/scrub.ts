import { AppError } from "../../core/errors.ts";
import { type Scope, serverOf, silentLimitMs, type VolumeRef, within } from "./scope.ts";

/**
 * Has the server read the whole volume and check every checksum. Throws WK-TASK-VERIFY when it finds damage.
 * It reads through the open files: it proves their content, not that they still have names on disk.
 */
export async function requireScrubbed(scope: Scope, server: string, ref: VolumeRef, bytes: number): Promise<string> {
  const result = await serverOf(scope, server).scrubVolume(
    { mode: "FULL", volumeIds: [ref.volumeId] },
    within(scope, silentLimitMs(scope, bytes)),
  );
  if (result.totalVolumes < 1 || result.brokenVolumeIds.includes(ref.volumeId)) {
    const details = result.details.slice(0, 3).join("; ") || "no details";
    throw new AppError("WK-TASK-VERIFY", `Volume ${ref.volumeId} on ${server} does not scrub clean: ${details}.`);
  }
  return `${result.totalFiles} files on ${server} scrubbed clean`;
}
