import { serveThread, threadData } from "../../core/thread-serve.ts";
import { Planner } from "./planner.ts";
import type { PlannerRequests, PlannerThreadData } from "./planner-requests.ts";
import { serversOf, summaryOf, volumeOf, volumesOf } from "./snapshot-views.ts";

const planner = new Planner(threadData<PlannerThreadData>());

serveThread<PlannerRequests>(
  {
    refresh: () => planner.refresh(),
    detect: (payload) => planner.detect(payload),
    explain: (payload) => planner.explain(payload),
    servers: async () => serversOf(await planner.snapshot()),
    summary: async () => summaryOf(await planner.snapshot()),
    volume: async (volumeId) => volumeOf(await planner.snapshot(), volumeId),
    volumes: async (query) => volumesOf(await planner.snapshot(), query),
  },
  () => planner.close(),
);
