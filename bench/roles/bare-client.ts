import { setTimeout as sleep } from "node:timers/promises";
import type { AdminMessage__Output } from "../../src/rpc/gen/worker_pb/AdminMessage.ts";
import type { WorkerMessage } from "../../src/rpc/gen/worker_pb/WorkerMessage.ts";
import { serveParent } from "../lib/child.ts";
import { type OwnStream, openStreams } from "../lib/wire.ts";

export interface BareClientRequests {
  /** Keeps `outstanding` requests open on each stream. Messages both ways a second. */
  flood: {
    readonly payload: {
      readonly port: number;
      readonly streams: number;
      readonly outstanding: number;
      readonly warmUpMs: number;
      readonly ms: number;
    };
    readonly result: number;
  };
  /** One request at a time, `pauseMs` apart. Round trips in ms. */
  pace: {
    readonly payload: { readonly port: number; readonly samples: number; readonly pauseMs: number };
    readonly result: readonly number[];
  };
}

let open: readonly OwnStream[] = [];

function request(workerId: string): WorkerMessage {
  return {
    worker_id: workerId,
    timestamp: Math.floor(Date.now() / 1000),
    message: "task_request",
    task_request: { worker_id: workerId, capabilities: ["vacuum"], available_slots: 8 },
  };
}

function closeAll(): void {
  for (const own of open) own.close();
  open = [];
}

serveParent<BareClientRequests>(
  {
    async flood({ port, streams, outstanding, warmUpMs, ms }) {
      open = openStreams(streams, { port });
      let messages = 0;
      for (const [index, { stream }] of open.entries()) {
        const workerId = `worker-${index}`;
        stream.on("data", (message: AdminMessage__Output) => {
          if (message.task_assignment === undefined) return;
          messages += 2;
          stream.write(request(workerId));
        });
        for (let turn = 0; turn < outstanding; turn++) stream.write(request(workerId));
      }
      await sleep(warmUpMs);
      const before = messages;
      const start = performance.now();
      await sleep(ms);
      const rate = ((messages - before) / (performance.now() - start)) * 1000;
      closeAll();
      return rate;
    },

    async pace({ port, samples, pauseMs }) {
      open = openStreams(1, { port });
      const [own] = open;
      const trips: number[] = [];
      let answered: (() => void) | undefined;
      own?.stream.on("data", () => answered?.());
      for (let sample = 0; sample < samples; sample++) {
        await sleep(pauseMs);
        const start = performance.now();
        await new Promise<void>((resolve) => {
          answered = resolve;
          own?.stream.write(request("worker-0"));
        });
        trips.push(performance.now() - start);
      }
      closeAll();
      return trips;
    },
  },
  async () => closeAll(),
);
