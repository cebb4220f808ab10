import { z } from "zod";
import type { VolumeFileStatus, VolumeStatus } from "../../cluster/volume-server-port.ts";
import { AppError, hasCode } from "../../core/errors.ts";
import { type Scope, serverOf, type VolumeRef, within } from "./scope.ts";

/**
 * What a volume server says about a volume. `open` serves it; `closed` knows it but has lost its files (after a
 * failed commit; reads answer 404 until it is mounted again); `absent` is the word of a server that answers.
 */
export type Replica = OpenReplica | { readonly kind: "closed"; readonly why: string } | { readonly kind: "absent" };

export interface OpenReplica {
  readonly kind: "open";
  readonly server: string;
  readonly file: VolumeFileStatus;
  readonly status: VolumeStatus;
}

/** Reads one replica. A server that cannot be asked is an error, never "absent". */
export async function readReplica(scope: Scope, server: string, ref: VolumeRef): Promise<Replica> {
  const client = serverOf(scope, server);
  try {
    const file = await client.readVolumeFileStatus(ref.volumeId, within(scope));
    const status = await client.volumeStatus(ref.volumeId, within(scope));
    return { kind: "open", server, file, status };
  } catch (error) {
    if (hasCode(error, "WK-RPC-NOT-FOUND")) return { kind: "absent" };
    if (error instanceof AppError && /data backend not found/i.test(error.message)) {
      return { kind: "closed", why: error.message };
    }
    throw error;
  }
}

/** A replica that must be there and serve. Throws WK-TASK-STALE when it is gone, WK-TASK-UNSAFE when it is closed. */
export async function readOpenReplica(scope: Scope, server: string, ref: VolumeRef): Promise<OpenReplica> {
  const replica = await readReplica(scope, server, ref);
  switch (replica.kind) {
    case "open":
      return replica;
    case "absent":
      throw new AppError("WK-TASK-STALE", `${server} does not have volume ${ref.volumeId} any more.`);
    case "closed":
      throw new AppError("WK-TASK-UNSAFE", `${server} has closed volume ${ref.volumeId}: ${replica.why}`);
  }
}

/** Throws WK-TASK-STALE for volumes that no task of ours touches: tiered ones, and another collection's. */
export function requireLocal(replica: OpenReplica, ref: VolumeRef): void {
  const { file, server } = replica;
  if (file.volumeInfo.files.length > 0) {
    throw new AppError("WK-TASK-STALE", `The data of volume ${ref.volumeId} on ${server} lies in remote storage.`);
  }
  if (file.collection !== ref.collection) {
    throw new AppError(
      "WK-TASK-STALE",
      `Volume ${ref.volumeId} on ${server} belongs to collection "${file.collection}", not "${ref.collection}".`,
    );
  }
}

/** What a task remembers of a replica before it touches it; kept in checkpoints. */
export interface PriorState {
  readonly server: string;
  /** Refused writes, for whatever reason. */
  readonly readOnly: boolean;
  /** The refusal was written into `.vif`. */
  readonly persisted: boolean;
  /** Deletions were possible all the same. */
  readonly canDelete: boolean;
  /** Placement written into `.vif`, empty when the superblock's holds. */
  readonly replication: string;
  readonly expireAtSec: number;
  /** Width of index offsets, 4 or 5; 0 when the server does not say. */
  readonly bytesOffset: number;
  /** Needle format of the superblock. */
  readonly version: number;
  readonly revision: number;
  readonly datSize: number;
  readonly idxSize: number;
}

export const priorStateSchema: z.ZodType<PriorState> = z.object({
  server: z.string(),
  readOnly: z.boolean(),
  persisted: z.boolean(),
  canDelete: z.boolean(),
  replication: z.string(),
  expireAtSec: z.number(),
  bytesOffset: z.number(),
  version: z.number(),
  revision: z.number(),
  datSize: z.number(),
  idxSize: z.number(),
});

export function priorStateOf({ server, file, status }: OpenReplica): PriorState {
  return {
    server,
    readOnly: status.isReadOnly,
    persisted: file.volumeInfo.readOnly,
    canDelete: file.volumeInfo.readOnlyCanDelete,
    replication: file.volumeInfo.replication,
    expireAtSec: file.volumeInfo.expireAtSec,
    bytesOffset: file.volumeInfo.bytesOffset,
    version: file.version || file.volumeInfo.version,
    revision: file.compactionRevision,
    datSize: file.datFileSize,
    idxSize: file.idxFileSize,
  };
}

/** The state of the same replica with the sizes it has now. */
export function withSizes(prior: PriorState, file: VolumeFileStatus): PriorState {
  return { ...prior, revision: file.compactionRevision, datSize: file.datFileSize, idxSize: file.idxFileSize };
}

/** Why the replica is not as recorded, or undefined when its files have the recorded sizes and revision. */
export function changedSince(prior: PriorState, file: VolumeFileStatus): string | undefined {
  const now = withSizes(prior, file);
  if (now.datSize === prior.datSize && now.idxSize === prior.idxSize && now.revision === prior.revision)
    return undefined;
  return (
    `volume ${file.volumeId} on ${prior.server} changed: .dat ${prior.datSize} → ${now.datSize} bytes, ` +
    `.idx ${prior.idxSize} → ${now.idxSize} bytes, revision ${prior.revision} → ${now.revision}`
  );
}
