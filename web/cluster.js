import { get } from "./api.js";
import { button, byId, cell, h, patchTable, say } from "./dom.js";
import { bytes, moment, percent, text } from "./format.js";
import { act } from "./tasks.js";

export async function showCluster(holds) {
  let cluster;
  try {
    cluster = await get("api/v1/cluster");
  } catch (error) {
    byId("cluster-totals").textContent = `The cluster is unknown: ${error.message}`;
    return;
  }
  const { totals } = cluster;
  byId("cluster-totals").textContent =
    `${totals.servers} servers, ${totals.volumes} volumes (${totals.replicas} replicas) with ${bytes(totals.bytes)}, of which ` +
    `${bytes(totals.deletedBytes)} deleted; ${totals.ecVolumes} EC volumes (${totals.ecShards} shards); a volume is full at ` +
    `${bytes(totals.volumeSizeLimit)}. Read ${moment(cluster.takenAt)}.${cluster.error === null ? "" : ` ${cluster.error}`}`;
  const rows = cluster.servers
    .flatMap((server) =>
      (server.disks.length === 0 ? [null] : server.disks).map((disk, index) => ({ server, disk, first: index === 0 })),
    )
    .sort((a, b) => placeOf(a).localeCompare(placeOf(b)));
  patchTable(
    byId("cluster"),
    rows,
    ({ server, disk }) => `${server.id} ${disk?.type ?? ""}`,
    ({ server, disk, first }) => [
      cell(text(server.dataCenter)),
      cell(text(server.rack)),
      cell(server.server),
      cell(disk === null ? "none" : disk.type),
      cell(disk === null ? "none" : `${disk.volumes} of ${disk.maxVolumes} slots, ${bytes(disk.volumeBytes)}`),
      cell(disk === null ? "none" : `${disk.ecShards} shards, ${bytes(disk.ecBytes)}`),
      fillCell(disk),
      cell(text(server.version)),
      stateCell(server),
      first ? pauseCell(server, holds) : cell("see above"),
    ],
  );
}

function placeOf({ server, disk }) {
  return `${server.dataCenter}\n${server.rack}\n${server.server}\n${disk?.type ?? ""}`;
}

function fillCell(disk) {
  if (disk === null || disk.totalBytes === null) return cell("unknown");
  const used = 1 - disk.freeBytes / disk.totalBytes;
  const words = `${percent(used)}, ${bytes(disk.freeBytes)} free`;
  return cell(words, () => h("span", { class: used >= 0.9 ? "bad" : "" }, words));
}

function stateCell(server) {
  if (server.held !== null) return cell(server.held, () => h("span", { class: "bad" }, `held back: ${server.held}`));
  if (server.version === null) return cell("not asked yet");
  return cell("well", () => h("span", { class: "good" }, "well"));
}

function pauseCell(server, holds) {
  const paused = holds.pauses.some((pause) => pause.kind === "server" && pause.name === server.server);
  return cell(paused, () =>
    button(paused ? "Resume" : "Pause", () =>
      act("api/v1/pauses", `${server.server} is ${paused ? "resumed" : "paused"}.`, "PUT", {
        kind: "server",
        name: server.server,
        paused: !paused,
      }),
    ),
  );
}

export async function showFrozen() {
  try {
    const { frozen } = await get("api/v1/frozen");
    patchTable(
      byId("frozen"),
      frozen,
      (replica) => `${replica.volumeId} ${replica.server}`,
      (replica) => [
        cell(replica.volumeId),
        cell(replica.server),
        cell(moment(replica.since)),
        cell(`#${replica.taskId} ${replica.taskType}, ${replica.taskState}`),
        cell(replica.why === null ? replica.now : `${replica.now}: ${replica.why}`),
        cell("thaw", () => button("Thaw", () => thaw(replica.volumeId))),
      ],
    );
  } catch (error) {
    say(`The frozen volumes are unknown: ${error.message}`, true);
  }
}

async function thaw(volumeId) {
  if (!confirm(`Make volume ${volumeId} writable again?`)) return;
  await act(`api/v1/frozen/${volumeId}/thaw`, `Volume ${volumeId} is thawed.`);
  await showFrozen();
}
