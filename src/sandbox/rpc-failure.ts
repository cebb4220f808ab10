import { status } from "@grpc/grpc-js";

/**
 * What a server of the sandbox answers a call with: SeaweedFS sends nearly every error as `Unknown` with free
 * text that clients match on, so text and code are part of the interface.
 */
export class RpcFailure extends Error {
  override readonly name = "RpcFailure";
  readonly code: status;

  constructor(text: string, code: status = status.UNKNOWN) {
    super(text);
    this.code = code;
  }
}

/** The end of a call whose caller cannot be reached any more; the work behind it decides what that means. */
export class CallerGone extends RpcFailure {
  constructor() {
    super("transport is closing", status.UNAVAILABLE);
  }
}

/** The text of a connection that broke, as grpc-js and Go clients report it. */
export const CONNECTION_DROPPED = "Connection dropped";
