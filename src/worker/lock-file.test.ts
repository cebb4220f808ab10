import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { AppError } from "../core/errors.ts";
import { LockFile } from "./lock-file.ts";

let dir = "";
let path = "";
const children: ChildProcess[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "weed-lock-"));
  path = join(dir, "worker.lock");
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  rmSync(dir, { recursive: true, force: true });
});

/** A process that takes the lock, says so and stays until it is killed. */
async function holderProcess(): Promise<ChildProcess> {
  const module = new URL("./lock-file.ts", import.meta.url).href;
  const script = `import { LockFile } from ${JSON.stringify(module)}; LockFile.acquire(${JSON.stringify(path)}); console.log("held"); setInterval(() => {}, 1000);`;
  const child = spawn(process.execPath, ["--import", "tsx", "--input-type=module", "-e", script], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.push(child);
  await once(child.stdout ?? child, "data");
  return child;
}

describe("LockFile", () => {
  it("is taken once and given up", () => {
    const lock = LockFile.acquire(path);
    expect(() => LockFile.acquire(path)).toThrow(`The working directory ${dir} is in use by process ${process.pid}.`);
    lock.release();
    expect(existsSync(path)).toBe(false);
    LockFile.acquire(path).release();
    expect(readdirSync(dir)).toEqual([]);
  });

  it("names the process that holds it, and outlives its kill -9", async () => {
    const child = await holderProcess();
    try {
      LockFile.acquire(path);
      expect.unreachable();
    } catch (error) {
      expect(error).toBeInstanceOf(AppError);
      expect((error as AppError).details).toMatchObject({ pid: child.pid });
      expect((error as AppError).code).toBe("WK-WORKER-LOCKED");
    }
    const gone = once(child, "exit");
    child.kill("SIGKILL");
    await gone;
    expect(existsSync(path)).toBe(true);
    LockFile.acquire(path).release();
  });

  it("takes over from a pid that now belongs to another process", () => {
    const lock = LockFile.acquire(path);
    const text = readFileSync(path, "utf8");
    lock.release();
    writeFileSync(path, text.replace(/"started":"\d+"/, '"started":"1"'));
    LockFile.acquire(path).release();
  });

  it("believes a holder on another machine while it touches the file", () => {
    const lock = LockFile.acquire(path);
    const text = readFileSync(path, "utf8");
    lock.release();
    writeFileSync(path, text.replace(/"host":"[^"]*"/, '"host":"elsewhere"'));
    expect(() => LockFile.acquire(path)).toThrow("on elsewhere");
    const old = new Date(Date.now() - 60_000);
    utimesSync(path, old, old);
    LockFile.acquire(path).release();
  });

  it("takes over a file cut short", () => {
    writeFileSync(path, '{"pid":');
    LockFile.acquire(path).release();
  });

  it("leaves a lock alone that another process took over", () => {
    const lock = LockFile.acquire(path);
    const text = readFileSync(path, "utf8").replace(/"token":"\w+"/, '"token":"other"');
    writeFileSync(path, text);
    lock.release();
    expect(readFileSync(path, "utf8")).toBe(text);
  });

  it("says that the directory cannot be written", () => {
    writeFileSync(join(dir, "file"), "");
    expect(() => LockFile.acquire(join(dir, "file", "worker.lock"))).toThrow(/cannot be written/);
  });
});
