import { deferred } from "../../src/core/deferred.ts";
import type { AdminMessage__Output } from "../../src/rpc/gen/worker_pb/AdminMessage.ts";
import type { WorkerMessage } from "../../src/rpc/gen/worker_pb/WorkerMessage.ts";
import { noopType } from "./noop-type.ts";
import { type OwnStream, sharedNow } from "./wire.ts";

const UPDATE_SEQ = 1;
const COMPLETE_SEQ = 2;

/**
 * One of our workers with a task that takes no time, as the admin sees it: registers with a process nonce and asks for what is
 * free. For each task it says that it runs and that it is done, both numbered; the slot is free again when the admin has
 * acknowledged the second.
 */
export class ScriptedWorker {
  readonly registered: Promise<void>;
  readonly #own: OwnStream;
  readonly #id: string;
  readonly #slots: number;
  readonly #running = new Set<string>();
  readonly #registered = deferred<void>();
  #arrivals: [volumeId: number, at: number][] = [];
  #working = false;
  #idle = deferred<void>();
  #renewals = 0;

  constructor(own: OwnStream, id: string, slots: number) {
    this.#own = own;
    this.#id = id;
    this.#slots = slots;
    this.registered = this.#registered.promise;
    own.stream.on("data", (message: AdminMessage__Output) => this.#hear(message));
    own.stream.on("error", (error) => this.#registered.reject(error));
    this.#say({
      message: "registration",
      registration: {
        worker_id: id,
        address: "",
        capabilities: [noopType.type],
        max_concurrent: slots,
        extensions: { protocol: 1, process_nonce: `${id}-${process.pid}`, version: "bench" },
      },
    });
  }

  work(): void {
    this.#working = true;
    this.#ask();
  }

  /** Asks for nothing any more; resolves when what runs is done. */
  async rest(): Promise<void> {
    this.#working = false;
    this.#request(0);
    if (this.#running.size > 0) await this.#idle.promise;
    this.#idle = deferred<void>();
  }

  /** When each task arrived since the last call, on the shared clock. */
  takeArrivals(): readonly [volumeId: number, at: number][] {
    const arrivals = this.#arrivals;
    this.#arrivals = [];
    return arrivals;
  }

  renew(): void {
    this.#say({
      message: "lease_renewal",
      lease_renewal: { nonce: String(++this.#renewals), task_ids: [...this.#running] },
    });
  }

  beat(): void {
    this.#say({
      message: "heartbeat",
      heartbeat: {
        worker_id: this.#id,
        status: "active",
        current_load: this.#running.size,
        max_concurrent: this.#slots,
        current_task_ids: [...this.#running],
      },
    });
  }

  close(): void {
    this.#own.close();
  }

  #hear(message: AdminMessage__Output): void {
    const { registration_response, task_assignment, ack } = message;
    if (registration_response?.success === true) this.#registered.resolve();
    else if (task_assignment !== undefined) {
      const taskId = task_assignment.task_id ?? "";
      this.#arrivals.push([task_assignment.params?.volume_id ?? 0, sharedNow()]);
      this.#running.add(taskId);
      this.#start(taskId);
      this.#complete(taskId);
    } else if (ack?.accepted === true) this.#acknowledged(ack.task_id ?? "", Number(ack.seq));
    else if (ack !== undefined) throw new Error(`The admin refused ${ack.task_id}: ${ack.message}`);
  }

  #acknowledged(taskId: string, seq: number): void {
    if (seq !== COMPLETE_SEQ) return;
    this.#running.delete(taskId);
    if (this.#working) this.#ask();
    else if (this.#running.size === 0) this.#idle.resolve();
  }

  #start(taskId: string): void {
    this.#say({
      message: "task_update",
      task_update: {
        task_id: taskId,
        worker_id: this.#id,
        status: "in_progress",
        message: "start",
        seq: UPDATE_SEQ,
        stage: "start",
      },
    });
  }

  #complete(taskId: string): void {
    this.#say({
      message: "task_complete",
      task_complete: {
        task_id: taskId,
        worker_id: this.#id,
        success: true,
        completion_time: Math.floor(Date.now() / 1000),
        result_metadata: { bytes: "0" },
        seq: COMPLETE_SEQ,
      },
    });
  }

  #ask(): void {
    this.#request(this.#slots - this.#running.size);
  }

  #request(slots: number): void {
    this.#say({
      message: "task_request",
      task_request: { worker_id: this.#id, capabilities: [noopType.type], available_slots: slots },
    });
  }

  #say(message: WorkerMessage): void {
    this.#own.stream.write({ worker_id: this.#id, timestamp: Math.floor(Date.now() / 1000), ...message });
  }
}
