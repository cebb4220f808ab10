import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { hostname } from "node:os";
import { join } from "node:path";
import { AppError, errorMessage } from "../core/errors.ts";
import { randomHex } from "../core/ids.ts";

const VALID = /^[\w.@:-]{1,128}$/;

/**
 * The id under which the admin knows this worker: `given` when set, else the one kept in `worker.id` of the
 * working directory, else a new one (`w-`, up to six letters of the host name, `-`, four hex digits), which is kept there.
 * @throws AppError WK-USAGE for an id that cannot be one, WK-WORKER-DIR when the file cannot be used.
 */
export function workerId(workingDir: string, given: string): string {
  if (given !== "") {
    if (VALID.test(given)) return given;
    throw new AppError("WK-USAGE", `-id is "${given}"; it must be 1 to 128 letters, digits or any of . _ - @ : .`);
  }
  const path = join(workingDir, "worker.id");
  try {
    const kept = readKept(path);
    if (kept !== undefined) return kept;
    const host = hostname()
      .replace(/[^A-Za-z0-9-]/g, "")
      .slice(0, 6);
    const fresh = `w-${host === "" ? "host" : host}-${randomHex(2)}`;
    mkdirSync(workingDir, { recursive: true });
    writeFileSync(path, fresh);
    return fresh;
  } catch (reason) {
    throw new AppError("WK-WORKER-DIR", `The worker's id cannot be kept in ${path}: ${errorMessage(reason)}.`, {
      cause: reason,
    });
  }
}

function readKept(path: string): string | undefined {
  let text: string;
  try {
    text = readFileSync(path, "utf8").trim();
  } catch (reason) {
    if (reason instanceof Error && "code" in reason && reason.code === "ENOENT") return undefined;
    throw reason;
  }
  if (text === "") return undefined;
  if (VALID.test(text)) return text;
  throw new Error(`it holds "${text.slice(0, 40)}", which is no id: mend or remove it`);
}
