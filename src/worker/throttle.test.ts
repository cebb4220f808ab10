import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Progress } from "../tasks/context.ts";
import { ProgressThrottle } from "./throttle.ts";

describe("ProgressThrottle", () => {
  let sent: string[] = [];
  let throttle: ProgressThrottle;
  const push = (stage: string, percent: number): void => throttle.push({ stage, percent });

  beforeEach(() => {
    vi.useFakeTimers();
    sent = [];
    throttle = new ProgressThrottle(({ stage, percent }: Progress) => sent.push(`${stage} ${percent}`));
  });
  afterEach(() => {
    throttle.stop();
    vi.useRealTimers();
  });

  it("sends the first report and every new stage at once, the rest once a second", () => {
    push("copy", 0);
    push("copy", 1);
    push("copy", 2);
    expect(sent).toEqual(["copy 0"]);
    vi.advanceTimersByTime(1_000);
    expect(sent).toEqual(["copy 0", "copy 2"]);
    push("copy", 3);
    push("verify", 4);
    expect(sent).toEqual(["copy 0", "copy 2", "verify 4"]);
    vi.advanceTimersByTime(5_000);
    expect(sent).toHaveLength(3);
  });

  it("keeps the newest for a new stream, and sends nothing after its stop", () => {
    push("copy", 0);
    push("copy", 50);
    throttle.stop();
    vi.advanceTimersByTime(5_000);
    expect(sent).toEqual(["copy 0"]);
    expect(throttle.latest?.percent).toBe(50);
    expect(vi.getTimerCount()).toBe(0);
  });
});
