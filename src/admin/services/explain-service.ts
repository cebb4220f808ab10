import type { Clock } from "../../core/clock.ts";
import type { RuleVerdict } from "../../tasks/definition.ts";
import type { WorkersPort, WorkerView } from "../sessions/worker-view.ts";
import type { Store } from "../store/store.ts";
import type { ClusterVolume, PlannerPort } from "./planner-port.ts";
import { LIVE_STATES, planningInput, type TaskTypes } from "./planning-input.ts";
import type { PolicyService } from "./policy-service.ts";

export interface ExplainServiceDeps {
  readonly store: Store;
  readonly planner: PlannerPort;
  readonly policy: PolicyService;
  readonly types: TaskTypes;
  readonly workers: Pick<WorkersPort, "workers">;
  readonly clock: Clock;
}

/** Why a volume is, or is not, worked on by one task type. */
export interface Explanation {
  readonly type: string;
  readonly volumeId: number;
  /** Every rule says yes: the next scan makes a task of it. */
  readonly due: boolean;
  /** Nothing would hold the task back once it is in the queue. */
  readonly runnable: boolean;
  readonly summary: string;
  /** The type's own rules. */
  readonly rules: readonly RuleVerdict[];
  /** What the queue, the operator and the workers say. */
  readonly queue: readonly RuleVerdict[];
}

/** Lists, for a volume, every rule of every decision with measured value, threshold and verdict. */
export class ExplainService {
  readonly #deps: ExplainServiceDeps;

  constructor(deps: ExplainServiceDeps) {
    this.#deps = deps;
  }

  /** `type` absent = every type. Throws WK-CONFIG-VALUE for an unknown type. */
  async explain(volumeId: number, type?: string): Promise<readonly Explanation[]> {
    const types = type === undefined ? [...this.#deps.types.keys()] : [type];
    const volume = await this.#deps.planner.volume(volumeId);
    const explanations: Explanation[] = [];
    for (const each of types) explanations.push(await this.#one(volumeId, each, volume));
    return explanations;
  }

  async #one(volumeId: number, type: string, volume: ClusterVolume | undefined): Promise<Explanation> {
    const { planner, clock } = this.#deps;
    const input = await planningInput(this.#deps, type, clock.now());
    const rules = await planner.explain({ ...input, volumeId });
    const queue = await this.#queueSide(volumeId, type, volume);
    const due = rules.every((rule) => rule.pass);
    const runnable = queue.every((rule) => rule.pass);
    return { type, volumeId, due, runnable, summary: summaryOf(type, volumeId, rules, queue), rules, queue };
  }

  async #queueSide(volumeId: number, type: string, volume: ClusterVolume | undefined): Promise<readonly RuleVerdict[]> {
    const { store, policy, workers } = this.#deps;
    const [live] = await store.tasks({ volumeId, states: LIVE_STATES, limit: 1 });
    const holds = policy.holds();
    const closed = policy.closedBecause(type);
    const servers = [
      ...(volume?.replicas.map((replica) => replica.server) ?? []),
      ...(volume?.ecShards.map((shards) => shards.server) ?? []),
    ];
    const unwell = servers.find((server) => holds.unwell.has(server));
    const paused = servers.find((server) => holds.pausedServers.has(server));
    const collection = volume?.collection ?? "";
    const running = workers.workers().flatMap((worker) => worker.running).length;
    return [
      verdict("live-task", live === undefined, "no live task", {
        measured: live === undefined ? "none" : `task ${live.id}`,
        text:
          live === undefined ? "no live task has the volume" : `task ${live.id} (${live.type}, ${live.state}) has it`,
      }),
      verdict("emergency-stop", !holds.emergencyStop, "off", {
        measured: holds.emergencyStop ? "on" : "off",
        text: holds.emergencyStop ? "the emergency stop is on" : "the emergency stop is off",
      }),
      verdict(closed?.rule ?? "open", closed === undefined, "open", {
        measured: closed === undefined ? "open" : "closed",
        text: closed?.text ?? `${type} is switched on, not paused, and its window is open`,
      }),
      verdict("collection", !holds.pausedCollections.has(collection), "not paused", {
        measured: holds.pausedCollections.has(collection) ? "paused" : "not paused",
        text: `collection "${collection}" is ${holds.pausedCollections.has(collection) ? "" : "not "}paused`,
      }),
      verdict("server-pause", paused === undefined, "not paused", {
        measured: paused ?? "none",
        text: paused === undefined ? "none of its servers is paused" : `server ${paused} is paused`,
      }),
      verdict("server-health", unwell === undefined, "well", {
        measured: unwell ?? "well",
        text:
          unwell === undefined
            ? "no server of its known replicas is held back"
            : `server ${unwell} is held back: ${holds.unwell.get(unwell) ?? "unknown why"}`,
      }),
      workerVerdict(type, workers.workers(), servers),
      verdict("cluster-budget", running < policy.global.maxConcurrent, `< ${policy.global.maxConcurrent}`, {
        measured: String(running),
        text: `${running} attempts run in the cluster, at most ${policy.global.maxConcurrent} may`,
      }),
      await this.#typeBudget(type),
    ];
  }

  async #typeBudget(type: string): Promise<RuleVerdict> {
    const { store, policy } = this.#deps;
    const { maxConcurrent } = policy.type(type);
    const held = await store.tasks({
      types: [type],
      states: ["assigned", "running", "cancelling"],
      limit: maxConcurrent + 1,
    });
    return verdict("type-budget", held.length < maxConcurrent, `< ${maxConcurrent}`, {
      measured: String(held.length),
      text: `${held.length} attempts of ${type} run, at most ${maxConcurrent} may (max_concurrent)`,
    });
  }
}

