import { rm } from "node:fs/promises";
import { join } from "node:path";
import type { ClusterPort } from "../cluster/cluster-port.ts";
import type { Clock } from "../core/clock.ts";
import { AppError } from "../core/errors.ts";
import type { JsonObject } from "../core/json.ts";
import type { Logger } from "../core/logger.ts";
import type { TaskAssignment__Output } from "../rpc/gen/worker_pb/TaskAssignment.ts";
import type { TaskCancellation__Output } from "../rpc/gen/worker_pb/TaskCancellation.ts";
import type { WorkerMessage } from "../rpc/gen/worker_pb/WorkerMessage.ts";
import type { TaskDefinition } from "../tasks/definition.ts";
import type { TaskWaits } from "../tasks/waits.ts";
import { type ReadAssignment, readAssignment } from "./assignment.ts";
import { Attempt } from "./attempt.ts";
import { Voice, type VoiceOptions } from "./attempt-voice.ts";
import { type Completion, completionOfError, completionOfResult, refusal } from "./completion.ts";
import type { Courier } from "./courier.ts";
import { canNameFiles, fileNameOf } from "./file-names.ts";
import type { Journal } from "./journal.ts";
import type { LeaseBook } from "./lease.ts";
import type { Outbox, WordKind } from "./outbox.ts";
import type { TaskLogFile } from "./task-log.ts";
import type { TaskLogStore } from "./task-log-store.ts";

export interface RunnerOptions {
  readonly workerId: string;
  readonly maxConcurrent: number;
  /** By type; what the worker registered as its capabilities. */
  readonly definitions: ReadonlyMap<string, TaskDefinition>;
  /** The cluster behind these masters; connections are shared between attempts. */
  readonly cluster: (masters: readonly string[]) => ClusterPort;
  readonly outbox: Outbox;
  readonly courier: Courier;
  readonly leases: LeaseBook;
  readonly logs: TaskLogStore;
  readonly journal: Journal;
  readonly send: (message: WorkerMessage) => boolean;
  readonly scratchDir: string;
  readonly waits: TaskWaits;
  readonly clock: Clock;
  readonly logger: Logger;
  /** A slot was taken or became free. */
  readonly onSlots: () => void;
}

interface Running {
  readonly attempt: Attempt;
  readonly voice: Voice;
  readonly leased: boolean;
  readonly done: Promise<void>;
}

/** Runs attempts in the worker's slots and says how they end. */
export class Runner {
  readonly #options: RunnerOptions;
  readonly #running = new Map<string, Running>();
  #closing = false;
  #completed = 0;
  #failed = 0;

  constructor(options: RunnerOptions) {
    this.#options = options;
  }

  get freeSlots(): number {
    return this.#closing ? 0 : Math.max(0, this.#options.maxConcurrent - this.#running.size);
  }

