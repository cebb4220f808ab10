import { z } from "zod";
import type { PlanCodec } from "../definition.ts";
import {
  bytesField,
  collectionField,
  needsOf,
  nodesOf,
  parsePlan,
  serverField,
  sizeOf,
  volumeIdField,
  volumeIdOf,
} from "../plan-fields.ts";

export interface VacuumPlan {
  readonly volumeId: number;
  readonly collection: string;
  /** Every server that holds the volume, in address form; the one with the most garbage first. */
  readonly replicas: readonly string[];
  /** Deleted bytes ÷ size from which a replica is compacted, 0–1. */
  readonly garbageThreshold: number;
  /** Size of the largest replica. */
  readonly sizeBytes: number;
}

const schema: z.ZodType<VacuumPlan> = z.object({
  volumeId: volumeIdField,
  collection: collectionField,
  replicas: z.array(serverField).min(1),
  garbageThreshold: z.number().min(0).max(1),
  sizeBytes: bytesField,
});

const parse = (value: unknown): VacuumPlan => parsePlan("vacuum", schema, value);

export const vacuumCodec: PlanCodec<VacuumPlan> = {
  parse,
  toJson: (plan) => ({ ...plan }),
  toParams: (plan) => ({
    volume_id: plan.volumeId,
    collection: plan.collection,
    volume_size: plan.sizeBytes,
    // A Go 4.13 worker treats the first source only; later ones take all of them.
    sources: plan.replicas.map((node) => ({ node, volume_id: plan.volumeId, estimated_size: plan.sizeBytes })),
    task_params: "vacuum_params",
    vacuum_params: { garbage_threshold: plan.garbageThreshold, verify_checksum: true },
  }),
  fromParams: (params) =>
    parse({
      volumeId: volumeIdOf(params),
      collection: params.collection ?? "",
      replicas: nodesOf(params.sources),
      garbageThreshold: params.vacuum_params?.garbage_threshold ?? 0,
      sizeBytes: sizeOf(params),
    }),
  needs: (plan) => needsOf([], plan.replicas),
  // What a vacuum frees is not known before it is done.
  load: () => [],
};
