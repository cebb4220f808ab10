import { AppError } from "../../core/errors.ts";
import { type Destroyed, destroy } from "../destroy.ts";
import { freeze } from "../steps/freeze.ts";
import { isPresent } from "../steps/probe.ts";
import { type OpenReplica, type PriorState, type Replica, readOpenReplica, readReplica } from "../steps/replica.ts";
import { type Scope, serverOf, type VolumeRef, within } from "../steps/scope.ts";
import { waitUntilUnchanged } from "../steps/unchanged.ts";
import { persistently } from "../steps/undo.ts";
import { requireReadyFiles } from "./compaction.ts";
import { nextRevision } from "./state.ts";

/** How a vacuum freezes: deletions stay possible, and a mount takes the mark off. */
export const VACUUM_FREEZE = { persist: false, canDelete: true };

/**
 * Gives a successful compaction its one commit. Whatever the answer, the revision decides: servers also answer
 * success while another compaction runs, and a commit whose answer is lost is never repeated.
 * @throws AppError when the replica is not committed; it serves its old files then.
 */
export async function commitReplica(scope: Scope, prior: PriorState, ref: VolumeRef): Promise<OpenReplica> {
  const { server } = prior;
  const result = await destroy(
    scope.ctx,
    { call: "VacuumVolumeCommit", server, volumeId: ref.volumeId },
    () => requireReadyFiles(scope, prior, ref),
    (options) => serverOf(scope, server).vacuumVolumeCommit(ref.volumeId, options),
  );
  const replica = await settle(scope, prior, ref, result);
  if (replica.file.compactionRevision === nextRevision(prior.revision)) return replica;
  throw new AppError(
    "WK-TASK-VERIFY",
    `The commit on ${server} did not take place: volume ${ref.volumeId} still has revision ${replica.file.compactionRevision}.` +
      (result.kind === "done" ? "" : ` ${result.error.message}`),
  );
}

async function settle(
  scope: Scope,
  prior: PriorState,
  ref: VolumeRef,
  result: Destroyed<unknown>,
): Promise<OpenReplica> {
  const read = (): Promise<Replica> => persistently(scope, () => readReplica(scope, prior.server, ref));
  const replica =
    result.kind === "unknown"
      ? await waitUntilUnchanged(scope, {
          read,
          fingerprint: (state) => (state.kind === "open" ? `open ${state.file.compactionRevision}` : state.kind),
          what: `The commit of volume ${ref.volumeId} on ${prior.server}`,
          quietMs: scope.ctx.options.waits.quietMs,
          limitMs: scope.ctx.options.waits.deadlineBaseMs,
        })
      : await read();
  return replica.kind === "open" ? replica : heal(scope, prior.server, ref, !prior.readOnly);
}

/**
 * Brings a volume back that its server has closed after a failed commit: mounted again it serves the files it has.
 * @param freezeAgain The mount takes a freeze off; this sets it again at once.
 */
export async function heal(scope: Scope, server: string, ref: VolumeRef, freezeAgain: boolean): Promise<OpenReplica> {
  const client = serverOf(scope, server);
  scope.ctx.log.warn(`${server} has closed volume ${ref.volumeId}; mounting it again.`);
  await persistently(scope, async () => {
    await client.volumeUnmount(ref.volumeId, within(scope));
    await client.volumeMount(ref.volumeId, within(scope));
  });
  if (freezeAgain) await freeze(scope, server, ref, VACUUM_FREEZE);
  if (await isPresent(scope, server, ref, ".cpc")) {
    scope.ctx.log.error(`A commit marker (.cpc) was left beside volume ${ref.volumeId} on ${server}.`);
  }
  return readOpenReplica(scope, server, ref);
}
