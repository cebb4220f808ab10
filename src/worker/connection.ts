import type { ChannelCredentials } from "@grpc/grpc-js";
import type { Clock } from "../core/clock.ts";
import { AppError, hasCode } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import type { AdminMessage__Output } from "../rpc/gen/worker_pb/AdminMessage.ts";
import type { WorkerMessage } from "../rpc/gen/worker_pb/WorkerMessage.ts";
import type { WorkerRegistration } from "../rpc/gen/worker_pb/WorkerRegistration.ts";
import type { ServerAddress } from "../rpc/server-address.ts";
import { AdminStream } from "./admin-stream.ts";

/** A session: from an accepted registration to the end of its stream. */
export interface Session {
  readonly admin: ServerAddress;
  /** Undefined with an admin that has no leases (Go): only the plain protocol is spoken then. */
  readonly leases: SessionLeases | undefined;
}

export interface SessionLeases {
  readonly epoch: string;
  readonly leaseMs: number;
  readonly renewMs: number;
  /** Of the attempts named in the registration: those that are no longer this worker's. */
  readonly lostTaskIds: readonly string[];
}

export interface ConnectionHandlers {
  /** Made anew for every stream. */
  registration(): WorkerRegistration;
  up(session: Session): void;
  message(message: AdminMessage__Output): void;
  down(reason: AppError): void;
}

export interface ConnectionOptions {
  /** Tried in turn. */
  readonly admins: readonly ServerAddress[];
  readonly credentials: ChannelCredentials;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly handlers: ConnectionHandlers;
  /** A plain admin that says nothing for this long counts as lost, ms. One with leases: the lease's term. */
  readonly plainSilenceMs: number;
}

const FIRST_DELAY_MS = 100;
const SECOND_DELAY_MS = 1_000;
const GROWTH = 1.5;
/** Well below the term of a lease, so that an admin that comes back finds its attempts alive. */
const MAX_DELAY_MS = 5_000;
/** An admin that refuses the worker, or gave its place to another process with its id, is not asked again sooner. */
const REFUSED_DELAY_MS = 30_000;
/** The same trouble is said again after this long. */
const REPEAT_LOG_MS = 60_000;
/** A session that lived this long was a good one: the next trouble starts from the shortest delay. */
const GOOD_SESSION_MS = 10_000;
const WATCH_MS = 1_000;

/**
 * Keeps one registered stream to one of the admins, for ever, until it is stopped: tries them in turn with growing,
 * jittered pauses. `send` writes to the stream that is up, if one is.
 */
export class Connection {
  readonly #options: ConnectionOptions;
  readonly #stop = new AbortController();
  #stream: AdminStream | undefined;
  #running: Promise<void> | undefined;
  /** What was said last of each admin, by its address. */
  readonly #said = new Map<string, { readonly text: string; readonly at: number }>();

  constructor(options: ConnectionOptions) {
    this.#options = options;
  }

  start(): void {
    this.#running ??= this.#run();
  }

  get isUp(): boolean {
    return this.#stream !== undefined;
  }

  /** False when no session is up. */
  send(message: WorkerMessage): boolean {
    return this.#stream?.send(message) ?? false;
  }

