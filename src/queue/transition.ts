import type { TaskState } from "./task.ts";

/**
 * The part of a task that its life depends on. Everything else (plan, texts, times) rides along.
 *
 * `pending` tasks may carry a checkpoint of an earlier attempt: they then start by asking the servers where things
 * stand. A `pending` task with `stop` set is a roll-back: the next attempt only puts back what its checkpoint names.
 */
export interface TaskCore {
  readonly state: TaskState;
  /** Number of the current or last attempt; 0 = none yet. */
  readonly attempt: number;
  /** Attempts that failed, for the retry limit. */
  readonly failures: number;
  /** Attempts whose worker vanished. */
  readonly losses: number;
  /** An attempt passed the commit point: the task only rolls forward. */
  readonly committed: boolean;
  /** An attempt left a checkpoint: something may stand in the cluster. */
  readonly touched: boolean;
  /** Why the running attempt is asked to stop. */
  readonly stop: StopReason | undefined;
}

/** `cancel`: by an operator; `timeout`: the attempt's time is over, the task is tried again. */
export type StopReason = "cancel" | "timeout";

export type TaskEvent =
  /** A worker gets the task. */
  | { readonly kind: "assign" }
  /** The worker's first word about the attempt. */
  | { readonly kind: "start" }
  /** The attempt left a durable checkpoint. */
  | { readonly kind: "touch" }
  /** The attempt asks to pass the commit point. */
  | { readonly kind: "commit" }
  /** The worker says done. */
  | { readonly kind: "done" }
  /** The servers confirm. */
  | { readonly kind: "verified" }
  /** The servers do not confirm. */
  | { readonly kind: "refuted" }
  /** The worker says failed. `clean`: nothing is left behind; `retry`: trying again can help. */
  | { readonly kind: "fail"; readonly clean: boolean; readonly retry: boolean }
  /** The worker rolled back after it was asked to stop. */
  | { readonly kind: "rolledBack" }
  /** The worker stops at a safe step and gives the attempt back. */
  | { readonly kind: "handBack" }
  /** The lease ran out, or the worker came back as another process. */
  | { readonly kind: "lose" }
  /** An operator cancels. */
  | { readonly kind: "cancel" }
  /** The attempt's time is over. */
  | { readonly kind: "timeout" }
  /** An operator tries a finished task again. */
  | { readonly kind: "retry" };

export interface RetryLimits {
  /** Failures after which the task is dead: 0 = no retry. */
  readonly retryLimit: number;
  /** Lost workers after which the task is quarantined: a task that kills its workers must end. */
  readonly lossLimit: number;
}

export type Transition =
  | { readonly ok: true; readonly next: TaskCore; readonly wait: "none" | "backoff" }
  | { readonly ok: false; readonly why: string; readonly tooLate: boolean };

/** States in which an attempt is with a worker. */
export function isHeld(state: TaskState): boolean {
  return state === "assigned" || state === "running" || state === "cancelling";
}

/** States in which the volume is taken. `quarantined` is an end for the queue, not for the volume. */
export function isLive(state: TaskState): boolean {
  return state !== "completed" && state !== "cancelled" && state !== "dead";
}

export function isFinal(state: TaskState): boolean {
  return !isLive(state) || state === "quarantined";
}

