import type { ChannelCredentials, Client, ClientDuplexStream } from "@grpc/grpc-js";
import type { Clock } from "../core/clock.ts";
import { deferred } from "../core/deferred.ts";
import { AppError } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import { RpcPeer } from "../rpc/call.ts";
import { createChannel } from "../rpc/channel.ts";
import type { AdminMessage__Output } from "../rpc/gen/worker_pb/AdminMessage.ts";
import type { RegistrationResponse__Output } from "../rpc/gen/worker_pb/RegistrationResponse.ts";
import type { SessionGrant__Output } from "../rpc/gen/worker_pb/SessionGrant.ts";
import type { WorkerMessage } from "../rpc/gen/worker_pb/WorkerMessage.ts";
import type { WorkerRegistration } from "../rpc/gen/worker_pb/WorkerRegistration.ts";
import type { ServerAddress } from "../rpc/server-address.ts";
import { loggedStream } from "./wire-log.ts";

/** How long an admin may take to answer a registration. */
const REGISTRATION_MS = 30_000;
/** How long a closed stream may take to end before it is cut. */
const CLOSE_MS = 2_000;

export interface AdminStreamOptions {
  readonly address: ServerAddress;
  readonly credentials: ChannelCredentials;
  readonly registration: WorkerRegistration;
  readonly clock: Clock;
  readonly logger: Logger;
  /** The admin took the worker; called before the next message is read. */
  readonly onUp: (stream: AdminStream) => void;
  /** Every message after that, in order. */
  readonly onMessage: (message: AdminMessage__Output) => void;
}

/**
 * One stream to one admin. The registration is its first message and nothing else is sent before it is answered.
 * It has exactly one reader, this class, and one end: `ended` resolves once, with why. What arrives later is dropped.
 */
export class AdminStream {
  readonly address: ServerAddress;
  /** Resolves when the stream is over: refused, lost, ended by either side. */
  readonly ended: Promise<AppError>;
  readonly #options: AdminStreamOptions;
  readonly #client: Client;
  readonly #call: ClientDuplexStream<WorkerMessage, AdminMessage__Output>;
  readonly #ended = deferred<AppError>();
  readonly #registrationTimer: NodeJS.Timeout;
  #state: "registering" | "up" | "over" = "registering";
  #grant: SessionGrant__Output | undefined;
  #heardAt: number;

  constructor(options: AdminStreamOptions) {
    const { address, clock, logger } = options;
    this.#options = options;
    this.address = address;
    this.ended = this.#ended.promise;
    this.#heardAt = clock.monotonic();
    this.#client = createChannel(address, options.credentials);
    const peer = new RpcPeer({ address, client: this.#client, logger });
    const method = loggedStream(logger.child({ peer: address.http }));
    this.#call = peer.duplex(method);
    this.#call.on("error", (error) => this.cut(peer.explainStreamError(error, method.path)));
    this.#call.on("end", () => {
      this.cut(new AppError("WK-RPC-STREAM-CUT", `The admin at ${address.http} ended the stream.`));
    });
    this.#call.on("data", (message: AdminMessage__Output) => this.#read(message));
    this.#registrationTimer = setTimeout(() => {
      const text = `The admin at ${address.http} did not answer the registration within ${REGISTRATION_MS / 1000} s.`;
      this.cut(new AppError("WK-TIMEOUT", text));
    }, REGISTRATION_MS);
    this.#write({ message: "registration", registration: options.registration });
  }

  /** What our own admin grants; undefined from an admin without leases. */
  get grant(): SessionGrant__Output | undefined {
    return this.#grant;
  }

  /** False when the stream is not up: the message went nowhere. */
  send(message: WorkerMessage): boolean {
    if (this.#state !== "up") return false;
    this.#write(message);
    return true;
  }

  /** Milliseconds since the last message from the admin. */
  get silentMs(): number {
    return this.#options.clock.monotonic() - this.#heardAt;
  }

  /** Ends the stream at once. */
  cut(reason: AppError): void {
    if (this.#state === "over") return;
    this.#state = "over";
    clearTimeout(this.#registrationTimer);
    this.#call.cancel();
    this.#client.close();
    this.#ended.resolve(reason);
  }

  /** Says that no more will be sent and waits for the admin to end the stream. */
  async close(): Promise<void> {
    if (this.#state === "over") return;
    const timer = setTimeout(() => this.cut(new AppError("WK-CANCELLED", "The stream was closed.")), CLOSE_MS);
    this.#call.end();
    await this.ended;
    clearTimeout(timer);
  }

  #read(message: AdminMessage__Output): void {
    if (this.#state === "over") return;
    this.#heardAt = this.#options.clock.monotonic();
    if (this.#state === "up") this.#options.onMessage(message);
    else if (message.registration_response !== undefined) this.#registered(message.registration_response);
  }

  #registered(answer: RegistrationResponse__Output): void {
    if (answer.success !== true) {
      const why = (answer.message ?? "it gave no reason").replace(/\.$/, "");
      const text = `The admin at ${this.address.http} refused the registration: ${why}.`;
      this.cut(new AppError("WK-WORKER-REFUSED", text));
      return;
    }
    clearTimeout(this.#registrationTimer);
    this.#state = "up";
    this.#grant = answer.session;
    this.#options.onUp(this);
  }

  #write(message: WorkerMessage): void {
    this.#call.write({
      ...message,
      worker_id: this.#options.registration.worker_id ?? "",
      timestamp: Math.floor(this.#options.clock.now() / 1000),
    });
  }
}
