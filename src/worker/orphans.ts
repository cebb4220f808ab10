import { AppError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import { parseWireTaskId } from "../queue/wire-task-id.ts";
import type { Ack__Output } from "../rpc/gen/worker_pb/Ack.ts";
import type { WorkerMessage } from "../rpc/gen/worker_pb/WorkerMessage.ts";
import type { Journal } from "./journal.ts";

/** Above every number an attempt gives its words: the acknowledgement of an offer is told from theirs by it. */
const OFFER_SEQ = 0xffff_ffff;

export interface OrphansOptions {
  readonly journal: Journal;
  readonly send: (message: WorkerMessage) => boolean;
  /** Attempts that run, or whose end is still to be acknowledged. */
  readonly inUse: () => readonly string[];
  readonly logger: Logger;
}

/**
 * Offers what attempts of an admin that is no more had done to the admin of today. An entry of the admin's own epoch needs
 * no offer: its queue has the same checkpoint, and the entry is dropped.
 */
export class Orphans {
  readonly #options: OrphansOptions;
  readonly #offered = new Set<string>();
  #epoch: string | undefined;

  constructor(options: OrphansOptions) {
    this.#options = options;
  }

  /** @param epoch of the admin; undefined for one that has no leases. */
  sessionUp(epoch: string | undefined): void {
    this.#epoch = epoch;
    this.#offered.clear();
    this.offer();
  }

  sessionDown(): void {
    this.#epoch = undefined;
  }

  /** Offers what is not in use and was not taken yet. */
  offer(): void {
    const { journal, send, inUse, logger } = this.#options;
    if (this.#epoch === undefined) return;
    const busy = new Set(inUse());
    for (const entry of journal.entries()) {
      const { taskId } = entry;
      if (busy.has(taskId)) continue;
      if (parseWireTaskId(taskId)?.epoch === this.#epoch) {
        this.#drop(taskId);
        continue;
      }
      if (!this.#offered.has(taskId)) {
        logger.warn("A task of an admin that is no more is offered to this one.", { task: taskId, step: entry.step });
      }
      this.#offered.add(taskId);
      const state = Buffer.from(JSON.stringify(entry.state), "utf8");
      const { taskType, params, step, committed } = entry;
      const orphan = { task_id: taskId, seq: OFFER_SEQ, task_type: taskType, params, step, state, committed };
      send({ message: "orphan", orphan });
    }
  }

  /** Whether the acknowledgement is one of an offer. A refused one is offered again later. */
  acknowledged(ack: Ack__Output): boolean {
    if (Number(ack.seq ?? 0) !== OFFER_SEQ) return false;
    const { logger } = this.#options;
    const taskId = ack.task_id ?? "";
    if (ack.accepted === true) this.#drop(taskId);
    else logger.warn("The admin did not take a task over.", { task: taskId, code: ack.code, reason: ack.message });
    return true;
  }

  #drop(taskId: string): void {
    this.#options.journal.remove(taskId).catch((reason: unknown) => {
      this.#options.logger.warn("An entry of the journal stays.", { task: taskId, error: AppError.from(reason) });
    });
  }
}
