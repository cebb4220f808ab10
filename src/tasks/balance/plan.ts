import { z } from "zod";
import { httpForm } from "../../rpc/server-address.ts";
import type { PlanCodec } from "../definition.ts";
import {
  bytesField,
  collectionField,
  diskTypeField,
  needsOf,
  parsePlan,
  serverField,
  sizeOf,
  volumeIdField,
  volumeIdOf,
} from "../plan-fields.ts";

/** One move of one replica. */
export interface BalancePlan {
  readonly volumeId: number;
  readonly collection: string;
  /** Server that gives the replica away, in address form. */
  readonly source: string;
  /** Server that gets it; holds no replica of the volume. */
  readonly target: string;
  /**
   * Disk type on both sides, empty text for hard disks. The wire has no field for it: a volume server puts a
   * copy on the source's disk type by itself, so a worker reads an empty text here and need not say it.
   */
  readonly diskType: string;
  readonly sizeBytes: number;
}

const schema: z.ZodType<BalancePlan> = z
  .object({
    volumeId: volumeIdField,
    collection: collectionField,
    source: serverField,
    target: serverField,
    diskType: diskTypeField,
    sizeBytes: bytesField,
  })
  .refine((plan) => plan.source !== plan.target, {
    message: "source and target are the same server",
    path: ["target"],
  });

const parse = (value: unknown): BalancePlan => parsePlan("balance", schema, value);

/** Go workers want a limit above 0. Ours go by the lease and the queue's own limit and do not read it. */
const BASE_TIMEOUT_SECONDS = 600;
const SLOWEST_BYTES_PER_SECOND = 4 * 1024 * 1024;

export const balanceCodec: PlanCodec<BalancePlan> = {
  parse,
  toJson: (plan) => ({ ...plan }),
  toParams: (plan) => ({
    volume_id: plan.volumeId,
    collection: plan.collection,
    volume_size: plan.sizeBytes,
    sources: [{ node: plan.source, volume_id: plan.volumeId, estimated_size: plan.sizeBytes }],
    targets: [{ node: plan.target, volume_id: plan.volumeId, estimated_size: plan.sizeBytes }],
    task_params: "balance_params",
    balance_params: {
      timeout_seconds: BASE_TIMEOUT_SECONDS + Math.ceil(plan.sizeBytes / SLOWEST_BYTES_PER_SECOND),
    },
  }),
  fromParams: (params) => {
    // A Go 4.44 admin may write a single move only into the list of moves.
    const only = params.balance_params?.moves?.length === 1 ? params.balance_params.moves[0] : undefined;
    return parse({
      volumeId: only?.volume_id ?? volumeIdOf(params),
      collection: only?.collection ?? params.collection ?? "",
      source: only?.source_node ?? params.sources?.[0]?.node ?? "",
      target: only?.target_node ?? params.targets?.[0]?.node ?? "",
      diskType: "",
      sizeBytes: only?.volume_size === undefined ? sizeOf(params) : Number(only.volume_size),
    });
  },
  needs: (plan) => needsOf([plan.source], [plan.target]),
  load: ({ source, target, diskType, sizeBytes }) => [
    { server: httpForm(source), diskType, bytes: -sizeBytes, volumes: -1, ecShards: 0 },
    { server: httpForm(target), diskType, bytes: sizeBytes, volumes: 1, ecShards: 0 },
  ],
};
