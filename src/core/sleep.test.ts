import { getEventListeners } from "node:events";
import { describe, expect, it } from "vitest";
import { AppError } from "./errors.ts";
import { sleep } from "./sleep.ts";

describe("sleep", () => {
  it("waits, and leaves nothing on the signal", async () => {
    const { signal } = new AbortController();
    const started = performance.now();
    await sleep(20, signal);
    expect(performance.now() - started).toBeGreaterThanOrEqual(18);
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  it("ends with the signal's own AppError, or with WK-CANCELLED around any other reason", async () => {
    const reason = new AppError("WK-LOCK-LOST", "Gone.");
    const controller = new AbortController();
    const sleeping = expect(sleep(600_000, controller.signal)).rejects.toBe(reason);
    controller.abort(reason);
    await sleeping;
    await expect(sleep(600_000, AbortSignal.abort(new Error("x")))).rejects.toMatchObject({ code: "WK-CANCELLED" });
  });

  it("takes longer waits than a timer holds without a warning or an early end", async () => {
    const controller = new AbortController();
    const sleeping = sleep(Number.MAX_SAFE_INTEGER, controller.signal);
    const early = await Promise.race([sleeping.then(() => "early"), sleep(20).then(() => "waiting")]);
    expect(early).toBe("waiting");
    controller.abort();
    await expect(sleeping).rejects.toMatchObject({ code: "WK-CANCELLED" });
  });
});