  /** Closes the stream in order and ends the loop. */
  async stop(): Promise<void> {
    const stream = this.#stream;
    this.#stop.abort(new AppError("WK-WORKER-STOPPING", "The worker is stopping."));
    await stream?.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    let turn = 0;
    let failures = 0;
    while (!this.#stop.signal.aborted) {
      const address = this.#options.admins[turn % this.#options.admins.length];
      if (address === undefined) return;
      const { upMs, reason } = await this.#session(address);
      if (this.#stop.signal.aborted) return;
      failures = upMs >= GOOD_SESSION_MS ? 1 : failures + 1;
      // A lost session is tried again at the same admin first; one that never came up makes it the next one's turn.
      if (upMs === 0) turn++;
      const delay = jittered(isUnwelcome(reason) ? REFUSED_DELAY_MS : delayAfter(failures));
      this.#say(upMs > 0, address, reason, delay);
      await pause(delay, this.#stop.signal);
    }
  }

  #say(wasUp: boolean, address: ServerAddress, reason: AppError, nextTryMs: number): void {
    const now = this.#options.clock.monotonic();
    const said = this.#said.get(address.http);
    if (!wasUp && said?.text === reason.message && now - said.at < REPEAT_LOG_MS) return;
    this.#said.set(address.http, { text: reason.message, at: now });
    this.#options.logger.warn(wasUp ? "The stream to the admin ended." : "The admin cannot be used.", {
      admin: address.http,
      reason: reason.message,
      code: reason.code,
      ...hintFor(wasUp, reason),
      nextTryMs,
    });
  }

  /** Lives through one stream. `upMs` is 0 when the admin never took the worker. */
  async #session(address: ServerAddress): Promise<{ readonly upMs: number; readonly reason: AppError }> {
    const { clock, handlers, logger } = this.#options;
    let upAt: number | undefined;
    const stream = new AdminStream({
      address,
      credentials: this.#options.credentials,
      registration: handlers.registration(),
      clock,
      logger,
      onUp: (opened) => {
        upAt = clock.monotonic();
        this.#stream = opened;
        handlers.up(sessionOf(opened));
      },
      onMessage: (message) => handlers.message(message),
    });
    const abandon = (): void => {
      if (upAt === undefined) stream.cut(AppError.from(this.#stop.signal.reason));
    };
    this.#stop.signal.addEventListener("abort", abandon, { once: true });
    const watch = setInterval(() => this.#watch(stream), WATCH_MS);
    const reason = await stream.ended;
    clearInterval(watch);
    this.#stop.signal.removeEventListener("abort", abandon);
    this.#stream = undefined;
    if (upAt === undefined) return { upMs: 0, reason };
    handlers.down(reason);
    return { upMs: Math.max(1, clock.monotonic() - upAt), reason };
  }

  /** A peer that vanished without a word (power, network) leaves a stream that looks alive. */
  #watch(stream: AdminStream): void {
    if (this.#stream !== stream) return;
    const limit = stream.grant?.lease_ms ?? this.#options.plainSilenceMs;
    if (stream.silentMs <= limit) return;
    const text = `The admin at ${stream.address.http} said nothing for ${Math.round(stream.silentMs / 1000)} s.`;
    stream.cut(new AppError("WK-TIMEOUT", text));
  }
}

function sessionOf(stream: AdminStream): Session {
  const grant = stream.grant;
  if (grant === undefined) return { admin: stream.address, leases: undefined };
  const leaseMs = grant.lease_ms ?? 20_000;
  return {
    admin: stream.address,
    leases: {
      epoch: grant.epoch ?? "",
      leaseMs,
      renewMs: grant.renew_ms ?? Math.floor(leaseMs / 6),
      lostTaskIds: grant.lost_task_ids ?? [],
    },
  };
}

function isReplaced(reason: AppError): boolean {
  return reason.details["grpcCode"] === "ABORTED";
}

function isUnwelcome(reason: AppError): boolean {
  return hasCode(reason, "WK-WORKER-REFUSED") || isReplaced(reason);
}

function hintFor(wasUp: boolean, reason: AppError): { readonly hint?: string } {
  if (isReplaced(reason)) return { hint: "Does another process run with this worker's id? Each needs its own." };
  return wasUp || reason.hint === undefined ? {} : { hint: reason.hint };
}

function delayAfter(failures: number): number {
  if (failures <= 1) return FIRST_DELAY_MS;
  return Math.min(MAX_DELAY_MS, SECOND_DELAY_MS * GROWTH ** (failures - 2));
}

/** Half to the whole of the delay, so that a thousand workers do not come back in one moment. */
function jittered(ms: number): number {
  return Math.round(ms * (0.5 + Math.random() / 2));
}

/** Ends early, and normally, when the signal aborts. */
function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end, { once: true });
    if (signal.aborted) end();
  });
}
