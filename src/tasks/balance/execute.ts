import { AppError } from "../../core/errors.ts";
import type { TaskContext, TaskResult } from "../context.ts";
import { freeze, thaw } from "../steps/freeze.ts";
import { freezeLimit } from "../steps/freeze-limit.ts";
import { runAttempt } from "../steps/outcome.ts";
import { requireOnDisk } from "../steps/probe.ts";
import {
  type OpenReplica,
  type PriorState,
  priorStateOf,
  readOpenReplica,
  readReplica,
  requireLocal,
  withSizes,
} from "../steps/replica.ts";
import { forwardScope, type Scope, undoScope, type VolumeRef } from "../steps/scope.ts";
import { requireScrubbed } from "../steps/scrub.ts";
import { isAtLeast, readServers, requireSpace, requireVersion, V4_13, V4_44 } from "../steps/servers.ts";
import { waitUntilFilesRest } from "../steps/unchanged.ts";
import { persistently } from "../steps/undo.ts";
import { copyVolume, deleteSource, isGone, removeCopy, requireSourceAsRecorded, verifyCopy } from "./copy.ts";
import { requireNothingThere, waitUntilCopyEnds } from "./ghost.ts";
import type { BalancePlan } from "./plan.ts";
import { type BalanceState, balanceStateJson, NOTHING_DONE, readBalanceState } from "./state.ts";

/** Moves one replica: copies it, proves the copy where it lies, and only then deletes the source. */
export function executeBalance(ctx: TaskContext, plan: BalancePlan): Promise<TaskResult> {
  const move = new Move(ctx, plan);
  return runAttempt(ctx, { work: () => move.run(), undo: () => move.undo(), undoAfterCommit: true });
}

class Move {
  readonly #ctx: TaskContext;
  readonly #plan: BalancePlan;
  readonly #ref: VolumeRef;
  #state: BalanceState | undefined;
  /** A copy may be under way at the target. */
  #copyMayRun: boolean;

  constructor(ctx: TaskContext, plan: BalancePlan) {
    this.#ctx = ctx;
    this.#plan = plan;
    this.#ref = { volumeId: plan.volumeId, collection: plan.collection };
    this.#state = readBalanceState(ctx.attempt.checkpoint);
    this.#copyMayRun = this.#state?.phase === "copying";
  }

