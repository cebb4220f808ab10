import { get, send } from "./api.js";
import { button, byId, cell, group, h, patchTable, say } from "./dom.js";
import { bytes, duration, moment, percent, text, tookMs } from "./format.js";

const ENDED = new Set(["completed", "cancelled", "dead"]);
const ORDER = ["running", "verifying", "cancelling", "assigned", "quarantined", "pending"];
const RANK = { critical: 0, high: 1, normal: 2, low: 3 };
const MOST_ROWS = 200;
const TONE = { completed: "good", dead: "bad", quarantined: "bad", cancelled: "warn", cancelling: "warn" };

export function isEnded(task) {
  return ENDED.has(task.state);
}

export function showQueue(tasks) {
  const live = [...tasks.values()].filter((task) => !isEnded(task));
  live.sort(
    (a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state) || RANK[a.priority] - RANK[b.priority] || a.id - b.id,
  );
  patchTable(
    byId("queue"),
    live.slice(0, MOST_ROWS),
    (task) => task.id,
    (task) => [
      taskCell(task),
      cell(task.type),
      cell(`${task.volumeId}${task.collection === "" ? "" : ` (${task.collection})`}`),
      stateCell(task),
      progressCell(task),
      cell(task.workerId ?? "none yet"),
      cell(task.priority),
      cell(task.error === null ? task.reason : `${task.reason} Last error: ${task.error}`),
      cell(`${task.state} ${task.committed}`, () => queueActions(task)),
    ],
  );
}

export function showHistory(tasks) {
  const ended = [...tasks.values()].filter(isEnded);
  ended.sort((a, b) => (b.finishedAt ?? "").localeCompare(a.finishedAt ?? "") || b.id - a.id);
  patchTable(
    byId("history"),
    ended.slice(0, MOST_ROWS),
    (task) => task.id,
    (task) => [
      taskCell(task),
      cell(task.type),
      cell(task.volumeId),
      stateCell(task),
      cell(moment(task.finishedAt)),
      cell(duration(tookMs(task))),
      cell(task.attempt),
      cell(text(task.workerId)),
      cell(task.error ?? (Object.keys(task.facts).length === 0 ? task.reason : factsText(task.facts))),
      cell(task.state, () => (task.state === "completed" ? document.createTextNode("none") : retryButton(task))),
    ],
  );
}

function taskCell(task) {
  return cell(task.id, () => button(`#${task.id}`, () => showDetail(task.id), "link"));
}

function stateCell(task) {
  const attempt = task.attempt > 1 ? `, attempt ${task.attempt}` : "";
  const waits =
    task.state === "pending" && Date.parse(task.dueAt) > Date.now() + 1000 ? `, tried again ${moment(task.dueAt)}` : "";
  return cell(`${task.state}${attempt}${waits}`, () =>
    h("span", { class: TONE[task.state] }, `${task.state}${attempt}${waits}`),
  );
}

function progressCell({ progress, bytes: size }) {
  if (progress === null) return cell(`${bytes(size)} planned`);
  const done =
    progress.bytesTotal === null ? "" : ` ${bytes(progress.bytesDone ?? 0)} of ${bytes(progress.bytesTotal)}`;
  const words = `${progress.stage} ${percent(progress.percent / 100)}${done}`;
  return cell(words, () =>
    group(h("progress", { max: "100", value: String(progress.percent), "aria-label": words }), words),
  );
}

function queueActions(task) {
  if (task.state === "quarantined") return retryButton(task);
  if (task.state === "cancelling") return document.createTextNode("rolling back");
  if (task.committed || task.state === "verifying") return document.createTextNode("finishing");
  return group(
    button("Cancel", () => act(`api/v1/tasks/${task.id}/cancel`, `Task ${task.id}: cancel asked for.`)),
    task.state === "pending" && task.priority !== "critical"
      ? button("First", () =>
          act(`api/v1/tasks/${task.id}/priority`, `Task ${task.id} goes first.`, "PUT", { priority: "critical" }),
        )
      : null,
  );
}

function retryButton(task) {
  return button("Try again", () => act(`api/v1/tasks/${task.id}/retry`, `Task ${task.id} is tried again.`));
}

export async function act(path, done, method = "POST", body = {}) {
  try {
    await send(method, path, body);
    say(done);
  } catch (error) {
    say(error.message, true);
  }
}

function factsText(facts) {
  return Object.entries(facts)
    .map(([name, value]) => `${name} ${value}`)
    .join(", ");
}

async function showDetail(id) {
  const body = byId("detail-body");
  byId("detail-title").textContent = `Task ${id}`;
  body.replaceChildren(h("p", {}, "reading …"));
  byId("detail").showModal();
  try {
    const { task, plan, attempts, audit } = await get(`api/v1/tasks/${id}`);
    const log = h("pre", {}, "asking the worker …");
    body.replaceChildren(
      h("p", {}, `${task.type} of volume ${task.volumeId}: ${task.reason}`),
      h("p", {}, `State ${task.state}, created ${moment(task.createdAt)} by ${task.createdBy}.`),
      task.error === null ? null : h("p", { class: "bad" }, `${task.errorCode}: ${task.error}`),
      h("h3", {}, "Attempts"),
      h("pre", {}, attempts.map(attemptLine).join("\n") || "none"),
      h("h3", {}, "Audit of destructive calls"),
      h("pre", {}, audit.map(auditLine).join("\n") || "none"),
      h("h3", {}, "Plan"),
      h("pre", {}, JSON.stringify(plan, null, 2)),
      h("h3", {}, "Log of the last attempt"),
      log,
    );
    if (attempts.length === 0) log.textContent = "not run yet";
    else await showLog(id, log);
  } catch (error) {
    body.replaceChildren(h("p", { class: "bad" }, error.message));
  }
}

async function showLog(id, log) {
  try {
    const { lines } = await get(`api/v1/tasks/${id}/log?lines=200`);
    log.textContent =
      lines.map((line) => `${line.timestamp} ${line.level} ${line.message} ${fieldsText(line.fields)}`).join("\n") ||
      "empty";
  } catch (error) {
    log.textContent = error.message;
  }
}

function fieldsText(fields) {
  return Object.entries(fields)
    .map(([name, value]) => `${name}=${value}`)
    .join(" ");
}

function attemptLine(attempt) {
  const end = attempt.endedAt === null ? "running" : `${attempt.outcome} ${attempt.endedAt}`;
  return `${attempt.number}. ${attempt.workerId}, ${attempt.startedAt}: ${end}${attempt.error === null ? "" : ` — ${attempt.error}`}`;
}

function auditLine(row) {
  return `${row.at} ${row.call} on ${row.server}, volume ${row.volumeId}: ${row.outcome || "called"} (${row.precondition})`;
}
