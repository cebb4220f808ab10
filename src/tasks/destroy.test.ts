import { describe, expect, it } from "vitest";
import { AppError } from "../core/errors.ts";
import { TestContext } from "./context.testkit.ts";
import { DESTRUCTIVE_CALL_MS, destroy } from "./destroy.ts";

const nowhere = {
  master: {},
  volumeServer: () => {
    throw new AppError("WK-ADDRESS", "no cluster here");
  },
} as never;

const STEP = { call: "VolumeDelete", server: "a:1.10001", volumeId: 7 };

function recorder(given: ConstructorParameters<typeof TestContext>[0] = { cluster: nowhere }) {
  const events: string[] = [];
  const ctx = new TestContext({
    ...given,
    onAudit: (record) => {
      events.push(record.outcome === undefined ? "audit" : `audit ${record.outcome}`);
      return given.onAudit?.(record);
    },
  });
  const look = async (): Promise<string> => {
    events.push("look");
    return "14 shards mounted";
  };
  return { ctx, events, look };
}

describe("destroy", () => {
  it("looks, records, calls with a limit, and records the outcome, in this order", async () => {
    const { ctx, events, look } = recorder();
    const result = await destroy(ctx, STEP, look, async (options) => {
      events.push(`call ${options.timeoutMs} ${options.signal === undefined ? "uncancelled" : "cancellable"}`);
      return 5;
    });
    expect(result).toEqual({ kind: "done", value: 5 });
    expect(events).toEqual(["look", "audit", `call ${DESTRUCTIVE_CALL_MS} uncancelled`, "audit ok"]);
    expect(ctx.task.audit[1]).toEqual({ ...STEP, precondition: "14 shards mounted", outcome: "ok" });
  });

  it("does not call when the precondition fails or the record is refused", async () => {
    const refusal = new AppError("WK-INTERNAL", "disk full");
    for (const given of [{ cluster: nowhere }, { cluster: nowhere, onAudit: () => refusal }]) {
      const { ctx, events, look } = recorder(given);
      const condition = "onAudit" in given ? look : () => Promise.reject(new AppError("WK-TASK-UNSAFE", "13 shards"));
      await expect(
        destroy(ctx, STEP, condition, async () => {
          events.push("call");
        }),
      ).rejects.toBeInstanceOf(AppError);
      expect(events).not.toContain("call");
    }
  });

  it("tells an answer of the server from a lost one", async () => {
    const cases = [
      ["yes", "failed"],
      ["no", "failed"],
      ["maybe", "unknown"],
      [undefined, "unknown"],
    ] as const;
    for (const [reached, kind] of cases) {
      const { ctx, events, look } = recorder();
      const error = new AppError("WK-RPC", "no", reached === undefined ? {} : { details: { reached } });
      expect(await destroy(ctx, STEP, look, () => Promise.reject(error))).toEqual({ kind, error });
      expect(events.at(-1)).toBe(`audit ${kind}: no`);
    }
  });

  it("waits for the lease, and looks again when it became too short meanwhile", async () => {
    const { ctx, events } = recorder();
    ctx.lease.left = 0;
    let looks = 0;
    const running = destroy(
      ctx,
      STEP,
      async () => {
        looks++;
        if (looks === 1) ctx.lease.left = 1000;
        return `look ${looks}`;
      },
      async () => events.push("call"),
    );
    await expect.poll(() => ctx.lease.waiting).toBe(true);
    expect(looks).toBe(0);
    ctx.lease.left = 60_000;
    await expect.poll(() => looks === 1 && ctx.lease.waiting).toBe(true);
    expect(events).not.toContain("call");
    ctx.lease.left = 60_000;
    await running;
    expect(looks).toBe(2);
    expect(ctx.task.audit.at(-1)).toMatchObject({ precondition: "look 2", outcome: "ok" });
  });

  it("does nothing for a lost attempt, and works for a cancelled one", async () => {
    const lost = recorder();
    lost.ctx.lose();
    await expect(destroy(lost.ctx, STEP, lost.look, async () => 1)).rejects.toThrow("lost");
    expect(lost.events).toEqual([]);
    const cancelled = recorder();
    cancelled.ctx.cancel();
    expect(await destroy(cancelled.ctx, STEP, cancelled.look, async () => 1)).toMatchObject({ kind: "done" });
  });

  it("keeps the result when only the record of the outcome fails", async () => {
    const { ctx, look } = recorder({
      cluster: nowhere,
      onAudit: ({ outcome }) => (outcome === undefined ? undefined : new AppError("WK-INTERNAL", "disk full")),
    });
    expect(await destroy(ctx, STEP, look, async () => 1)).toEqual({ kind: "done", value: 1 });
    expect(ctx.lines.some((line) => line.includes("could not be recorded"))).toBe(true);
  });
});
