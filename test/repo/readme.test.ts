import { mkdtempSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { freePortPair, TestProcess, until } from "../e2e/processes.testkit.ts";
import { ROOT } from "./repository.testkit.ts";

/** `make demo` builds, fills a cluster and maintains it. */
const DEMO_LIMIT_MS = 900_000;

/** Every line of the shell blocks. */
const commands = [...readFileSync(join(ROOT, "README.md"), "utf8").matchAll(/```sh\n([\s\S]*?)```/g)]
  .flatMap(([, block = ""]) => block.split("\n"))
  .filter((line) => line.trim() !== "");

const makeTargets = commands.filter((command) => command.startsWith("make "));
const programs = commands.filter((command) => command.startsWith("node bin/weed.js "));

describe("the commands of README.md", () => {
  it("are all run here, but for the test command itself", () => {
    expect(commands.filter((command) => !makeTargets.includes(command) && !programs.includes(command))).toEqual([]);
    expect(makeTargets).toContain("make test");
  });

  it.each(makeTargets.filter((command) => command !== "make test"))(
    "%s ends with 0",
    async (command) => {
      const args = command.split(" ").slice(1);
      // By hand the demo goes on until Ctrl-C.
      if (args.includes("demo") && !args.includes("ONCE=1")) args.push("ONCE=1");
      // As from a shell: not as a part of the make that runs the tests.
      const env = { MAKEFLAGS: "", MAKELEVEL: "", MFLAGS: "" };
      const make = new TestProcess({ name: command, program: "make", args, env, cwd: ROOT });
      onTestFinished(async () => {
        await make.stop();
      });
      const code = await make.exited;
      expect(code, make.output).toBe(0);
      if (args.includes("demo")) expect(make.output).toMatch(/(\d+) files read back, \1 correct/);
    },
    DEMO_LIMIT_MS,
  );

  it("start an admin that sees the sandbox, and a worker that it lists", async () => {
    const dir = mkdtempSync(join(tmpdir(), "weedkeeper-readme-"));
    const [masterPort, adminPort] = [await freePortPair(), await freePortPair()];
    const started: TestProcess[] = [];
    onTestFinished(async () => {
      for (const process of started.reverse()) await process.stop();
      await rm(dir, { recursive: true, force: true });
    });
    const start = async (name: string, ready: RegExp): Promise<void> => {
      const command = programs.find((line) => line.startsWith(`node bin/weed.js ${name} `)) ?? "";
      // The ports of the README may be in use on this machine.
      const line = command
        .replaceAll("9333", String(masterPort))
        .replaceAll("localhost:23646", `localhost:${adminPort}`);
      const args = line.split(" ").slice(2);
      if (name === "admin") args.push(`-port=${adminPort}`);
      const process = new TestProcess({ name: command, args, cwd: dir });
      started.push(process);
      await process.says(ready);
    };

    await start("sandbox", /The sandbox is ready/);
    await start("admin", /The admin is ready/);
    const base = `http://127.0.0.1:${adminPort}`;
    await until("an admin that sees the cluster", async () => (await fetch(`${base}/ready`)).ok);
    await start("worker", /Connected to an admin/);
    const workers = await until("a worker in the list", async () => {
      const { workers } = (await (await fetch(`${base}/api/v1/workers`)).json()) as { workers: unknown[] };
      return workers.length > 0 && workers;
    });
    expect(workers).toHaveLength(1);
    expect(programs).toHaveLength(started.length);

    const page = await fetch(`${base}/`);
    expect(page.status).toBe(200);
    expect(page.headers.get("content-type")).toMatch(/^text\/html/);
  });
});
