import { byId, cell, h, patchTable } from "./dom.js";
import { duration, moment, text } from "./format.js";

const TONE = { idle: "good", active: "good", busy: "warn", lost: "bad" };

export function showWorkers(workers) {
  const sorted = [...workers.values()].sort((a, b) => a.id.localeCompare(b.id));
  patchTable(
    byId("workers"),
    sorted,
    (worker) => worker.id,
    (worker) => [
      cell(`${worker.id}${worker.protocol === "go" ? " (Go)" : ""}`),
      cell(worker.status, () => h("span", { class: TONE[worker.status] }, worker.status)),
      cell(`${worker.running.length} of ${worker.maxConcurrent} slots`),
      cell(worker.capabilities.join(", ") || "nothing"),
      cell(moment(worker.lastHeartbeatAt)),
      cell(`${worker.completed} tasks`),
      cell(`${worker.failed} tasks`),
      cell(duration(worker.uptimeSeconds * 1000)),
      cell(`${text(worker.address)}, ${text(worker.version)}`),
    ],
  );
}
