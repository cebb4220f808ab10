import { systemClock } from "../../core/clock.ts";
import { serveThread, threadData } from "../../core/thread-serve.ts";
import { StoreEngine } from "./engine/store-engine.ts";
import type { StoreRequests, StoreThreadData, WriteRequest } from "./store-requests.ts";

let engine: StoreEngine | undefined;

/** Opened by the first request, so that a file that cannot be used is an answer and not a dead thread. */
function opened(): StoreEngine {
  engine ??= new StoreEngine(threadData<StoreThreadData>().file, systemClock);
  return engine;
}

serveThread<StoreRequests>(
  {
    open: () => {
      opened();
      return null;
    },
    batch: (requests) => {
      const start = performance.now();
      const outcomes = JSON.stringify(opened().batch(JSON.parse(requests) as readonly WriteRequest[]));
      return { outcomes, ms: performance.now() - start };
    },
    read: ({ name, input }) => {
      const handler = opened().reads[name] as (input: unknown) => unknown;
      return handler(input);
    },
  },
  () => engine?.close(),
);
