import type { Socket } from "node:net";
import { createServer as createTcpServer, type Server as TcpServer } from "node:net";
import {
  type handleBidiStreamingCall,
  type handleClientStreamingCall,
  type handleServerStreamingCall,
  type handleUnaryCall,
  type Server,
  type ServerCredentials,
  type ServerDuplexStream,
  type ServerWritableStream,
  type ServiceDefinition,
  status,
  type UntypedServiceImplementation,
} from "@grpc/grpc-js";
import { errorMessage } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import { createServer } from "../rpc/channel.ts";
import type { ActiveFault, FaultFacts, Faults } from "./faults.ts";
import { leanMessage } from "./lean-message.ts";
import { type Life, ServerDead } from "./life.ts";
import { CallerGone, CONNECTION_DROPPED, RpcFailure } from "./rpc-failure.ts";
import type { Call, Handler, Send } from "./rpc-handlers.ts";

export interface RpcHostOptions {
  /** All names of the server, for fault switches. */
  readonly names: readonly string[];
  readonly faults: Faults;
  readonly life: Life;
  readonly credentials: ServerCredentials;
  /** Every call appears at -v=3. */
  readonly logger: Logger;
  /** Kills the server this host belongs to. */
  readonly onKill: () => void;
  /** Why an RPC is refused at the moment; undefined when it is not. */
  readonly refuse?: (rpc: string) => string | undefined;
}

type RawCall = {
  readonly cancelled: boolean;
  getPeer(): string;
  on(event: "cancelled", listener: () => void): unknown;
};

/**
 * The gRPC port of a server. It owns its sockets (a kill breaks them as a dying process does), counts running
 * calls as work of the server's life and puts the fault switches in front of every handler.
 */
export class RpcHost {
  readonly #options: RpcHostOptions;
  readonly #server: Server;
  readonly #tcp: TcpServer;
  readonly #sockets = new Set<Socket>();

  constructor(options: RpcHostOptions) {
    this.#options = options;
    this.#server = createServer();
    const injector = this.#server.createConnectionInjector(options.credentials);
    this.#tcp = createTcpServer({ noDelay: true }, (socket) => {
      this.#sockets.add(socket);
      socket.once("close", () => this.#sockets.delete(socket));
      socket.on("error", () => undefined);
      injector.injectConnection(socket);
    });
  }

  /** `Handlers<D>` of `rpc-handlers.ts` is the typed form of `handlers`. */
  addService(definition: ServiceDefinition, handlers: object): void {
    const implementation: UntypedServiceImplementation = {};
    for (const [rpc, handler] of Object.entries(handlers) as [string, Handler<never, unknown>][]) {
      implementation[rpc] = this.#adapt(rpc, handler);
    }
    this.#server.addService(definition, implementation);
  }

  listen(port: number): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#tcp.once("error", reject);
      this.#tcp.listen(port, "127.0.0.1", () => {
        this.#tcp.off("error", reject);
        resolve();
      });
    });
  }

  /** Breaks all connections and stops listening. */
  async cut(): Promise<void> {
    const closed = new Promise((resolve) => this.#tcp.close(resolve));
    for (const socket of this.#sockets) socket.resetAndDestroy();
    this.#server.forceShutdown();
    await closed;
    // Clients in this process learn of it in the next turns of the event loop; a restart is not faster than that.
    for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
  }

  /** Acts on a point inside a call; see `Call.point`. */
  async atPoint(rpc: string, at: string, facts: FaultFacts, call: CallState): Promise<void> {
    const { names, faults, life } = this.#options;
    await life.breathe();
    const fault = faults.take(names, rpc, at, facts);
    if (fault === undefined) return;
    if (fault.action === "fail") throw new RpcFailure(fault.message, fault.code);
    if (fault.action === "cut" || fault.action === "lose-reply") call.drop();
    await this.#wait(fault);
  }

  async #wait(fault: ActiveFault | undefined): Promise<void> {
    const { life } = this.#options;
    if (fault?.action === "delay") await life.sleep(fault.delayMs);
    if (fault?.action === "hang") {
      await Promise.race([
        fault.released,
        new Promise<void>((resolve) => life.signal.addEventListener("abort", () => resolve(), { once: true })),
      ]);
    }
    if (fault?.action === "kill") this.#options.onKill();
    life.check();
  }

  #adapt(rpc: string, handler: Handler<never, unknown>): UntypedServiceImplementation[string] {
    switch (handler.kind) {
      case "unary": {
        const call: handleUnaryCall<unknown, unknown> = (raw, reply) => {
          this.#serve(rpc, raw, raw.request, (state) => handler.run(raw.request as never, state)).then(
            (value) => reply(null, leanMessage(value)),
            (reason: unknown) => reply(wireStatus(reason)),
          );
        };
        return call;
      }
      case "serverStream": {
        const call: handleServerStreamingCall<unknown, unknown> = (raw) => {
          this.#finish(
            raw,
            this.#serve(rpc, raw, raw.request, (state) => handler.run(raw.request as never, sender(raw, state), state)),
          );
        };
        return call;
      }
      case "clientStream": {
        const call: handleClientStreamingCall<unknown, unknown> = (raw, reply) => {
          const requests: AsyncIterable<unknown> = raw;
          this.#serve(rpc, raw, undefined, (state) => handler.run(requests as AsyncIterable<never>, state)).then(
            (value) => reply(null, leanMessage(value)),
            (reason: unknown) => reply(wireStatus(reason)),
          );
        };
        return call;
      }
      case "bidi": {
        const call: handleBidiStreamingCall<unknown, unknown> = (raw) => {
          const requests: AsyncIterable<unknown> = raw;
          this.#finish(
            raw,
            this.#serve(rpc, raw, undefined, (state) =>
              handler.run(requests as AsyncIterable<never>, sender(raw, state), state),
            ),
          );
        };
        return call;
      }
    }
  }

  #finish(
    raw: ServerWritableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>,
    work: Promise<unknown>,
  ): void {
    // A caller that leaves makes reading requests fail; the handler sees that itself.
    raw.on("error", () => undefined);
    work.then(
      () => raw.end(),
      (reason: unknown) => raw.emit("error", wireStatus(reason)),
    );
  }

  /** Runs a handler behind its fault, if any; the work counts as the server's even when the caller is gone. */
  async #serve<T>(rpc: string, raw: RawCall, request: unknown, run: (call: CallState) => Promise<T> | T): Promise<T> {
    const { names, faults, life, refuse, logger } = this.#options;
    life.check();
    const refusal = refuse?.(rpc);
    if (refusal !== undefined) throw new RpcFailure(refusal);
    const facts: FaultFacts = typeof request === "object" && request !== null ? { ...request } : {};
    if (logger.enabled(3))
      logger.v(3, `rpc ${rpc}`, { server: names.at(-1), volume: facts["volume_id"], from: raw.getPeer() });
    const fault = faults.take(names, rpc, undefined, facts);
    const state = new CallState(this, rpc, raw, life, fault);
    if (fault?.action === "fail") throw new RpcFailure(fault.message, fault.code);
    const work = life.own(this.#wait(fault).then(() => run(state)));
    const value = await Promise.race([work, state.dropped]);
    if (fault?.action === "lose-reply" || state.gone) throw dropped();
    return value;
  }
}

