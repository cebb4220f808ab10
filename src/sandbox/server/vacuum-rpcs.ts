import type { VolumeServerDefinition } from "../../rpc/gen/volume_server_pb/VolumeServer.ts";
import { type Handlers, serverStream, unary } from "../rpc-handlers.ts";
import { cleanup, commit, compact } from "./compaction.ts";
import type { ServerContext } from "./context.ts";

/** The four steps of a vacuum. */
export function vacuumHandlers({ store }: ServerContext): Handlers<VolumeServerDefinition> {
  return {
    VacuumVolumeCheck: unary(({ volume_id = 0 }) => {
      const volume = store.need(volume_id, `volume id ${volume_id} is not found during check compact`);
      return { garbage_ratio: volume.garbageRatio() };
    }),

    // The caller is missed only where progress is reported: a small volume is compacted to the end without it.
    VacuumVolumeCompact: serverStream(async ({ volume_id = 0 }, send, call) => {
      const volume = store.need(volume_id, `volume id ${volume_id} is not found during compact`);
      await compact(volume, store.disk, call, (bytes) => send({ processed_bytes: bytes }));
    }),

    VacuumVolumeCommit: unary(async ({ volume_id = 0 }, call) => {
      const volume = store.need(volume_id, `volume id ${volume_id} is not found during commit compact`);
      await commit(volume, call);
      return { is_read_only: volume.readOnly, volume_size: volume.datSize };
    }),

    VacuumVolumeCleanup: unary(({ volume_id = 0 }) => {
      cleanup(store.need(volume_id, `volume id ${volume_id} is not found during cleaning up`));
      return {};
    }),
  };
}
