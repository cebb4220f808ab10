import type { Logger } from "../core/logger.ts";
import type { AdminMessage__Output } from "../rpc/gen/worker_pb/AdminMessage.ts";
import type { WorkerMessage } from "../rpc/gen/worker_pb/WorkerMessage.ts";
import { workerService } from "../rpc/proto.ts";

const stream = workerService.WorkerStream;

/** Names of fields that say which message it is; nothing else of a message is logged. */
const ID_FIELDS = ["task_id", "seq", "nonce", "step", "success", "accepted", "kind", "available_slots"] as const;

/** The worker's stream, with a line at `-v=4` for every message: direction, type, ids and size. */
export function loggedStream(logger: Logger) {
  if (!logger.enabled(4)) return { ...stream };
  return {
    path: stream.path,
    requestSerialize: (message: WorkerMessage): Buffer => {
      const bytes = stream.requestSerialize(message);
      logger.v(4, `sent ${message.message ?? "an empty message"}`, { ...idsOf(message), bytes: bytes.length });
      return bytes;
    },
    responseDeserialize: (bytes: Buffer): AdminMessage__Output => {
      const message = stream.responseDeserialize(bytes);
      logger.v(4, `received ${message.message ?? "an empty message"}`, { ...idsOf(message), bytes: bytes.length });
      return message;
    },
  };
}

function idsOf(message: WorkerMessage | AdminMessage__Output): Readonly<Record<string, unknown>> {
  const body =
    message.message === undefined ? undefined : (message as Readonly<Record<string, unknown>>)[message.message];
  if (typeof body !== "object" || body === null) return {};
  return Object.fromEntries(
    ID_FIELDS.flatMap((name) => {
      const value = (body as Readonly<Record<string, unknown>>)[name];
      return value === undefined || value === "" ? [] : [[name, value]];
    }),
  );
}