/** One running call. */
export class CallState implements Call {
  readonly peer: string;
  readonly signal: AbortSignal;
  /** Rejects when a fault switch broke the connection. */
  readonly dropped: Promise<never>;
  readonly fault: ActiveFault | undefined;
  readonly #host: RpcHost;
  readonly #rpc: string;
  readonly #controller = new AbortController();
  #reject: (reason: unknown) => void = () => undefined;

  constructor(host: RpcHost, rpc: string, raw: RawCall, life: Life, fault: ActiveFault | undefined) {
    this.#host = host;
    this.#rpc = rpc;
    this.peer = raw.getPeer();
    this.fault = fault;
    this.signal = AbortSignal.any([this.#controller.signal, life.signal]);
    this.dropped = new Promise((_, reject) => {
      this.#reject = reject;
    });
    this.dropped.catch(() => undefined);
    raw.on("cancelled", () => this.#controller.abort());
    if (raw.cancelled) this.#controller.abort();
    if (fault?.action === "cut" && fault.afterMessages === 0) this.drop();
  }

  get gone(): boolean {
    return this.#controller.signal.aborted;
  }

  /** Breaks the connection as the caller sees it; the work goes on. */
  drop(): void {
    this.#controller.abort();
    this.#reject(dropped());
  }

  point(at: string, facts: FaultFacts = {}): Promise<void> {
    return this.#host.atPoint(this.#rpc, at, facts, this);
  }
}

function sender(
  raw: ServerWritableStream<unknown, unknown> | ServerDuplexStream<unknown, unknown>,
  call: CallState,
): Send<unknown> {
  let sent = 0;
  return async (message) => {
    const { fault } = call;
    if (call.gone) throw new CallerGone();
    if (fault?.action === "lose-reply") return;
    if (fault?.action === "cut" && sent >= fault.afterMessages) {
      call.drop();
      throw new CallerGone();
    }
    sent++;
    if (raw.write(leanMessage(message))) return;
    await new Promise<void>((resolve) => {
      raw.once("drain", resolve);
      call.signal.addEventListener("abort", () => resolve(), { once: true });
    });
  };
}

function dropped(): RpcFailure {
  return new RpcFailure(CONNECTION_DROPPED, status.UNAVAILABLE);
}

function wireStatus(reason: unknown): { code: status; details: string } {
  if (reason instanceof RpcFailure) return { code: reason.code, details: reason.message };
  if (reason instanceof ServerDead) return { code: status.UNAVAILABLE, details: CONNECTION_DROPPED };
  return { code: status.UNKNOWN, details: errorMessage(reason) };
}
