import type { ServerDuplexStream } from "@grpc/grpc-js";
import { type Server, ServerCredentials, status } from "@grpc/grpc-js";
import { closeServer, createServer, listen } from "../rpc/channel.ts";
import type { AdminMessage } from "../rpc/gen/worker_pb/AdminMessage.ts";
import type { TaskAssignment } from "../rpc/gen/worker_pb/TaskAssignment.ts";
import type { WorkerMessage__Output } from "../rpc/gen/worker_pb/WorkerMessage.ts";
import { workerService } from "../rpc/proto.ts";
import { type ServerAddress, serverAddress } from "../rpc/server-address.ts";
import { CutProxy } from "./cut-proxy.testkit.ts";

export type Said = WorkerMessage__Output;
export type Kind = NonNullable<Said["message"]>;
type Stream = ServerDuplexStream<Said, AdminMessage>;

export interface AdminDoubleOptions {
  /** Grants leases and acknowledges words, as our admin; otherwise it is a plain one, as Go's. */
  readonly leased: boolean;
  readonly leaseMs?: number;
  readonly renewMs?: number;
  readonly port?: number;
  /** Default plaintext. */
  readonly credentials?: ServerCredentials;
  /** Default `epoch1`. */
  readonly epoch?: string;
}

/**
 * An admin on a real port that does what a test says. By itself it answers registrations, heartbeats, renewals and
 * words; each of these can be switched off, and everything that was received can be waited for.
 */
export class AdminDouble {
  readonly address: ServerAddress;
  readonly port: number;
  readonly #server: Server;
  readonly #options: AdminDoubleOptions;
  readonly #said: Said[] = [];
  readonly #waiting = new Set<() => void>();
  readonly #wire: CutProxy;
  #current: Stream | undefined;
  #streamCount = 0;
  #unanswered = 0;
  #seq = 0;
  /** Kinds of words that are not acknowledged by themselves. */
  readonly unacknowledged = new Set<Kind>();
  grants = true;
  heartbeats = true;
  emergencyStop = false;
  refuseRegistration: string | undefined;
  /** Attempts that a registration or a renewal is told to be lost. */
  readonly lost = new Set<string>();

  private constructor(server: Server, wire: CutProxy, options: AdminDoubleOptions) {
    this.#server = server;
    this.#wire = wire;
    this.port = wire.port;
    this.#options = options;
    // The HTTP port is not used by workers; only the gRPC port matters here.
    this.address = serverAddress("127.0.0.1", wire.port - 1, wire.port);
  }

  static async start(options: AdminDoubleOptions): Promise<AdminDouble> {
    const server = createServer();
    let double: AdminDouble | undefined;
    server.addService(workerService, { WorkerStream: (stream: Stream) => double?.open(stream) });
    const inner = await listen(server, "127.0.0.1", 0, options.credentials ?? ServerCredentials.createInsecure());
    double = new AdminDouble(server, await CutProxy.start(inner, options.port ?? 0), options);
    return double;
  }

  /** How many streams were opened so far. */
  get streamCount(): number {
    return this.#streamCount;
  }

