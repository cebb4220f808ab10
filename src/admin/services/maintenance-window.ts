import { Cron } from "croner";
import { AppError, errorMessage } from "../../core/errors.ts";

/** Times at which a task type may be handed out. */
export interface MaintenanceWindow {
  /** When it opens, a cron line; empty = always open. */
  readonly cron: string;
  readonly durationMs: number;
  readonly timeZone: string;
}

export interface WindowState {
  readonly open: boolean;
  /** Unix ms before which nothing changes; undefined = it never will. */
  readonly changesAt: number | undefined;
}

/** Whether the window is open at `now`. A window that opens again before it closes stays open. */
export function windowState(window: MaintenanceWindow, now: number): WindowState {
  if (window.cron === "") return { open: true, changesAt: undefined };
  const cron = new Cron(window.cron, { timezone: window.timeZone });
  // nextRun is strictly after its argument: an opening exactly one duration ago has just closed.
  const opened = cron.nextRun(new Date(now - window.durationMs))?.getTime();
  if (opened === undefined) return { open: false, changesAt: undefined };
  if (opened > now) return { open: false, changesAt: opened };
  return { open: true, changesAt: opened + window.durationMs };
}

/** Throws WK-CONFIG-VALUE for a cron line or time zone that cannot be understood. */
export function checkWindow(window: MaintenanceWindow): void {
  try {
    new Intl.DateTimeFormat("en", { timeZone: window.timeZone });
  } catch (reason) {
    throw new AppError(
      "WK-CONFIG-VALUE",
      `window_time_zone is "${window.timeZone}"; it must be a time zone such as UTC or Europe/Berlin.`,
      { cause: reason, details: { field: "window_time_zone" } },
    );
  }
  if (window.cron === "") return;
  try {
    new Cron(window.cron, { timezone: window.timeZone });
  } catch (reason) {
    throw new AppError(
      "WK-CONFIG-VALUE",
      `window_cron is "${window.cron}"; it must be a cron line such as "0 1 * * *": ${errorMessage(reason)}`,
      { cause: reason, details: { field: "window_cron" } },
    );
  }
}
