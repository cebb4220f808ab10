import { type ChildProcess, spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { fileURLToPath } from "node:url";

const ENTRY = fileURLToPath(new URL("../../bin/weed.js", import.meta.url));
/** After SIGTERM a process gets so long before it is killed; longer than any promise of ours about stopping. */
const STOP_MS = 20_000;
const LOWEST_PORT = 11_000;
/** Below the range from which systems give out ports by themselves, with room for + 10000. */
const HIGHEST_PORT = 21_900;

export interface ProcessOptions {
  /** For messages. */
  readonly name: string;
  /** Default: Node with our own built program. */
  readonly program?: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
}

/** One real process with its output kept. */
export class TestProcess {
  readonly name: string;
  /** The exit code, or null after a signal. */
  readonly exited: Promise<number | null>;
  readonly #child: ChildProcess;
  #output = "";
  #watchers: (() => void)[] = [];

  constructor({ name, program, args, env, cwd }: ProcessOptions) {
    this.name = name;
    const command = program === undefined ? [process.execPath, ENTRY, ...args] : [program, ...args];
    const [file = "", ...rest] = command;
    this.#child = spawn(file, rest, { env: { ...process.env, ...env }, cwd, stdio: ["ignore", "pipe", "pipe"] });
    const keep = (chunk: Buffer): void => {
      this.#output += chunk.toString("utf8");
      for (const watcher of this.#watchers.splice(0)) watcher();
    };
    this.#child.stdout?.on("data", keep);
    this.#child.stderr?.on("data", keep);
    this.exited = new Promise((resolve) => {
      const end = (code: number | null): void => {
        for (const watcher of this.#watchers.splice(0)) watcher();
        resolve(code);
      };
      this.#child.once("error", (error) => {
        keep(Buffer.from(`${error.message}\n`));
        end(null);
      });
      this.#child.once("close", end);
    });
  }

  /** Everything it wrote so far, to both streams. */
  get output(): string {
    return this.#output;
  }

  /** 0 when it could not be started. */
  get pid(): number {
    return this.#child.pid ?? 0;
  }

  get running(): boolean {
    return this.#child.pid !== undefined && this.#child.exitCode === null && this.#child.signalCode === null;
  }

  signal(signal: NodeJS.Signals): void {
    this.#child.kill(signal);
  }

  /** Resolves once the output has a text that matches; throws when the process ends first. */
  async says(pattern: RegExp): Promise<RegExpExecArray> {
    for (;;) {
      const match = pattern.exec(this.#output);
      if (match !== null) return match;
      if (!this.running) throw new Error(`${this.name} ended before it said ${pattern}:\n${this.#output}`);
      await new Promise<void>((resolve) => this.#watchers.push(resolve));
    }
  }

  /** SIGTERM, and SIGKILL when that does not help. Resolves with the exit code. */
  async stop(): Promise<number | null> {
    if (this.running) this.signal("SIGTERM");
    const force = setTimeout(() => this.signal("SIGKILL"), STOP_MS);
    const code = await this.exited;
    clearTimeout(force);
    return code;
  }

  /** kill −9. */
  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await this.exited;
  }
}

/** A port p such that p and p + 10000 are free on 127.0.0.1. */
export async function freePortPair(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT);
    if ((await isFree(port)) && (await isFree(port + 10_000))) return port;
  }
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}

const SHORTEST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 250;

/** Waits until `check` gives something; asks again and again, fails with `what` after a generous limit. */
export async function until<Value>(
  what: string,
  check: () => Promise<Value | undefined | false>,
  limitMs = 90_000,
): Promise<Value> {
  const giveUp = Date.now() + limitMs;
  let last: unknown;
  for (let pause = SHORTEST_PAUSE_MS; ; pause = Math.min(pause * 1.5, LONGEST_PAUSE_MS)) {
    try {
      const value = await check();
      if (value !== undefined && value !== false) return value;
    } catch (reason) {
      last = reason;
    }
    if (Date.now() > giveUp) {
      const why = last instanceof Error ? `: ${last.message}` : "";
      throw new Error(`waited in vain for ${what}${why}`, { cause: last });
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}
