import { setMaxListeners } from "node:events";
import { type Client, type ClientDuplexStream, type ClientReadableStream, Metadata } from "@grpc/grpc-js";
import { AppError, hasCode } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import type { ServerAddress } from "./server-address.ts";
import { appErrorOfCall } from "./status.ts";

export interface CallOptions {
  /** Limit of the whole call, ms. Absent: the call's own default; 0: none. */
  readonly timeoutMs?: number | undefined;
  /** For calls that stream answers: longest wait for the next one, ms. Default: none. */
  readonly idleMs?: number | undefined;
  /** Cancels the call; what is thrown is `signal.reason` when that is an AppError, else WK-CANCELLED. */
  readonly signal?: AbortSignal | undefined;
}

/** The part of a method definition a client needs; those of `proto.ts` fit. */
export interface ClientMethod<Request, Response> {
  readonly path: string;
  readonly requestSerialize: (value: Request) => Buffer;
  readonly responseDeserialize: (bytes: Buffer) => Response;
}

/** A finished call, for logs and metrics. */
export interface FinishedCall {
  /** Name of the RPC, for example `VolumeDelete`. */
  readonly method: string;
  readonly peer: string;
  readonly durationMs: number;
  readonly error: AppError | undefined;
}

export interface PeerOptions {
  readonly address: ServerAddress;
  readonly client: Client;
  readonly logger: Logger;
  readonly observe?: ((call: FinishedCall) => void) | undefined;
}

/**
 * Calls one server. Every failure is an AppError made by `status.ts`; every call appears at -v=4 with its
 * duration. A call that was cancelled or timed out may still be carried out by the server.
 */
export class RpcPeer {
  readonly address: ServerAddress;
  readonly #client: Client;
  readonly #logger: Logger;
  readonly #observe: ((call: FinishedCall) => void) | undefined;

  constructor(options: PeerOptions) {
    this.address = options.address;
    this.#client = options.client;
    this.#logger = options.logger;
    this.#observe = options.observe;
  }

  async unary<Request, Response>(
    method: ClientMethod<Request, Response>,
    request: Request,
    options: CallOptions = {},
  ): Promise<Response> {
    const end = this.#begin(method.path);
    const cut = new Cut(options);
    try {
      cut.check();
      const response = await new Promise<Response>((resolve, reject) => {
        const call = this.#client.makeUnaryRequest(
          method.path,
          method.requestSerialize,
          method.responseDeserialize,
          request,
          new Metadata(),
          cut.grpcOptions,
          (error, value) => (value === undefined ? reject(error) : resolve(value)),
        );
        cut.cancels(call);
      });
      end(undefined);
      return response;
    } catch (error) {
      throw end(cut.explain(error, this.address, method.path));
    } finally {
      cut.dispose();
    }
  }

  /** Answers one by one; the server is slowed down to the reader's pace. Leaving the loop cancels the call. */
  async *serverStream<Request, Response>(
    method: ClientMethod<Request, Response>,
    request: Request,
    options: CallOptions = {},
  ): AsyncGenerator<Response, void, undefined> {
    const end = this.#begin(method.path);
    const cut = new Cut(options);
    let call: ClientReadableStream<Response> | undefined;
    let failure: AppError | undefined;
    try {
      cut.check();
      call = this.#client.makeServerStreamRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        request,
        new Metadata(),
        cut.grpcOptions,
      );
      // A cancelled call reports its end as an error event, also when nobody reads any more.
      call.on("error", () => undefined);
      cut.cancels(call);
      const answers = call[Symbol.asyncIterator]() as AsyncIterator<Response, void>;
      for (;;) {
        const answer = await cut.within(answers.next());
        if (answer.done === true) break;
        yield answer.value;
      }
    } catch (error) {
      failure = cut.explain(error, this.address, method.path);
      throw failure;
    } finally {
      call?.cancel();
      cut.dispose();
      end(failure);
    }
  }

  /** Sends all of `requests` at the server's pace and resolves to its answer, which may come early. */
  async clientStream<Request, Response>(
    method: ClientMethod<Request, Response>,
    requests: AsyncIterable<Request> | Iterable<Request>,
    options: CallOptions = {},
  ): Promise<Response> {
    const end = this.#begin(method.path);
    const cut = new Cut(options);
    const settled = new Settled<Response>();
    try {
      cut.check();
      const call = this.#client.makeClientStreamRequest(
        method.path,
        method.requestSerialize,
        method.responseDeserialize,
        new Metadata(),
        cut.grpcOptions,
        (error, value) => (value === undefined ? settled.reject(error) : settled.resolve(value)),
      );
      call.on("error", () => undefined);
      cut.cancels(call);
      try {
        for await (const request of requests) {
          if (settled.over) break;
          if (!call.write(request)) {
            await Promise.race([settled.ended, new Promise((resolve) => call.once("drain", resolve))]);
          }
        }
        call.end();
      } catch (error) {
        // The source of the bytes failed, or one did not fit its message: the server must not keep half a file.
        call.cancel();
        await settled.ended;
        throw error;
      }
      const response = await settled.promise;
      end(undefined);
      return response;
    } catch (error) {
      throw end(cut.explain(error, this.address, method.path));
    } finally {
      cut.dispose();
    }
  }

  /** A stream both ways, for those that own its life; errors arrive as `error` events, see `explainStreamError`. */
  duplex<Request, Response>(method: ClientMethod<Request, Response>): ClientDuplexStream<Request, Response> {
    return this.#client.makeBidiStreamRequest(
      method.path,
      method.requestSerialize,
      method.responseDeserialize,
      new Metadata(),
      {},
    );
  }

  /** The AppError for an `error` event of `duplex`. */
  explainStreamError(error: unknown, path: string): AppError {
    return appErrorOfCall(error, this.address, methodName(path));
  }

  #begin(path: string): <E extends AppError | undefined>(error: E) => E {
    const started = performance.now();
    return (error) => {
      const finished: FinishedCall = {
        method: methodName(path),
        peer: this.address.http,
        durationMs: performance.now() - started,
        error,
      };
      this.#observe?.(finished);
      if (this.#logger.enabled(4)) {
        this.#logger.v(4, `rpc ${finished.method}`, {
          peer: finished.peer,
          ms: Math.round(finished.durationMs * 100) / 100,
          outcome: error === undefined ? "ok" : error.code,
          ...(error === undefined ? {} : { error: error.message }),
        });
      }
      return error;
    };
  }
}