  open(stream: Stream): void {
    this.#streamCount++;
    this.#unanswered = 0;
    this.#current = stream;
    stream.on("data", (message: Said) => this.#hear(stream, message));
    stream.on("end", () => stream.end());
    stream.on("error", () => undefined);
  }

  send(message: AdminMessage): void {
    this.#current?.write(message);
  }

  /** Hands out a task; returns its id. */
  assign(assignment: TaskAssignment & { readonly task_type: string }): string {
    const taskId = assignment.task_id ?? `epoch1-${++this.#seq}-a1`;
    const attempt = { number: 1, epoch: "epoch1", fence: this.#seq, lease_ms: this.#options.leaseMs ?? 20_000 };
    this.send({
      message: "task_assignment",
      task_assignment: {
        params: { task_id: taskId, volume_id: 7 },
        ...assignment,
        task_id: taskId,
        ...(this.#options.leased ? { attempt: { ...attempt, ...assignment.attempt } } : {}),
      },
    });
    return taskId;
  }

  ack(taskId: string, seq: string | undefined, refusal?: { readonly code: string; readonly message: string }): void {
    this.send({
      message: "ack",
      ack: { task_id: taskId, seq: seq ?? "0", accepted: refusal === undefined, ...refusal },
    });
  }

  /** The first message of a kind that no test has taken yet; waits for it. */
  async take(kind: Kind, fits: (message: Said) => boolean = () => true): Promise<Said> {
    for (;;) {
      const at = this.#said.findIndex((message) => message.message === kind && fits(message));
      const [found] = at < 0 ? [] : this.#said.splice(at, 1);
      if (found !== undefined) return found;
      await new Promise<void>((resolve) => {
        this.#waiting.add(resolve);
      });
    }
  }

  /** Messages of a kind that were received and not taken. */
  untaken(kind: Kind): readonly Said[] {
    return this.#said.filter((message) => message.message === kind);
  }

  /** Cuts the connections without a word, as a network does. */
  cut(): void {
    this.#wire.cut();
  }

  /** Answers what was left unanswered while `heartbeats` was off, and every one from now on. */
  answerHeartbeats(): void {
    this.heartbeats = true;
    for (; this.#unanswered > 0; this.#unanswered--) {
      this.send({ message: "heartbeat_response", heartbeat_response: { success: true } });
    }
  }

  /** Ends the stream as an admin does when another process registers with the worker's id. */
  replaceWorker(): void {
    this.#current?.emit("error", { code: status.ABORTED, details: "Another stream registered with this worker id." });
  }

  async stop(): Promise<void> {
    await this.#wire.stop();
    await closeServer(this.#server, 0);
  }

  #hear(stream: Stream, message: Said): void {
    this.#said.push(message);
    if (message.registration !== undefined) this.#register(stream, message.registration);
    if (message.heartbeat !== undefined) {
      this.#unanswered++;
      if (this.heartbeats) this.answerHeartbeats();
    }
    if (message.lease_renewal !== undefined && this.grants) {
      const { nonce, task_ids: taskIds = [] } = message.lease_renewal;
      stream.write({
        message: "lease_grant",
        lease_grant: {
          nonce: nonce ?? "0",
          lease_ms: this.#options.leaseMs ?? 20_000,
          lost_task_ids: taskIds.filter((taskId) => this.lost.has(taskId)),
          emergency_stop: this.emergencyStop,
        },
      });
    }
    const word = message.task_update ?? message.task_complete ?? message.checkpoint ?? message.audit;
    if (word?.seq !== undefined && this.#options.leased && !this.unacknowledged.has(message.message ?? "task_update")) {
      stream.write({ message: "ack", ack: { task_id: word.task_id ?? "", seq: word.seq, accepted: true } });
    }
    const waiting = [...this.#waiting];
    this.#waiting.clear();
    for (const wake of waiting) wake();
  }

  #register(stream: Stream, registration: NonNullable<Said["registration"]>): void {
    if (this.refuseRegistration !== undefined) {
      stream.write({
        message: "registration_response",
        registration_response: { success: false, message: this.refuseRegistration },
      });
      return;
    }
    const running = registration.extensions?.running_task_ids ?? [];
    const session = {
      protocol: 1,
      epoch: this.#options.epoch ?? "epoch1",
      lease_ms: this.#options.leaseMs ?? 20_000,
      renew_ms: this.#options.renewMs ?? 200,
      lost_task_ids: running.filter((taskId) => this.lost.has(taskId)),
    };
    stream.write({
      message: "registration_response",
      registration_response: {
        success: true,
        message: "Worker registered successfully",
        ...(this.#options.leased ? { session } : {}),
      },
    });
  }
}
