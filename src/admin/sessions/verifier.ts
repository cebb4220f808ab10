import { setTimeout as sleep } from "node:timers/promises";
import type { ClusterPort } from "../../cluster/cluster-port.ts";
import { AppError, errorMessage } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import type { TaskDefinition, Verdict } from "../../tasks/definition.ts";
import type { AdminEvents } from "../events.ts";
import type { ActionResult, Store, TaskRecord } from "../store/store.ts";

/** How long the servers may take to show what the worker says. The master hears of changes about 5 s late. */
const LIMIT_MS = 30_000;
const PAUSE_MS = 500;

export interface VerifierDeps {
  readonly store: Pick<Store, "act">;
  readonly cluster: ClusterPort;
  readonly definitions: ReadonlyMap<string, TaskDefinition>;
  readonly events: AdminEvents;
  readonly logger: Logger;
  /** After the verdict is on disk. */
  readonly onVerdict: (task: TaskRecord) => void;
}

/** Turns "the worker says done" into `completed` by asking the servers, or into a failure that says what they answered. */
export class Verifier {
  readonly #deps: VerifierDeps;
  readonly #stop = new AbortController();
  readonly #running = new Set<Promise<void>>();
  /** Aborted at the limit of its task, or all of them when the admin stops. */
  readonly #limits = new Set<AbortController>();

  constructor(deps: VerifierDeps) {
    this.#deps = deps;
  }

  /** Starts observing a task that is `verifying`. */
  verify(task: TaskRecord): void {
    const run = this.#observe(task)
      .catch((reason: unknown) => {
        if (!this.#stop.signal.aborted) {
          this.#deps.logger.error("A verdict could not be written", { taskId: task.id, error: errorMessage(reason) });
        }
      })
      .finally(() => this.#running.delete(run));
    this.#running.add(run);
  }

  /** Tasks being verified stay so; the next start of the admin takes them up again. */
  async stop(): Promise<void> {
    const reason = new AppError("WK-CANCELLED", "The admin stops.");
    this.#stop.abort(reason);
    for (const limit of this.#limits) limit.abort(reason);
    await Promise.all(this.#running);
  }

  async #observe(task: TaskRecord): Promise<void> {
    const { store, events, logger, onVerdict } = this.#deps;
    const verdict = await this.#verdict(task);
    this.#stop.signal.throwIfAborted();
    const action = verdict.reached
      ? ({ kind: "verified" } as const)
      : ({ kind: "refuted", message: verdict.why } as const);
    const result: ActionResult = await store.act({ taskId: task.id, action, onlyAttempt: task.attempt });
    if (!result.ok) {
      logger.warn("A verdict came too late", { taskId: task.id, why: result.message });
      return;
    }
    if (verdict.reached)
      logger.info(`Task ${task.id} completed`, { type: task.type, volumeId: task.volumeId, ...task.facts });
    else
      logger.warn(`Task ${task.id} is not what its worker says`, {
        type: task.type,
        volumeId: task.volumeId,
        why: verdict.why,
      });
    events.emit("task", result.task);
    onVerdict(result.task);
  }

  /** One controller and one timer a task, gone with its verdict: `AbortSignal.timeout` would keep both for the whole limit. */
  async #verdict(task: TaskRecord): Promise<Verdict> {
    this.#stop.signal.throwIfAborted();
    const limit = new AbortController();
    const timer = setTimeout(() => limit.abort(), LIMIT_MS);
    this.#limits.add(limit);
    try {
      return await this.#ask(task, limit.signal);
    } finally {
      clearTimeout(timer);
      this.#limits.delete(limit);
    }
  }

  async #ask(task: TaskRecord, signal: AbortSignal): Promise<Verdict> {
    const { cluster, definitions } = this.#deps;
    const definition = definitions.get(task.type);
    if (definition === undefined) return { reached: false, why: `this release knows no task type ${task.type}` };
    const plan = definition.codec.parse(task.plan);
    let last = "the servers gave no answer";
    for (;;) {
      try {
        const verdict = await definition.verify(cluster, plan, {
          checkpoint: task.checkpoint,
          facts: task.facts,
          signal,
        });
        if (verdict.reached) return verdict;
        last = verdict.why;
      } catch (reason) {
        this.#stop.signal.throwIfAborted();
        if (!signal.aborted) last = errorMessage(reason);
      }
      try {
        await sleep(PAUSE_MS, undefined, { signal });
      } catch {
        this.#stop.signal.throwIfAborted();
        return { reached: false, why: `${last} (for ${LIMIT_MS / 1000} s)` };
      }
    }
  }
}
