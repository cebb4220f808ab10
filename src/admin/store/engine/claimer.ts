import { Budgets, type Holding, type Resource } from "../../../queue/budgets.ts";
import type { ResourceNeeds } from "../../../queue/task.ts";
import type { ClaimInput, QueueRules, WaitingWorker } from "../store.ts";
import { needsOf, type TaskRow, type TaskTable } from "./task-table.ts";
import type { WaitingTasks } from "./waiting-tasks.ts";

const PRIORITIES = [3, 2, 1, 0] as const;

/** Rules before the policy is known: nothing is handed out. */
const CLOSED: QueueRules = {
  limits: { cluster: 0, serverReads: 0, serverWrites: 0, types: {} },
  openTypes: [],
  heldServers: [],
  heldCollections: [],
  retry: {},
  otherWorkerMs: 0,
  emergencyStop: false,
};

interface Candidate {
  readonly worker: WaitingWorker;
  slots: number;
  running: number;
}

/**
 * Chooses which waiting task goes to which waiting worker.
 *
 * Order of tasks: priority, then round-robin over types (so that no type starves another), then due time.
 * Order of workers: least loaded first, after every assignment anew. A task nobody may run now is parked under what
 * it waits for; a task this worker should not get (it failed there, or the worker cannot reach its servers) is passed over.
 */
export class Claimer {
  readonly #tasks: TaskTable;
  readonly #waiting: WaitingTasks;
  readonly #budgets = new Budgets(CLOSED.limits);
  readonly #holdings = new Map<number, Holding>();
  /** Resources given back, under which tasks may be parked. */
  readonly #freed = new Set<Resource>();
  #rules = CLOSED;
  #held: ReadonlySet<Resource> = new Set();
  #lastType = "";

  constructor(tasks: TaskTable, waiting: WaitingTasks) {
    this.#tasks = tasks;
    this.#waiting = waiting;
  }

  get rules(): QueueRules {
    return this.#rules;
  }

  setRules(rules: QueueRules): void {
    this.#rules = rules;
    this.#budgets.setLimits(rules.limits);
    this.#held = new Set([
      ...rules.heldServers.map((server) => `held:server:${server}`),
      ...rules.heldCollections.map((collection) => `held:collection:${collection}`),
    ]);
    this.#waiting.unparkAll();
    this.#freed.clear();
  }

  /** Counts anew from the attempts that run. */
  reset(holdings: Iterable<readonly [taskId: number, holding: Holding]>): void {
    this.#budgets.clear();
    this.#holdings.clear();
    this.#freed.clear();
    for (const [taskId, holding] of holdings) this.take(taskId, holding);
  }

  take(taskId: number, holding: Holding): void {
    this.#holdings.set(taskId, holding);
    this.#budgets.take(holding);
  }

  /** Gives back what the attempt of a task held; without effect when it holds nothing. */
  give(taskId: number): void {
    const holding = this.#holdings.get(taskId);
    if (holding === undefined) return;
    this.#holdings.delete(taskId);
    for (const resource of this.#budgets.give(holding)) this.#freed.add(resource);
  }

  /** Calls `assign` for each chosen pair. The task has left the waiting ones by then. */
  claim(input: ClaimInput, now: number, assign: (row: TaskRow, worker: WaitingWorker) => void): void {
    if (this.#rules.emergencyStop) return;
    let candidates: Candidate[] = input.workers.map((worker) => ({
      worker,
      slots: worker.slots,
      running: worker.running,
    }));
    do {
      this.#unparkFreed();
      let idle = candidates.filter((candidate) => candidate.slots > 0);
      candidates = idle;
      while (idle.length > 0) {
        const candidate = leastLoaded(idle);
        const row = this.#pick(candidate.worker, now);
        if (row === undefined) {
          idle = idle.filter((other) => other !== candidate);
          continue;
        }
        this.#waiting.remove(waitingKey(row));
        this.#lastType = row.type;
        this.take(row.id, { type: row.type, workerId: candidate.worker.workerId, needs: needsOf(row) });
        assign(row, candidate.worker);
        candidate.slots--;
        candidate.running++;
        if (candidate.slots === 0) idle = idle.filter((other) => other !== candidate);
      }
    } while (this.#freed.size > 0 && candidates.some((candidate) => candidate.slots > 0));
  }

  #unparkFreed(): void {
    for (const resource of [...this.#freed]) {
      // Without room they would only be parked again; they come back when the next holder gives it back.
      if (!this.#budgets.hasRoom(resource) || !this.#waiting.unpark(resource)) this.#freed.delete(resource);
    }
  }

  #pick(worker: WaitingWorker, now: number): TaskRow | undefined {
    const types = this.#rotated(worker);
    for (const priority of PRIORITIES) {
      for (const type of types) {
        for (const taskId of this.#waiting.due(type, priority, now)) {
          const row = this.#tasks.get(taskId);
          if (row === undefined) continue;
          const needs = needsOf(row);
          const blocked = this.#heldBy(row, needs) ?? this.#budgets.blockedBy(type, needs);
          if (blocked !== undefined) this.#waiting.park(waitingKey(row), blocked);
          else if (!this.#shouldPass(row, needs, worker, now)) return row;
        }
      }
    }
    return undefined;
  }

  /** The worker's types that have room, starting behind the one served last. */
  #rotated(worker: WaitingWorker): readonly string[] {
    const types = this.#rules.openTypes.filter(
      (type) =>
        worker.types.includes(type) &&
        this.#budgets.typeHasRoom(type) &&
        this.#budgets.workerHasRoom(type, worker.workerId),
    );
    const start = types.indexOf(this.#lastType) + 1;
    return [...types.slice(start), ...types.slice(0, start)];
  }

  #heldBy(row: TaskRow, needs: ResourceNeeds): Resource | undefined {
    const names = [
      `held:collection:${row.collection}`,
      ...needs.reads.map((server) => `held:server:${server}`),
      ...needs.writes.map((server) => `held:server:${server}`),
    ];
    return names.find((name) => this.#held.has(name));
  }

  #shouldPass(row: TaskRow, needs: ResourceNeeds, worker: WaitingWorker, now: number): boolean {
    if (worker.cannotReach.some((server) => needs.reads.includes(server) || needs.writes.includes(server))) return true;
    if (worker.singleServer && new Set([...needs.reads, ...needs.writes]).size > 1) return true;
    // A task that failed is left to another worker for a while; one whose worker vanished is not.
    return row.failures > 0 && row.worker_id === worker.workerId && now < row.due_at + this.#rules.otherWorkerMs;
  }
}

export function waitingKey(row: TaskRow): {
  readonly type: string;
  readonly priority: number;
  readonly dueAt: number;
  readonly taskId: number;
} {
  return { type: row.type, priority: row.priority, dueAt: row.due_at, taskId: row.id };
}

function leastLoaded(candidates: readonly Candidate[]): Candidate {
  return candidates.reduce((best, candidate) => (load(candidate) < load(best) ? candidate : best));
}

function load(candidate: Candidate): number {
  return candidate.running / Math.max(1, candidate.worker.maxConcurrent);
}
