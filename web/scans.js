import { send } from "./api.js";
import { button, byId, cell, group, patchTable, say } from "./dom.js";
import { moment } from "./format.js";
import { act } from "./tasks.js";

export function showScans(scans, holds) {
  patchTable(
    byId("scans"),
    [...scans.values()],
    (scan) => scan.type,
    (scan) => {
      const paused = holds.pauses.some((pause) => pause.kind === "type" && pause.name === scan.type);
      const skipped = Object.entries(scan.skipped).filter(([, count]) => count > 0);
      return [
        cell(scan.type),
        cell(scan.running ? "running now" : scan.lastEndedAt === null ? "not yet" : moment(scan.lastEndedAt)),
        cell(scan.running ? "after this one" : moment(scan.nextAt)),
        cell(`${scan.examined} volumes`),
        cell(`${scan.found} due${scan.truncated ? " and more" : ""}`),
        cell(`${scan.enqueued} tasks`),
        cell(skipped.map(([rule, count]) => `${rule} ${count}`).join(", ") || "none"),
        cell(scan.error ?? "none"),
        cell(`${paused} ${scan.running}`, () =>
          group(
            button("Scan", () => scanNow(scan.type)),
            button(paused ? "Resume" : "Pause", () =>
              act("api/v1/pauses", `${scan.type} is ${paused ? "resumed" : "paused"}.`, "PUT", {
                kind: "type",
                name: scan.type,
                paused: !paused,
              }),
            ),
          ),
        ),
      ];
    },
  );
}

export async function scanNow(type) {
  try {
    say(`Scanning ${type ?? "for all types"} …`);
    const { scans } = await send("POST", "api/v1/scans", type === undefined ? {} : { type });
    const failed = scans.find((scan) => scan.error !== null);
    if (failed !== undefined) say(`The scan for ${failed.type} failed: ${failed.error}`, true);
    else say(scans.map((scan) => `${scan.type}: ${scan.found} due, ${scan.enqueued} enqueued`).join("; "));
  } catch (error) {
    say(error.message, true);
  }
}
