import { setImmediate as nextTurn } from "node:timers/promises";
import type { JsonObject } from "../../core/json.ts";
import type { TaskState } from "../../queue/task.ts";
import type { TaskParams } from "../../rpc/gen/worker_pb/TaskParams.ts";
import type { TaskDefinition } from "../../tasks/definition.ts";
import type { Store, TaskRecord } from "../store/store.ts";
import type { PlanningRequest } from "./planner-port.ts";
import type { PolicyService } from "./policy-service.ts";
import { reservationsOf } from "./reservations.ts";

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

const PAGE = 1000;
/** Live tasks that are looked at for planned load; the newest ones. More would cost a scan longer than it helps. */
const MOST_TASKS = 50_000;

/** What the planner needs to know besides the topology: settings, busy volumes and the load that live tasks will bring. */
export async function planningInput(
  deps: { readonly store: Store; readonly policy: PolicyService; readonly types: TaskTypes },
  type: string,
  now: number,
): Promise<PlanningRequest> {
  const config = deps.policy.type(type).values;
  const busy = await deps.store.busyVolumes(null);
  const plans: TaskParams[] = [];
  for await (const task of liveTasks(deps.store)) {
    const params = paramsOf(deps.types, task.type, task.plan);
    if (params !== undefined) plans.push(params);
  }
  return { type, config, busy, reserved: reservationsOf(plans), now };
}

/** Wire parameters of a stored plan; undefined when its type is not known to this release. */
export function paramsOf(types: TaskTypes, type: string, plan: JsonObject): TaskParams | undefined {
  const definition = types.get(type);
  return definition?.codec.toParams(definition.codec.parse(plan));
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
