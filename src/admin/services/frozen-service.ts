import type { ClusterPort } from "../../cluster/cluster-port.ts";
import { AppError, errorMessage, hasCode } from "../../core/errors.ts";
import type { Json } from "../../core/json.ts";
import type { Logger } from "../../core/logger.ts";
import { isHeld } from "../../queue/transition.ts";
import { type PriorState, priorStateSchema } from "../../tasks/steps/replica.ts";
import type { Store, TaskRecord } from "../store/store.ts";

const MOST_TASKS = 1000;
const ASK_TIMEOUT_MS = 5000;

/** A replica that a task of ours froze and has not thawed by its own word. */
export interface FrozenReplica {
  readonly task: TaskRecord;
  readonly volumeId: number;
  /** Address form. */
  readonly server: string;
  /** Unix ms of the task's last durable word: it was frozen about then. */
  readonly since: number;
}

export interface FrozenReplicaNow extends FrozenReplica {
  /** What its server says now; `unknown` with why when it cannot be asked. */
  readonly now: "read-only" | "writable" | "absent" | "unknown";
  readonly why: string | undefined;
}

/**
 * Which volumes we froze, read from the checkpoints of tasks that have not cleaned up, and a way to thaw them by hand.
 */
export class FrozenService {
  readonly #store: Store;
  readonly #cluster: Pick<ClusterPort, "volumeServer">;
  readonly #logger: Logger;

  constructor(store: Store, cluster: Pick<ClusterPort, "volumeServer">, logger: Logger) {
    this.#store = store;
    this.#cluster = cluster;
    this.#logger = logger;
  }

  async recorded(): Promise<readonly FrozenReplica[]> {
    const tasks = await this.#store.tasks({ touched: true, limit: MOST_TASKS });
    return tasks.flatMap((task) =>
      priorStatesIn(task.checkpoint?.state ?? null)
        .filter((prior) => !prior.readOnly)
        .map((prior) => ({ task, volumeId: task.volumeId, server: prior.server, since: task.updatedAt })),
    );
  }

  /** The recorded ones with what their servers say. */
  async list(): Promise<readonly FrozenReplicaNow[]> {
    return Promise.all((await this.recorded()).map((replica) => this.#ask(replica)));
  }

  /**
   * Makes the replicas of a volume writable again that a stopped task left frozen.
   * Throws WK-RPC-NOT-FOUND when none is recorded, WK-TASK-BUSY while the task runs, WK-TASK-UNSAFE past its commit point.
   */
  async thaw(volumeId: number, by: string): Promise<readonly FrozenReplicaNow[]> {
    const frozen = (await this.recorded()).filter((replica) => replica.volumeId === volumeId);
    if (frozen.length === 0) {
      throw new AppError("WK-RPC-NOT-FOUND", `No task of ours is recorded as having frozen volume ${volumeId}.`, {
        hint: "A volume that something else made read-only is not ours to thaw.",
      });
    }
    for (const { task } of frozen) {
      if (isHeld(task.state) || task.state === "verifying") {
        throw new AppError(
          "WK-TASK-BUSY",
          `Task ${task.id} (${task.type}) works on volume ${volumeId}: cancel it first.`,
        );
      }
      if (task.committed) {
        throw new AppError(
          "WK-TASK-UNSAFE",
          `Task ${task.id} (${task.type}) passed its commit point: writes to what is left of volume ${volumeId} could be lost.`,
          { hint: "Retry the task; it rolls forward." },
        );
      }
    }
    for (const replica of frozen) await this.#thawOne(replica, by);
    return Promise.all(frozen.map((replica) => this.#ask(replica)));
  }

  async #thawOne({ task, volumeId, server }: FrozenReplica, by: string): Promise<void> {
    const audit = (outcome: string): Promise<null> =>
      this.#store.audit({
        taskId: task.id,
        attempt: task.attempt,
        workerId: by,
        call: "VolumeMarkWritable",
        server,
        volumeId,
        precondition: `thawed by hand; task is ${task.state}, not committed`,
        outcome,
      });
    await audit("");
    try {
      await this.#cluster.volumeServer(server).volumeMarkWritable(volumeId);
      await audit("ok");
      this.#logger.info("volume thawed by hand", { volumeId, server, task: task.id, by });
    } catch (reason) {
      await audit(errorMessage(reason));
      throw reason;
    }
  }

  async #ask(replica: FrozenReplica): Promise<FrozenReplicaNow> {
    try {
      const client = this.#cluster.volumeServer(replica.server);
      const status = await client.volumeStatus(replica.volumeId, { timeoutMs: ASK_TIMEOUT_MS });
      return { ...replica, now: status.isReadOnly ? "read-only" : "writable", why: undefined };
    } catch (reason) {
      const now = hasCode(reason, "WK-RPC-NOT-FOUND") ? "absent" : "unknown";
      return { ...replica, now, why: errorMessage(reason) };
    }
  }
}

/** Every task keeps what it found in its checkpoint as `PriorState`, wherever in it. */
function priorStatesIn(json: Json): readonly PriorState[] {
  if (typeof json !== "object" || json === null) return [];
  const prior = priorStateSchema.safeParse(json);
  if (prior.success) return [prior.data];
  return Object.values(json).flatMap((value: Json) => priorStatesIn(value));
}
