import { createServer } from "node:http";
import { afterEach, describe, expect, it } from "vitest";
import { MetricsServer, type WorkerFigures } from "./metrics-server.ts";

let server: MetricsServer | undefined;
afterEach(async () => {
  await server?.close();
  server = undefined;
});

const FIGURES: WorkerFigures = {
  connected: false,
  running: 1,
  maxConcurrent: 4,
  completed: 7,
  failed: 2,
  outboxWords: 3,
  uptimeSeconds: 60,
};

async function listen(figures: () => WorkerFigures, port = 0): Promise<string> {
  server = await MetricsServer.listen({ ip: "127.0.0.1", port, workerId: "w-vm-1a2b", version: "0.1.0", figures });
  return `http://127.0.0.1:${server.port}`;
}

describe("MetricsServer", () => {
  it("is healthy at once and ready while an admin is connected", async () => {
    let connected = false;
    const base = await listen(() => ({ ...FIGURES, connected }));
    expect((await fetch(`${base}/health`)).status).toBe(200);
    expect((await fetch(`${base}/ready`)).status).toBe(503);
    connected = true;
    expect((await fetch(`${base}/ready`)).status).toBe(200);
  });

  it("shows the worker's figures", async () => {
    const base = await listen(() => FIGURES);
    const answer = await fetch(`${base}/metrics`);
    expect(answer.headers.get("server")).toBe("weedkeeper worker 0.1.0");
    const text = await answer.text();
    for (const line of [
      'SeaweedFS_worker_connected{worker="w-vm-1a2b"} 0',
      'SeaweedFS_worker_tasks_running{worker="w-vm-1a2b"} 1',
      'SeaweedFS_worker_slots{worker="w-vm-1a2b"} 4',
      'SeaweedFS_worker_tasks_completed{worker="w-vm-1a2b"} 7',
      'SeaweedFS_worker_tasks_failed{worker="w-vm-1a2b"} 2',
      'SeaweedFS_worker_outbox_words{worker="w-vm-1a2b"} 3',
      'SeaweedFS_worker_build_info{version="0.1.0",worker="w-vm-1a2b"} 1',
    ]) {
      expect(text).toContain(line);
    }
    expect(text).toContain("process_cpu_seconds_total");
  });

  it("answers nothing else", async () => {
    const base = await listen(() => FIGURES);
    expect((await fetch(`${base}/etc/passwd`)).status).toBe(404);
    expect((await fetch(`${base}/health`, { method: "POST" })).status).toBe(405);
  });

  it("says that the port is taken", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    const address = other.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await expect(listen(() => FIGURES, port)).rejects.toMatchObject({ code: "WK-LISTEN" });
    await new Promise((resolve) => other.close(resolve));
  });
});
