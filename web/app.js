import { showCluster, showFrozen } from "./cluster.js";
import { byId, h } from "./dom.js";
import { duration, moment } from "./format.js";
import { scanNow, showScans } from "./scans.js";
import { showSettings, startSettings } from "./settings.js";
import { act, isEnded, showHistory, showQueue } from "./tasks.js";
import { startWhy } from "./why.js";
import { showWorkers } from "./workers.js";

const CLUSTER_EVERY_MS = 15_000;
const FROZEN_EVERY_MS = 30_000;
const RECONNECT_MS = 3_000;
const MOST_ENDED = 200;

const state = {
  tasks: new Map(),
  workers: new Map(),
  scans: new Map(),
  holds: { emergencyStop: null, pauses: [], heldServers: [], observeOnly: null },
  stats: null,
};

function start() {
  startWhy();
  startSettings();
  byId("scan-all").addEventListener("click", () => void scanNow(undefined));
  byId("emergency").addEventListener("click", () => void toggleEmergency());
  listen();
  void showSettings();
  every(CLUSTER_EVERY_MS, () => showCluster(state.holds));
  every(FROZEN_EVERY_MS, showFrozen);
  // Ages on the page grow without any event.
  every(1000, () => draw());
}

function every(ms, work) {
  void work();
  setInterval(() => {
    if (!document.hidden) void work();
  }, ms);
}

function listen() {
  const source = new EventSource("api/v1/events");
  source.addEventListener("open", () => connection("live", "good"));
  source.addEventListener("error", () => {
    connection("The connection to the admin is lost; trying again …", "bad");
    // After an answer that is no stream the browser gives up by itself.
    if (source.readyState === EventSource.CLOSED) setTimeout(listen, RECONNECT_MS);
  });
  source.addEventListener("snapshot", (event) => {
    const data = JSON.parse(event.data);
    state.tasks = new Map(data.tasks.map((task) => [task.id, task]));
    state.workers = new Map(data.workers.map((worker) => [worker.id, worker]));
    state.scans = new Map(data.scans.map((scan) => [scan.type, scan]));
    byId("version").textContent = data.version;
    merge({ holds: data.holds, stats: data.stats });
    types();
  });
  source.addEventListener("update", (event) => merge(JSON.parse(event.data)));
}

function connection(words, tone) {
  const line = byId("connection");
  line.textContent = words;
  line.className = tone;
}

function merge(data) {
  for (const task of data.tasks ?? []) state.tasks.set(task.id, task);
  for (const { taskId, progress } of data.progress ?? []) {
    const task = state.tasks.get(taskId);
    if (task !== undefined && !isEnded(task)) state.tasks.set(taskId, { ...task, progress });
  }
  for (const worker of data.workers ?? []) {
    if (worker.gone) state.workers.delete(worker.id);
    else state.workers.set(worker.id, worker);
  }
  for (const scan of data.scans ?? []) state.scans.set(scan.type, scan);
  if (data.holds !== undefined) {
    state.holds = data.holds.at(-1);
    void showCluster(state.holds);
  }
  if (data.stats !== undefined) state.stats = data.stats;
  forgetOld();
  draw();
}

function forgetOld() {
  const ended = [...state.tasks.values()].filter(isEnded);
  if (ended.length <= MOST_ENDED) return;
  ended.sort((a, b) => (a.finishedAt ?? "").localeCompare(b.finishedAt ?? ""));
  for (const task of ended.slice(0, ended.length - MOST_ENDED)) state.tasks.delete(task.id);
}

let drawing = false;

function draw() {
  if (drawing) return;
  drawing = true;
  requestAnimationFrame(() => {
    drawing = false;
    showQueue(state.tasks);
    showHistory(state.tasks);
    showWorkers(state.workers);
    showScans(state.scans, state.holds);
    showStats();
    showHolds();
  });
}

function showStats() {
  const { stats } = state;
  if (stats === null) return;
  const count = (...states) => states.reduce((sum, name) => sum + (stats.byState[name] ?? 0), 0);
  const tiles = [
    ["Waiting", `${count("pending")} tasks`],
    ["Running", `${count("assigned", "running", "verifying", "cancelling")} tasks`],
    ["Kept for an operator", `${count("quarantined")} tasks`],
    ["Completed today", `${stats.completedToday} tasks`],
    ["Failed today", `${stats.failedToday} tasks`],
    ["Average task", stats.averageTaskMs === 0 ? "unknown" : duration(stats.averageTaskMs)],
    ["Workers", `${stats.workersConnected} connected`],
    ["Slots", `${stats.slotsUsed} of ${stats.slotsMax} used`],
    ["Oldest waiting", stats.oldestPendingAt === null ? "none waits" : moment(stats.oldestPendingAt)],
    ["Last scan", stats.lastScanAt === null ? "not yet" : moment(stats.lastScanAt)],
    ["Next scan", stats.nextScanAt === null ? "unknown" : moment(stats.nextScanAt)],
  ];
  const list = byId("stats");
  tiles.forEach(([name, value], index) => {
    const tile = list.children[index] ?? list.appendChild(h("div", {}, h("dt", {}, name), h("dd", {})));
    if (tile.lastElementChild.textContent !== value) tile.lastElementChild.textContent = value;
  });
}

function showHolds() {
  const { emergencyStop, pauses, heldServers, observeOnly } = state.holds;
  const words = [
    emergencyStop === null ? "" : `EMERGENCY STOP, set by ${emergencyStop.by} ${moment(emergencyStop.at)}.`,
    observeOnly === null ? "" : `Only looking on: ${observeOnly}.`,
    ...pauses.map((pause) => `${pause.kind} ${pause.name || "(without a name)"} is paused.`),
    ...heldServers.map((held) => `${held.server} gets no new work: ${held.why}.`),
  ].filter((word) => word !== "");
  const line = byId("holds");
  line.hidden = words.length === 0;
  line.textContent = words.join(" ");
  const stop = byId("emergency");
  stop.disabled = false;
  stop.textContent = emergencyStop === null ? "Emergency stop" : "Release the emergency stop";
}

async function toggleEmergency() {
  const on = state.holds.emergencyStop === null;
  const question = on
    ? "Stop every task before its next destructive step?"
    : "Let tasks go on from where they were stopped?";
  if (!confirm(question)) return;
  await act("api/v1/emergency-stop", on ? "Everything stops." : "Tasks go on.", "PUT", { on });
}

function types() {
  for (const select of [byId("why-type"), byId("settings-scope")]) {
    for (const type of state.scans.keys()) {
      if (![...select.options].some((option) => option.value === type)) select.add(new Option(type, type));
    }
  }
}

start();
