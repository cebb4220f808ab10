import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";

const ENTRY = new URL("./main.ts", import.meta.url).href;
const SCRIPT = `import { main } from ${JSON.stringify(ENTRY)}; process.exit(await main(process.argv.slice(1)));`;

export interface Ended {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** The command line as a process of its own, run from source. */
export class Weed {
  readonly child: ChildProcess;
  readonly ended: Promise<Ended>;
  stdout = "";
  stderr = "";

  constructor(args: readonly string[], options: { readonly cwd?: string; readonly env?: NodeJS.ProcessEnv } = {}) {
    // tsx is found from this file, whatever the working directory of the process is.
    const tsx = import.meta.resolve("tsx");
    this.child = spawn(process.execPath, ["--import", tsx, "--input-type=module", "-e", SCRIPT, "--", ...args], {
      stdio: ["ignore", "pipe", "pipe"],
      ...options,
    });
    this.child.stdout?.on("data", (chunk: Buffer) => {
      this.stdout += chunk.toString("utf8");
    });
    this.child.stderr?.on("data", (chunk: Buffer) => {
      this.stderr += chunk.toString("utf8");
    });
    this.ended = once(this.child, "close").then(([code]) => ({
      code: typeof code === "number" ? code : null,
      stdout: this.stdout,
      stderr: this.stderr,
    }));
  }

  /** Runs to the end. */
  static run(...args: readonly string[]): Promise<Ended> {
    return new Weed(args).ended;
  }
}
