import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { errorMessage } from "../../src/core/errors.ts";
import type { RequestMap } from "../../src/core/thread-messages.ts";

/** Set to a folder: every process of a benchmark leaves a CPU profile there. */
const PROFILE_DIR = process.env["BENCH_PROFILE"];

interface Question {
  readonly id: number;
  readonly name: string;
  readonly payload: unknown;
}

interface Reply {
  readonly id: number;
  readonly value?: unknown;
  readonly error?: string;
}

/** A process of a benchmark, asked over its IPC channel. `R` names the requests of its role. */
export interface Child<R extends RequestMap<R>> {
  readonly pid: number;
  ask<K extends keyof R & string>(name: K, payload: R[K]["payload"]): Promise<R[K]["result"]>;
  /** Closes the channel; the role then ends by itself. */
  stop(): Promise<void>;
}

interface Waiting {
  resolve(value: unknown): void;
  reject(reason: Error): void;
}

export interface ChildOptions {
  readonly nodeArgs?: readonly string[];
  /** File for its standard error; default: that of this process. */
  readonly log?: string;
  /** A command that is given Node and its arguments, and becomes that process in the end. */
  readonly through?: readonly string[];
}

/** Starts `roles/<role>` as a process of its own. */
export function startChild<R extends RequestMap<R>>(role: string, options: ChildOptions = {}): Child<R> {
  const { nodeArgs = [], log, through = [] } = options;
  const profile = PROFILE_DIR === undefined ? [] : ["--cpu-prof", `--cpu-prof-dir=${PROFILE_DIR}`];
  const file = fileURLToPath(new URL(`../roles/${role}.js`, import.meta.url));
  const stderr = log === undefined ? "inherit" : openSync(log, "a");
  const [program = process.execPath, ...args] = [...through, process.execPath, ...profile, ...nodeArgs, file];
  const child = spawn(program, args, { serialization: "advanced", stdio: ["ignore", "inherit", stderr, "ipc"] });
  if (typeof stderr === "number") closeSync(stderr);
  return attach<R>(child, role);
}

function attach<R extends RequestMap<R>>(child: ChildProcess, role: string): Child<R> {
  const waiting = new Map<number, Waiting>();
  let lastId = 0;
  child.on("message", (message) => {
    const reply = message as Reply;
    const asked = waiting.get(reply.id);
    waiting.delete(reply.id);
    if (reply.error === undefined) asked?.resolve(reply.value);
    else asked?.reject(new Error(`${role}: ${reply.error}`));
  });
  const ended = once(child, "exit").then(([code, signal]) => {
    for (const asked of waiting.values()) asked.reject(new Error(`${role} ended (${String(code ?? signal)})`));
    waiting.clear();
  });
  return {
    pid: child.pid ?? 0,
    ask: <K extends keyof R & string>(name: K, payload: R[K]["payload"]) =>
      new Promise<R[K]["result"]>((resolve, reject) => {
        const id = ++lastId;
        waiting.set(id, { resolve: (value) => resolve(value as R[K]["result"]), reject });
        const question: Question = { id, name, payload };
        child.send(question, (error) => {
          if (error !== null) reject(error);
        });
      }),
    async stop() {
      if (child.connected) child.disconnect();
      await ended;
    },
  };
}

export type RoleHandlers<R extends RequestMap<R>> = {
  readonly [K in keyof R]: (payload: R[K]["payload"]) => R[K]["result"] | Promise<R[K]["result"]>;
};

/** The child's side: answers questions until the parent closes the channel, then runs `onStop` and exits. */
export function serveParent<R extends RequestMap<R>>(handlers: RoleHandlers<R>, onStop: () => Promise<void>): void {
  const reply = (message: Reply): void => {
    process.send?.(message);
  };
  process.on("message", (message) => {
    const { id, name, payload } = message as Question;
    const handler = handlers[name as keyof R];
    Promise.resolve()
      .then(() => handler(payload))
      .then(
        (value) => reply({ id, value }),
        (reason: unknown) => reply({ id, error: errorMessage(reason) }),
      );
  });
  process.once("disconnect", () => {
    onStop().then(
      () => process.exit(0),
      (reason: unknown) => {
        process.stderr.write(`${errorMessage(reason)}\n`);
        process.exit(1);
      },
    );
  });
}
