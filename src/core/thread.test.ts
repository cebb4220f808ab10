import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { AppError } from "./errors.ts";
import { startThread, type ThreadExit, type ThreadHandle } from "./thread.ts";
import type { EchoData, EchoRequests } from "./thread-echo.testkit.ts";

const open: ThreadHandle<EchoRequests>[] = [];

function start(data: EchoData = { greeting: "hello" }): ThreadHandle<EchoRequests> {
  const handle = startThread<EchoRequests>(new URL("./thread-echo.testkit.ts", import.meta.url), {
    name: "echo",
    data,
  });
  open.push(handle);
  return handle;
}

afterEach(async () => {
  for (const handle of open.splice(0)) await handle.close();
});

describe("startThread", () => {
  it("answers calls from a TypeScript entry and hands over its data", async () => {
    const thread = start({ greeting: "good day" });
    const answers = await Promise.all(["a", "b", "c"].map((text) => thread.call("echo", { text })));
    expect(answers).toEqual(["a", "b", "c"].map((text) => ({ text, greeting: "good day" })));
  });

  it("moves buffers both ways instead of copying them", async () => {
    const numbers = Float64Array.of(1, 2, 3);
    const doubled = await start().call("double", numbers, { transfer: [numbers.buffer] });
    expect([...doubled]).toEqual([2, 4, 6]);
    expect(numbers.length).toBe(0);
  });

  it("carries an AppError across with code, hint and details", async () => {
    const error = await start()
      .call("refuse", null)
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject({
      code: "WK-RPC-UNREACHABLE",
      message: "The master at a:1 cannot be reached.",
      hint: "Start it.",
      details: { master: "a:1" },
    });
  });

  it("makes any other thrown value a WK-INTERNAL that keeps the thread's stack", async () => {
    const error = await start()
      .call("burst", null)
      .catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: "WK-INTERNAL", message: "odd" });
    expect((error as AppError).cause).toMatchObject({ stack: expect.stringContaining("thread-echo.testkit") });
  });

  it("gives up a call at once when its signal is aborted, and goes on serving", async () => {
    const thread = start();
    const controller = new AbortController();
    const waiting = thread.call("wait", { ms: 600_000 }, { signal: controller.signal });
    controller.abort(new AppError("WK-TIMEOUT", "Too slow."));
    await expect(waiting).rejects.toMatchObject({ code: "WK-TIMEOUT", message: "Too slow." });
    await expect(thread.call("echo", { text: "x" })).resolves.toMatchObject({ text: "x" });
    await expect(thread.call("echo", { text: "x" }, { signal: controller.signal })).rejects.toMatchObject({
      code: "WK-TIMEOUT",
    });
  });

  it("rejects waiting and later calls when the thread dies", async () => {
    const thread = start();
    const exits: ThreadExit[] = [];
    thread.onExit((exit) => exits.push(exit));
    const waiting = thread.call("wait", { ms: 600_000 });
    const crashed = thread.call("crash", null);
    await expect(crashed).rejects.toMatchObject({ code: "WK-INTERNAL", message: "The echo thread failed: boom" });
    await expect(waiting).rejects.toMatchObject({ message: "The echo thread failed: boom" });
    await expect(thread.call("echo", { text: "x" })).rejects.toMatchObject({ code: "WK-INTERNAL" });
    expect(exits).toHaveLength(1);
    expect(exits[0]?.error?.message).toBe("The echo thread failed: boom");
  });

  it("closes in order: the thread's own closing runs, running calls are cancelled", async () => {
    const folder = mkdtempSync(join(tmpdir(), "thread-"));
    try {
      const closedFile = join(folder, "closed");
      const thread = start({ greeting: "x", closedFile });
      await thread.call("echo", { text: "up" });
      const waiting = thread.call("wait", { ms: 600_000 });
      const outcome = expect(waiting).rejects.toBeInstanceOf(AppError);
      const exit = new Promise<ThreadExit>((resolve) => thread.onExit(resolve));
      await thread.close();
      await outcome;
      expect(await exit).toEqual({ exitCode: 0, error: undefined });
      expect(readFileSync(closedFile, "utf8")).toBe("closed in order");
      await expect(thread.call("echo", { text: "x" })).rejects.toMatchObject({ code: "WK-CANCELLED" });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it("reports an entry that cannot be loaded", async () => {
    const thread = startThread<EchoRequests>(new URL("./no-such-thread.ts", import.meta.url), { name: "absent" });
    open.push(thread);
    await expect(thread.call("echo", { text: "x" })).rejects.toMatchObject({ code: "WK-INTERNAL" });
  });
});
