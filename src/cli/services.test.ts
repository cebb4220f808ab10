import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Weed } from "./cli.testkit.ts";

let dir = "";
const processes: Weed[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "weed-cli-services-"));
});
afterEach(async () => {
  for (const { child, ended } of processes.splice(0)) {
    child.kill("SIGKILL");
    await ended;
  }
  rmSync(dir, { recursive: true, force: true });
});

function start(...args: readonly string[]): Weed {
  const weed = new Weed(args, { cwd: dir });
  processes.push(weed);
  return weed;
}

describe("weed sandbox", () => {
  it("says where its servers are, and removes a temporary folder at the end", async () => {
    const weed = start("sandbox", "-servers=2");
    await expect.poll(() => weed.stdout).toContain("The sandbox is ready.");
    const [, master = ""] = /^master +(\S+)$/m.exec(weed.stdout) ?? [];
    const [, files = ""] = /^files +(\S+)/m.exec(weed.stdout) ?? [];
    expect(weed.stdout.match(/^volume server /gm)).toHaveLength(2);
    expect(existsSync(join(files, "volume1"))).toBe(true);
    const answer = await fetch(`http://${master.replace(/\.\d+$/, "")}/dir/assign`);
    expect(await answer.json()).toMatchObject({ fid: expect.any(String) });
    weed.child.kill("SIGINT");
    expect((await weed.ended).code).toBe(0);
    expect(existsSync(files)).toBe(false);
  });

  it("keeps a folder that was given", async () => {
    const weed = start("sandbox", "-servers=1", `-dir=${join(dir, "cluster")}`);
    await expect.poll(() => weed.stdout).toContain("The sandbox is ready.");
    weed.child.kill("SIGTERM");
    expect((await weed.ended).code).toBe(0);
    expect(existsSync(join(dir, "cluster", "volume0"))).toBe(true);
  });
});

describe("weed admin", () => {
  it("starts without its master, says so, and on SIGTERM is gone within its five seconds", async () => {
    const weed = start("admin", "-port=0", "-master=127.0.0.1:1.2", `-dataDir=${join(dir, "data")}`, "-logFormat=text");
    await expect.poll(() => weed.stderr).toMatch(/INFO .*The admin is ready\. page=http:\/\/127\.0\.0\.1:\d+\//);
    expect(weed.stderr).toContain("Reachable from this machine only");
    const [, page = ""] = /page=(\S+)/.exec(weed.stderr) ?? [];
    expect((await fetch(`${page}health`)).status).toBe(200);
    weed.child.kill("SIGTERM");
    const { code, stderr } = await weed.ended;
    expect(code).toBe(0);
    expect(stderr).toContain("The admin has stopped.");
    expect(existsSync(join(dir, "data", "state.db"))).toBe(true);
  });

  it("says that its port is taken, and leaves nothing running", async () => {
    const first = start("admin", "-port=0", "-master=127.0.0.1:1.2", `-dataDir=${join(dir, "one")}`, "-logFormat=text");
    await expect.poll(() => first.stderr).toContain("The admin is ready.");
    const [, port = ""] = /page=http:\/\/127\.0\.0\.1:(\d+)/.exec(first.stderr) ?? [];
    const second = start(
      "admin",
      `-port=${port}`,
      "-port.grpc=0",
      "-master=127.0.0.1:1.2",
      `-dataDir=${join(dir, "two")}`,
    );
    const { code, stderr } = await second.ended;
    expect(code).toBe(Number(port) > 55_535 ? 2 : 1);
    expect(stderr).toMatch(/WK-LISTEN|leaves no room/);
  });
});
