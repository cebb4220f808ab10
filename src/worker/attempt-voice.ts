import type { JsonObject } from "../core/json.ts";
import type { TaskUpdate } from "../rpc/gen/worker_pb/TaskUpdate.ts";
import type { WorkerMessage } from "../rpc/gen/worker_pb/WorkerMessage.ts";
import type { AuditEntry, Progress } from "../tasks/context.ts";
import type { AttemptVoice } from "./attempt.ts";
import type { Completion } from "./completion.ts";
import type { Courier } from "./courier.ts";
import { ProgressThrottle } from "./throttle.ts";

export interface VoiceOptions {
  readonly taskId: string;
  readonly workerId: string;
  /** Under a lease of our own admin: words are numbered and acknowledged. */
  readonly leased: boolean;
  /** An earlier attempt passed the commit point. */
  readonly committed: boolean;
  readonly courier: Courier;
  /** Keeps a checkpoint on the disk here as well, before it is said. */
  readonly keep?: (step: string, state: JsonObject, committed: boolean) => Promise<void>;
  /** For words that may get lost: progress. */
  readonly send: (message: WorkerMessage) => boolean;
  /** Unix ms. */
  readonly now: () => number;
}

/** What one attempt says to the admin, in the protocol of the admin that assigned it. */
export class Voice implements AttemptVoice {
  readonly #options: VoiceOptions;
  readonly #throttle: ProgressThrottle;
  #committed: boolean;

  constructor(options: VoiceOptions) {
    this.#options = options;
    this.#committed = options.committed;
    this.#throttle = new ProgressThrottle((progress) => this.#sendProgress(progress));
  }

  /** The first word: the attempt runs. */
  started(): Promise<void> {
    return this.#say("update", (seq) => this.#update({ stage: "start", percent: 0 }, seq), false);
  }

  async checkpoint(step: string, state: JsonObject, commitPoint: boolean): Promise<void> {
    const { taskId, keep } = this.#options;
    await keep?.(step, state, commitPoint || this.#committed);
    await this.#say(
      "checkpoint",
      (seq) => ({
        message: "checkpoint",
        checkpoint: {
          task_id: taskId,
          seq,
          step,
          commit_point: commitPoint,
          state: Buffer.from(JSON.stringify(state), "utf8"),
        },
      }),
      true,
    );
    this.#committed ||= commitPoint;
  }

  async audit(record: AuditEntry): Promise<void> {
    const { taskId } = this.#options;
    await this.#say(
      "audit",
      (seq) => ({
        message: "audit",
        audit: {
          task_id: taskId,
          seq,
          call: record.call,
          server: record.server,
          volume_id: record.volumeId,
          precondition: record.precondition,
          outcome: record.outcome ?? "",
        },
      }),
      true,
    );
  }

  progress(progress: Progress): void {
    this.#throttle.push(progress);
  }

  /** On a new stream: where the attempt is. */
  repeatProgress(): void {
    if (this.#throttle.latest !== undefined) this.#sendProgress(this.#throttle.latest);
  }

  /** The last word. Resolves when the admin has it, or, without acknowledgements, when it is on the disk. */
  async completed(completion: Completion): Promise<void> {
    this.#throttle.stop();
    const { taskId, workerId, leased, now } = this.#options;
    await this.#say(
      "complete",
      (seq) => ({
        message: "task_complete",
        task_complete: {
          task_id: taskId,
          worker_id: workerId,
          success: completion.success,
          error_message: completion.errorMessage,
          completion_time: Math.floor(now() / 1000),
          result_metadata: completion.facts,
          ...(leased ? { seq, error_code: completion.errorCode, kind: completion.kind } : {}),
        },
      }),
      true,
    );
  }

  #say(
    kind: "update" | "complete" | "checkpoint" | "audit",
    make: (seq: number) => WorkerMessage,
    durable: boolean,
  ): Promise<void> {
    const { courier, leased, taskId } = this.#options;
    return leased ? courier.say(taskId, kind, make, durable) : courier.tell(taskId, kind, make, durable);
  }

  #sendProgress(progress: Progress): void {
    this.#options.send(this.#update(progress, undefined));
  }

  #update(progress: Progress, seq: number | undefined): WorkerMessage {
    const { taskId, workerId, leased } = this.#options;
    const plain: TaskUpdate = {
      task_id: taskId,
      worker_id: workerId,
      status: "in_progress",
      progress: progress.percent,
      message: progress.stage,
    };
    const extended: TaskUpdate = {
      stage: progress.stage,
      ...(progress.bytesDone === undefined ? {} : { bytes_done: progress.bytesDone }),
      ...(progress.bytesTotal === undefined ? {} : { bytes_total: progress.bytesTotal }),
      ...(seq === undefined ? {} : { seq }),
    };
    return { message: "task_update", task_update: leased ? { ...plain, ...extended } : plain };
  }
}
