import { describe, expect, it } from "vitest";
import { checkWindow, type MaintenanceWindow, windowState } from "./maintenance-window.ts";

const nightly: MaintenanceWindow = { cron: "0 1 * * *", durationMs: 4 * 3_600_000, timeZone: "UTC" };
const at = (iso: string): number => Date.parse(iso);

describe("maintenance window", () => {
  it("is always open without a cron line", () => {
    expect(windowState({ ...nightly, cron: "" }, 0)).toEqual({ open: true, changesAt: undefined });
  });

  it("is open from its start, exactly to its end", () => {
    expect(windowState(nightly, at("2026-03-01T00:59:59.999Z"))).toEqual({
      open: false,
      changesAt: at("2026-03-01T01:00:00Z"),
    });
    expect(windowState(nightly, at("2026-03-01T01:00:00Z"))).toEqual({
      open: true,
      changesAt: at("2026-03-01T05:00:00Z"),
    });
    expect(windowState(nightly, at("2026-03-01T04:59:59.999Z")).open).toBe(true);
    expect(windowState(nightly, at("2026-03-01T05:00:00Z"))).toEqual({
      open: false,
      changesAt: at("2026-03-02T01:00:00Z"),
    });
  });

  it("follows its time zone over a change of the clock", () => {
    const berlin = { ...nightly, timeZone: "Europe/Berlin" };
    // 1 o'clock in Berlin is midnight UTC in winter and 23 o'clock the day before in summer.
    expect(windowState(berlin, at("2026-01-10T00:00:00Z")).open).toBe(true);
    expect(windowState(berlin, at("2026-01-09T23:30:00Z")).open).toBe(false);
    expect(windowState(berlin, at("2026-07-09T23:00:00Z")).open).toBe(true);
  });

  it("stays open while starts overlap", () => {
    const hourly: MaintenanceWindow = { cron: "0 * * * *", durationMs: 2 * 3_600_000, timeZone: "UTC" };
    for (let minute = 0; minute < 240; minute += 7) {
      expect(windowState(hourly, at("2026-03-01T00:00:00Z") + minute * 60_000).open).toBe(true);
    }
  });

  it("is closed for good when its line never comes again", () => {
    const past = { ...nightly, cron: "0 0 1 1 1 * 2020" };
    expect(windowState(past, at("2026-01-01T00:00:00Z"))).toEqual({ open: false, changesAt: undefined });
  });

  it.each([
    [{ ...nightly, cron: "61 * * * *" }, "window_cron"],
    [{ ...nightly, cron: "when it suits" }, "window_cron"],
    [{ ...nightly, timeZone: "Europe/Atlantis" }, "window_time_zone"],
  ])("refuses %o naming the field", (window, field) => {
    expect(() => checkWindow(window)).toThrow(expect.objectContaining({ code: "WK-CONFIG-VALUE", details: { field } }));
  });
});
