import { Metadata, type StatusObject, status } from "@grpc/grpc-js";
import { ERROR_TABLE, type ErrorCode } from "../core/error-table.ts";
import { AppError, errorMessage } from "../core/errors.ts";
import type { ServerAddress } from "./server-address.ts";

/** Trailer in which our servers send the code of an AppError. */
const CODE_KEY = "weedkeeper-code";

/**
 * The AppError for a failed call. `details.reached` says how far it came: `yes`, the server itself said no;
 * `no`, it was never sent; `maybe` (connection lost, time-out, cancelled): the server may have carried it out
 * or may still do so.
 */
export function appErrorOfCall(error: unknown, address: ServerAddress, method: string): AppError {
  if (error instanceof AppError) return error;
  if (!isStatus(error)) {
    // Not from the wire: the request could not be built, or the source of a stream failed.
    return new AppError("WK-INTERNAL", `${method} on ${address.http}: ${errorMessage(error)}.`, { cause: error });
  }
  const text = error.details.trim().replace(/\.$/, "");
  const make = (code: ErrorCode, message: string, reached: Reached, hint?: string): AppError =>
    new AppError(code, `${message}.`, {
      cause: error,
      details: { method, server: address.http, grpcCode: status[error.code] ?? error.code, reached },
      ...(hint === undefined ? {} : { hint }),
    });
  const answer = `${address.http} answered ${method}: ${text}`;

  const own = ownCode(error.metadata);
  if (own !== undefined) return make(own, answer, "yes");

  switch (error.code) {
    case status.CANCELLED:
      // Only the library's own text means this end; another peer's cancellation is a lost call.
      if (text !== "Cancelled on client") {
        return make("WK-RPC-STREAM-CUT", `${method} on ${address.http} was cut by the other end: ${text}`, "maybe");
      }
      return make("WK-CANCELLED", `${method} on ${address.http} was cancelled`, "maybe");
    case status.DEADLINE_EXCEEDED:
      // The library names the step a call waited in: before a connection nothing was sent.
      if (/name resolution|LB pick|connect/i.test(text) && !/remote_addr/i.test(text)) {
        return make("WK-RPC-UNREACHABLE", `${place(address)} did not answer the connection in time`, "no");
      }
      return make("WK-TIMEOUT", `${method} on ${address.http} did not end in its time`, "maybe");
    case status.UNAVAILABLE:
      return unavailable(text, address, method, make);
    case status.NOT_FOUND:
      return make("WK-RPC-NOT-FOUND", answer, "yes");
    case status.PERMISSION_DENIED:
    case status.UNAUTHENTICATED:
      return make("WK-RPC-REFUSED", answer, "yes");
    case status.UNIMPLEMENTED:
      if (/HTTP status code/i.test(text)) return make("WK-RPC-PROTOCOL", notGrpc(address), "yes");
      return make("WK-RPC-UNIMPLEMENTED", `${address.http} does not know the call ${method}`, "yes");
    case status.RESOURCE_EXHAUSTED:
      if (/larger than max|message length/i.test(text)) return make("WK-RPC-TOO-LARGE", answer, "maybe");
      return make("WK-RPC-BUSY", answer, "yes");
    case status.INTERNAL:
      if (/RST_STREAM|stream closed|ended early|preface/i.test(text)) {
        return make("WK-RPC-STREAM-CUT", `${method} on ${address.http} was cut: ${text}`, "maybe");
      }
      return make("WK-RPC", answer, "yes");
    default:
      return make(codeOfText(text), answer, "yes");
  }
}

/** SeaweedFS answers nearly everything with `Unknown` and free text; these are the texts clients rely on. */
const TEXTS: readonly (readonly [RegExp, ErrorCode])[] = [
  [/not current leader/i, "WK-RPC-NOT-LEADER"],
  [/is in maintenance mode/i, "WK-RPC-MAINTENANCE"],
  [/already locked by/i, "WK-LOCK-HELD"],
  [/not authorized/i, "WK-RPC-REFUSED"],
  [
    /volume( id)? \d+ (is )?not found|not found (ec )?volume|volume not found|(ec )?shard \d+[.\d]* not found/i,
    "WK-RPC-NOT-FOUND",
  ],
];

/** Code of an error text, also for servers that report errors inside an answer. */
export function codeOfText(text: string): ErrorCode {
  return TEXTS.find(([pattern]) => pattern.test(text))?.[1] ?? "WK-RPC";
}