function workerVerdict(type: string, workers: readonly WorkerView[], servers: readonly string[]): RuleVerdict {
  const connected = workers.filter((worker) => worker.status !== "lost");
  const capable = connected.filter((worker) => worker.capabilities.includes(type));
  const reaching = capable.filter((worker) => !worker.cannotReach.some((server) => servers.includes(server)));
  const free = reaching.filter((worker) => worker.running.length < worker.maxConcurrent);
  const counts = [`${connected.length} connected`, `${capable.length} capable`, `${free.length} free`];
  return verdict("worker", free.length > 0, "one free", {
    measured: counts.join(", "),
    text: workerText(type, { connected, capable, reaching, free }, servers),
  });
}

function workerText(
  type: string,
  workers: Readonly<Record<"connected" | "capable" | "reaching" | "free", readonly WorkerView[]>>,
  servers: readonly string[],
): string {
  const { connected, capable, reaching, free } = workers;
  if (connected.length === 0) return "no worker is connected";
  if (capable.length === 0) return `no connected worker can do ${type}`;
  if (reaching.length === 0) {
    const out = capable.flatMap((worker) => worker.cannotReach).find((server) => servers.includes(server));
    return `no worker that can do ${type} could reach ${out ?? "its servers"} lately; it is tried again in a while`;
  }
  if (free.length === 0) return `all ${reaching.length} workers that can do ${type} are busy`;
  return `${free.length} of ${capable.length} workers that can do ${type} have a free slot`;
}

function verdict(
  rule: string,
  pass: boolean,
  threshold: string,
  words: { readonly measured: string; readonly text: string },
): RuleVerdict {
  return { rule, pass, threshold, measured: words.measured, text: `${words.text} → ${pass ? "ok" : "waits"}` };
}

function summaryOf(
  type: string,
  volumeId: number,
  rules: readonly RuleVerdict[],
  queue: readonly RuleVerdict[],
): string {
  const no = rules.find((rule) => !rule.pass);
  if (no !== undefined) return `No ${type} for volume ${volumeId}: ${clauseOf(type, no)}.`;
  const waits = queue.find((rule) => !rule.pass);
  if (waits !== undefined) return `Volume ${volumeId} is due for ${type}, but ${clauseOf(type, waits)}.`;
  return `Volume ${volumeId} is due for ${type}; the next scan puts it into the queue.`;
}

/** The comparison of a verdict without the type before it and the verdict after it. */
export function clauseOf(type: string, { text }: RuleVerdict): string {
  const start = text.startsWith(`${type}: `) ? type.length + 2 : 0;
  const end = text.lastIndexOf(" → ");
  return text.slice(start, end < 0 ? undefined : end);
}
