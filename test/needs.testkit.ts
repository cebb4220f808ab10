import { accessSync, constants, existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { describe } from "vitest";

/** Something of the machine that a test needs and a fresh checkout does not bring along. */
export interface Need {
  /**
   * For the line that tells why tests were skipped. `.ci/run` installs programs and fails when a test was skipped for
   * want of one; it excuses what begins with `WEED_BIN` and what the kernel may forbid a container (`the kernel's …`).
   */
  readonly what: string;
  /** Asked once, when the tests are collected. */
  present(): boolean;
}

/** A SeaweedFS 4.44 binary, named by `WEED_BIN`. */
export const WEED: Need = {
  what: "WEED_BIN, the path of a SeaweedFS 4.44 binary",
  present: () => isExecutable(process.env["WEED_BIN"]),
};

/** A SeaweedFS 4.13 binary, named by `WEED_BIN_413`. */
export const WEED_413: Need = {
  what: "WEED_BIN_413, the path of a SeaweedFS 4.13 binary",
  present: () => isExecutable(process.env["WEED_BIN_413"]),
};

/** A Chromium that playwright-core can drive; `chromiumPath()` names it. */
export const CHROMIUM: Need = {
  what: "chromium",
  present: () => chromiumPath() !== undefined,
};

/** `describe`, skipped with a reason that the last lines of the run repeat when one of the needs is absent. */
export function describeWith(needs: readonly Need[], title: string, body: () => void): void {
  const absent = needs.find((need) => !need.present());
  if (absent === undefined) describe(title, body);
  else describe.skip(`${title} [needs ${absent.what}]`, body);
}

/** Path of Chromium: `CHROMIUM_BIN`, or the first of its usual names on the path. */
export function chromiumPath(): string | undefined {
  const named = process.env["CHROMIUM_BIN"];
  if (named !== undefined && named !== "") return isExecutable(named) ? named : undefined;
  const folders = (process.env["PATH"] ?? "").split(delimiter);
  return ["chromium", "chromium-browser", "google-chrome"]
    .flatMap((name) => folders.map((folder) => join(folder, name)))
    .find((path) => existsSync(path));
}

function isExecutable(path: string | undefined): boolean {
  if (path === undefined || path === "") return false;
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
