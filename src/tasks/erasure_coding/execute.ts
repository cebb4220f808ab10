import { AppError } from "../../core/errors.ts";
import { formatServerAddress } from "../../rpc/server-address.ts";
import type { LiveSet } from "../../volume/live-set.ts";
import type { TaskContext, TaskResult } from "../context.ts";
import { compareReplicas } from "../steps/compare.ts";
import { freeze, thaw } from "../steps/freeze.ts";
import { type FreezeLimit, freezeLimit } from "../steps/freeze-limit.ts";
import { runAttempt } from "../steps/outcome.ts";
import { requireOnDisk } from "../steps/probe.ts";
import { readLiveSet } from "../steps/read-live-set.ts";
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
import { readServers, type ServerState } from "../steps/servers.ts";
import { persistently } from "../steps/undo.ts";
import { TaskFailed } from "../task-failed.ts";
import { clearShards, takeBackBuild } from "./clear-shards.ts";
import { encodeOnServer } from "./encode-on-server.ts";
import { encodeOnWorker } from "./encode-on-worker.ts";
import { type EcPlan, TOTAL_SHARDS } from "./plan.ts";
import { chooseMode, requireNoOtherReplica, requireRoom } from "./preconditions.ts";
import { type Built, proveShards, requireAllShards } from "./prove.ts";
import { deleteReplica, deleteSurplus, isGone, requireReplicaAsRecorded } from "./remove-originals.ts";
import { repairShards } from "./repair.ts";
import { serversOf, shardSizeOf } from "./shard-files.ts";
import { type EcMode, type EcState, ecStateJson, NOTHING_DONE, readEcState } from "./state.ts";

/**
 * Turns a volume into 14 shards: all of them, proved where they lie, or the volume as it was. A state machine whose
 * every state is in an acknowledged checkpoint: frozen → building → deleting.
 */
export function executeErasureCoding(ctx: TaskContext, plan: EcPlan): Promise<TaskResult> {
  const encoding = new Encoding(ctx, plan);
  return runAttempt(ctx, { work: () => encoding.run(), undo: () => encoding.undo(), undoAfterCommit: true });
}

class Encoding {
  readonly #ctx: TaskContext;
  readonly #plan: EcPlan;
  readonly #ref: VolumeRef;
  #state: EcState | undefined;

  constructor(ctx: TaskContext, plan: EcPlan) {
    this.#ctx = ctx;
    this.#plan = plan;
    this.#ref = { volumeId: plan.volumeId, collection: plan.collection };
    this.#state = readEcState(ctx.attempt.checkpoint);
  }

