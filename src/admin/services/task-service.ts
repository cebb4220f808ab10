import type { Clock } from "../../core/clock.ts";
import { AppError } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import type { Priority, TaskSpec, TaskState } from "../../queue/task.ts";
import type { RuleVerdict } from "../../tasks/definition.ts";
import type { AdminEvents } from "../events.ts";
import type { LiveProgress, WorkersPort } from "../sessions/worker-view.ts";
import type { ActionResult, AttemptRecord, AuditRow, Store, TaskFilter, TaskRecord } from "../store/store.ts";
import { clauseOf } from "./explain-service.ts";
import type { PlannerPort } from "./planner-port.ts";
import { LIVE_STATES, planningInput, type TaskTypes } from "./planning-input.ts";
import type { PolicyService } from "./policy-service.ts";

const PRIORITY_WORDS = ["low", "normal", "high", "critical"] as const;
export type PriorityWord = (typeof PRIORITY_WORDS)[number];

export function priorityWord(priority: Priority): PriorityWord {
  return PRIORITY_WORDS[priority];
}

export interface TaskServiceDeps {
  readonly store: Store;
  readonly planner: PlannerPort;
  readonly policy: PolicyService;
  readonly types: TaskTypes;
  readonly workers: WorkersPort;
  readonly events: AdminEvents;
  readonly clock: Clock;
  readonly logger: Logger;
}

export interface CreateTask {
  readonly type: string;
  readonly volumeId: number;
  /** Default: what the planner gives it. */
  readonly priority?: Priority | undefined;
  /** Plan only; nothing is put into the queue. */
  readonly dryRun: boolean;
  /** Ignore thresholds (age, fill, garbage), never safety rules. */
  readonly force: boolean;
  readonly by: string;
}

/** A plan for one volume, and the task made of it unless it was a dry run. */
export interface CreatedTasks {
  readonly specs: readonly TaskSpec[];
  readonly rules: readonly RuleVerdict[];
  readonly tasks: readonly TaskRecord[];
}

export interface TaskDetail {
  readonly task: TaskRecord;
  readonly attempts: readonly AttemptRecord[];
  readonly audit: readonly AuditRow[];
  readonly progress: LiveProgress | undefined;
}

export interface CancelOutcome {
  readonly task: TaskRecord;
  /** The task ended at once; otherwise its worker was asked and rolls back first. */
  readonly ended: boolean;
}

/** What people do with tasks: look, create by hand, cancel, try again, put first. */
export class TaskService {
  readonly #deps: TaskServiceDeps;

  constructor(deps: TaskServiceDeps) {
    this.#deps = deps;
  }

  list(filter: TaskFilter): Promise<readonly TaskRecord[]> {
    return this.#deps.store.tasks(filter);
  }

  /** Throws WK-TASK-NOT-FOUND. */
  async show(id: number): Promise<TaskDetail> {
    const { store, workers } = this.#deps;
    const found = await store.task(id);
    if (found === null) throw noTask(id);
    return { ...found, audit: await store.auditOf(id), progress: workers.progress(id) };
  }

  /**
   * Plans a task for one volume with the topology of now and puts it into the queue.
   * Throws WK-TASK-BUSY when another live task has the volume, WK-TASK-NOT-DUE with the rules that say no.
   */
  async create(request: CreateTask): Promise<CreatedTasks> {
    const { store, planner, clock, events, workers, logger } = this.#deps;
    const { type, volumeId, priority, force, dryRun, by } = request;
    await planner.refresh();
    const input = await planningInput(this.#deps, type, clock.now());
    if (input.busy.includes(volumeId)) throw await this.#taken(volumeId);
    const rules = await planner.explain({ ...input, volumeId });
    const { proposals } = await planner.detect({ ...input, maxProposals: 1, only: { volumeId, force } });
    if (proposals.length === 0) throw notDue(type, volumeId, force, rules);
    const specs = proposals.map((proposal) => (priority === undefined ? proposal : { ...proposal, priority }));
    if (dryRun) return { specs, rules, tasks: [] };

    const adding = store.enqueue(specs.map((spec) => ({ ...spec, createdBy: by })));
    // Within the same turn: a worker that waits is given its task in the same commit.
    workers.wake();
    const outcomes = await adding;
    const tasks: TaskRecord[] = [];
    for (const outcome of outcomes) {
      if (!outcome.ok) throw await this.#taken(volumeId);
      const { task } = await this.show(outcome.id);
      tasks.push(task);
      events.emit("task", task);
    }
    logger.info("task created by hand", { type, volumeId, by, tasks: tasks.map((task) => task.id) });
    return { specs, rules, tasks };
  }

  /** Throws WK-TASK-TOO-LATE past the commit point, WK-TASK-STATE when it has ended. */
  async cancel(id: number, by: string): Promise<CancelOutcome> {
    const task = await this.#act(id, { kind: "cancel", by });
    if (task.state === "cancelling") this.#deps.workers.sendCancellation(id, `Cancelled by ${by}.`);
    return { task, ended: task.state === "cancelled" };
  }

  /** Tries a task again that failed for good, was cancelled or is quarantined. */
  retry(id: number, by: string): Promise<TaskRecord> {
    return this.#act(id, { kind: "retry", by });
  }

  prioritise(id: number, priority: Priority): Promise<TaskRecord> {
    return this.#act(id, { kind: "prioritise", priority });
  }

  async #act(id: number, action: Parameters<Store["act"]>[0]["action"]): Promise<TaskRecord> {
    const { store, events, workers, logger } = this.#deps;
    const result: ActionResult = await store.act({ taskId: id, action });
    if (!result.ok) throw new AppError(result.code, sentence(id, result));
    logger.info("task changed by hand", { id, ...action, state: result.task.state });
    events.emit("task", result.task);
    workers.wake();
    return result.task;
  }

  async #taken(volumeId: number): Promise<AppError> {
    const [task] = await this.#deps.store.tasks({ volumeId, states: LIVE_STATES, limit: 1 });
    const who = task === undefined ? "another task" : `task ${task.id} (${task.type}, ${stateWord(task.state)})`;
    return new AppError("WK-TASK-BUSY", `Volume ${volumeId} is taken by ${who}.`, {
      details: { volumeId, ...(task === undefined ? {} : { taskId: task.id }) },
    });
  }
}

function noTask(id: number | string): AppError {
  return new AppError("WK-TASK-NOT-FOUND", `There is no task ${id}.`);
}

function sentence(id: number, result: ActionResult & { readonly ok: false }): string {
  if (result.code === "WK-TASK-NOT-FOUND") return noTask(id).message;
  return `Task ${id}: ${result.message.replace(/\.$/, "")}.`;
}

function stateWord(state: TaskState): string {
  return state === "quarantined" ? "kept for an operator" : state;
}

function notDue(type: string, volumeId: number, force: boolean, rules: readonly RuleVerdict[]): AppError {
  const no = rules.filter((rule) => !rule.pass).map((rule) => clauseOf(type, rule));
  const why = no.length === 0 ? "the planner has no place or step for it" : no.join("; ");
  return new AppError("WK-TASK-NOT-DUE", `No ${type} for volume ${volumeId}: ${why}.`, {
    details: { volumeId, type },
    hint: force ? "Safety rules hold even with force." : "With force, thresholds are not applied; safety rules are.",
  });
}
