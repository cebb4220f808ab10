import { AppError } from "../../core/errors.ts";
import type { TaskContext, TaskResult } from "../context.ts";
import { freeze, thaw } from "../steps/freeze.ts";
import { freezeLimit } from "../steps/freeze-limit.ts";
import { runAttempt } from "../steps/outcome.ts";
import { type OpenReplica, priorStateOf, readReplica, requireLocal, withSizes } from "../steps/replica.ts";
import { forwardScope, type Scope, serverOf, undoScope, type VolumeRef, within } from "../steps/scope.ts";
import { readServers, requireSpace, requireVersion, V4_13 } from "../steps/servers.ts";
import { persistently } from "../steps/undo.ts";
import { TaskFailed } from "../task-failed.ts";
import { commitReplica, heal, VACUUM_FREEZE } from "./commit.ts";
import {
  type Compaction,
  clearCompactionFiles,
  compact,
  requireCommittable,
  requireNoCommitMarker,
  waitUntilCompactionRests,
} from "./compaction.ts";
import type { VacuumPlan } from "./plan.ts";
import { nextRevision, readVacuumState, type VacuumReplica, type VacuumState, vacuumStateJson } from "./state.ts";

/** Compacts every replica of a volume that has enough garbage, or leaves all of them as they were. */
export function executeVacuum(ctx: TaskContext, plan: VacuumPlan): Promise<TaskResult> {
  const vacuum = new Vacuum(ctx, plan);
  // Each commit stands for itself, so giving the rest up is safe at any time.
  return runAttempt(ctx, { work: () => vacuum.run(), undo: () => vacuum.undo(), undoAfterCommit: true });
}

interface Failure {
  readonly server: string;
  readonly error: AppError;
}

class Vacuum {
  readonly #ctx: TaskContext;
  readonly #plan: VacuumPlan;
  readonly #ref: VolumeRef;
  readonly #earlier: VacuumState | undefined;
  #state: VacuumState;
  /** Servers that this task has frozen, or may have. */
  readonly #frozen: Set<string>;
  /** Servers where this task has begun a compaction, or may have. */
  readonly #begun: Set<string>;
  /** Servers where a compaction of this task may still run. */
  readonly #running: Set<string>;

  constructor(ctx: TaskContext, plan: VacuumPlan) {
    this.#ctx = ctx;
    this.#plan = plan;
    this.#ref = { volumeId: plan.volumeId, collection: plan.collection };
    this.#earlier = readVacuumState(ctx.attempt.checkpoint);
    this.#state = this.#earlier ?? { replicas: [] };
    const earlier = this.#state.replicas;
    const begun = earlier.filter(({ target }) => target).map(({ prior }) => prior.server);
    this.#frozen = new Set(earlier.filter(({ prior }) => !prior.readOnly).map(({ prior }) => prior.server));
    this.#begun = new Set(begun);
    this.#running = new Set(begun);
  }

