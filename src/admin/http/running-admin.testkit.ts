import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { readSecurityConfig } from "../../config/security-config.ts";
import { silentLogger } from "../../core/logger.ts";
import { seededVolume, testSandbox } from "../../sandbox/sandbox.testkit.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { type Admin, startAdmin } from "../admin.ts";

export interface RunningAdmin {
  readonly sandbox: Sandbox;
  readonly admin: Admin;
  /** With the prefix, without a slash at the end. */
  readonly base: string;
  call(method: string, path: string, body?: unknown): Promise<Answer>;
  /** Stops the admin and starts it again on its ports and its data. */
  restart(whileDown: () => Promise<void>): Promise<void>;
}

export interface Answer {
  readonly status: number;
  readonly json: unknown;
}

/** A value deep inside an answer; undefined when any step of the way is missing. */
export function pick(json: unknown, ...path: readonly (string | number)[]): unknown {
  return path.reduce<unknown>(
    (value, step) => (typeof value === "object" && value !== null ? Reflect.get(value, step) : undefined),
    json,
  );
}

/**
 * A real admin on a sandbox with one volume that is mostly garbage; both end with the test. Its first scans are over
 * and found nothing, so the next one is that of the test.
 */
export async function runningAdmin(
  options: { readonly urlPrefix?: string; readonly servers?: number } = {},
): Promise<RunningAdmin> {
  const { urlPrefix = "", servers = 2 } = options;
  const sandbox = await testSandbox({ servers });
  await seededVolume(sandbox, { files: 20, deleted: 15, replication: servers > 1 ? "001" : "000" });
  const dataDir = mkdtempSync(join(tmpdir(), "weedkeeper-admin-"));
  const start = (port: number, grpcPort: number): Promise<Admin> =>
    startAdmin(
      {
        host: "127.0.0.1",
        port,
        grpcHost: "127.0.0.1",
        grpcPort,
        masters: [sandbox.master.address],
        dataDir,
        filerGroup: "",
        urlPrefix,
        metricsPort: 0,
        metricsHost: "127.0.0.1",
        security: readSecurityConfig({ folders: [], env: {} }),
        config: {
          path: undefined,
          settings: [{ scope: "global", name: "enabled", value: false, place: "a test" }],
          overriding: [],
        },
        version: "test",
      },
      silentLogger,
    );
  const admin = await start(0, 0);
  let now = admin;
  onTestFinished(async () => {
    await now.stop();
    rmSync(dataDir, { recursive: true, force: true });
  });
  const restart = async (whileDown: () => Promise<void>): Promise<void> => {
    await now.stop();
    await whileDown();
    now = await start(admin.httpPort, admin.grpcPort);
  };
  const base = `http://127.0.0.1:${admin.httpPort}${urlPrefix}`;
  const call: RunningAdmin["call"] = async (method, path, body) => {
    const response = await fetch(base + path, {
      method,
      ...(method === "GET"
        ? {}
        : { headers: { "Content-Type": "application/json" }, body: JSON.stringify(body ?? {}) }),
    });
    return { status: response.status, json: await response.json() };
  };
  await call("POST", "/api/v1/scans");
  await call("PUT", "/api/v1/settings", { enabled: true });
  return { sandbox, admin, base, call, restart };
}
