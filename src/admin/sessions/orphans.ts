import { AppError, errorMessage } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import { parseWireTaskId } from "../../queue/wire-task-id.ts";
import type { OrphanCheckpoint__Output } from "../../rpc/gen/worker_pb/OrphanCheckpoint.ts";
import type { TaskDefinition } from "../../tasks/definition.ts";
import type { Store } from "../store/store.ts";
import { checkpointOf } from "./word-reader.ts";

export interface OrphanDeps {
  readonly store: Pick<Store, "adopt">;
  readonly definitions: ReadonlyMap<string, TaskDefinition>;
  readonly logger: Logger;
  readonly onAdopted: (taskId: number) => void;
}

/**
 * Makes a task of a checkpoint whose admin is no more, so that volumes it froze and copies it began are put right by the
 * type's own resume. Resolves when the task is on disk; of our own epoch nothing is made, since our queue knows better.
 * @throws AppError WK-TASK-BUSY while another task has the volume (the worker offers it again), WK-WORKER-WORD for
 * nonsense, WK-TASK-TYPE or WK-TASK-PLAN for what this release cannot go on with.
 */
export async function adoptOrphan(orphan: OrphanCheckpoint__Output, epoch: string, deps: OrphanDeps): Promise<void> {
  const { store, definitions, logger, onAdopted } = deps;
  const foreign = parseWireTaskId(orphan.task_id ?? "");
  if (foreign === undefined) throw new AppError("WK-WORKER-WORD", "An orphan names no attempt.");
  if (foreign.epoch === epoch) return;
  const definition = definitions.get(orphan.task_type ?? "");
  if (definition === undefined) {
    throw new AppError("WK-TASK-TYPE", `This admin knows no task type "${orphan.task_type ?? ""}".`);
  }
  const event = checkpointOf({
    step: orphan.step ?? "",
    ...(orphan.state === undefined ? {} : { state: orphan.state }),
  });
  if (event.kind !== "checkpoint") throw new AppError("WK-WORKER-WORD", "An orphan has no checkpoint.");
  const plan = definition.codec.fromParams(orphan.params ?? {});
  const result = await store.adopt({
    type: definition.type,
    volumeId: orphan.params?.volume_id ?? 0,
    collection: orphan.params?.collection ?? "",
    priority: 3,
    reason: `an admin of before (epoch ${foreign.epoch}) began this and is no more`,
    bytes: Number(orphan.params?.volume_size ?? "0"),
    needs: definition.codec.needs(plan),
    plan: definition.codec.toJson(plan),
    createdBy: "recovery",
    checkpoint: { step: event.step, state: event.state },
    committed: orphan.committed === true,
  });
  if (!result.ok) throw new AppError("WK-TASK-BUSY", `Task ${result.takenBy} has the volume; offer it again later.`);
  logger.warn(`Task ${result.id} goes on with what an admin of before began`, {
    orphan: orphan.task_id,
    step: event.step,
  });
  onAdopted(result.id);
}

/** For the acknowledgement: what became of an orphan, as code and sentence. */
export function orphanRefusal(reason: unknown): { readonly code: string; readonly message: string } {
  return { code: AppError.from(reason).code, message: errorMessage(reason) };
}