  async run(): Promise<TaskResult> {
    const scope = forwardScope(this.#ctx);
    this.#ctx.progress({ stage: "check", percent: 0 });
    const servers = await readServers(scope, serversOf(this.#plan));
    if (this.#state?.phase === "deleting") return this.#rollForward(scope, this.#state, servers);
    const mode = chooseMode(this.#plan, servers);
    if (this.#state?.phase === "building") await takeBackBuild(scope, this.#plan, this.#state.replicas);

    const replicas = await this.#inspect(scope, servers, mode);
    await this.#clearLeftovers(scope, replicas);
    const limit = freezeLimit(this.#ctx, this.#plan.volumeId);
    try {
      return await this.#encode(scope, limit, replicas, servers, mode);
    } finally {
      limit.clear();
    }
  }

  async #encode(
    scope: Scope,
    limit: FreezeLimit,
    replicas: readonly OpenReplica[],
    servers: ReadonlyMap<string, ServerState>,
    mode: EcMode,
  ): Promise<TaskResult> {
    const limited = forwardScope(this.#ctx, limit.signal);
    const { frozen, live } = await this.#freezeAll(limited, replicas, mode);
    const built = await this.#build(limited, frozen, servers);
    this.#ctx.progress({ stage: "verify", percent: 80 });
    this.#ctx.log.info(await proveShards(limited, built, live));
    for (const prior of frozen.replicas) await requireReplicaAsRecorded(limited, prior, this.#ref);
    limited.check();
    limit.clear();
    await this.#commit({ ...frozen, phase: "deleting", generation: built.generation });
    await this.#lastLook(scope, frozen.replicas);
    return this.#finish(scope, frozen.replicas, built);
  }

  /** Reads every replica, and proves that the source can be trusted with the shards of the whole volume. */
  async #inspect(
    scope: Scope,
    servers: ReadonlyMap<string, ServerState>,
    mode: EcMode,
  ): Promise<readonly OpenReplica[]> {
    const replicas: OpenReplica[] = [];
    for (const server of this.#plan.replicas) {
      const replica = await readOpenReplica(scope, server, this.#ref);
      requireLocal(replica, this.#ref);
      await requireOnDisk(scope, server, this.#ref);
      replicas.push(replica);
    }
    const [source] = replicas;
    if (source === undefined) throw new AppError("WK-TASK-PLAN", "The plan names no replica.");
    requireRoom(this.#plan, source, servers, mode);
    this.#ctx.progress({ stage: "scrub", percent: 2 });
    this.#ctx.log.info(await requireScrubbed(scope, this.#plan.source, this.#ref, source.file.datFileSize));
    return replicas;
  }

  /** Shards of other runs, mounted or forgotten, on any server of the cluster: they would mix with ours. */
  async #clearLeftovers(scope: Scope, replicas: readonly OpenReplica[]): Promise<void> {
    const touched = serversOf(this.#plan);
    const known = new Set(touched.map((server) => this.#ctx.cluster.volumeServer(server).address.grpc));
    const all = await this.#ctx.cluster.master.listVolumeServers({ signal: scope.signal });
    const others = all.filter(({ grpc }) => !known.has(grpc)).map(formatServerAddress);
    this.#ctx.progress({ stage: "clear", percent: 6 });
    await requireNoOtherReplica(scope, this.#plan, [...touched, ...others]);
    await clearShards(scope, this.#ref, this.#plan.source, [...touched, ...others]);
    for (const { server } of replicas) await readOpenReplica(scope, server, this.#ref);
  }

  async #freezeAll(
    scope: Scope,
    replicas: readonly OpenReplica[],
    mode: EcMode,
  ): Promise<{ readonly frozen: EcState; readonly live: LiveSet }> {
    const earlier = new Map(this.#state?.replicas.map((prior) => [prior.server, prior]));
    const priors = replicas.map((replica) => {
      const before = earlier.get(replica.server);
      return before === undefined ? priorStateOf(replica) : withSizes(before, replica.file);
    });
    await this.#save({ phase: "frozen", mode, replicas: priors, generation: 0n });
    this.#ctx.progress({ stage: "freeze", percent: 8 });
    const sized: PriorState[] = [];
    const now: OpenReplica[] = [];
    for (const prior of priors) {
      scope.check();
      const replica = await freeze(scope, prior.server, this.#ref, { persist: true, canDelete: false });
      now.push(replica);
      sized.push(withSizes(prior, replica.file));
    }
    const frozen: EcState = { phase: "frozen", mode, replicas: sized, generation: 0n };
    const live = await this.#requireEqual(scope, now);
    if (live.keys.length === 0) {
      throw new AppError("WK-TASK-STALE", `Volume ${this.#ref.volumeId} has no live needle to encode.`);
    }
    return { frozen, live };
  }

  /** All replicas are deleted in the end, so each must hold what the source holds. */
  async #requireEqual(scope: Scope, [source, ...others]: readonly OpenReplica[]): Promise<LiveSet> {
    if (source === undefined) throw new AppError("WK-TASK-PLAN", "The plan names no replica.");
    for (const other of others) {
      try {
        const { sentence } = await compareReplicas(scope, this.#ref, source, other);
        this.#ctx.log.info(sentence);
      } catch (reason) {
        const error = AppError.from(reason);
        if (error.code !== "WK-TASK-VERIFY") throw error;
        throw new TaskFailed(error.code, error.message, {
          clean: true,
          retry: false,
          cause: error,
          hint: "Let replication reconcile the replicas first.",
        });
      }
    }
    return readLiveSet(scope, source.server, this.#ref, source.file);
  }

  async #build(scope: Scope, frozen: EcState, servers: ReadonlyMap<string, ServerState>): Promise<Built> {
    const [source] = frozen.replicas;
    if (source === undefined) throw new AppError("WK-TASK-PLAN", "The plan names no replica.");
    await this.#save({ ...frozen, phase: "building" });
    const bytesTotal = source.datSize;
    let placed = 0;
    const shardPlaced = (): void => {
      placed++;
      const bytesDone = Math.min(bytesTotal, (bytesTotal * placed) / TOTAL_SHARDS);
      this.#ctx.progress({ stage: "spread", percent: 40 + (40 * placed) / TOTAL_SHARDS, bytesDone, bytesTotal });
    };
    const bytesDone = (bytes: number): void =>
      this.#ctx.progress({
        stage: bytes > bytesTotal ? "encode" : "fetch",
        percent: 10 + (30 * bytes) / (2 * Math.max(1, bytesTotal)),
        bytesDone: bytes,
        bytesTotal: 2 * bytesTotal,
      });
    this.#ctx.progress({ stage: "encode", percent: 10, bytesTotal });
    const generation =
      frozen.mode === "server"
        ? await encodeOnServer(scope, this.#plan, source, { shardPlaced })
        : await encodeOnWorker(scope, this.#plan, source, servers, { shardPlaced, bytesDone });
    return { plan: this.#plan, source, generation, servers };
  }

  async #commit(state: EcState): Promise<void> {
    if (this.#ctx.committed) await this.#ctx.checkpoint("delete", ecStateJson(state));
    else await this.#ctx.commitPoint(ecStateJson(state));
    this.#state = state;
  }

  /** While no replica is deleted the way back is still open. */
  async #lastLook(scope: Scope, replicas: readonly PriorState[]): Promise<void> {
    try {
      for (const prior of replicas) {
        const replica = await readReplica(scope, prior.server, this.#ref);
        // One that a restart has hidden cannot have been written to.
        if (replica.kind === "open") await requireReplicaAsRecorded(scope, prior, this.#ref);
      }
    } catch (reason) {
      const error = AppError.from(reason);
      if (error.code === "WK-TASK-UNSAFE" && this.#state !== undefined) {
        await this.#save({ ...this.#state, phase: "building" });
      }
      throw error;
    }
  }

  /** The source goes first: a crash then leaves no `.dat` hidden behind shards on the server that has all of them. */
  async #finish(scope: Scope, replicas: readonly PriorState[], built: Built): Promise<TaskResult> {
    for (const [index, prior] of replicas.entries()) {
      this.#ctx.progress({ stage: "delete", percent: 90 + (5 * index) / replicas.length });
      await deleteReplica(scope, built, prior);
    }
    await repairShards(scope, built);
    await deleteSurplus(scope, built);
    await repairShards(scope, built);
    this.#ctx.log.info(await persistently(scope, () => requireAllShards(scope, built)));
    this.#ctx.progress({ stage: "done", percent: 100 });
    const { source, generation } = built;
    return {
      facts: {
        outcome: "encoded",
        mode: this.#state?.mode ?? "",
        generation: generation.toString(),
        bytes_before: String(replicas.reduce((sum, prior) => sum + prior.datSize, 0)),
        bytes_after: String(shardSizeOf(source.datSize) * TOTAL_SHARDS),
        replicas_removed: String(replicas.length),
      },
    };
  }

  /** An earlier attempt verified everything: shards first brought back where they are missing, then the deletions. */
  async #rollForward(scope: Scope, state: EcState, servers: ReadonlyMap<string, ServerState>): Promise<TaskResult> {
    const [source] = state.replicas;
    if (source === undefined) throw new AppError("WK-TASK-PLAN", "The checkpoint names no replica.");
    this.#ctx.log.info("An earlier attempt verified the shards; going on with the deletion of the replicas.");
    const built: Built = { plan: this.#plan, source, generation: state.generation, servers };
    await repairShards(scope, built);
    const gone = await Promise.all(state.replicas.map(({ server }) => isGone(scope, server, this.#ref)));
    if (gone.every((value) => !value)) await this.#lastLook(scope, state.replicas);
    return this.#finish(scope, state.replicas, built);
  }

  /** Removes what was built, then gives every replica its state back. */
  async undo(): Promise<void> {
    const state = this.#state;
    if (state === undefined) return;
    if (state.phase === "deleting") {
      throw new AppError("WK-TASK-UNSAFE", "Replicas may be deleted already; the next attempt goes on from there.");
    }
    const scope = undoScope(this.#ctx);
    await this.#ctx.lease.whenAtLeast(1);
    if (state.phase === "building") await takeBackBuild(scope, this.#plan, state.replicas);
    for (const prior of state.replicas) await persistently(scope, () => thaw(scope, prior, this.#ref));
    this.#state = undefined;
    try {
      // The next attempt must not take back a freeze that somebody else set meanwhile.
      await this.#ctx.checkpoint("rolled back", NOTHING_DONE);
    } catch (error) {
      this.#ctx.log.debug(`The roll-back is not recorded: ${AppError.from(error).message}`);
    }
  }

  async #save(state: EcState): Promise<void> {
    await this.#ctx.checkpoint(state.phase, ecStateJson(state));
    this.#state = state;
  }
}
