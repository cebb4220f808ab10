import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { dirname, join } from "node:path";
import { AppError, errorMessage } from "../core/errors.ts";
import { randomHex } from "../core/ids.ts";

/** How often a holder shows that it lives, and how long a holder on another machine is believed without that. */
const TOUCH_MS = 5_000;
const FOREIGN_STALE_MS = 30_000;

interface Holder {
  readonly pid: number;
  readonly host: string;
  /** Start of the process as the kernel counts it; tells a reused pid. Empty where the kernel does not say. */
  readonly started: string;
  readonly token: string;
}

/**
 * One process a working directory. A lock left behind by a dead process is taken over: on this machine a holder is
 * dead when its pid is gone or was given to another process, elsewhere when it has not touched the file for 30 s.
 */
export class LockFile {
  readonly #path: string;
  readonly #holder: Holder;
  readonly #timer: NodeJS.Timeout;

  private constructor(path: string, holder: Holder) {
    this.#path = path;
    this.#holder = holder;
    this.#timer = setInterval(() => this.#touch(), TOUCH_MS);
    this.#timer.unref();
  }

  /** @throws AppError WK-WORKER-LOCKED naming the pid, or WK-WORKER-DIR. */
  static acquire(path: string): LockFile {
    const holder: Holder = {
      pid: process.pid,
      host: hostname(),
      started: startOfProcess(process.pid) ?? "",
      token: randomHex(8),
    };
    const own = `${path}.${holder.token}`;
    try {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(own, `${JSON.stringify(holder)}\n`);
    } catch (reason) {
      throw dirError(path, reason);
    }
    try {
      for (let tries = 0; tries < 10; tries++) {
        if (link(own, path)) return new LockFile(path, holder);
        const other = readHolder(path);
        if (other !== undefined && isAlive(other, path)) throw lockedError(path, other);
        setAside(path, other, holder.token);
      }
      throw new AppError("WK-WORKER-LOCKED", `The lock file ${path} is fought over by several processes.`);
    } catch (reason) {
      throw reason instanceof AppError ? reason : dirError(path, reason);
    } finally {
      rmSync(own, { force: true });
    }
  }

  /** Gives the lock up; a lock that another process took over meanwhile is left alone. */
  release(): void {
    clearInterval(this.#timer);
    if (readHolder(this.#path)?.token === this.#holder.token) rmSync(this.#path, { force: true });
  }

  #touch(): void {
    try {
      const now = new Date();
      utimesSync(this.#path, now, now);
    } catch {
      // The file is gone: somebody cleaned the directory. The next process may then start; the admin keeps one stream an id.
    }
  }
}

/** Atomic: of several processes exactly one makes the name. */
function link(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (reason) {
    if (isCode(reason, "EEXIST")) return false;
    throw reason;
  }
}

/** Moves a dead holder's file away. When a third process was quicker, its fresh lock is put back. */
function setAside(path: string, dead: Holder | undefined, token: string): void {
  const aside = `${path}.stale-${token}`;
  try {
    renameSync(path, aside);
  } catch (reason) {
    if (isCode(reason, "ENOENT")) return;
    throw reason;
  }
  if (readHolder(aside)?.token !== dead?.token) link(aside, path);
  rmSync(aside, { force: true });
}

function readHolder(path: string): Holder | undefined {
  try {
    const value: unknown = JSON.parse(readFileSync(path, "utf8"));
    return isHolder(value) ? value : undefined;
  } catch {
    // Absent, or cut short by a crash of its writer: nobody holds it.
    return undefined;
  }
}

function isHolder(value: unknown): value is Holder {
  return (
    typeof value === "object" &&
    value !== null &&
    "pid" in value &&
    Number.isInteger(value.pid) &&
    "host" in value &&
    typeof value.host === "string" &&
    "started" in value &&
    typeof value.started === "string" &&
    "token" in value &&
    typeof value.token === "string"
  );
}

function isAlive(holder: Holder, path: string): boolean {
  if (holder.host !== hostname()) return Date.now() - statSync(path).mtimeMs < FOREIGN_STALE_MS;
  if (startOfProcess(process.pid) !== undefined) return startOfProcess(holder.pid) === holder.started;
  try {
    process.kill(holder.pid, 0);
    return true;
  } catch (reason) {
    return isCode(reason, "EPERM");
  }
}

/** Field 22 of /proc/<pid>/stat; undefined when no such process runs (a zombie does not), or without /proc. */
function startOfProcess(pid: number): string | undefined {
  try {
    const stat = readFileSync(join("/proc", String(pid), "stat"), "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    return fields[0] === "Z" || fields[0] === "X" ? undefined : fields[19];
  } catch {
    return undefined;
  }
}

function dirError(path: string, reason: unknown): AppError {
  return new AppError("WK-WORKER-DIR", `The lock file ${path} cannot be written: ${errorMessage(reason)}.`, {
    cause: reason,
  });
}

function lockedError(path: string, holder: Holder): AppError {
  const where = holder.host === hostname() ? `process ${holder.pid}` : `process ${holder.pid} on ${holder.host}`;
  return new AppError("WK-WORKER-LOCKED", `The working directory ${dirname(path)} is in use by ${where}.`, {
    hint: "Stop that process, or give this worker a -workingDir of its own.",
    details: { pid: holder.pid, host: holder.host },
  });
}

function isCode(reason: unknown, code: string): boolean {
  return reason instanceof Error && "code" in reason && reason.code === code;
}
