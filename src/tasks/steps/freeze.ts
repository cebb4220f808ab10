import { AppError } from "../../core/errors.ts";
import { type OpenReplica, type PriorState, readOpenReplica } from "./replica.ts";
import { type Scope, serverOf, type VolumeRef, within } from "./scope.ts";

interface FreezeMode {
  /** Survives mounts and restarts; a copy of the volume is then born read-only. */
  readonly persist: boolean;
  /** Clients may go on deleting. */
  readonly canDelete: boolean;
}

/**
 * Makes a replica refuse writes. The prior state must be in an acknowledged checkpoint before. A server may answer
 * with an error although the mark was set, so what it says afterwards decides.
 */
export async function freeze(scope: Scope, server: string, ref: VolumeRef, mode: FreezeMode): Promise<OpenReplica> {
  let failure: AppError | undefined;
  try {
    await serverOf(scope, server).volumeMarkReadonly({ volumeId: ref.volumeId, ...mode }, within(scope));
  } catch (reason) {
    failure = AppError.from(reason);
    scope.check();
  }
  const replica = await readOpenReplica(scope, server, ref);
  if (!isFrozen(replica, mode)) {
    throw (
      failure ??
      new AppError(
        "WK-TASK-UNSAFE",
        `${server} accepted the read-only mark of volume ${ref.volumeId} but still takes writes.`,
      )
    );
  }
  if (failure !== undefined) scope.ctx.log.warn(`${server} reported an error but froze the volume: ${failure.message}`);
  return replica;
}

export function isFrozen({ file, status }: OpenReplica, mode: Pick<FreezeMode, "persist">): boolean {
  return status.isReadOnly && (!mode.persist || file.volumeInfo.readOnly);
}

/**
 * Gives a replica that this task froze the state it had before. A replica that was read-only without a mark in its
 * `.vif` keeps the mark it got: taking it off for a moment could let writes into a volume that was read-only because
 * it is damaged.
 */
export async function thaw(scope: Scope, prior: PriorState, ref: VolumeRef): Promise<void> {
  const client = serverOf(scope, prior.server);
  if (!prior.readOnly) {
    await client.volumeMarkWritable(ref.volumeId, within(scope));
    const { status } = await readOpenReplica(scope, prior.server, ref);
    if (status.isReadOnly) {
      // Low disk space does this as well, and no mark of ours can lift it.
      scope.ctx.log.warn(`Volume ${ref.volumeId} on ${prior.server} stays read-only although the mark was taken off.`);
    }
    return;
  }
  if (prior.persisted) {
    await client.volumeMarkReadonly(
      { volumeId: ref.volumeId, persist: true, canDelete: prior.canDelete },
      within(scope),
    );
    return;
  }
  const { file } = await readOpenReplica(scope, prior.server, ref);
  if (file.volumeInfo.readOnly) {
    scope.ctx.log.warn(
      `Volume ${ref.volumeId} on ${prior.server} was read-only without a lasting mark; it has one now.`,
    );
  }
}
