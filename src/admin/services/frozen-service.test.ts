import { describe, expect, it } from "vitest";
import { silentLogger } from "../../core/logger.ts";
import { formatServerAddress } from "../../rpc/server-address.ts";
import { seededVolume, serverAt, testSandbox } from "../../sandbox/sandbox.testkit.ts";
import { type PriorState, priorStateOf } from "../../tasks/steps/replica.ts";
import { newTask, openRules, waitingWorker } from "../store/store.testkit.ts";
import type { AttemptEvent } from "../store/store.ts";
import { FrozenService } from "./frozen-service.ts";
import { testCluster, testStore } from "./services.testkit.ts";

/** A volume on two servers that a running task has frozen, with the checkpoint that says so. */
async function frozenVolume() {
  const sandbox = await testSandbox({ servers: 2 });
  const { volumeId } = await seededVolume(sandbox, { replication: "001" });
  const [store, cluster] = [await testStore(), testCluster(sandbox)];
  await store.rules(openRules());
  await store.enqueue([newTask(volumeId)]);
  const [assignment] = await store.claim({ workers: [waitingWorker("w1")] });
  if (assignment === undefined) throw new Error("nothing was handed out");
  const { wireId, workerId } = assignment;
  let seq = 0;
  const say = (event: AttemptEvent) => store.word({ word: { wireId, workerId, seq: ++seq }, event });

  const servers = [0, 1].map((index) => formatServerAddress(serverAt(sandbox, index).address));
  const prior: PriorState[] = [];
  for (const server of servers) {
    const client = cluster.volumeServer(server);
    const [file, status] = [await client.readVolumeFileStatus(volumeId), await client.volumeStatus(volumeId)];
    prior.push(priorStateOf({ kind: "open", server, file, status }));
  }
  const state = { replicas: prior.map((one) => ({ prior: { ...one }, target: true })) };
  await say({ kind: "start" });
  await say({ kind: "checkpoint", step: "freeze", state, commitPoint: false });
  for (const server of servers) await cluster.volumeServer(server).volumeMarkReadonly({ volumeId, persist: true });
  const frozen = new FrozenService(store, cluster, silentLogger);
  return { sandbox, store, cluster, frozen, volumeId, servers, taskId: assignment.task.id, state, say };
}

describe("frozen volumes", () => {
  it("are listed from the checkpoints, with what their servers say", async () => {
    const { sandbox, frozen, volumeId, servers, taskId } = await frozenVolume();
    expect(await frozen.list()).toMatchObject(
      servers.map((server) => ({ volumeId, server, now: "read-only", task: { id: taskId, state: "running" } })),
    );
    await serverAt(sandbox, 1).kill();
    expect((await frozen.list()).map((one) => one.now)).toEqual(["read-only", "unknown"]);
  });

  it("are thawed by hand when their task has stopped, with an audit", async () => {
    const { store, cluster, frozen, volumeId, servers, taskId, say } = await frozenVolume();
    await expect(frozen.thaw(volumeId, "anna")).rejects.toMatchObject({ code: "WK-TASK-BUSY" });
    await say({ kind: "fail", clean: false, retry: true, code: "WK-RPC", message: "it broke" });
    const thawed = await frozen.thaw(volumeId, "anna");
    expect(thawed.map((one) => one.now)).toEqual(["writable", "writable"]);
    for (const server of servers) {
      expect(await cluster.volumeServer(server).volumeStatus(volumeId)).toMatchObject({ isReadOnly: false });
    }
    const audit = await store.auditOf(taskId);
    expect(audit.map(({ call, server, workerId, outcome }) => [call, server, workerId, outcome])).toEqual(
      servers.flatMap((server) => [
        ["VolumeMarkWritable", server, "anna", ""],
        ["VolumeMarkWritable", server, "anna", "ok"],
      ]),
    );
  });

  it("stay frozen past the commit point: what is left may be stale", async () => {
    const { cluster, frozen, volumeId, servers, state, say } = await frozenVolume();
    await say({ kind: "checkpoint", step: "commit", state, commitPoint: true });
    await say({ kind: "handBack" });
    await expect(frozen.thaw(volumeId, "anna")).rejects.toMatchObject({ code: "WK-TASK-UNSAFE" });
    for (const server of servers) {
      expect(await cluster.volumeServer(server).volumeStatus(volumeId)).toMatchObject({ isReadOnly: true });
    }
  });

  it("are not thawed when nothing of ours froze them", async () => {
    const { frozen } = await frozenVolume();
    await expect(frozen.thaw(99, "anna")).rejects.toMatchObject({ code: "WK-RPC-NOT-FOUND" });
  });
});
