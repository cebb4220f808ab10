import { appendFileSync, existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { silentLogger } from "../core/logger.ts";
import { Outbox, type Word } from "./outbox.ts";

let dir = "";
beforeEach(() => {
  dir = join(mkdtempSync(join(tmpdir(), "weed-outbox-")), "outbox");
});
afterEach(() => rmSync(join(dir, ".."), { recursive: true, force: true }));

const TASK = "epoch1-7-a1";

function completion(taskId: string, seq: number): Word {
  return {
    taskId,
    seq,
    kind: "complete",
    message: { message: "task_complete", task_complete: { task_id: taskId, success: true, seq: String(seq) } },
  };
}

function checkpoint(taskId: string, seq: number): Word {
  const state = Buffer.from('{"size":1}');
  return {
    taskId,
    seq,
    kind: "checkpoint",
    message: { message: "checkpoint", checkpoint: { task_id: taskId, seq: String(seq), step: "freeze", state } },
  };
}

async function filesGone(): Promise<void> {
  await expect.poll(() => readdirSync(dir)).toEqual([]);
}

describe("Outbox", () => {
  it("keeps words on the disk until they are acknowledged", async () => {
    const first = Outbox.open(dir, silentLogger);
    expect([first.nextSeq(TASK), first.nextSeq(TASK)]).toEqual([1, 2]);
    await first.add(checkpoint(TASK, 1), true);
    await first.add(completion(TASK, 2), true);
    await first.flush();

    const second = Outbox.open(dir, silentLogger);
    expect(second.pending().map((word) => [word.taskId, word.seq, word.kind])).toEqual([
      [TASK, 1, "checkpoint"],
      [TASK, 2, "complete"],
    ]);
    expect(second.pending()[0]?.message.checkpoint).toEqual({
      task_id: TASK,
      seq: "1",
      step: "freeze",
      state: Buffer.from('{"size":1}'),
    });
    expect(second.unsentCompletions()).toEqual([TASK]);
    expect(second.nextSeq(TASK)).toBe(3);
    expect(second.acknowledged(TASK, 1)?.kind).toBe("checkpoint");
    expect(second.size).toBe(1);
    expect(second.acknowledged(TASK, 2)?.kind).toBe("complete");
    expect(second.acknowledged(TASK, 2)).toBeUndefined();
    await filesGone();
  });

  it("remembers acknowledgements of words that are followed by others", async () => {
    const first = Outbox.open(dir, silentLogger);
    await first.add(checkpoint(TASK, 1), true);
    first.acknowledged(TASK, 1);
    await first.add(completion(TASK, 2), true);
    await first.flush();
    expect(Outbox.open(dir, silentLogger).pending()).toHaveLength(1);
  });

  it("keeps an open attempt although nothing is pending", async () => {
    const outbox = Outbox.open(dir, silentLogger);
    await outbox.add(checkpoint(TASK, 1), true);
    outbox.acknowledged(TASK, 1);
    expect(outbox.nextSeq(TASK)).toBe(2);
    outbox.close(TASK);
    await filesGone();
  });

  it("does not write what means nothing after a crash", async () => {
    const outbox = Outbox.open(dir, silentLogger);
    await outbox.add({ ...completion(TASK, 1), kind: "update" }, false);
    expect(outbox.size).toBe(1);
    expect(readdirSync(dir)).toEqual([]);
    outbox.close(TASK);
    outbox.forget(TASK);
    expect(outbox.size).toBe(0);
  });

  it("reads past lines cut short and foreign ones", async () => {
    const first = Outbox.open(dir, silentLogger);
    await first.add(completion(TASK, 1), true);
    await first.flush();
    const path = join(dir, `${TASK}.words`);
    appendFileSync(path, '{"task":1}\nnull\n{"task":"epoch1-7-a1","seq":2,"ki');
    writeFileSync(join(dir, "empty.words"), "");
    expect(
      Outbox.open(dir, silentLogger)
        .pending()
        .map((word) => word.seq),
    ).toEqual([1]);
    expect(existsSync(join(dir, "empty.words"))).toBe(false);
  });

  it("gives each id a file of its own, whatever a peer calls its tasks", async () => {
    const ids = ["../../etc/passwd", "..", "a/b", "a%2fb", "ä", "vol_5-1795276563", "A", "a"];
    const first = Outbox.open(dir, silentLogger);
    for (const id of ids) await first.add(completion(id, 1), true);
    await first.flush();
    expect(readdirSync(dir)).toHaveLength(ids.length);
    expect(
      Outbox.open(dir, silentLogger)
        .pending()
        .map((word) => word.taskId)
        .sort(),
    ).toEqual([...ids].sort());
  });

  it("says that the disk cannot be written, and keeps the word in memory", async () => {
    const outbox = Outbox.open(dir, silentLogger);
    rmSync(dir, { recursive: true });
    writeFileSync(dir, "in the way");
    await expect(outbox.add(completion(TASK, 1), true)).rejects.toMatchObject({ code: "WK-WORKER-DIR" });
    expect(outbox.pending()).toHaveLength(1);
  });

  it("after any history, the next process finds exactly what was not acknowledged", async () => {
    const action = fc.record({
      task: fc.constantFrom("e-1-a1", "e-2-a1", "e-2-a2"),
      ack: fc.integer({ min: 0, max: 3 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(action, { maxLength: 25 }), async (actions) => {
        const box = mkdtempSync(join(tmpdir(), "weed-outbox-p-"));
        try {
          const outbox = Outbox.open(box, silentLogger);
          const open = new Map<string, number[]>();
          for (const { task, ack } of actions) {
            const seq = outbox.nextSeq(task);
            await outbox.add(checkpoint(task, seq), true);
            const list = open.get(task) ?? [];
            list.push(seq);
            if (ack > 0 && list.length >= ack) {
              const [done] = list.splice(ack - 1, 1);
              outbox.acknowledged(task, done ?? 0);
            }
            open.set(task, list);
          }
          await outbox.flush();
          const found = Outbox.open(box, silentLogger).pending();
          for (const [task, list] of open) {
            expect(found.filter((word) => word.taskId === task).map((word) => word.seq)).toEqual(list);
          }
        } finally {
          rmSync(box, { recursive: true, force: true });
        }
      }),
      { numRuns: 30 },
    );
  });
});