/** An error that came inside an answer with gRPC status OK. */
export function inBandError(text: string, address: ServerAddress, method: string): AppError {
  return new AppError(codeOfText(text), `${address.http} answered ${method}: ${text.trim().replace(/\.$/, "")}.`, {
    details: { method, server: address.http, reached: "yes" },
  });
}

/** Whether the server itself said no. */
export function answeredByServer(error: AppError): boolean {
  return error.details["reached"] === "yes";
}

/** Whether the call may have had its effect, or may still have it, although no answer came. */
export function mayHaveRun(error: AppError): boolean {
  return error.details["reached"] === "maybe";
}

type Reached = "no" | "maybe" | "yes";

type Make = (code: ErrorCode, message: string, reached: Reached, hint?: string) => AppError;

function unavailable(text: string, address: ServerAddress, method: string, make: Make): AppError {
  const reason = /Last error: (?:Error: )?(.*?)(?: \(\d{4}-[^)]*\))?\. Resolution note:/s.exec(text)?.[1]?.trim();
  if (reason !== undefined) return noConnection(reason, address, make);
  if (/name resolution failed/i.test(text)) {
    return make("WK-RPC-UNREACHABLE", `The host name of ${place(address)} cannot be resolved`, "no");
  }
  if (/connection dropped|connection closed|socket hang up|ECONNRESET|EPIPE|GOAWAY|keepalive/i.test(text)) {
    return make(
      "WK-RPC-UNREACHABLE",
      `The connection to ${place(address)} was lost during ${method}: ${text}`,
      "maybe",
    );
  }
  if (/ECONN|EHOST|ENET|ETIMEDOUT/.test(text)) return noConnection(text, address, make);
  // A deliberate answer: a master that is warming up, a server that shuts down.
  return make("WK-RPC-BUSY", `${address.http} answered ${method}: ${text}`, "yes");
}

function noConnection(reason: string, address: ServerAddress, make: Make): AppError {
  if (/wrong version number|packet length too long|http request/i.test(reason)) {
    return make(
      "WK-RPC-PROTOCOL",
      `${place(address)} does not speak TLS, and this end does`,
      "no",
      "Is this the gRPC port? If so, give both ends certificates in security.toml or neither.",
    );
  }
  if (/no application protocol|protocol error|preface|parse error/i.test(reason)) {
    return make("WK-RPC-PROTOCOL", notGrpc(address), "no");
  }
  if (/certificate|self.signed|unable to get|unable to verify|unknown ca|SSL|TLS/i.test(reason)) {
    return make("WK-RPC-TLS", `The TLS handshake with ${place(address)} failed: ${tlsReason(reason)}`, "no");
  }
  if (/^Failed to connect$|ECONNRESET|socket closed|disconnected before secure/i.test(reason)) {
    return make(
      "WK-RPC-PROTOCOL",
      `${place(address)} closed the connection before it said anything in gRPC`,
      "no",
      "It may want TLS while this end has none, refuse this end's certificate, or not be a gRPC port.",
    );
  }
  return make("WK-RPC-UNREACHABLE", `Cannot reach ${place(address)}: ${reason}`, "no");
}

function notGrpc(address: ServerAddress): string {
  return `${place(address)} answers, but not in gRPC: this may be an HTTP port`;
}

function tlsReason(reason: string): string {
  const alert = /alert ([a-z ]+?):/.exec(reason)?.[1];
  return alert === undefined ? reason : `the other end says "${alert}"`;
}

function place(address: ServerAddress): string {
  return `${address.http} (gRPC port ${address.grpcPort})`;
}

interface CallStatus {
  readonly code: number;
  readonly details: string;
  readonly metadata?: Metadata;
}

function isStatus(error: unknown): error is CallStatus {
  return (
    error instanceof Error &&
    "code" in error &&
    typeof error.code === "number" &&
    "details" in error &&
    typeof error.details === "string"
  );
}

function ownCode(metadata: Metadata | undefined): ErrorCode | undefined {
  const value = metadata?.get(CODE_KEY)[0];
  return typeof value === "string" && value in ERROR_TABLE ? (value as ErrorCode) : undefined;
}

interface Mapping {
  readonly grpc: status;
  readonly http: number;
}

