import { Metadata, status } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { ERROR_TABLE, type ErrorCode } from "../core/error-table.ts";
import { AppError } from "../core/errors.ts";
import { serverAddress } from "./server-address.ts";
import {
  answeredByServer,
  appErrorOfCall,
  codeOfText,
  grpcStatusOf,
  httpStatusOf,
  inBandError,
  mayHaveRun,
} from "./status.ts";

const address = serverAddress("h", 8080);
const failed = (code: status, details: string) =>
  appErrorOfCall(Object.assign(new Error(details), { code, details, metadata: new Metadata() }), address, "Call");
const noConnection = (reason: string) =>
  `No connection established. Last error: ${reason} (2026-01-02T03:04:05.000Z). Resolution note: `;

describe("a failed call", () => {
  it.each<[status, string, ErrorCode, "yes" | "no" | "maybe"]>([
    [status.UNKNOWN, "raft.Server: Not current leader", "WK-RPC-NOT-LEADER", "yes"],
    [status.UNKNOWN, "volume server a:1 is in maintenance mode", "WK-RPC-MAINTENANCE", "yes"],
    [status.UNKNOWN, "already locked by shell: ec.encode", "WK-LOCK-HELD", "yes"],
    [status.UNKNOWN, "not found volume id 7", "WK-RPC-NOT-FOUND", "yes"],
    [status.UNKNOWN, "volume 7 not found", "WK-RPC-NOT-FOUND", "yes"],
    [status.UNKNOWN, "volume id 7 not found", "WK-RPC-NOT-FOUND", "yes"],
    [status.UNKNOWN, "volume 7 not found on disk", "WK-RPC-NOT-FOUND", "yes"],
    [status.UNKNOWN, "unexpected new data size", "WK-RPC", "yes"],
    [status.NOT_FOUND, "gone", "WK-RPC-NOT-FOUND", "yes"],
    [status.PERMISSION_DENIED, "not authorized: 10.0.0.1", "WK-RPC-REFUSED", "yes"],
    [status.UNAUTHENTICATED, "common name refused", "WK-RPC-REFUSED", "yes"],
    [status.UNIMPLEMENTED, "unknown method X", "WK-RPC-UNIMPLEMENTED", "yes"],
    [status.UNIMPLEMENTED, "Received HTTP status code 404", "WK-RPC-PROTOCOL", "yes"],
    [status.RESOURCE_EXHAUSTED, "Received message larger than max (5 vs 4)", "WK-RPC-TOO-LARGE", "maybe"],
    [status.RESOURCE_EXHAUSTED, "volume growth in progress", "WK-RPC-BUSY", "yes"],
    [status.UNAVAILABLE, "master is warming up", "WK-RPC-BUSY", "yes"],
    [status.UNAVAILABLE, "Connection dropped", "WK-RPC-UNREACHABLE", "maybe"],
    [status.UNAVAILABLE, "read ECONNRESET", "WK-RPC-UNREACHABLE", "maybe"],
    [status.UNAVAILABLE, "Name resolution failed for target dns:h:18080", "WK-RPC-UNREACHABLE", "no"],
    [status.UNAVAILABLE, noConnection("Error: connect ECONNREFUSED 127.0.0.1:1"), "WK-RPC-UNREACHABLE", "no"],
    [status.UNAVAILABLE, noConnection("Protocol error"), "WK-RPC-PROTOCOL", "no"],
    [status.UNAVAILABLE, noConnection("Failed to connect"), "WK-RPC-PROTOCOL", "no"],
    [
      status.UNAVAILABLE,
      noConnection("Error: 80:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../x.c:350:\n"),
      "WK-RPC-PROTOCOL",
      "no",
    ],
    [status.UNAVAILABLE, noConnection("Error: self-signed certificate"), "WK-RPC-TLS", "no"],
    [
      status.UNAVAILABLE,
      noConnection("80:error:0A00045C:SSL routines:ssl3_read_bytes:tlsv13 alert certificate required:../x.c:1601:SSL"),
      "WK-RPC-TLS",
      "no",
    ],
    [
      status.DEADLINE_EXCEEDED,
      "Deadline exceeded after 1.002s,name resolution: 0.001s,Waiting for LB pick",
      "WK-RPC-UNREACHABLE",
      "no",
    ],
    [
      status.DEADLINE_EXCEEDED,
      "Deadline exceeded after 1s,LB pick: 0.003s,remote_addr=127.0.0.1:1",
      "WK-TIMEOUT",
      "maybe",
    ],
    [status.CANCELLED, "Cancelled on client", "WK-CANCELLED", "maybe"],
    [status.CANCELLED, "Call cancelled", "WK-RPC-STREAM-CUT", "maybe"],
    [status.CANCELLED, "context canceled", "WK-RPC-STREAM-CUT", "maybe"],
    [status.INTERNAL, "Received RST_STREAM with code 2", "WK-RPC-STREAM-CUT", "maybe"],
    [status.INTERNAL, "panic", "WK-RPC", "yes"],
  ])("%s %j is %s", (code, details, expected, reached) => {
    const error = failed(code, details);
    expect(error).toMatchObject({ code: expected, details: { reached, method: "Call", server: "h:8080" } });
    expect(error.message).toMatch(/h:8080.*\.$/s);
    expect([answeredByServer(error), mayHaveRun(error)]).toEqual([reached === "yes", reached === "maybe"]);
  });

  it("says in words what is wrong with the connection", () => {
    expect(failed(status.UNAVAILABLE, noConnection("Protocol error")).message).toBe(
      "h:8080 (gRPC port 18080) answers, but not in gRPC: this may be an HTTP port.",
    );
    expect(failed(status.UNAVAILABLE, noConnection("Error: x: alert certificate required:../x.c")).message).toBe(
      'The TLS handshake with h:8080 (gRPC port 18080) failed: the other end says "certificate required".',
    );
  });

  it("is left alone when it is an AppError, and is a defect when it is nothing from the wire", () => {
    const own = new AppError("WK-CHECKSUM", "x");
    expect(appErrorOfCall(own, address, "Call")).toBe(own);
    expect(appErrorOfCall(new TypeError("bad"), address, "Call")).toMatchObject({
      code: "WK-INTERNAL",
      message: "Call on h:8080: bad.",
    });
  });
});

describe("errors inside answers", () => {
  it("get the code of their text", () => {
    expect(inBandError("volume 9 not found.", address, "VolumeConfigure")).toMatchObject({
      code: "WK-RPC-NOT-FOUND",
      message: "h:8080 answered VolumeConfigure: volume 9 not found.",
    });
    expect(codeOfText("something else")).toBe("WK-RPC");
  });
});

describe("our own errors", () => {
  it("have a gRPC and an HTTP status each", () => {
    for (const code of Object.keys(ERROR_TABLE) as ErrorCode[]) {
      const answer = grpcStatusOf(new AppError(code, "No."));
      expect(answer.code).not.toBe(status.OK);
      expect(answer.details).toBe("No.");
      expect(httpStatusOf(code)).toBeGreaterThanOrEqual(400);
      expect(appErrorOfCall(Object.assign(new Error(), answer), address, "Call").code).toBe(code);
    }
  });

  it("hide what is not an AppError behind its text only", () => {
    expect(grpcStatusOf(new Error("boom"))).toMatchObject({ code: status.INTERNAL, details: "boom" });
  });
});
