import { status } from "@grpc/grpc-js";
import { errorMessage } from "../../core/errors.ts";
import type { VolumeServerDefinition } from "../../rpc/gen/volume_server_pb/VolumeServer.ts";
import { masterService } from "../../rpc/proto.ts";
import { sameServer } from "../../rpc/server-address.ts";
import { parseReplicaPlacement, replicaPlacementToByte } from "../../volume/replica-placement.ts";
import { isVolumeVersion } from "../../volume/super-block.ts";
import { formatTtl, parseTtl, ttlToUint32 } from "../../volume/ttl.ts";
import { RpcFailure } from "../rpc-failure.ts";
import { type Handlers, unary } from "../rpc-handlers.ts";
import { VERSION_TEXT } from "../version.ts";
import type { ServerContext } from "./context.ts";
import { readVif, wireVolumeInfo, writeVif } from "./vif-file.ts";
import { placementText, type Volume, type WriteMode } from "./volume.ts";

/** Timestamp that a closed volume reports: Go's zero time as an unsigned number. */
const ZERO_TIME = "18446744011573954816";

/** RPCs about the life of volumes and of the server. */
export function volumeHandlers(server: ServerContext): Handlers<VolumeServerDefinition> {
  const { store, state } = server;
  return {
    AllocateVolume: unary(({ volume_id = 0, collection = "", replication = "", ttl = "", version = 0 }) => {
      store.allocate({
        id: volume_id,
        collection,
        placement: parseReplicaPlacement(replication),
        ttl: parseTtl(ttl),
        version: isVolumeVersion(version) ? version : 3,
      });
      return {};
    }),

    VolumeMount: unary(({ volume_id = 0 }) => {
      store.mount(volume_id);
      return {};
    }),

    VolumeUnmount: unary(({ volume_id = 0 }) => {
      store.unmount(volume_id);
      return {};
    }),

    VolumeDelete: unary(({ volume_id = 0, only_empty = false }) => {
      store.delete(volume_id, only_empty);
      return {};
    }),

    DeleteCollection: unary(({ collection = "" }) => {
      store.deleteCollection(collection);
      return {};
    }),

    VolumeMarkReadonly: unary(async ({ volume_id = 0, persist = false, can_delete = false }, call) => {
      const volume = store.need(volume_id, `volume ${volume_id} not found`);
      await tellMaster(server, volume, true);
      volume.mark(can_delete ? "delete-only" : "read-only", persist);
      await call.point("marked", { volume_id });
      await tellMaster(server, volume, true);
      return {};
    }),

    VolumeMarkWritable: unary(async ({ volume_id = 0 }, call) => {
      const volume = store.need(volume_id, `volume ${volume_id} not found`);
      volume.mark("writable", true);
      await call.point("marked", { volume_id });
      await tellMaster(server, volume, false);
      return {};
    }),

    VolumeConfigure: unary((request) => {
      const { volume_id = 0, replication = "" } = request;
      const asText = `volume_id:${volume_id}  replication:"${replication}"`;
      try {
        parseReplicaPlacement(replication);
      } catch {
        return { error: `volume configure replication ${asText}: unexpected replication type: ${replication}` };
      }
      try {
        const volume = store.need(volume_id, `volume ${volume_id} not found on disk`);
        store.unmount(volume_id);
        writeVif(`${volume.base}.vif`, { ...(readVif(`${volume.base}.vif`) ?? volume.info), replication });
        store.mount(volume_id);
        return {};
      } catch (reason) {
        return { error: `volume configure ${asText}: ${errorMessage(reason)}` };
      }
    }),

    VolumeStatus: unary(({ volume_id = 0 }) => {
      const volume = store.need(volume_id);
      const counters = volume.index?.counters;
      if (counters === undefined) throw new RpcFailure(`volume ${volume_id} data backend not found`);
      return {
        is_read_only: volume.readOnly,
        volume_size: volume.datSize,
        file_count: counters.fileCount,
        file_deleted_count: counters.deletedCount,
      };
    }),

    ReadVolumeFileStatus: unary(({ volume_id = 0 }) => {
      const volume = store.need(volume_id);
      const { index } = volume;
      return {
        volume_id,
        idx_file_timestamp_seconds: index === undefined ? ZERO_TIME : index.modifiedSeconds(),
        idx_file_size: index?.fileSize ?? 0,
        dat_file_timestamp_seconds: index === undefined ? ZERO_TIME : volume.datModifiedSeconds(),
        dat_file_size: volume.datSize,
        file_count: index?.counters.fileCount ?? 0,
        compaction_revision: volume.revision,
        collection: volume.collection,
        disk_type: "",
        volume_info: wireVolumeInfo(volume.info),
        version: volume.version,
      };
    }),

    VolumeSyncStatus: unary(({ volume_id = 0 }) => {
      const volume = store.need(volume_id);
      if (volume.closed) throw new RpcFailure(`volume ${volume_id} data backend not found`);
      return {
        volume_id,
        collection: volume.collection,
        replication: placementText(volume),
        ttl: formatTtl(volume.ttl),
        tail_offset: volume.datSize,
        compact_revision: volume.revision,
        idx_file_size: volume.index?.fileSize ?? 0,
        version: volume.version,
      };
    }),

    VolumeServerStatus: unary(() => {
      const { total, used, free } = store.disk.usage();
      const memory = process.memoryUsage();
      return {
        disk_statuses: [
          {
            dir: store.disk.dir,
            all: total,
            used,
            free,
            percent_free: (free / total) * 100,
            percent_used: (used / total) * 100,
            disk_type: "",
          },
        ],
        memory_status: { self: memory.rss, heap: memory.heapUsed },
        version: VERSION_TEXT,
        data_center: server.dataCenter,
        rack: server.rack,
        state: state.current,
      };
    }),

    VolumeServerLeave: unary(() => {
      server.heartbeat.leave();
      return {};
    }),

    GetState: unary(() => ({ state: state.current })),

    SetState: unary(({ state: wanted }) => ({ state: state.set(wanted?.maintenance ?? false, wanted?.version ?? 0) })),

    Ping: unary(async ({ target = "", target_type = "" }) => {
      const start_time_ns = nowNs();
      if (target === "") return { start_time_ns, stop_time_ns: nowNs() };
      if (target_type !== "master" || !sameServer(target, server.master)) {
        throw new RpcFailure(`unknown ping target ${target} of type ${target_type}`, status.INVALID_ARGUMENT);
      }
      const answer = await server.peers.call(server.master, masterService.Ping, {});
      return { start_time_ns, remote_time_ns: answer.start_time_ns ?? "0", stop_time_ns: nowNs() };
    }),
  };
}

/** Tells the master at once what the next heartbeat will say; fails when the master cannot be reached. */
async function tellMaster(server: ServerContext, volume: Volume, readOnly: boolean): Promise<void> {
  await server.peers.call(server.master, masterService.VolumeMarkReadonly, {
    ip: server.address.host,
    port: server.address.httpPort,
    volume_id: volume.id,
    collection: volume.collection,
    replica_placement: replicaPlacementToByte(volume.placement),
    version: volume.version,
    ttl: ttlToUint32(volume.ttl),
    disk_type: "",
    is_readonly: readOnly,
  });
}

/** Freezes a volume that a scrub found broken. */
export async function freeze(server: ServerContext, volume: Volume, mode: WriteMode): Promise<void> {
  volume.mark(mode, true);
  await tellMaster(server, volume, true);
}

function nowNs(): string {
  return String(BigInt(Date.now()) * 1_000_000n);
}
