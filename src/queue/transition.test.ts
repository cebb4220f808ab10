import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { TaskState } from "./task.ts";
import { isFinal, isHeld, isLive, type TaskCore, type TaskEvent, transition } from "./transition.ts";

const LIMITS = { retryLimit: 2, lossLimit: 2 };

const STATES: readonly TaskState[] = [
  "pending",
  "assigned",
  "running",
  "verifying",
  "cancelling",
  "completed",
  "cancelled",
  "dead",
  "quarantined",
];

const EVENTS: readonly TaskEvent[] = [
  { kind: "assign" },
  { kind: "start" },
  { kind: "touch" },
  { kind: "commit" },
  { kind: "done" },
  { kind: "verified" },
  { kind: "refuted" },
  { kind: "fail", clean: true, retry: true },
  { kind: "rolledBack" },
  { kind: "handBack" },
  { kind: "lose" },
  { kind: "cancel" },
  { kind: "timeout" },
  { kind: "retry" },
];

function core(state: TaskState, change: Partial<TaskCore> = {}): TaskCore {
  const stop = state === "cancelling" ? "cancel" : undefined;
  const attempt = state === "pending" ? 0 : 1;
  return { state, attempt, failures: 0, losses: 0, committed: false, touched: false, stop, ...change };
}

/** The next state, or what refuses: `-` not allowed, `late` past the commit point. */
function word(from: TaskCore, event: TaskEvent): string {
  const step = transition(from, event, LIMITS);
  if (step.ok) return step.next.state + (step.wait === "backoff" ? "+backoff" : "");
  return step.tooLate ? "late" : "-";
}

describe("transition", () => {
  // Rows: states. Columns: EVENTS in order. A fresh attempt that touched nothing.
  const TABLE: Readonly<Record<TaskState, string>> = {
    pending: "assigned - - - - - - - - - - cancelled - -",
    assigned:
      "- running running running verifying - - pending+backoff pending+backoff pending pending cancelling cancelling -",
    running:
      "- running running running verifying - - pending+backoff pending+backoff pending pending cancelling cancelling -",
    verifying: "- - - - - completed pending+backoff - - - - late - -",
    cancelling: "- cancelling cancelling - verifying - - cancelled cancelled cancelled cancelled cancelling - -",
    completed: "- - - - - - - - - - - - - -",
    cancelled: "- - - - - - - - - - - - - pending",
    dead: "- - - - - - - - - - - - - pending",
    quarantined: "- - - - - - - - - - - - - pending",
  };

  for (const state of STATES) {
    it(`of a ${state} task: every event`, () => {
      expect(EVENTS.map((event) => word(core(state), event)).join(" ")).toBe(TABLE[state]);
    });
  }

  it("past the commit point only rolls forward: no cancel, no time-out, no cancelled end", () => {
    const running = core("running", { committed: true, touched: true });
    expect(word(running, { kind: "cancel" })).toBe("late");
    expect(word(running, { kind: "timeout" })).toBe("late");
    expect(word(running, { kind: "lose" })).toBe("pending");
    expect(word(running, { kind: "fail", clean: true, retry: false })).toBe("pending+backoff");
    expect(word(core("pending", { committed: true, touched: true }), { kind: "cancel" })).toBe("late");
  });

  it("refuses the commit point to a task that is being cancelled", () => {
    const step = transition(core("cancelling", { touched: true }), { kind: "commit" }, LIMITS);
    expect(step).toMatchObject({ ok: false, tooLate: false });
  });

  it("keeps a cancelled task that left something for one more attempt, which puts it back", () => {
    const lost = transition(core("cancelling", { touched: true }), { kind: "lose" }, LIMITS);
    expect(lost).toMatchObject({ ok: true, next: { state: "pending", stop: "cancel" } });
    if (!lost.ok) return;
    expect(word(lost.next, { kind: "assign" })).toBe("cancelling");
    expect(word(core("pending", { touched: true }), { kind: "cancel" })).toBe("pending");
  });

  it("ends dead when clean and quarantined when something was left behind", () => {
    const last = { failures: 2 };
    expect(word(core("running", last), { kind: "fail", clean: true, retry: true })).toBe("dead");
    expect(word(core("running", last), { kind: "fail", clean: false, retry: true })).toBe("quarantined");
    expect(word(core("running"), { kind: "fail", clean: true, retry: false })).toBe("dead");
    expect(word(core("running", { losses: 2 }), { kind: "lose" })).toBe("quarantined");
  });

  it("tries a task again after a time-out that was rolled back", () => {
    const stopping = transition(core("running", { touched: true }), { kind: "timeout" }, LIMITS);
    if (!stopping.ok) throw new Error("refused");
    expect(stopping.next).toMatchObject({ state: "cancelling", stop: "timeout" });
    expect(transition(stopping.next, { kind: "rolledBack" }, LIMITS)).toMatchObject({
      ok: true,
      wait: "backoff",
      next: { state: "pending", stop: undefined, touched: false, failures: 1 },
    });
  });

  it("holds its invariants under any sequence of events", () => {
    const anyEvent = fc.oneof(
      fc.constantFrom(...EVENTS),
      fc.record({ kind: fc.constant("fail" as const), clean: fc.boolean(), retry: fc.boolean() }),
    );
    fc.assert(
      fc.property(fc.array(anyEvent, { maxLength: 60 }), (events) => {
        let now = core("pending");
        let committed = false;
        for (const event of events) {
          const step = transition(now, event, LIMITS);
          if (!step.ok) continue;
          const { next } = step;
          // The attempt number grows by one with each assignment and never otherwise.
          expect(next.attempt).toBe(now.attempt + (event.kind === "assign" ? 1 : 0));
          // Passing the commit point is never forgotten, and such a task is never cancelled or dead.
          committed ||= next.committed;
          expect(next.committed).toBe(committed);
          if (committed) expect(["cancelled", "dead"]).not.toContain(next.state);
          // A volume is let go only when nothing of the task is left.
          if (!isLive(next.state)) expect(next.touched).toBe(false);
          if (isHeld(next.state)) expect(isFinal(next.state)).toBe(false);
          now = next;
        }
      }),
    );
  });
});