  async run(): Promise<TaskResult> {
    const scope = forwardScope(this.#ctx);
    this.#ctx.progress({ stage: "check", percent: 0 });
    if (this.#state?.phase === "deleting") return this.#rollForward(scope, this.#state);

    const source = await readReplica(scope, this.#plan.source, this.#ref);
    if (source.kind === "absent") return this.#sourceIsGone(scope);
    const replica = source.kind === "open" ? source : await readOpenReplica(scope, this.#plan.source, this.#ref);
    await this.#checkServers(scope, replica);
    const limit = freezeLimit(this.#ctx, this.#plan.volumeId);
    let state: BalanceState;
    try {
      const limited = forwardScope(this.#ctx, limit.signal);
      state = await this.#freezeSource(limited, replica);
      state = await this.#copy(limited, state);
      this.#ctx.progress({ stage: "verify", percent: 85 });
      this.#ctx.log.info(await verifyCopy(limited, this.#plan, state.source));
      limited.check();
    } finally {
      limit.clear();
    }
    await this.#commit({ ...state, phase: "deleting" });
    return this.#finish(scope, state);
  }

  async #checkServers(scope: Scope, source: OpenReplica): Promise<void> {
    requireLocal(source, this.#ref);
    const states = await readServers(scope, [this.#plan.source, this.#plan.target]);
    requireVersion(states.values(), V4_13, "Balance");
    const [from, to] = [states.get(this.#plan.source), states.get(this.#plan.target)];
    if (from === undefined || to === undefined) return;
    if (isAtLeast(from.version, V4_44) && !isAtLeast(to.version, V4_44)) {
      throw new AppError(
        "WK-TASK-VERSION",
        `${to.server} (${to.status.version}) cannot read the .vif files of ${from.server} (${from.status.version}).`,
      );
    }
    const bytes = source.file.datFileSize + source.file.idxFileSize;
    const diskType = this.#plan.diskType || source.file.diskType;
    requireSpace(to, { bytes, diskType, place: "anywhere", forWhat: "the copy" });
  }

  async #freezeSource(scope: Scope, replica: OpenReplica): Promise<BalanceState> {
    const earlier = this.#state;
    if (earlier?.phase !== "copying") await requireNothingThere(scope, this.#plan.target, this.#ref);
    const prior = earlier === undefined ? priorStateOf(replica) : withSizes(earlier.source, replica.file);
    const frozen: BalanceState = { source: prior, phase: earlier?.phase ?? "frozen" };
    await this.#ctx.checkpoint("freeze", balanceStateJson(frozen));
    this.#state = frozen;
    this.#ctx.progress({ stage: "freeze", percent: 2 });
    await freeze(scope, this.#plan.source, this.#ref, { persist: true, canDelete: false });
    const file = await waitUntilFilesRest(scope, this.#plan.source, this.#ref);
    return { ...frozen, source: withSizes(prior, file) };
  }

  async #copy(scope: Scope, frozen: BalanceState): Promise<BalanceState> {
    const { source } = frozen;
    if (frozen.phase === "copying") {
      // A dead copy is cleaned up by the new one over it.
      await removeCopy(scope, this.#plan, source, this.#copyMayRun);
      this.#copyMayRun = false;
    }
    const state: BalanceState = { source, phase: "copying" };
    await this.#ctx.checkpoint("copy", balanceStateJson(state));
    this.#state = state;
    this.#copyMayRun = true;
    const bytesTotal = source.datSize + source.idxSize;
    const report = (bytesDone: number): void =>
      this.#ctx.progress({
        stage: "copy",
        percent: 5 + (75 * bytesDone) / Math.max(1, bytesTotal),
        bytesDone,
        bytesTotal,
      });
    report(0);
    const { over, error } = await copyVolume(scope, this.#plan, (bytes) => report(Math.min(bytes, bytesTotal)));
    this.#copyMayRun = !over;
    if (error !== undefined) throw error;
    report(bytesTotal);
    return state;
  }

  async #commit(state: BalanceState): Promise<void> {
    if (this.#ctx.committed) await this.#ctx.checkpoint("delete", balanceStateJson(state));
    else await this.#ctx.commitPoint(balanceStateJson(state));
    this.#state = state;
  }

  /** Past the commit point: the source goes, the copy gets the state the source had. */
  async #finish(scope: Scope, { source }: BalanceState): Promise<TaskResult> {
    this.#ctx.progress({ stage: "delete", percent: 95 });
    if (!(await isGone(scope, this.#plan.source, this.#ref))) {
      await this.#lastLook(scope, source);
      await deleteSource(scope, this.#plan, source);
    }
    await persistently(scope, () => requireOnDisk(scope, this.#plan.target, this.#ref));
    await persistently(scope, () => thaw(scope, { ...source, server: this.#plan.target }, this.#ref));
    return this.#result("moved", source.datSize + source.idxSize);
  }

  /** While the source is not deleted the way back is open: a write since the copy is in the source alone. */
  async #lastLook(scope: Scope, source: PriorState): Promise<void> {
    try {
      await requireSourceAsRecorded(scope, source, this.#ref);
    } catch (reason) {
      const error = AppError.from(reason);
      if (error.code === "WK-TASK-UNSAFE") await this.#goBack(source, "source changed");
      throw error;
    }
  }

  /** Only before any deletion of the source was sent. */
  async #goBack(source: PriorState, why: string): Promise<void> {
    const back: BalanceState = { source, phase: "copying" };
    await this.#ctx.checkpoint(why, balanceStateJson(back));
    this.#state = back;
  }

  async #rollForward(scope: Scope, state: BalanceState): Promise<TaskResult> {
    this.#ctx.log.info("An earlier attempt verified the copy; going on with the deletion of the source.");
    if (!(await isGone(scope, this.#plan.source, this.#ref))) {
      const target = await readReplica(scope, this.#plan.target, this.#ref);
      const lost = target.kind === "absent" ? `${this.#plan.target} has no copy` : await this.#notOnDisk(scope);
      if (lost !== undefined) {
        // The copy holds nothing, so nothing is lost when the move starts again from its source.
        await this.#goBack(state.source, "copy lost");
        throw new AppError("WK-TASK-VERIFY", `The verified copy of volume ${this.#plan.volumeId} is gone: ${lost}.`);
      }
      await this.#lastLook(scope, state.source);
      this.#ctx.log.info(await verifyCopy(scope, this.#plan, state.source));
    }
    return this.#finish(scope, state);
  }

  async #notOnDisk(scope: Scope): Promise<string | undefined> {
    try {
      await requireOnDisk(scope, this.#plan.target, this.#ref);
      return undefined;
    } catch (reason) {
      const error = AppError.from(reason);
      if (error.code !== "WK-TASK-UNSAFE") throw error;
      return error.message;
    }
  }

  /** Somebody else removed the source: the goal is met when the target has the volume, and only its mark is ours. */
  async #sourceIsGone(scope: Scope): Promise<TaskResult> {
    const { source, target } = this.#plan;
    if (this.#copyMayRun) {
      const bytes = this.#state?.source.datSize ?? this.#plan.sizeBytes;
      await waitUntilCopyEnds(scope, target, this.#ref, bytes);
      this.#copyMayRun = false;
    }
    const replica = await readReplica(scope, target, this.#ref);
    if (replica.kind !== "open") {
      throw new AppError("WK-TASK-STALE", `Neither ${source} nor ${target} has volume ${this.#ref.volumeId}.`);
    }
    await requireOnDisk(scope, target, this.#ref);
    await requireScrubbed(scope, target, this.#ref, replica.file.datFileSize);
    const prior = this.#state?.source;
    if (prior !== undefined) await persistently(scope, () => thaw(scope, { ...prior, server: target }, this.#ref));
    return this.#result("already moved", 0);
  }

  /** Removes the copy, then gives the source back its state. In this order: a writable source would outrun the copy. */
  async undo(): Promise<void> {
    const state = this.#state;
    if (state === undefined) return;
    if (state.phase === "deleting") {
      throw new AppError("WK-TASK-UNSAFE", "The source may be deleted already; the next attempt goes on from there.");
    }
    const scope = undoScope(this.#ctx);
    await this.#ctx.lease.whenAtLeast(1);
    let left: string | undefined;
    if (state.phase === "copying") {
      const removed = await persistently(scope, () => removeCopy(scope, this.#plan, state.source, this.#copyMayRun));
      if (removed === "dead") left = `${this.#plan.target} keeps a .note of a copy that it broke off itself`;
    }
    await persistently(scope, () => thaw(scope, state.source, this.#ref));
    if (left !== undefined) throw new AppError("WK-TASK-UNSAFE", `${left}; a new copy over it cleans up.`);
    this.#state = undefined;
    try {
      // The next attempt must not take back a freeze that somebody else set meanwhile.
      await this.#ctx.checkpoint("rolled back", NOTHING_DONE);
    } catch (error) {
      this.#ctx.log.debug(`The roll-back is not recorded: ${AppError.from(error).message}`);
    }
  }

  #result(outcome: string, bytes: number): TaskResult {
    this.#ctx.progress({ stage: "done", percent: 100 });
    return {
      facts: { outcome, bytes_moved: String(bytes), source: this.#plan.source, target: this.#plan.target },
    };
  }
}
