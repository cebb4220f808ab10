import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { httpCall } from "../../src/sandbox/http-client.ts";
import { freeAddress } from "../../src/sandbox/ports.ts";
import { startStory } from "../../src/sandbox/story.ts";
import { describeWith, WEED } from "../needs.testkit.ts";

const weed = process.env["WEED_BIN"] ?? "";
const LIMIT_MS = 300_000;

interface JobTypeConfig {
  readonly worker_config_values?: Record<string, object>;
  readonly admin_runtime?: object;
}

/** The JSON interface of a Go admin for its plugins. */
class GoAdminApi {
  readonly #base: string;

  constructor(port: number) {
    this.#base = `http://127.0.0.1:${port}/api/plugin`;
  }

  async get(path: string): Promise<unknown> {
    return JSON.parse((await httpCall(`${this.#base}/${path}`)).data.toString("utf8"));
  }

  async send(method: string, path: string, value: object): Promise<unknown> {
    const body = Buffer.from(JSON.stringify(value));
    const headers = { "Content-Type": "application/json" };
    const { status, data } = await httpCall(`${this.#base}/${path}`, { method, headers, body });
    if (status >= 300) throw new Error(`${method} ${path}: ${status} ${data.toString("utf8")}`);
    return JSON.parse(data.toString("utf8"));
  }

  /** Changes the settings of a job type that are named. */
  async configure(type: string, workerValues: Record<string, object>, runtime: object): Promise<void> {
    const config = (await this.get(`job-types/${type}/config`)) as JobTypeConfig;
    await this.send("PUT", `job-types/${type}/config`, {
      ...config,
      worker_config_values: { ...config.worker_config_values, ...workerValues },
      admin_runtime: { ...config.admin_runtime, ...runtime },
    });
  }
}

describeWith([WEED], "a Go 4.44 admin with a Go 4.44 worker on the sandbox", () => {
  it(
    "vacuums, balances and erasure-codes it, and every file reads back",
    async () => {
      const dir = mkdtempSync(join(tmpdir(), "wk-heal-"));
      const children: ChildProcess[] = [];
      const { sandbox, story } = await startStory({ dir: join(dir, "cluster"), scale: 0.1, tailLoopMs: 20 });
      onTestFinished(async () => {
        for (const child of children) child.kill("SIGKILL");
        await sandbox.stop();
        await rm(dir, { recursive: true, force: true });
      });
      const start = (args: readonly string[]): void => {
        children.push(spawn(weed, args, { stdio: "ignore" }));
      };
      for (const name of ["admin", "worker"]) mkdirSync(join(dir, name));
      const { httpPort: port } = await freeAddress(new Set());
      const api = new GoAdminApi(port);
      start(["admin", `-port=${port}`, `-master=${sandbox.masterAddress}`, `-dataDir=${join(dir, "admin")}`]);
      await sandbox.until(
        async () => {
          const answer = await api.get("status").catch(() => undefined);
          return answer !== undefined;
        },
        "the Go admin to answer",
        LIMIT_MS,
      );
      start(["worker", `-admin=127.0.0.1:${port}`, `-workingDir=${join(dir, "worker")}`]);
      await sandbox.until(
        async () => {
          const types = (await api.get("job-types").catch(() => [])) as { job_type: string }[];
          return ["vacuum", "volume_balance", "erasure_coding"].every((wanted) =>
            types.some(({ job_type }) => job_type === wanted),
          );
        },
        "the Go worker to be known",
        LIMIT_MS,
      );
      // Its maintenance script takes a volume that is being moved for one with a copy too many.
      for (const type of ["admin_script", "ec_balance"]) await api.configure(type, {}, { enabled: false });
      await api.configure(
        "erasure_coding",
        { min_size_mb: { int64_value: "1" }, quiet_for_seconds: { int64_value: "0" } },
        {},
      );
      const before = story.overfull.store?.volumes.length ?? 0;
      const run = (type: string): Promise<unknown> =>
        api.send("POST", `job-types/${type}/run`, { timeout_seconds: 300 });

      await run("vacuum");
      await sandbox.until(
        () =>
          story.volumes.garbage.every((id) => {
            const replicas = sandbox.servers.flatMap((server) => server.store?.get(id) ?? []);
            return (
              replicas.length > 0 && replicas.every((volume) => volume.revision > 0 && volume.garbageRatio() < 0.3)
            );
          }),
        "the garbage to be collected",
        LIMIT_MS,
      );
      await run("erasure_coding");
      await sandbox.until(
        () =>
          story.volumes.cold.every((id) => {
            const shards = sandbox.servers.flatMap((server) => server.store?.ec.get(id)?.shardIds ?? []);
            return (
              new Set(shards).size === 14 && sandbox.servers.every((server) => server.store?.get(id) === undefined)
            );
          }),
        "the cold volumes to be encoded",
        LIMIT_MS,
      );
      await sandbox.pulse();
      await run("volume_balance");
      await sandbox.until(
        () => (story.overfull.store?.volumes.length ?? 0) <= before - 3,
        "the overfull server to be relieved",
        LIMIT_MS,
      );
      await sandbox.pulse();
      expect(await story.readBack()).toEqual({ read: story.files.length, correct: story.files.length, wrong: [] });
    },
    LIMIT_MS * 2,
  );
});
