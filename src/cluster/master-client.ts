import { AppError, hasCode } from "../core/errors.ts";
import type { CallOptions, RpcPeer } from "../rpc/call.ts";
import type { Location__Output } from "../rpc/gen/master_pb/Location.ts";
import { masterService as rpc } from "../rpc/proto.ts";
import { parseServerAddress, type ServerAddress, serverAddressOfNode } from "../rpc/server-address.ts";
import { inBandError, mayHaveRun } from "../rpc/status.ts";
import type { LeaderFinder } from "./leader-finder.ts";
import type { MasterClient, VolumeLocation } from "./master-port.ts";
import { big, int, quick } from "./wire-read.ts";

/** The masters of one cluster as one peer, over `finder`'s idea of who leads. */
export function createMasterClient(finder: LeaderFinder, peer: (address: ServerAddress) => RpcPeer): MasterClient {
  /**
   * One call to the leader. A master that is not the leader, or that was not reached at all, is forgotten and
   * the call made once more; a call that may have run is not repeated.
   */
  async function onLeader<T>(
    options: CallOptions | undefined,
    call: (leader: RpcPeer, options: CallOptions) => Promise<T>,
  ): Promise<T> {
    const leader = await interruptible(finder.find(), options?.signal);
    try {
      return await call(peer(leader), quick(options));
    } catch (error) {
      if (!hasCode(error, "WK-RPC-NOT-LEADER", "WK-RPC-UNREACHABLE", "WK-RPC-PROTOCOL", "WK-RPC-TLS")) throw error;
      finder.forget(leader);
      if (mayHaveRun(error)) throw error;
      return call(peer(await interruptible(finder.find(), options?.signal)), quick(options));
    }
  }

  /** For calls that a follower answers with success and ignores. */
  function onProvenLeader<T>(
    options: CallOptions | undefined,
    call: (leader: RpcPeer, options: CallOptions) => Promise<T>,
  ): Promise<T> {
    return onLeader(options, async (leader, limits) => {
      if (!(await interruptible(finder.leads(leader.address), options?.signal))) {
        throw new AppError("WK-RPC-NOT-LEADER", `${leader.address.http} is no longer the leader.`);
      }
      return call(leader, limits);
    });
  }

  return {
    get knownLeader() {
      return finder.known;
    },
    leader: (options) => interruptible(finder.find(), options?.signal),

    lookupVolume: (volumeIds, options) =>
      onLeader(options, async (leader, limits) => {
        const answer = await leader.unary(rpc.LookupVolume, { volume_or_file_ids: volumeIds.map(String) }, limits);
        const found = new Map(
          (answer.volume_id_locations ?? []).map((entry) => [entry.volume_or_file_id, entry.locations ?? []]),
        );
        return volumeIds.map((volumeId) => ({
          volumeId,
          locations: (found.get(String(volumeId)) ?? []).map(readLocation),
        }));
      }),

    lookupEcVolume: (volumeId, options) =>
      onLeader(options, async (leader, limits) => {
        const answer = await leader.unary(rpc.LookupEcVolume, { volume_id: volumeId }, limits);
        return (answer.shard_id_locations ?? [])
          .map((entry) => ({
            shardId: int(entry.shard_id),
            locations: (entry.locations ?? []).map(readLocation),
          }))
          .filter((entry) => entry.locations.length > 0);
      }),

    getMasterConfiguration: (options) =>
      onLeader(options, async (leader, limits) => {
        const answer = await leader.unary(rpc.GetMasterConfiguration, {}, limits);
        return {
          leader: answer.leader === undefined || answer.leader === "" ? undefined : parseServerAddress(answer.leader),
          defaultReplication: answer.default_replication ?? "",
          volumeSizeLimit: int(answer.volume_size_limit_m_b) * 1024 * 1024,
          maintenanceScripts: answer.maintenance_scripts ?? "",
        };
      }),

    disableVacuum: (request, options) =>
      onProvenLeader(options, async (leader, limits) => {
        await leader.unary(rpc.DisableVacuum, { by_plugin: request.byPlugin }, limits);
      }),
    enableVacuum: (request, options) =>
      onProvenLeader(options, async (leader, limits) => {
        await leader.unary(rpc.EnableVacuum, { by_plugin: request.byPlugin }, limits);
      }),

    listVolumeServers: (options) =>
      onLeader(options, async (leader, limits) => {
        // The filter leaves the volumes out: no volume has this id. 4.13 does not know it and sends all of them.
        const answer = await leader.unary(rpc.VolumeList, { volume_id: 0xffff_ffff }, limits);
        const racks = (answer.topology_info?.data_center_infos ?? []).flatMap((center) => center.rack_infos ?? []);
        return racks.flatMap((rack) => (rack.data_node_infos ?? []).map(serverAddressOfNode));
      }),

    listClusterNodes: (request, options) =>
      onLeader(options, async (leader, limits) => {
        const message = { client_type: request.clientType, filer_group: request.filerGroup ?? "" };
        const answer = await leader.unary(rpc.ListClusterNodes, message, limits);
        return (answer.cluster_nodes ?? []).map((node) => ({
          address: parseServerAddress(node.address ?? ""),
          version: node.version ?? "",
          dataCenter: node.data_center ?? "",
          rack: node.rack ?? "",
        }));
      }),

    collectionList: (request, options) =>
      onLeader(options, async (leader, limits) => {
        const message = { include_normal_volumes: request.normalVolumes, include_ec_volumes: request.ecVolumes };
        const answer = await leader.unary(rpc.CollectionList, message, limits);
        return (answer.collections ?? []).map((collection) => collection.name ?? "");
      }),

    assign: (request, options) =>
      onLeader(options, async (leader, limits) => {
        const answer = await leader.unary(
          rpc.Assign,
          {
            count: request.count ?? 1,
            collection: request.collection ?? "",
            replication: request.replication ?? "",
            ttl: request.ttl ?? "",
            disk_type: request.diskType ?? "",
          },
          limits,
        );
        if (answer.error !== undefined && answer.error !== "") {
          throw inBandError(answer.error, leader.address, "Assign");
        }
        return {
          fid: answer.fid ?? "",
          count: int(answer.count),
          auth: answer.auth ?? "",
          location: readLocation(answer.location ?? {}),
          replicas: (answer.replicas ?? []).map(readLocation),
        };
      }),

    ping: (options) =>
      onLeader(options, async (leader, limits) => {
        const answer = await leader.unary(rpc.Ping, {}, limits);
        return {
          startTimeNs: big(answer.start_time_ns),
          remoteTimeNs: big(answer.remote_time_ns),
          stopTimeNs: big(answer.stop_time_ns),
        };
      }),

    async leaseAdminToken(request, options) {
      try {
        return await onLeader(options, async (leader, limits) => {
          const answer = await leader.unary(
            rpc.LeaseAdminToken,
            {
              lock_name: request.lockName,
              client_name: request.clientName,
              message: request.message,
              previous_token: (request.previous?.token ?? 0n).toString(),
              previous_lock_time: (request.previous?.lockTsNs ?? 0n).toString(),
            },
            limits,
          );
          return { token: big(answer.token), lockTsNs: big(answer.lock_ts_ns) };
        });
      } catch (error) {
        throw isWordless(error) ? await heldBySomebody(this, request.lockName, error) : error;
      }
    },

    releaseAdminToken: (request, options) =>
      onLeader(options, async (leader, limits) => {
        await leader.unary(
          rpc.ReleaseAdminToken,
          {
            lock_name: request.lockName,
            previous_token: request.previous.token.toString(),
            previous_lock_time: request.previous.lockTsNs.toString(),
          },
          limits,
        );
      }),

    async getAdminLockStatus(lockName, options) {
      try {
        return await onLeader(options, async (leader, limits) => {
          const answer = await leader.unary(rpc.GetAdminLockStatus, { lock_name: lockName }, limits);
          return {
            isLocked: answer.is_locked ?? false,
            clientName: answer.client_name ?? "",
            message: answer.message ?? "",
          };
        });
      } catch (error) {
        if (hasCode(error, "WK-RPC-UNIMPLEMENTED")) return undefined;
        throw error;
      }
    },
  };
}

