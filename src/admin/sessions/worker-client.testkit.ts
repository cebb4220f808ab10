import { type ClientDuplexStream, credentials } from "@grpc/grpc-js";
import type { AdminMessage__Output } from "../../rpc/gen/worker_pb/AdminMessage.ts";
import type { TaskAssignment__Output } from "../../rpc/gen/worker_pb/TaskAssignment.ts";
import type { WorkerMessage } from "../../rpc/gen/worker_pb/WorkerMessage.ts";
import { proto } from "../../rpc/proto.ts";

/** One stream of a scripted worker: it says exactly what a test tells it to. */
export class ScriptedWorker {
  readonly received: AdminMessage__Output[] = [];
  /** Why the stream ended, once it has. */
  ended: string | undefined;
  readonly #client;
  readonly #stream: ClientDuplexStream<WorkerMessage, AdminMessage__Output>;
  readonly #watchers = new Set<() => void>();

  constructor(port: number) {
    this.#client = new proto.worker_pb.WorkerService(`127.0.0.1:${port}`, credentials.createInsecure());
    this.#stream = this.#client.WorkerStream();
    this.#stream.on("data", (message: AdminMessage__Output) => {
      this.received.push(message);
      this.#notify();
    });
    this.#stream.on("error", (error) => this.#over(error.message));
    this.#stream.on("end", () => this.#over("end"));
  }

  /** Registers as one of our workers when `nonce` is given, else as a Go worker. */
  register(
    workerId: string,
    options: { nonce?: string; capabilities?: string[]; max?: number; running?: string[] } = {},
  ): void {
    const { nonce, capabilities = ["vacuum"], max = 2, running = [] } = options;
    this.say({
      message: "registration",
      registration: {
        worker_id: workerId,
        capabilities,
        max_concurrent: max,
        ...(nonce === undefined
          ? {}
          : { extensions: { protocol: 1, process_nonce: nonce, version: "test", running_task_ids: running } }),
      },
    });
  }

  say(message: WorkerMessage): void {
    this.#stream.write(message);
  }

  request(slots = 1): void {
    this.say({ message: "task_request", task_request: { available_slots: slots } });
  }

  complete(taskId: string, seq: number, success = true): void {
    this.say({
      message: "task_complete",
      task_complete: { task_id: taskId, seq, success, error_message: success ? "" : "it broke" },
    });
  }

  /** The first message (already here or to come) for which `pick` gives something. */
  async next<Value>(pick: (message: AdminMessage__Output) => Value | undefined): Promise<Value> {
    for (let index = 0; ; ) {
      while (index < this.received.length) {
        const message = this.received[index++];
        const value = message === undefined ? undefined : pick(message);
        if (value !== undefined) return value;
      }
      if (this.ended !== undefined) throw new Error(`the stream ended: ${this.ended}`);
      await this.#change();
    }
  }

  assignment(after = ""): Promise<TaskAssignment__Output> {
    return this.next((message) => {
      const assignment = message.task_assignment;
      return assignment !== undefined && assignment.task_id !== after ? assignment : undefined;
    });
  }

  ack(seq: number): Promise<boolean> {
    return this.next((message) => (message.ack?.seq === String(seq) ? message.ack.accepted === true : undefined));
  }

  async end(): Promise<string> {
    while (this.ended === undefined) await this.#change();
    return this.ended;
  }

  close(): void {
    this.#stream.cancel();
    this.#client.close();
  }

  #over(why: string): void {
    this.ended ??= why;
    this.#notify();
  }

  #notify(): void {
    for (const watcher of [...this.#watchers]) watcher();
  }

  #change(): Promise<void> {
    return new Promise((resolve) => {
      const watcher = (): void => {
        this.#watchers.delete(watcher);
        resolve();
      };
      this.#watchers.add(watcher);
    });
  }
}
