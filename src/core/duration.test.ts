import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatDuration, parseDuration } from "./duration.ts";
import { AppError } from "./errors.ts";

describe("parseDuration", () => {
  it.each([
    ["30s", 30_000],
    ["1h30m", 5_400_000],
    ["500ms", 500],
    ["1.5h", 5_400_000],
    ["2h45m30.5s", 9_930_500],
    ["-10s", -10_000],
    ["+1m", 60_000],
    ["0", 0],
    ["0s", 0],
    ["250us", 0.25],
    ["250µs", 0.25],
    ["1000000ns", 1],
    [".5s", 500],
  ])("reads %s", (text, ms) => {
    expect(parseDuration(text)).toBeCloseTo(ms, 9);
  });

  it.each(["", "-", "30", "30 s", "s", "1h30", "1d", "1.2.3s", "abc", "1e3s"])("refuses %j", (text) => {
    expect(() => parseDuration(text)).toThrow(AppError);
    expect(() => parseDuration(text)).toThrow(`"${text}" is not a duration.`);
  });
});

describe("formatDuration", () => {
  it("writes what parseDuration reads", () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), (ms) => {
        expect(parseDuration(formatDuration(ms))).toBeCloseTo(ms, 6);
      }),
    );
  });

  it("uses the units people use", () => {
    expect(formatDuration(5_400_000)).toBe("1h30m");
    expect(formatDuration(600_000)).toBe("10m");
    expect(formatDuration(1_500)).toBe("1s500ms");
    expect(formatDuration(0)).toBe("0s");
  });
});
