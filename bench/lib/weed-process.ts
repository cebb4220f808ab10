import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { WeedRequests } from "../roles/weed.ts";
import { type Child, startChild } from "./child.ts";

/** A running admin with its HTTP interface. */
export interface AdminProcess {
  readonly child: Child<WeedRequests>;
  readonly url: string;
  /** `host:http.grpc`, for workers. */
  readonly address: string;
  get(path: string): Promise<unknown>;
  send(method: "POST" | "PUT", path: string, body: unknown): Promise<unknown>;
}

const START_MS = 60_000;

export async function startAdminProcess(master: string, dataDir: string): Promise<AdminProcess> {
  const child = startChild<WeedRequests>("weed", { log: join(dataDir, "admin.log") });
  const [http, grpc] = [await freePort(), await freePort()];
  await child.ask("run", [
    "admin",
    `-master=${master}`,
    `-port=${http}`,
    `-port.grpc=${grpc}`,
    `-dataDir=${dataDir}`,
    `-config_dir=${dataDir}`,
    "-logFormat=json",
  ]);
  const url = `http://127.0.0.1:${http}`;
  const admin: AdminProcess = {
    child,
    url,
    address: `127.0.0.1:${http}.${grpc}`,
    get: (path) => call(`${url}${path}`, {}),
    send: (method, path, body) =>
      call(`${url}${path}`, {
        method,
        body: JSON.stringify(body),
        headers: { "content-type": "application/json" },
      }),
  };
  const end = performance.now() + START_MS;
  for (;;) {
    try {
      await admin.get("/health");
      return admin;
    } catch (reason) {
      if (performance.now() > end) throw reason;
      await sleep(100);
    }
  }
}

async function call(url: string, init: RequestInit): Promise<unknown> {
  const response = await fetch(url, init);
  const text = await response.text();
  if (!response.ok) throw new Error(`${init.method ?? "GET"} ${url}: ${response.status} ${text.slice(0, 500)}`);
  return JSON.parse(text) as unknown;
}

/** Highest resident memory of a process so far, bytes. */
export function peakResident(pid: number): number {
  const kb = /^VmHWM:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1];
  return Number(kb) * 1024;
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  server.close();
  await once(server, "close");
  return typeof address === "object" && address !== null ? address.port : 0;
}