  get taskIds(): readonly string[] {
    return [...this.#running.keys()];
  }

  get completed(): number {
    return this.#completed;
  }

  get failed(): number {
    return this.#failed;
  }

  /** Takes an assignment, or says at once why not. A task that runs already, or whose end is on its way, is left alone. */
  assign(message: TaskAssignment__Output): void {
    const { logger, outbox, definitions } = this.#options;
    const taskId = message.task_id ?? "";
    const leased = message.attempt !== undefined;
    if (!canNameFiles(taskId)) {
      logger.error("An assignment with an unusable task id is left alone.", { task: taskId.slice(0, 200) });
      return;
    }
    if (this.#running.has(taskId) || outbox.unsentCompletions().includes(taskId)) {
      logger.warn("An assignment came twice.", { task: taskId });
      return;
    }
    const refuse = (error: AppError, handBack: boolean): void => {
      logger.warn("A task is not taken.", { task: taskId, type: message.task_type, error });
      this.#finish(this.#voice({ taskId, leased, committed: false }), taskId, refusal(error, handBack));
    };
    if (this.#closing) {
      refuse(new AppError("WK-WORKER-STOPPING", "The worker is stopping."), true);
      return;
    }
    if (this.freeSlots === 0) {
      // The text is the one by which admins know that the task can go to another worker.
      refuse(new AppError("WK-WORKER-CAPACITY", "executor is at capacity"), true);
      return;
    }
    const definition = definitions.get(message.task_type ?? "");
    if (definition === undefined) {
      const text = `This worker runs ${[...definitions.keys()].join(", ")}, not "${message.task_type ?? ""}".`;
      refuse(new AppError("WK-TASK-TYPE", text), false);
      return;
    }
    try {
      this.#start(definition, readAssignment(message));
    } catch (reason) {
      refuse(AppError.from(reason, "WK-TASK-PLAN"), false);
    }
  }

  /** `task_id` names an attempt; `force` means that it is no longer ours. */
  cancel(message: TaskCancellation__Output): void {
    const taskId = message.task_id ?? "";
    const running = this.#running.get(taskId);
    const reason = message.reason ?? "";
    if (message.force === true) {
      this.lose(taskId, reason === "" ? "the admin says so" : reason);
      return;
    }
    if (running === undefined) return;
    const error = new AppError("WK-CANCELLED", `Cancelled: ${reason === "" ? "without a reason" : reason}.`);
    const heeded = running.attempt.cancel(error);
    this.#options.logger.info(heeded ? "A task is being cancelled." : "A cancellation came too late: finishing.", {
      task: taskId,
      reason,
    });
  }

  /** The admin refused a word. */
  refused(taskId: string, kind: WordKind, reason: AppError): void {
    const running = this.#running.get(taskId);
    if (running === undefined) {
      this.#options.logger.warn("The admin refused a word of a finished attempt.", { task: taskId, kind, reason });
      return;
    }
    // A commit point is refused while the task is being cancelled: that is no loss, roll-back has its lease.
    if (reason.code === "WK-ATTEMPT-DEAD") this.lose(taskId, reason.message);
    else running.attempt.cancel(reason);
  }

  /** An attempt is no longer this worker's. */
  lose(taskId: string, why: string): void {
    const running = this.#running.get(taskId);
    if (running === undefined) return;
    const reason = new AppError("WK-ATTEMPT-DEAD", `Attempt ${taskId} is no longer this worker's: ${why}`);
    this.#options.logger.warn("An attempt is lost.", { task: taskId, why });
    running.attempt.lose(reason);
    this.#options.courier.abandon(taskId, reason);
  }

  /** Attempts that live on a stream of an admin without leases. */
  get plainTaskIds(): readonly string[] {
    return [...this.#running].filter(([, { leased }]) => !leased).map(([taskId]) => taskId);
  }

  get leasedTaskIds(): readonly string[] {
    return [...this.#running].filter(([, { leased }]) => leased).map(([taskId]) => taskId);
  }

  repeatProgress(): void {
    for (const { voice } of this.#running.values()) voice.repeatProgress();
  }

  /** Takes nothing new; resolves when all that runs is done. */
  async close(): Promise<void> {
    this.#closing = true;
    this.#options.onSlots();
    while (this.#running.size > 0) await Promise.all([...this.#running.values()].map(({ done }) => done));
  }

  /** The time for finishing is over: attempts stop at their next safe step; those past the commit point too if `all`. */
  handBack(all: boolean): void {
    const reason = new AppError("WK-WORKER-STOPPING", "The worker is stopping and hands the task back.");
    for (const { attempt } of this.#running.values()) {
      if (all || !attempt.committed) attempt.handBack(reason);
    }
  }

  #start(definition: TaskDefinition, assignment: ReadAssignment): void {
    const options = this.#options;
    const { taskId, leaseMs } = assignment;
    const plan = definition.codec.fromParams(assignment.params);
    const { taskType, params, committed } = assignment;
    const keep = (step: string, state: JsonObject, passed: boolean): Promise<void> =>
      options.journal.record({ taskId, taskType, params, step, state, committed: passed });
    const leased = leaseMs !== undefined;
    const voice = this.#voice({ taskId, leased, committed, ...(leased ? { keep } : {}) });
    const log = options.logs.create({
      taskId,
      taskType: assignment.taskType,
      volumeId: assignment.params.volume_id ?? 0,
      server: assignment.params.sources?.[0]?.node ?? "",
      collection: assignment.params.collection ?? "",
    });
    if (assignment.emergencyStop) options.leases.setEmergencyStop(true);
    const scratchDir = join(options.scratchDir, fileNameOf(taskId));
    const attempt = new Attempt({
      attempt: { taskId, number: assignment.number, checkpoint: assignment.checkpoint },
      committed: assignment.committed,
      options: {
        verify: assignment.verify,
        freezeLimitMs: assignment.freezeLimitMs,
        bytesPerSecond: assignment.bytesPerSecond,
        volumeSizeLimit: assignment.volumeSizeLimit,
        scratchDir,
        waits: options.waits,
      },
      cluster: options.cluster(assignment.masters),
      clock: options.clock,
      log,
      voice,
      lease: (dead) => options.leases.add(taskId, leaseMs, dead),
    });
    const execute = async (): Promise<Completion> => {
      try {
        return completionOfResult(await definition.execute(attempt, plan));
      } catch (reason) {
        return completionOfError(reason, attempt.stopped, attempt.touched);
      }
    };
    const done = this.#run(taskId, attempt, voice, log, scratchDir, execute);
    this.#running.set(taskId, { attempt, voice, leased, done });
    options.logger.info("A task begins.", {
      task: taskId,
      type: assignment.taskType,
      volume: assignment.params.volume_id,
      attempt: assignment.number,
    });
    options.onSlots();
  }

  async #run(
    taskId: string,
    attempt: Attempt,
    voice: Voice,
    log: TaskLogFile,
    scratchDir: string,
    execute: () => Promise<Completion>,
  ): Promise<void> {
    const { logger, leases, logs, onSlots, clock } = this.#options;
    const started = clock.monotonic();
    log.info("attempt begins", { number: attempt.attempt.number, worker: this.#options.workerId });
    voice.started().catch((reason: unknown) => log.warn(`the first report: ${AppError.from(reason).message}`));
    const completion = await execute();
    if (completion.success) {
      this.#completed++;
      log.info("attempt completed", completion.facts);
    } else {
      if (completion.status === "failed") this.#failed++;
      log.error(`attempt ${completion.status}: ${completion.errorMessage}`, { code: completion.errorCode });
    }
    logger.info(`A task ended: ${completion.status}.`, {
      task: taskId,
      seconds: Math.round(clock.monotonic() - started) / 1000,
      ...(completion.success ? completion.facts : { code: completion.errorCode, error: completion.errorMessage }),
    });
    await removeScratch(scratchDir, logger);
    await logs.finish(log, completion.status);
    // The slot is free from the completion on; the lease ends with the word that says so.
    this.#finish(voice, taskId, completion);
    this.#running.delete(taskId);
    leases.remove(taskId);
    onSlots();
  }

  #finish(voice: Voice, taskId: string, completion: Completion): void {
    const { logger, outbox, journal } = this.#options;
    voice
      .completed(completion)
      // The admin has the end on its disk: nothing of the attempt is needed here any more.
      .then(() => journal.remove(taskId))
      .catch((reason: unknown) => {
        logger.warn("A completion was not accepted.", { task: taskId, error: AppError.from(reason) });
      });
    outbox.close(taskId);
  }

  #voice(options: Pick<VoiceOptions, "taskId" | "leased" | "committed" | "keep">): Voice {
    const { workerId, courier, send, clock } = this.#options;
    return new Voice({ ...options, workerId, courier, send, now: () => clock.now() });
  }
}

async function removeScratch(dir: string, logger: Logger): Promise<void> {
  try {
    await rm(dir, { recursive: true, force: true });
  } catch (reason) {
    logger.warn("A scratch folder could not be removed; the next start of the worker removes it.", {
      dir,
      error: AppError.from(reason, "WK-WORKER-DIR"),
    });
  }
}
