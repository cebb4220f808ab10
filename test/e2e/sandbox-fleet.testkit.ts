import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFailed, onTestFinished } from "vitest";
import { type Sandbox, startSandbox } from "../../src/sandbox/sandbox.ts";
import type { SandboxOptions } from "../../src/sandbox/sandbox-options.ts";
import type { VolumeServer } from "../../src/sandbox/server/volume-server.ts";
import { Fleet, type FleetOptions } from "./fleet.testkit.ts";
import type { TestProcess } from "./processes.testkit.ts";

/** Last part of a process's output that a failed test shows. */
const SHOWN_CHARS = 6_000;

export interface SandboxFleetOptions extends Omit<SandboxOptions, "dir">, Pick<FleetOptions, "settings" | "security"> {}

export interface SandboxFleet {
  readonly sandbox: Sandbox;
  readonly fleet: Fleet;
  /** The sandbox's server at a place. */
  server(index: number): VolumeServer;
}

/** A sandbox and a fleet that has not started yet; both end with the test. */
export async function sandboxFleet(options: SandboxFleetOptions): Promise<SandboxFleet> {
  const { settings, security, ...cluster } = options;
  const dir = mkdtempSync(join(tmpdir(), "wk-e2e-"));
  const sandbox = await startSandbox({ pulseMs: 100, ...cluster, dir: join(dir, "cluster") });
  onTestFinished(async () => {
    await sandbox.stop();
    await rm(dir, { recursive: true, force: true });
  });
  const fleet = await testFleet({
    dir,
    master: sandbox.masterAddress,
    ...(settings !== undefined && { settings }),
    ...(security !== undefined && { security }),
  });
  return {
    sandbox,
    fleet,
    server(index) {
      const server = sandbox.servers[index];
      if (server === undefined) throw new Error(`the sandbox has no server ${index}`);
      return server;
    },
  };
}

/** A fleet that ends with the test; when the test fails, what its processes said last is shown. */
export async function testFleet(options: FleetOptions): Promise<Fleet> {
  const fleet = await Fleet.create(options);
  onTestFinished(() => fleet.stop());
  onTestFailed(() => showOutput(fleet.processes));
  return fleet;
}

export function showOutput(processes: readonly TestProcess[]): void {
  for (const { name, output } of processes) {
    const lines = output.split("\n").filter((line) => !line.includes("scan ended"));
    process.stderr.write(`--- ${name} (the last ${SHOWN_CHARS} characters)\n${lines.join("\n").slice(-SHOWN_CHARS)}\n`);
  }
}