/** Codes that are not simply a failure of this process. */
const MAPPINGS: Partial<Record<ErrorCode, Mapping>> = {
  "WK-CANCELLED": { grpc: status.CANCELLED, http: 499 },
  "WK-TIMEOUT": { grpc: status.DEADLINE_EXCEEDED, http: 504 },
  "WK-USAGE": { grpc: status.INVALID_ARGUMENT, http: 400 },
  "WK-ADDRESS": { grpc: status.INVALID_ARGUMENT, http: 400 },
  "WK-CONFIG-VALUE": { grpc: status.INVALID_ARGUMENT, http: 400 },
  "WK-TASK-PLAN": { grpc: status.INVALID_ARGUMENT, http: 400 },
  "WK-TASK-STALE": { grpc: status.ABORTED, http: 409 },
  "WK-TASK-UNSAFE": { grpc: status.FAILED_PRECONDITION, http: 409 },
  "WK-TASK-SPACE": { grpc: status.FAILED_PRECONDITION, http: 409 },
  "WK-TASK-VERSION": { grpc: status.FAILED_PRECONDITION, http: 409 },
  "WK-TASK-NOT-FOUND": { grpc: status.NOT_FOUND, http: 404 },
  "WK-TASK-STATE": { grpc: status.FAILED_PRECONDITION, http: 409 },
  "WK-TASK-TOO-LATE": { grpc: status.FAILED_PRECONDITION, http: 409 },
  "WK-TASK-BUSY": { grpc: status.ALREADY_EXISTS, http: 409 },
  "WK-TASK-NOT-DUE": { grpc: status.FAILED_PRECONDITION, http: 409 },
  "WK-ATTEMPT-DEAD": { grpc: status.FAILED_PRECONDITION, http: 409 },
  "WK-WORKER-GONE": { grpc: status.UNAVAILABLE, http: 404 },
  "WK-HTTP-INPUT": { grpc: status.INVALID_ARGUMENT, http: 400 },
  "WK-HTTP-NOT-FOUND": { grpc: status.NOT_FOUND, http: 404 },
  "WK-HTTP-METHOD": { grpc: status.UNIMPLEMENTED, http: 405 },
  "WK-HTTP-TYPE": { grpc: status.INVALID_ARGUMENT, http: 415 },
  "WK-HTTP-REFUSED": { grpc: status.PERMISSION_DENIED, http: 403 },
  "WK-STORE-WRITE": { grpc: status.UNAVAILABLE, http: 503 },
  "WK-RPC": { grpc: status.UNKNOWN, http: 502 },
  "WK-RPC-UNREACHABLE": { grpc: status.UNAVAILABLE, http: 502 },
  "WK-RPC-NOT-FOUND": { grpc: status.NOT_FOUND, http: 404 },
  "WK-RPC-REFUSED": { grpc: status.PERMISSION_DENIED, http: 403 },
  "WK-RPC-MAINTENANCE": { grpc: status.FAILED_PRECONDITION, http: 503 },
  "WK-RPC-NOT-LEADER": { grpc: status.UNKNOWN, http: 503 },
  "WK-RPC-PROTOCOL": { grpc: status.UNAVAILABLE, http: 502 },
  "WK-RPC-TLS": { grpc: status.UNAVAILABLE, http: 502 },
  "WK-RPC-STREAM-CUT": { grpc: status.UNAVAILABLE, http: 502 },
  "WK-RPC-TOO-LARGE": { grpc: status.RESOURCE_EXHAUSTED, http: 413 },
  "WK-RPC-UNIMPLEMENTED": { grpc: status.UNIMPLEMENTED, http: 501 },
  "WK-RPC-BUSY": { grpc: status.UNAVAILABLE, http: 503 },
  "WK-LOCK-HELD": { grpc: status.FAILED_PRECONDITION, http: 409 },
  "WK-LOCK-LOST": { grpc: status.ABORTED, http: 409 },
};

/** The HTTP status an error code is answered with; 500 when nothing better is known. */
export function httpStatusOf(code: ErrorCode): number {
  return MAPPINGS[code]?.http ?? 500;
}

/** What a gRPC handler of ours ends a call with; the code travels in a trailer, the stack does not. */
export function grpcStatusOf(reason: unknown): Pick<StatusObject, "code" | "details" | "metadata"> {
  const error = AppError.from(reason);
  const metadata = new Metadata();
  metadata.set(CODE_KEY, error.code);
  return { code: MAPPINGS[error.code]?.grpc ?? status.INTERNAL, details: error.message, metadata };
}
