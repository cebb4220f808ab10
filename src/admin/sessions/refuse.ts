import { status } from "@grpc/grpc-js";
import type { AppError } from "../../core/errors.ts";
import type { WorkerStream } from "./worker-session.ts";

/**
 * Ends a stream that has no session. A worker that registered is told why in the words of the protocol first, so that
 * it knows that the admin itself turned it away.
 */
export function refuse(stream: WorkerStream, error: AppError, registered: boolean): void {
  const message = error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
  if (registered) {
    stream.write({ message: "registration_response", registration_response: { success: false, message } });
  }
  stream.emit("error", { code: status.INVALID_ARGUMENT, details: message });
}
