import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { formatServerAddress } from "../rpc/server-address.ts";
import { AdminDouble } from "./admin-double.testkit.ts";
import { tempDir } from "./worker.testkit.ts";

let dir: ReturnType<typeof tempDir>;
let admin: AdminDouble;
const children: ChildProcess[] = [];

beforeEach(async () => {
  dir = tempDir();
  admin = await AdminDouble.start({ leased: true });
});
afterEach(async () => {
  for (const child of children.splice(0)) child.kill("SIGKILL");
  await admin.stop();
  dir.remove();
});

function startProcess(): ChildProcess {
  const script = fileURLToPath(new URL("./worker-process.testkit.ts", import.meta.url));
  const args = ["--import", "tsx", script, dir.path, formatServerAddress(admin.address)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  children.push(child);
  return child;
}

describe("kill -9 of a worker process", () => {
  it("loses no completion: the next process says it again, and names no attempt that died", async () => {
    admin.unacknowledged.add("task_complete");
    const first = startProcess();
    const before = await admin.take("registration");
    await admin.take("task_request");
    const stuck = admin.assign({ task_type: "vacuum", task_id: "epoch1-1-a1" });
    const done = admin.assign({ task_type: "vacuum", task_id: "epoch1-2-a1" });
    const end = await admin.take("task_complete");
    expect(end.task_complete?.task_id).toBe(done);
    await admin.take("checkpoint", (said) => said.checkpoint?.task_id === stuck);

    const gone = once(first, "exit");
    first.kill("SIGKILL");
    await gone;
    const second = startProcess();
    const after = await admin.take("registration");
    expect(after.worker_id).toBe(before.worker_id);
    expect(after.registration?.extensions?.process_nonce).not.toBe(before.registration?.extensions?.process_nonce);
    expect(after.registration?.extensions?.running_task_ids).toEqual([done]);
    const again = await admin.take("task_complete");
    expect(again.task_complete).toEqual(end.task_complete);
    expect(again.task_complete?.result_metadata).toEqual({ pid: String(first.pid) });

    admin.ack(done, again.task_complete?.seq);
    await expect.poll(() => readdirSync(join(dir.path, "outbox"))).toEqual([]);
    const stopped = once(second, "exit");
    second.kill("SIGTERM");
    expect(await stopped).toEqual([0, null]);
    expect((await admin.take("shutdown")).shutdown?.reason).toBe("normal shutdown");
    expect(readdirSync(dir.path)).not.toContain("worker.lock");
  });
});
