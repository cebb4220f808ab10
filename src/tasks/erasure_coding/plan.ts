import { z } from "zod";
import type { TaskParams__Output } from "../../rpc/gen/worker_pb/TaskParams.ts";
import { httpForm } from "../../rpc/server-address.ts";
import type { PlanCodec } from "../definition.ts";
import {
  bytesField,
  collectionField,
  diskTypeField,
  needsOf,
  nodesOf,
  parsePlan,
  serverField,
  sizeOf,
  volumeIdField,
  volumeIdOf,
} from "../plan-fields.ts";

/** `auto`: server mode where every server can do it, else worker mode. */
export const ENCODE_MODES = ["auto", "server", "worker"] as const;
export type EncodeMode = (typeof ENCODE_MODES)[number];

export const DATA_SHARDS = 10;
export const PARITY_SHARDS = 4;
export const TOTAL_SHARDS = DATA_SHARDS + PARITY_SHARDS;

export interface EcTarget {
  /** Server in address form; may be the source itself. */
  readonly server: string;
  readonly shardIds: readonly number[];
}

export interface EcPlan {
  readonly volumeId: number;
  readonly collection: string;
  /** The replica that is encoded, in address form. */
  readonly source: string;
  /** Every server that holds the volume, the source first. All are deleted in the end. */
  readonly replicas: readonly string[];
  /** Where each of the 14 shards goes; every id exactly once, every server once. */
  readonly targets: readonly EcTarget[];
  readonly dataShards: typeof DATA_SHARDS;
  readonly parityShards: typeof PARITY_SHARDS;
  readonly encodeMode: EncodeMode;
  readonly sizeBytes: number;
  /** Disk type of the source, empty text for hard disks. */
  readonly diskType: string;
}

const schema: z.ZodType<EcPlan> = z
  .object({
    volumeId: volumeIdField,
    collection: collectionField,
    source: serverField,
    replicas: z.array(serverField).min(1),
    targets: z
      .array(
        z.object({
          server: serverField,
          shardIds: z
            .array(
              z
                .int()
                .min(0)
                .max(TOTAL_SHARDS - 1),
            )
            .min(1),
        }),
      )
      .min(1),
    dataShards: z.literal(DATA_SHARDS),
    parityShards: z.literal(PARITY_SHARDS),
    encodeMode: z.enum(ENCODE_MODES),
    sizeBytes: bytesField,
    diskType: diskTypeField,
  })
  .refine((plan) => plan.replicas[0] === plan.source, { message: "the source is not the first", path: ["replicas"] })
  .refine((plan) => new Set(plan.targets.map((target) => target.server)).size === plan.targets.length, {
    message: "a server is named twice",
    path: ["targets"],
  })
  .refine(
    (plan) => {
      const ids = plan.targets.flatMap((target) => target.shardIds);
      return ids.length === TOTAL_SHARDS && new Set(ids).size === TOTAL_SHARDS;
    },
    { message: `the shard ids 0–${TOTAL_SHARDS - 1} are not each named exactly once`, path: ["targets"] },
  );

const parse = (value: unknown): EcPlan => parsePlan("erasure_coding", schema, value);

export const ecCodec: PlanCodec<EcPlan> = {
  parse,
  toJson: (plan) => ({
    ...plan,
    targets: plan.targets.map(({ server, shardIds }) => ({ server, shardIds })),
  }),
  toParams: (plan) => ({
    volume_id: plan.volumeId,
    collection: plan.collection,
    volume_size: plan.sizeBytes,
    sources: plan.replicas.map((node) => ({ node, volume_id: plan.volumeId, estimated_size: plan.sizeBytes })),
    targets: plan.targets.map(({ server, shardIds }) => ({
      node: server,
      volume_id: plan.volumeId,
      shard_ids: [...shardIds],
      estimated_size: expectedShardSize(plan.sizeBytes) * shardIds.length,
    })),
    task_params: "erasure_coding_params",
    erasure_coding_params: {
      estimated_shard_size: expectedShardSize(plan.sizeBytes),
      data_shards: plan.dataShards,
      parity_shards: plan.parityShards,
      cleanup_source: true,
      source_disk_type: plan.diskType,
      encode_mode: plan.encodeMode,
    },
  }),
  fromParams: (params) => {
    const coding = params.erasure_coding_params;
    // Sources with shard ids are left-over shards to clear, which every attempt does by itself.
    const replicas = nodesOf((params.sources ?? []).filter((source) => (source.shard_ids ?? []).length === 0));
    return parse({
      volumeId: volumeIdOf(params),
      collection: params.collection ?? "",
      source: replicas[0] ?? "",
      replicas,
      targets: mergedTargets(params.targets),
      dataShards: coding?.data_shards ?? 0,
      parityShards: coding?.parity_shards ?? 0,
      encodeMode: coding?.encode_mode || "auto",
      sizeBytes: sizeOf(params),
      diskType: coding?.source_disk_type ?? "",
    });
  },
  needs: (plan) => {
    const targets = plan.targets.map((target) => target.server);
    const others = plan.replicas.filter((server) => server !== plan.source);
    // In server mode the source writes all shards to its own disk first.
    return plan.encodeMode === "worker"
      ? needsOf([plan.source, ...others], targets)
      : needsOf(others, [plan.source, ...targets]);
  },
  load: ({ replicas, targets, diskType, sizeBytes }) => [
    ...replicas.map((server) => ({
      server: httpForm(server),
      diskType,
      bytes: -sizeBytes,
      volumes: -1,
      ecShards: 0,
    })),
    ...targets.map(({ server, shardIds }) => ({
      server: httpForm(server),
      diskType,
      bytes: expectedShardSize(sizeBytes) * shardIds.length,
      volumes: 0,
      ecShards: shardIds.length,
    })),
  ],
};

/** A shard of a volume of this size: a tenth of it, in whole small blocks of 1 MiB. */
export function expectedShardSize(sizeBytes: number): number {
  const smallBlock = 1024 * 1024;
  return Math.max(1, Math.ceil(sizeBytes / (smallBlock * DATA_SHARDS))) * smallBlock;
}

/** Go admins name a server once a disk; the shards of one server belong together. */
function mergedTargets(targets: TaskParams__Output["targets"]): readonly EcTarget[] {
  const merged = new Map<string, number[]>();
  for (const { node = "", shard_ids = [] } of targets ?? []) {
    merged.set(node, [...(merged.get(node) ?? []), ...shard_ids]);
  }
  return [...merged].map(([server, shardIds]) => ({ server, shardIds }));
}
