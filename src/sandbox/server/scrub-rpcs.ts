import { errorMessage } from "../../core/errors.ts";
import type { VolumeScrubMode__Output } from "../../rpc/gen/volume_server_pb/VolumeScrubMode.ts";
import type { VolumeServerDefinition } from "../../rpc/gen/volume_server_pb/VolumeServer.ts";
import { idxEntryCount, readIdxEntry } from "../../volume/idx.ts";
import { decodeNeedle, recordLength } from "../../volume/needle.ts";
import { RpcFailure } from "../rpc-failure.ts";
import { type Call, type Handlers, unary } from "../rpc-handlers.ts";
import type { ServerContext } from "./context.ts";
import type { Volume } from "./volume.ts";
import { freeze } from "./volume-rpcs.ts";

const MODE_NUMBERS: Record<VolumeScrubMode__Output, number> = { UNKNOWN: 0, INDEX: 1, FULL: 2, LOCAL: 3, CHECKSUM: 4 };

/** What a scrub found in one volume. */
export interface ScrubFinding {
  readonly files: number;
  readonly details: readonly string[];
}

/** Checks of normal volumes. They read the open files, so a file that was unlinked is not missed. */
export function scrubHandlers(server: ServerContext): Handlers<VolumeServerDefinition> {
  const { store } = server;
  return {
    ScrubVolume: unary(async (request, call) => {
      const { mode = "UNKNOWN", volume_ids = [], mark_broken_volumes_readonly = false } = request;
      if (mode === "UNKNOWN" || mode === "CHECKSUM") {
        throw new RpcFailure(`unsupported volume scrub mode ${MODE_NUMBERS[mode]}`);
      }
      const ids = volume_ids.length > 0 ? volume_ids : store.volumes.map((volume) => volume.id);
      const volumes = ids.map((id) => store.need(id, `volume id ${id} not found`));
      let files = 0;
      const broken: number[] = [];
      const details: string[] = [];
      for (const volume of volumes) {
        const found = await scrubVolume(volume, mode !== "INDEX", call);
        files += found.files;
        if (found.details.length === 0) continue;
        broken.push(volume.id);
        details.push(...found.details);
        if (mark_broken_volumes_readonly && !volume.readOnly) await freeze(server, volume, "read-only");
      }
      return { total_volumes: volumes.length, total_files: files, broken_volume_ids: broken, details };
    }),
  };
}

async function scrubVolume(volume: Volume, withData: boolean, call: Call): Promise<ScrubFinding> {
  const { index } = volume;
  if (index === undefined) return { files: 0, details: [`volume ${volume.id} has no data backend`] };
  const bytes = index.bytes();
  const details: string[] = [];
  const files = idxEntryCount(bytes);
  if (bytes.length % 16 !== 0) details.push(`index file of volume ${volume.id} has a partial entry`);
  for (let i = 0; i < files; i++) {
    const { key, offset, size } = readIdxEntry(bytes, i);
    if (offset + recordLength(size, volume.version) > volume.datSize) {
      details.push(`needle ${key} of volume ${volume.id} lies beyond the end of the data file`);
      continue;
    }
    const live = index.get(key);
    if (!withData || size <= 0 || live?.offset !== offset || live.size !== size) continue;
    await call.point("needle", { volume_id: volume.id });
    try {
      const needle = decodeNeedle(volume.record(offset, size), volume.version);
      if (needle.id !== key) details.push(`needle ${key} of volume ${volume.id}: found id ${needle.id}`);
    } catch (reason) {
      details.push(`needle ${key} of volume ${volume.id}: ${errorMessage(reason)}`);
    }
  }
  return { files, details };
}