/** Whatever may end a call early: its time-out, its idle limit, the caller's signal. */
class Cut {
  readonly grpcOptions: { readonly deadline?: number };
  readonly #signal: AbortSignal | undefined;
  readonly #idleMs: number;
  readonly #timeoutMs: number;
  #call: { cancel(): void } | undefined;
  #idle = false;

  constructor(options: CallOptions) {
    this.#signal = options.signal;
    this.#idleMs = options.idleMs ?? 0;
    this.#timeoutMs = options.timeoutMs ?? 0;
    this.grpcOptions = this.#timeoutMs > 0 ? { deadline: Date.now() + this.#timeoutMs } : {};
  }

  check(): void {
    this.#signal?.throwIfAborted();
  }

  cancels(call: { cancel(): void }): void {
    this.#call = call;
    if (this.#signal === undefined) return;
    if (this.#signal.aborted) {
      call.cancel();
      return;
    }
    // A task may have any number of calls under way on its one signal; each takes its listener away at its end.
    setMaxListeners(0, this.#signal);
    this.#signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  async within<T>(next: Promise<T>): Promise<T> {
    if (this.#idleMs <= 0) return next;
    const timer = setTimeout(() => {
      this.#idle = true;
      this.#call?.cancel();
    }, this.#idleMs);
    try {
      return await next;
    } finally {
      clearTimeout(timer);
    }
  }

  explain(error: unknown, address: ServerAddress, path: string): AppError {
    const method = methodName(path);
    if (this.#signal?.aborted === true) {
      const reason: unknown = this.#signal.reason;
      if (reason instanceof AppError) return reason;
      return new AppError("WK-CANCELLED", `${method} on ${address.http} was cancelled.`, {
        cause: reason,
        details: { method, server: address.http, reached: this.#call === undefined ? "no" : "maybe" },
      });
    }
    if (this.#idle) {
      const text = `${method} on ${address.http} reported nothing for ${this.#idleMs} ms.`;
      const details = { method, server: address.http, reached: "maybe" };
      return new AppError("WK-TIMEOUT", text, { cause: error, details });
    }
    const explained = appErrorOfCall(error, address, method);
    if (!hasCode(explained, "WK-TIMEOUT") || this.#timeoutMs === 0) return explained;
    const text = `${method} on ${address.http} did not end within ${this.#timeoutMs} ms.`;
    return new AppError("WK-TIMEOUT", text, { cause: error, details: explained.details });
  }

  dispose(): void {
    this.#signal?.removeEventListener("abort", this.#onAbort);
  }

  readonly #onAbort = (): void => this.#call?.cancel();
}

/** A promise settled from outside, whose end can be awaited and seen without its outcome. */
class Settled<T> {
  readonly promise: Promise<T>;
  readonly ended: Promise<void>;
  over = false;
  resolve: (value: T) => void = () => undefined;
  reject: (reason: unknown) => void = () => undefined;

  constructor() {
    this.promise = new Promise<T>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    const over = (): void => {
      this.over = true;
    };
    this.ended = this.promise.then(over, over);
  }
}

function methodName(path: string): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
