import { type Server, ServerCredentials, type ServerDuplexStream } from "@grpc/grpc-js";
import { closeServer, createServer, listen } from "../../src/rpc/channel.ts";
import type { AdminMessage } from "../../src/rpc/gen/worker_pb/AdminMessage.ts";
import type { WorkerMessage__Output } from "../../src/rpc/gen/worker_pb/WorkerMessage.ts";
import { workerService } from "../../src/rpc/proto.ts";
import { serveParent } from "../lib/child.ts";

/** Answers every task request with an assignment: the stream and the messages of an admin, and nothing behind them. */
export interface BareServerRequests {
  listen: { readonly payload: null; readonly result: number };
  /** Requests answered so far and the processor time of the process. */
  count: { readonly payload: null; readonly result: { readonly answered: number; readonly cpuMicros: number } };
}

let server: Server | undefined;
let count = 0;

function assignment(): AdminMessage {
  const id = `0123456789-${++count}-a1`;
  return {
    admin_id: "admin-server",
    timestamp: Math.floor(Date.now() / 1000),
    message: "task_assignment",
    task_assignment: {
      task_id: id,
      task_type: "vacuum",
      params: {
        task_id: id,
        volume_id: count,
        collection: "pictures",
        sources: [{ node: "10.0.0.1:8080", volume_id: count, estimated_size: 1 << 30 }],
        task_params: "vacuum_params",
        vacuum_params: { garbage_threshold: 0.3, batch_size: 1000 },
      },
      priority: 1,
      created_time: Math.floor(Date.now() / 1000),
      metadata: { reason: "a benchmark" },
    },
  };
}

serveParent<BareServerRequests>(
  {
    count: () => {
      const { user, system } = process.cpuUsage();
      return { answered: count, cpuMicros: user + system };
    },
    listen: () => {
      server = createServer({ maxReceiveBytes: 4 << 20 });
      server.addService(workerService, {
        WorkerStream: (stream: ServerDuplexStream<WorkerMessage__Output, AdminMessage>) => {
          stream.on("data", (message: WorkerMessage__Output) => {
            if (message.task_request !== undefined) stream.write(assignment());
          });
          stream.on("error", () => undefined);
          stream.on("end", () => stream.end());
        },
      });
      return listen(server, "127.0.0.1", 0, ServerCredentials.createInsecure());
    },
  },
  async () => {
    if (server !== undefined) await closeServer(server, 100);
  },
);
