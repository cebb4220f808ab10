import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { workerId } from "./worker-id.ts";

let dir = "";
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "weed-worker-id-"));
});
afterEach(() => rmSync(dir, { recursive: true, force: true }));

describe("workerId", () => {
  it("makes an id once and keeps it", () => {
    const first = workerId(join(dir, "deep", "er"), "");
    expect(first).toMatch(/^w-[A-Za-z0-9-]{1,6}-[0-9a-f]{4}$/);
    expect(workerId(join(dir, "deep", "er"), "")).toBe(first);
    expect(readFileSync(join(dir, "deep", "er", "worker.id"), "utf8")).toBe(first);
  });

  it("reads one that a Go worker left", () => {
    writeFileSync(join(dir, "worker.id"), "w-vm-c68d\n");
    expect(workerId(dir, "")).toBe("w-vm-c68d");
  });

  it("takes a given id and keeps nothing", () => {
    expect(workerId(dir, "rack1.worker-7")).toBe("rack1.worker-7");
    expect(workerId(dir, "")).not.toBe("rack1.worker-7");
  });

  it("refuses what cannot be an id", () => {
    expect(() => workerId(dir, "a b")).toThrow('-id is "a b"');
    writeFileSync(join(dir, "worker.id"), "../../etc\n");
    expect(() => workerId(dir, "")).toThrow(/worker\.id: it holds "\.\.\/\.\.\/etc"/);
  });

  it("says that the directory cannot be used", () => {
    writeFileSync(join(dir, "file"), "");
    expect(() => workerId(join(dir, "file"), "")).toThrow(/^The worker's id cannot be kept in .*file\/worker\.id/);
  });
});
