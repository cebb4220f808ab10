import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { AppError } from "../core/errors.ts";
import { sleep } from "../core/sleep.ts";
import { freeAddress } from "../sandbox/ports.ts";
import { ApiClient } from "./api-client.ts";
import { ChildProcesses } from "./child-processes.ts";

const WORKERS = 2;
const READY_MS = 60_000;
const POLL_MS = 100;

/** Everything due is seen within seconds; a volume counts as cold after a minute. */
const DEMO_SETTINGS = `# Settings of the demo: what takes hours in production takes seconds here.
[maintenance]
topology_interval_seconds = 1

[maintenance.vacuum]
scan_interval_seconds = 3
max_concurrent = 4

[maintenance.balance]
scan_interval_seconds = 3
max_concurrent = 2

[maintenance.erasure_coding]
scan_interval_seconds = 3
max_concurrent = 2
quiet_for_seconds = 60
min_size_mb = 1
fullness_ratio = 0.8
`;

export interface DemoFleet {
  readonly api: ApiClient;
  /** Address of the page. */
  readonly page: string;
  /** Why a process ended that should not have. */
  readonly broken: Promise<AppError>;
  stop(): Promise<void>;
}

/** Starts an admin and two workers as processes of their own on the cluster of `master` (address form). */
export async function startFleet(master: string, dir: string): Promise<DemoFleet> {
  const configDir = join(dir, "config");
  mkdirSync(configDir, { recursive: true });
  writeFileSync(join(configDir, "admin.toml"), DEMO_SETTINGS);
  const { httpPort } = await freeAddress(new Set());
  const page = `http://127.0.0.1:${httpPort}`;
  const children = new ChildProcesses();
  let report: (error: AppError) => void = () => undefined;
  const broken = new Promise<AppError>((resolve) => {
    report = resolve;
  });
  const config = `-config_dir=${configDir}`;
  const admin = ["admin", `-master=${master}`, `-port=${httpPort}`, `-dataDir=${join(dir, "admin")}`, config];
  children.start("admin", admin, join(dir, "admin.log"), report);
  const api = new ApiClient(page);
  try {
    await untilReady(api, broken);
    for (let index = 1; index <= WORKERS; index++) {
      const name = `worker${index}`;
      const flags = [`-admin=127.0.0.1:${httpPort}`, `-workingDir=${join(dir, name)}`, `-id=${name}`, config];
      children.start(name, ["worker", ...flags], join(dir, `${name}.log`), report);
    }
  } catch (reason) {
    await children.stop();
    throw reason;
  }
  return { api, page, broken, stop: () => children.stop() };
}

async function untilReady(api: ApiClient, broken: Promise<AppError>): Promise<void> {
  const giveUp = Date.now() + READY_MS;
  for (;;) {
    const state = await Promise.race([api.ready(), broken]);
    if (state instanceof AppError) throw state;
    if (state) return;
    if (Date.now() > giveUp) throw new AppError("WK-DEMO", `The admin was not ready within ${READY_MS / 1000} s.`);
    await sleep(POLL_MS);
  }
}