/** The one transition function of a task. Pure; every state × event pair is tested. */
export function transition(core: TaskCore, event: TaskEvent, limits: RetryLimits): Transition {
  switch (event.kind) {
    case "assign":
      if (core.state !== "pending") return refuse(core, "is not waiting for a worker");
      return to({ ...core, attempt: core.attempt + 1, state: core.stop === "cancel" ? "cancelling" : "assigned" });
    case "start":
      if (!isHeld(core.state)) return refuse(core, "has no running attempt");
      return to(core.state === "assigned" ? { ...core, state: "running" } : core);
    case "touch":
      if (!isHeld(core.state)) return refuse(core, "has no running attempt");
      return to({ ...core, touched: true, state: core.state === "assigned" ? "running" : core.state });
    case "commit":
      if (core.state === "cancelling") return refuse(core, "is being cancelled");
      if (!isHeld(core.state)) return refuse(core, "has no running attempt");
      return to({ ...core, state: "running", touched: true, committed: true });
    case "done":
      if (!isHeld(core.state)) return refuse(core, "has no running attempt");
      return to({ ...core, state: "verifying" });
    case "verified":
      if (core.state !== "verifying") return refuse(core, "is not being verified");
      return to({ ...core, state: "completed", touched: false, stop: undefined });
    case "refuted":
      if (core.state !== "verifying") return refuse(core, "is not being verified");
      return failed(core, { clean: false, retry: true }, limits);
    case "fail":
      if (!isHeld(core.state)) return refuse(core, "has no running attempt");
      if (core.stop === "cancel" && event.clean && !core.committed)
        return to({ ...core, state: "cancelled", touched: false });
      return failed(core, event, limits);
    case "rolledBack":
      if (!isHeld(core.state)) return refuse(core, "has no running attempt");
      if (core.stop === "cancel") return to({ ...core, state: "cancelled", touched: false });
      return failed(core, { clean: true, retry: true }, limits);
    case "handBack":
      if (!isHeld(core.state)) return refuse(core, "has no running attempt");
      return released(core);
    case "lose": {
      if (!isHeld(core.state)) return refuse(core, "has no running attempt");
      const lost = { ...core, losses: core.losses + 1 };
      if (lost.losses > limits.lossLimit) return to({ ...lost, state: "quarantined" });
      return released(lost);
    }
    case "cancel":
      return cancelled(core);
    case "timeout":
      if (core.state !== "assigned" && core.state !== "running") return refuse(core, "has no running attempt");
      if (core.committed) return tooLate(core);
      return to({ ...core, state: "cancelling", stop: "timeout" });
    case "retry":
      if (!isFinal(core.state) || core.state === "completed")
        return refuse(core, "is not one that failed or was cancelled");
      return to({ ...core, state: "pending", failures: 0, losses: 0, stop: undefined });
  }
}

function cancelled(core: TaskCore): Transition {
  switch (core.state) {
    case "pending":
      if (core.committed) return tooLate(core);
      // Something of an earlier attempt stands in the cluster: one more attempt puts it back.
      return core.touched ? to({ ...core, stop: "cancel" }) : to({ ...core, state: "cancelled", stop: "cancel" });
    case "assigned":
    case "running":
    case "cancelling":
      if (core.committed) return tooLate(core);
      return to({ ...core, state: "cancelling", stop: "cancel" });
    case "verifying":
      return tooLate(core);
    case "completed":
    case "cancelled":
    case "dead":
    case "quarantined":
      return refuse(core, "has ended");
  }
}

function failed(
  core: TaskCore,
  how: { readonly clean: boolean; readonly retry: boolean },
  limits: RetryLimits,
): Transition {
  const next: TaskCore = {
    ...core,
    failures: core.failures + 1,
    touched: how.clean && !core.committed ? false : core.touched,
  };
  const stop = core.stop === "cancel" ? "cancel" : undefined;
  // Past the commit point, or with something left behind, giving up would leave a volume half done: such a task is
  // tried on as long as the limit allows and then kept for an operator with its volume locked.
  const mustFinish = core.committed || !how.clean;
  if ((how.retry || mustFinish) && next.failures <= limits.retryLimit) {
    return { ok: true, next: { ...next, state: "pending", stop }, wait: "backoff" };
  }
  return to({ ...next, state: mustFinish ? "quarantined" : "dead", stop });
}

/** The attempt is over without a verdict of its own: the next one starts at once. */
function released(core: TaskCore): Transition {
  const stop = core.stop === "cancel" ? "cancel" : undefined;
  if (stop === "cancel" && !core.touched) return to({ ...core, state: "cancelled", stop });
  return to({ ...core, state: "pending", stop });
}

function to(next: TaskCore): Transition {
  return { ok: true, next, wait: "none" };
}

function refuse(core: TaskCore, why: string): Transition {
  return { ok: false, why: `the task ${why} (it is ${core.state})`, tooLate: false };
}

function tooLate(core: TaskCore): Transition {
  return {
    ok: false,
    why: `too late, finishing: the task passed its commit point (it is ${core.state})`,
    tooLate: true,
  };
}