  async run(): Promise<TaskResult> {
    const ctx = this.#ctx;
    const scope = forwardScope(ctx);
    ctx.progress({ stage: "check", percent: 0 });
    const found = await this.#inspect(scope);
    await this.#checkSpace(scope, found);
    const targets = this.#state.replicas.filter(({ target }) => target);
    if (targets.length === 0) {
      await this.#thawAll(scope);
      return this.#result(found, "nothing to reclaim");
    }

    await ctx.checkpoint("freeze", vacuumStateJson(this.#state));
    const limit = freezeLimit(ctx, this.#plan.volumeId);
    try {
      const limited = forwardScope(ctx, limit.signal);
      for (const { prior } of this.#state.replicas) {
        limited.check();
        if (prior.readOnly) continue;
        this.#frozen.add(prior.server);
        await freeze(limited, prior.server, this.#ref, VACUUM_FREEZE);
      }
      await this.#compactAll(limited, targets);
      for (const { prior } of targets) await requireCommittable(limited, prior, this.#ref);
      ctx.safePoint();
    } finally {
      limit.clear();
    }

    if (ctx.committed) await ctx.checkpoint("commit", vacuumStateJson(this.#state));
    else await ctx.commitPoint(vacuumStateJson(this.#state));
    const failures = await this.#commitAll(targets);
    await this.#finish(failures);
    return this.#result(found, "compacted");
  }

  /** Reads every replica, mends what an earlier attempt left, and decides which ones are compacted. */
  async #inspect(scope: Scope): Promise<ReadonlyMap<string, OpenReplica>> {
    const { replicas: servers, garbageThreshold } = this.#plan;
    const states = await readServers(scope, servers);
    requireVersion(states.values(), V4_13, "Vacuum");
    const found = new Map<string, OpenReplica>();
    const decided: VacuumReplica[] = [];
    for (const server of servers) {
      scope.check();
      const earlier = this.#earlier?.replicas.find(({ prior }) => prior.server === server);
      const replica = await this.#readOrHeal(scope, server, earlier);
      requireLocal(replica, this.#ref);
      await requireNoCommitMarker(scope, server, this.#ref);
      await this.#clear(scope, server);
      found.set(server, replica);
      const done = earlier !== undefined && replica.file.compactionRevision === nextRevision(earlier.prior.revision);
      const garbage = await serverOf(scope, server).vacuumVolumeCheck(this.#ref.volumeId, within(scope));
      this.#ctx.log.info(`${server}: garbage ${(garbage * 100).toFixed(1)} %`, { server, garbage });
      const prior = earlier === undefined ? priorStateOf(replica) : withSizes(earlier.prior, replica.file);
      decided.push({ prior, target: !done && garbage >= garbageThreshold });
    }
    this.#state = { replicas: decided };
    return found;
  }

  async #readOrHeal(scope: Scope, server: string, earlier: VacuumReplica | undefined): Promise<OpenReplica> {
    const replica = await readReplica(scope, server, this.#ref);
    if (replica.kind === "open") return replica;
    if (replica.kind === "closed") return heal(scope, server, this.#ref, earlier?.prior.readOnly === false);
    throw new AppError("WK-TASK-STALE", `${server} does not have volume ${this.#ref.volumeId} any more.`);
  }

  async #checkSpace(scope: Scope, found: ReadonlyMap<string, OpenReplica>): Promise<void> {
    const targets = this.#state.replicas.filter(({ target }) => target).map(({ prior }) => prior.server);
    const states = await readServers(scope, targets);
    for (const [server, state] of states) {
      const file = found.get(server)?.file;
      if (file === undefined) continue;
      const bytes = file.datFileSize + file.idxFileSize;
      requireSpace(state, { bytes, diskType: file.diskType, place: "beside", forWhat: "the compaction" });
    }
  }

  /** All replicas at once: the shorter the freeze the better, and each has disks of its own. */
  async #compactAll(scope: Scope, targets: readonly VacuumReplica[]): Promise<void> {
    const total = targets.reduce((sum, { prior }) => sum + prior.datSize, 0);
    const done = new Map<string, number>();
    const report = (): void => {
      const bytesDone = [...done.values()].reduce((sum, bytes) => sum + bytes, 0);
      const percent = 5 + Math.min(75, (75 * bytesDone) / Math.max(1, total));
      this.#ctx.progress({ stage: "compact", percent, bytesDone, bytesTotal: total });
    };
    report();
    const ended = await Promise.all(
      targets.map(async ({ prior }) => {
        this.#begun.add(prior.server);
        this.#running.add(prior.server);
        const compaction = await compact(scope, prior.server, this.#ref, (bytes) => {
          done.set(prior.server, bytes);
          report();
        });
        if (compaction.ok || compaction.over) this.#running.delete(prior.server);
        if (compaction.ok) done.set(prior.server, prior.datSize);
        report();
        return compaction;
      }),
    );
    const failed = ended.find((compaction): compaction is Extract<Compaction, { ok: false }> => !compaction.ok);
    if (failed !== undefined) throw failed.error;
  }

  async #commitAll(targets: readonly VacuumReplica[]): Promise<readonly Failure[]> {
    const scope = forwardScope(this.#ctx);
    const failures: Failure[] = [];
    for (const [index, { prior }] of targets.entries()) {
      this.#ctx.progress({ stage: "commit", percent: 80 + (15 * index) / targets.length });
      try {
        await commitReplica(scope, prior, this.#ref);
      } catch (reason) {
        scope.check();
        failures.push({ server: prior.server, error: AppError.from(reason) });
      }
    }
    return failures;
  }

  /** After the commits: nothing of an uncommitted compaction stays, and what was writable is writable. */
  async #finish(failures: readonly Failure[]): Promise<void> {
    const scope = forwardScope(this.#ctx);
    let clean = true;
    for (const { server } of failures) {
      try {
        await this.#clear(scope, server);
      } catch (reason) {
        scope.check();
        clean = false;
        this.#ctx.log.error(`Files of the compaction on ${server} are left: ${AppError.from(reason).message}`);
      }
    }
    await this.#thawAll(scope);
    const first = failures[0];
    if (first === undefined) return;
    const { error } = first;
    const where = failures.map(({ server }) => server).join(", ");
    throw new TaskFailed(error.code, `Not compacted on ${where}: ${error.message}`, {
      clean,
      cause: error,
      hint: error.hint ?? "",
      details: error.details,
    });
  }

  /** Takes back what is not committed: files of compactions, then the freezes. */
  async undo(): Promise<void> {
    const scope = undoScope(this.#ctx);
    await this.#ctx.lease.whenAtLeast(1);
    for (const server of this.#begun) await this.#clear(scope, server);
    await this.#thawAll(scope);
    await this.#forget();
  }

  /** Removes the files of a compaction once nothing writes them any more. */
  async #clear(scope: Scope, server: string): Promise<void> {
    if (this.#running.has(server)) {
      const bytes = this.#plan.sizeBytes;
      await persistently(scope, () => waitUntilCompactionRests(scope, server, this.#ref, bytes));
      this.#running.delete(server);
    }
    await persistently(scope, () => clearCompactionFiles(scope, server, this.#ref, this.#begun.has(server)));
  }

  async #thawAll(scope: Scope): Promise<void> {
    for (const { prior } of this.#state.replicas) {
      if (!this.#frozen.has(prior.server)) continue;
      await persistently(scope, async () => {
        const replica = await readReplica(scope, prior.server, this.#ref);
        if (replica.kind === "closed") await heal(scope, prior.server, this.#ref, false);
        await thaw(scope, prior, this.#ref);
      });
      this.#frozen.delete(prior.server);
    }
  }

  /** The next attempt must not take back a freeze that somebody else set meanwhile. */
  async #forget(): Promise<void> {
    if (this.#ctx.attempt.checkpoint === undefined && this.#state.replicas.length === 0) return;
    this.#state = { replicas: [] };
    try {
      await this.#ctx.checkpoint("rolled back", vacuumStateJson(this.#state));
    } catch (error) {
      this.#ctx.log.debug(`The roll-back is not recorded: ${AppError.from(error).message}`);
    }
  }

  async #result(before: ReadonlyMap<string, OpenReplica>, outcome: string): Promise<TaskResult> {
    const scope = forwardScope(this.#ctx);
    const facts: Record<string, string> = { outcome };
    let [bytesBefore, bytesAfter] = [0, 0];
    for (const [server, replica] of before) {
      const after = await readReplica(scope, server, this.#ref);
      bytesBefore += replica.file.datFileSize;
      if (after.kind !== "open") continue;
      bytesAfter += after.file.datFileSize;
      facts[`revision ${server}`] = String(after.file.compactionRevision);
    }
    this.#ctx.progress({ stage: "done", percent: 100 });
    return {
      facts: {
        ...facts,
        bytes_before: String(bytesBefore),
        bytes_after: String(bytesAfter),
        bytes_reclaimed: String(Math.max(0, bytesBefore - bytesAfter)),
      },
    };
  }
}
