import { type ChildProcess, spawn } from "node:child_process";
import { createWriteStream } from "node:fs";
import { fileURLToPath } from "node:url";
import { AppError } from "../core/errors.ts";

const ENTRY = fileURLToPath(new URL("../../bin/weed.js", import.meta.url));
const STOP_MS = 10_000;

interface Child {
  readonly name: string;
  readonly process: ChildProcess;
  readonly gone: Promise<number | null>;
}

/** The `weed` processes of the demo: real ones, with their output in files. */
export class ChildProcesses {
  readonly #children: Child[] = [];
  #stopping = false;

  /** Starts `weed <args>`; `onDeath` hears when it ends without having been asked to. */
  start(name: string, args: readonly string[], logFile: string, onDeath: (error: AppError) => void): void {
    const process = spawn(globalThis.process.execPath, [ENTRY, ...args], { stdio: ["ignore", "pipe", "pipe"] });
    const log = createWriteStream(logFile);
    process.stdout.pipe(log, { end: false });
    process.stderr.pipe(log, { end: false });
    const gone = new Promise<number | null>((resolve) => process.once("exit", resolve));
    this.#children.push({ name, process, gone });
    void gone.then((code) => {
      if (!this.#stopping)
        onDeath(new AppError("WK-DEMO", `${name} ended with code ${code}; its output is in ${logFile}.`));
    });
  }

  /** Stops them in reverse order and waits for each. */
  async stop(): Promise<void> {
    this.#stopping = true;
    for (const child of this.#children.splice(0).reverse()) {
      child.process.kill("SIGTERM");
      const force = setTimeout(() => child.process.kill("SIGKILL"), STOP_MS);
      await child.gone;
      clearTimeout(force);
    }
  }
}
