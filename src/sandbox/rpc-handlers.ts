import type { MethodDefinition } from "@grpc/proto-loader";
import type { FaultFacts } from "./faults.ts";

/** One call, as its handler sees it. */
export interface Call {
  /** Address of the caller. */
  readonly peer: string;
  /** Whether the caller cancelled or the connection broke; work that outlives its caller goes on regardless. */
  readonly gone: boolean;
  /** Aborted when the caller is gone or the server ends. */
  readonly signal: AbortSignal;
  /**
   * A named moment inside the work: fault switches may act here, other calls get their turn, and a server that
   * was killed meanwhile stops here.
   * @throws ServerDead, or what a `fail` switch says.
   */
  point(at: string, facts?: FaultFacts): Promise<void>;
}

/** Sends one message; waits for room. @throws CallerGone */
export type Send<Response> = (message: Response) => Promise<void>;

export type Handler<Request, Response> =
  | { readonly kind: "unary"; readonly run: (request: Request, call: Call) => Promise<Response> | Response }
  | {
      readonly kind: "serverStream";
      readonly run: (request: Request, send: Send<Response>, call: Call) => Promise<void>;
    }
  | { readonly kind: "clientStream"; readonly run: (requests: AsyncIterable<Request>, call: Call) => Promise<Response> }
  | {
      readonly kind: "bidi";
      readonly run: (requests: AsyncIterable<Request>, send: Send<Response>, call: Call) => Promise<void>;
    };

export function unary<Request, Response>(
  run: (request: Request, call: Call) => Promise<Response> | Response,
): Handler<Request, Response> {
  return { kind: "unary", run };
}

export function serverStream<Request, Response>(
  run: (request: Request, send: Send<Response>, call: Call) => Promise<void>,
): Handler<Request, Response> {
  return { kind: "serverStream", run };
}

export function clientStream<Request, Response>(
  run: (requests: AsyncIterable<Request>, call: Call) => Promise<Response>,
): Handler<Request, Response> {
  return { kind: "clientStream", run };
}

export function bidi<Request, Response>(
  run: (requests: AsyncIterable<Request>, send: Send<Response>, call: Call) => Promise<void>,
): Handler<Request, Response> {
  return { kind: "bidi", run };
}

type Named<K> = string extends K ? never : number extends K ? never : K;

/** Handlers of some RPCs of the service `D`, typed by its generated definition; the others answer UNIMPLEMENTED. */
export type Handlers<D> = {
  readonly [K in keyof D as Named<K>]?: D[K] extends MethodDefinition<
    infer _RequestIn,
    infer Response,
    infer Request,
    infer _ResponseOut
  >
    ? Handler<Request, Response>
    : never;
};
