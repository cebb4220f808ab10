import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Clock } from "../core/clock.ts";
import { silentLogger } from "../core/logger.ts";
import { TaskLogStore } from "./task-log-store.ts";

let dir = "";
let now = Date.UTC(2026, 0, 2, 3, 4, 5);
const clock: Clock = { now: () => now, monotonic: () => now };

beforeEach(() => {
  dir = join(mkdtempSync(join(tmpdir(), "weed-task-log-")), "task_logs");
  now = Date.UTC(2026, 0, 2, 3, 4, 5);
});
afterEach(() => rmSync(join(dir, ".."), { recursive: true, force: true }));

function open(): TaskLogStore {
  return new TaskLogStore({ dir, workerId: "w-vm-1a2b", clock, logger: silentLogger });
}

const FACTS = { taskId: "epoch1-7-a1", taskType: "vacuum", volumeId: 7, server: "127.0.0.1:8080", collection: "c" };

describe("TaskLogStore", () => {
  it("keeps a folder an attempt, named and filled as Go workers do", async () => {
    const store = open();
    const log = store.create(FACTS);
    log.info("compacting", { server: "127.0.0.1:8080", bytes: 12 });
    log.setProgress(40);
    log.warn("slow");
    now += 1_500;
    await store.finish(log, "completed");
    expect(readdirSync(dir)).toEqual(["epoch1-7-a1_vacuum_w-vm-1a2b_20260102_030405"]);
    const folder = join(dir, "epoch1-7-a1_vacuum_w-vm-1a2b_20260102_030405");
    expect(readdirSync(folder).sort()).toEqual(["metadata.json", "task.log"]);
    expect(readFileSync(join(folder, "task.log"), "utf8").split("\n")).toHaveLength(3);

    const answer = await store.answer({ task_id: FACTS.taskId, include_metadata: true });
    expect(answer).toMatchObject({ success: true, task_id: FACTS.taskId, worker_id: "w-vm-1a2b" });
    expect(answer.log_entries).toEqual([
      {
        timestamp: "1767323045",
        level: "INFO",
        message: "compacting",
        fields: { server: "127.0.0.1:8080", bytes: "12" },
        progress: 0,
        status: "completed",
      },
      { timestamp: "1767323045", level: "WARNING", message: "slow", fields: {}, progress: 40, status: "completed" },
    ]);
    expect(answer.metadata).toMatchObject({
      task_type: "vacuum",
      volume_id: 7,
      status: "completed",
      progress: 100,
      duration_ms: "1500",
      start_time: "1767323045",
      end_time: "1767323046",
    });
  });

  it("answers while the attempt runs, and after a restart", async () => {
    const store = open();
    const log = store.create(FACTS);
    log.info("first");
    expect((await store.answer({ task_id: FACTS.taskId })).log_entries).toHaveLength(1);
    await store.finish(log, "failed");
    const again = await open().answer({ task_id: FACTS.taskId, include_metadata: true });
    expect(again.metadata?.status).toBe("failed");
    expect(again.log_entries).toHaveLength(1);
  });

  it("filters by level, time and number", async () => {
    const store = open();
    const log = store.create(FACTS);
    for (let at = 0; at < 10; at++) {
      log[at % 2 === 0 ? "info" : "error"](`line ${at}`);
      now += 1_000;
    }
    const texts = async (filter: object): Promise<readonly (string | undefined)[]> =>
      (await store.answer({ task_id: FACTS.taskId, ...filter })).log_entries?.map((entry) => entry.message) ?? [];
    expect(await texts({ max_entries: 3 })).toEqual(["line 7", "line 8", "line 9"]);
    expect(await texts({ log_level: "error", max_entries: 2 })).toEqual(["line 7", "line 9"]);
    expect(await texts({ start_time: "1767323047", end_time: "1767323048" })).toEqual(["line 2", "line 3"]);
    expect(await texts({ log_level: "TRACE" })).toEqual([]);
    await store.finish(log, "completed");
  });

  it("says that it has no such log, with two entries", async () => {
    const answer = await open().answer({ task_id: "nope" });
    expect(answer).toMatchObject({
      success: false,
      task_id: "nope",
      error_message: "Worker w-vm-1a2b has no log of task nope.",
    });
    expect(answer.log_entries).toHaveLength(2);
  });

  it("bounds one log and cuts long lines", async () => {
    const store = open();
    const log = store.create(FACTS);
    for (let at = 0; at < 12_000; at++) {
      log.debug(`line ${at}`);
      if (at % 1_000 === 0) await log.flush();
    }
    log.info("x".repeat(5_000_000), { y: "z".repeat(10_000) });
    await store.finish(log, "completed");
    const [folder = ""] = readdirSync(dir);
    let lines = 0;
    for (const name of ["task.log", "task.log.1"]) {
      const text = readFileSync(join(dir, folder, name), "utf8");
      expect(text.length).toBeLessThan(2_000_000);
      lines += text.split("\n").length - 1;
    }
    expect(lines).toBeGreaterThan(5_000);
    expect(lines).toBeLessThanOrEqual(10_000);
    const answer = await store.answer({ task_id: FACTS.taskId });
    expect(answer.log_entries).toHaveLength(1_000);
    expect(answer.log_entries?.at(-1)?.message).toHaveLength(2_000);
  });

  it("drops the oldest logs", async () => {
    const store = open();
    for (let at = 0; at < 205; at++) {
      now += 1_000;
      await store.finish(store.create({ ...FACTS, taskId: `epoch1-${at}-a1` }), "completed");
    }
    expect(readdirSync(dir)).toHaveLength(200);
    expect((await store.answer({ task_id: "epoch1-4-a1" })).success).toBe(false);
    expect((await store.answer({ task_id: "epoch1-5-a1" })).success).toBe(true);
  });

  it("never fails the task when the disk does not take the log", async () => {
    const store = open();
    rmSync(dir, { recursive: true });
    writeFileSync(dir, "in the way");
    const log = store.create(FACTS);
    log.info("one");
    await log.finish("completed");
    expect(readFileSync(dir, "utf8")).toBe("in the way");
  });
});
