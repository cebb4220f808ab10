import { setImmediate as nextTurn } from "node:timers/promises";
import type { TaskState } from "../../queue/task.ts";
import type { PlannedLoad, TaskDefinition } from "../../tasks/definition.ts";
import { LoadSum } from "../../tasks/planning/load-sum.ts";
import type { Store, TaskRecord } from "../store/store.ts";
import type { PlanningRequest } from "./planner-port.ts";
import type { PolicyService } from "./policy-service.ts";

export const LIVE_STATES: readonly TaskState[] = [
  "pending",
  "assigned",
  "running",
  "verifying",
  "cancelling",
  "quarantined",
];

/** The registry of task types: name → definition. */
export type TaskTypes = ReadonlyMap<string, TaskDefinition>;

const PAGE = 200;
/** Plans that are read in one turn of the event loop: a large one takes a good part of a millisecond. */
const TURN = 10;
/** Live tasks that are looked at for planned load; the newest ones. More would cost a scan longer than it helps. */
const MOST_TASKS = 20_000;
/** Longer than the master's list can be behind. */
const SETTLE_MS = 60_000;

/** What the planner needs to know besides the topology: settings, busy volumes and the load that live tasks will bring. */
export async function planningInput(
  deps: { readonly store: Store; readonly policy: PolicyService; readonly types: TaskTypes },
  type: string,
  now: number,
): Promise<PlanningRequest> {
  const config = deps.policy.type(type).values;
  const busy = await deps.store.busyVolumes(null);
  const sinceLast = Math.max(SETTLE_MS, Number(config["min_interval_seconds"] ?? 0) * 1000);
  const settled = await deps.store.lastFinished({ type, since: now - sinceLast });
  let read = 0;
  const loadOf = async (task: TaskRecord): Promise<readonly PlannedLoad[]> => {
    const codec = deps.types.get(task.type)?.codec;
    // A type that this release does not know plans nothing any more.
    if (codec === undefined) return [];
    if (++read % TURN === 0) await nextTurn();
    return codec.load(codec.parse(task.plan));
  };
  const reserved = new LoadSum();
  for await (const task of liveTasks(deps.store)) reserved.add(await loadOf(task));
  const changed = new Map<string, number>();
  // Newest first: the first time that is seen of a server is its last one.
  for (const task of await deps.store.completedSince(now - SETTLE_MS)) {
    for (const { server } of await loadOf(task)) if (!changed.has(server)) changed.set(server, task.finishedAt ?? now);
  }
  return {
    type,
    config,
    busy,
    reserved: reserved.loads,
    settled: settled.map(({ volumeId, at }) => [volumeId, at]),
    changed: [...changed],
    now,
  };
}

async function* liveTasks(store: Store): AsyncGenerator<TaskRecord> {
  let before: number | undefined;
  for (let seen = 0; seen < MOST_TASKS; seen += PAGE) {
    const page = await store.tasks({ states: LIVE_STATES, limit: PAGE, ...(before === undefined ? {} : { before }) });
    yield* page;
    before = page.at(-1)?.id;
    if (page.length < PAGE) return;
    await nextTurn();
  }
}
