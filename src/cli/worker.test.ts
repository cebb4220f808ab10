import { once } from "node:events";
import { mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readSecurityConfig } from "../config/security-config.ts";
import { formatServerAddress } from "../rpc/server-address.ts";
import { createTestCa } from "../security/test-ca.testkit.ts";
import { serverSecurity } from "../security/tls.ts";
import { AdminDouble } from "../worker/admin-double.testkit.ts";
import { Weed } from "./cli.testkit.ts";

let dir = "";
let admin: AdminDouble | undefined;
const processes: Weed[] = [];

beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), "weed-cli-worker-"));
});
afterEach(async () => {
  for (const { child, ended } of processes.splice(0)) {
    child.kill("SIGKILL");
    await ended;
  }
  await admin?.stop();
  admin = undefined;
  rmSync(dir, { recursive: true, force: true });
});

function startWorker(...flags: readonly string[]): Weed {
  const where = admin === undefined ? "127.0.0.1:1" : formatServerAddress(admin.address);
  const weed = new Weed(["worker", `-admin=${where}`, `-workingDir=${join(dir, "w")}`, ...flags]);
  processes.push(weed);
  return weed;
}

/** TCP ports a process listens on, as the kernel has them. */
function listeningPorts(pid: number | undefined): readonly number[] {
  const inodes = new Set<string>();
  for (const fd of readdirSync(`/proc/${pid}/fd`)) {
    try {
      const inode = /^socket:\[(\d+)\]$/.exec(readlinkSync(`/proc/${pid}/fd/${fd}`))?.[1];
      if (inode !== undefined) inodes.add(inode);
    } catch {
      // Closed meanwhile.
    }
  }
  return ["tcp", "tcp6"].flatMap((name) =>
    readFileSync(`/proc/${pid}/net/${name}`, "utf8")
      .split("\n")
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((fields) => fields[3] === "0A" && inodes.has(fields[9] ?? ""))
      .map((fields) => Number.parseInt(fields[1]?.split(":")[1] ?? "", 16)),
  );
}

describe("weed worker", () => {
  it("connects, opens no port, and on SIGTERM says goodbye and exits 0", async () => {
    admin = await AdminDouble.start({ leased: true });
    const weed = startWorker("-capabilities=vacuum,ec,remote", "-maxConcurrent=3", "-logFormat=text");
    const { registration } = await admin.take("registration");
    expect(registration).toMatchObject({ capabilities: ["vacuum", "erasure_coding"], max_concurrent: 3 });
    expect((await admin.take("task_request")).task_request?.available_slots).toBe(3);
    expect(listeningPorts(weed.child.pid)).toEqual([]);
    weed.child.kill("SIGTERM");
    await admin.take("shutdown");
    const { code, stderr } = await weed.ended;
    expect(code).toBe(0);
    expect(stderr).toMatch(/WARN .*Some capabilities cannot be run .*missing=remote_upload\n/);
    expect(stderr).toMatch(/INFO .*Connected to an admin\. worker=w-/);
    expect(readdirSync(join(dir, "w"))).not.toContain("worker.lock");
  });

  it("ends at once on a second signal", async () => {
    admin = await AdminDouble.start({ leased: true });
    // A volume server that takes connections and never says a word.
    const sockets = new Set<Socket>();
    const silent = createServer((socket) => sockets.add(socket));
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const address = silent.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    const weed = startWorker();
    await admin.take("task_request");
    admin.assign({
      task_type: "vacuum",
      params: {
        volume_id: 7,
        sources: [{ node: `127.0.0.1:1.${port}`, volume_id: 7 }],
        vacuum_params: { garbage_threshold: 0.1 },
      },
    });
    await admin.take("task_update");
    await expect.poll(() => sockets.size).toBeGreaterThan(0);
    weed.child.kill("SIGTERM");
    await admin.take("task_request", (said) => (said.task_request?.available_slots ?? 0) === 0);
    expect(weed.child.exitCode).toBeNull();
    weed.child.kill("SIGTERM");
    expect((await weed.ended).code).toBe(143);
    for (const socket of sockets) socket.destroy();
    await new Promise((resolve) => silent.close(resolve));
  });

  it("names the process that uses its folder", async () => {
    admin = await AdminDouble.start({ leased: true });
    const first = startWorker();
    await admin.take("registration");
    const { code, stderr } = await startWorker().ended;
    expect(code).toBe(1);
    expect(stderr).toContain(
      `weed worker: The working directory ${join(dir, "w")} is in use by process ${first.child.pid}. (WK-WORKER-LOCKED)`,
    );
    expect(stderr).toContain("give this worker a -workingDir of its own");
  });

  it("stops while no admin answers, having said which one and why", async () => {
    const weed = startWorker("-metricsPort=0");
    await expect.poll(() => weed.stderr).toContain("The admin cannot be used.");
    expect(weed.stderr).toContain('"code":"WK-RPC-UNREACHABLE"');
    weed.child.kill("SIGINT");
    expect((await weed.ended).code).toBe(0);
  });

  it("speaks mutual TLS when security.toml says so, and says what a plaintext admin is", async () => {
    const ca = await createTestCa();
    try {
      const [forAdmin, forWorker] = [await ca.issue("admin"), await ca.issue("worker")];
      const toml = [
        `[grpc]\nca = "${ca.ca}"`,
        `[grpc.admin]\ncert = "${forAdmin.cert}"\nkey = "${forAdmin.key}"`,
        `[grpc.worker]\ncert = "${forWorker.cert}"\nkey = "${forWorker.key}"`,
      ];
      writeFileSync(join(dir, "security.toml"), `${toml.join("\n")}\n`);
      const security = readSecurityConfig({ configDir: dir, folders: [], env: {} });
      admin = await AdminDouble.start({ leased: true, credentials: serverSecurity(security.grpc.admin).credentials });
      const good = startWorker(`-config_dir=${dir}`);
      await admin.take("task_request");
      const gone = once(good.child, "close");
      good.child.kill("SIGTERM");
      await gone;
      const plain = startWorker();
      await expect.poll(() => plain.stderr).toContain("WK-RPC-PROTOCOL");
      plain.child.kill("SIGTERM");
      expect((await plain.ended).code).toBe(0);
    } finally {
      ca.remove();
    }
  });
});
