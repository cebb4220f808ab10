import { type ServerDuplexStream, status } from "@grpc/grpc-js";
import type { Clock } from "../../core/clock.ts";
import type { Logger } from "../../core/logger.ts";
import type { AdminMessage } from "../../rpc/gen/worker_pb/AdminMessage.ts";
import type { WorkerMessage__Output } from "../../rpc/gen/worker_pb/WorkerMessage.ts";
import type { Registration } from "./registration.ts";

export type WorkerStream = ServerDuplexStream<WorkerMessage__Output, AdminMessage>;

/** Bytes that may wait for a worker that does not read. Beyond it the stream is cut: a session never grows without bound. */
const MOST_BUFFERED = 8 << 20;

/** One registered stream of one worker. */
export class WorkerSession {
  readonly registration: Registration;
  /** Tells this stream from every other one of the same worker. */
  readonly processNonce: string;
  readonly address: string;
  readonly connectedAt: number;
  /** Tasks the open request asks for; 0 when none is open. */
  wanted = 0;
  /** Last word of any kind, monotonic ms. */
  heardAt: number;
  /** Unix ms of the last heartbeat. */
  heartbeatAt: number;
  /** `current_load` of the last heartbeat; undefined before the first. */
  reportedLoad: number | undefined;
  /** The worker said goodbye: nothing is handed out to it any more. */
  leaving = false;
  readonly #stream: WorkerStream;
  readonly #clock: Clock;
  readonly #logger: Logger;
  #open = true;

  constructor(stream: WorkerStream, registration: Registration, processNonce: string, clock: Clock, logger: Logger) {
    this.#stream = stream;
    this.#clock = clock;
    this.registration = registration;
    this.processNonce = processNonce;
    this.address = stream.getPeer();
    this.connectedAt = clock.now();
    this.heardAt = clock.monotonic();
    this.heartbeatAt = clock.now();
    this.#logger = logger.child({ worker: registration.workerId });
  }

  get workerId(): string {
    return this.registration.workerId;
  }

  get speaksExtensions(): boolean {
    return this.registration.protocol === "weedkeeper";
  }

  get open(): boolean {
    return this.#open;
  }

  /** False when the stream is over: the message went nowhere. */
  send(message: AdminMessage): boolean {
    if (!this.#open) return false;
    if (this.#logger.enabled(4)) this.#logger.v(4, `sent ${message.message ?? ""}`, summary(message));
    this.#stream.write({ admin_id: "admin-server", timestamp: Math.floor(this.#clock.now() / 1000), ...message });
    if (this.#stream.writableLength > MOST_BUFFERED) {
      this.#logger.warn("The worker does not read what is sent to it: its stream is cut");
      this.close("The worker does not read what is sent to it.");
    }
    return this.#open;
  }

  /** Ends the stream from our side, with a reason when the worker did nothing to expect it. Safe to call twice. */
  close(reason?: string): void {
    if (!this.#open) return;
    this.#open = false;
    if (reason === undefined) this.#stream.end();
    else this.#stream.emit("error", { code: status.ABORTED, details: reason });
  }

  /** The stream ended by itself. */
  ended(): void {
    this.#open = false;
  }
}

function summary(message: AdminMessage): Readonly<Record<string, unknown>> {
  const taskId = message.task_assignment?.task_id ?? message.task_cancellation?.task_id ?? message.ack?.task_id;
  return { ...(taskId ? { taskId } : {}), ...(message.ack?.seq === undefined ? {} : { seq: String(message.ack.seq) }) };
}