function readLocation(location: Location__Output): VolumeLocation {
  const url = location.url ?? "";
  return {
    address: serverAddressOfNode({ address: url, grpc_port: int(location.grpc_port) }),
    publicUrl: location.public_url ?? url,
    dataCenter: location.data_center ?? "",
  };
}

/** Waits for a promise that others share: the caller's signal ends only the caller's wait. */
function interruptible<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  return new Promise((resolve, reject) => {
    const stop = (): void => reject(AppError.from(signal.reason, "WK-CANCELLED"));
    if (signal.aborted) stop();
    else signal.addEventListener("abort", stop, { once: true });
    promise.then(resolve, reject).finally(() => signal.removeEventListener("abort", stop));
  });
}

/**
 * A refused lease ends with `already locked by <client>: <message>`. Masters keep no message, so the text ends with a
 * blank, and Node's HTTP/2 drops such a header: what arrives is "unknown" without a word.
 */
function isWordless(error: unknown): error is AppError {
  if (!hasCode(error, "WK-RPC") || error.details["grpcCode"] !== "UNKNOWN") return false;
  const { cause } = error;
  return typeof cause === "object" && cause !== null && "details" in cause && cause.details === "";
}

/** Names the holder where the master can be asked for it (4.44). */
async function heldBySomebody(
  master: Pick<MasterClient, "getAdminLockStatus">,
  lockName: string,
  cause: AppError,
): Promise<AppError> {
  const status = await master.getAdminLockStatus(lockName).catch(() => undefined);
  if (status?.isLocked === false) return cause;
  const holder = status === undefined || status.clientName === "" ? "another client" : status.clientName;
  return new AppError("WK-LOCK-HELD", `The master's lock "${lockName}" is held by ${holder}.`, { cause });
}
