import pLimit from "p-limit";
import { AppError } from "../../core/errors.ts";
import { presentFiles } from "../steps/probe.ts";
import type { OpenReplica } from "../steps/replica.ts";
import type { Scope } from "../steps/scope.ts";
import { isAtLeast, requireSpace, requireVersion, type ServerState, V4_13, V4_44 } from "../steps/servers.ts";
import { type EcPlan, TOTAL_SHARDS } from "./plan.ts";
import { shardSizeOf } from "./shard-files.ts";
import type { EcMode } from "./state.ts";

/** Bytes that generating writes beside a volume, as a part of its `.dat`: 14 shards of a tenth each. */
const GENERATED_PART = 1.4;

/**
 * `auto` takes server mode where every server it touches can do it.
 * Throws WK-TASK-VERSION when server mode is asked for and one cannot.
 */
export function chooseMode(plan: EcPlan, servers: ReadonlyMap<string, ServerState>): EcMode {
  requireVersion(servers.values(), V4_13, "Erasure coding");
  if (plan.encodeMode === "server") requireVersion(servers.values(), V4_44, "Encoding on the volume server");
  if (plan.encodeMode !== "auto") return plan.encodeMode;
  return [...servers.values()].every(({ version }) => isAtLeast(version, V4_44)) ? "server" : "worker";
}

/** Room for all shards beside the source in server mode, and for its own shards on every target. */
export function requireRoom(
  plan: EcPlan,
  source: OpenReplica,
  servers: ReadonlyMap<string, ServerState>,
  mode: EcMode,
): void {
  const { datFileSize, idxFileSize, diskType } = source.file;
  const shard = shardSizeOf(datFileSize);
  for (const { server, shardIds } of plan.targets) {
    const state = servers.get(server);
    if (state === undefined || (mode === "server" && server === plan.source)) continue;
    const bytes = shard * shardIds.length + 2 * idxFileSize;
    requireSpace(state, { bytes, diskType: plan.diskType || diskType, place: "anywhere", forWhat: "its shards" });
  }
  const state = servers.get(plan.source);
  if (mode === "worker" || state === undefined) return;
  const bytes = Math.max(Math.ceil(datFileSize * GENERATED_PART), shard * TOTAL_SHARDS) + idxFileSize;
  requireSpace(state, { bytes, diskType, place: "beside", forWhat: "generating shards" });
}

const PARALLEL = 8;

/**
 * Every replica is in the plan: one that is not, served or hidden, would outlive the volume and come back with old
 * content. Throws WK-TASK-STALE.
 */
export async function requireNoOtherReplica(scope: Scope, plan: EcPlan, servers: readonly string[]): Promise<void> {
  const limit = pLimit(PARALLEL);
  await Promise.all(
    servers
      .filter((server) => !plan.replicas.includes(server))
      .map((server) =>
        limit(async () => {
          const files = await presentFiles(scope, server, plan, [".dat", ".idx"]);
          if (files.length === 0) return;
          throw new AppError(
            "WK-TASK-STALE",
            `${server} has ${files.join(" and ")} of volume ${plan.volumeId}, a replica that the plan does not know.`,
          );
        }),
      ),
  );
}
