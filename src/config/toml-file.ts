import { readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { parse, TomlError } from "smol-toml";
import { AppError, errorMessage } from "../core/errors.ts";
import { locateKey } from "./toml-lines.ts";

/** Where configuration files are looked for and what may override them. */
export interface ConfigSearch {
  /** `-config_dir`; looked into first. */
  readonly configDir?: string | undefined;
  /** Default: the process's environment. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined;
  /** The folders after `configDir`. Default: `.`, `$HOME/.seaweedfs`, `/usr/local/etc/seaweedfs`, `/etc/seaweedfs`. */
  readonly folders?: readonly string[] | undefined;
}

/** A value and where it stands, for error texts: `/etc/seaweedfs/security.toml:12` or the variable's name. */
export interface ConfigValue {
  /** `grpc.admin.cert` */
  readonly key: string;
  readonly value: unknown;
  readonly place: string;
}

export interface TomlFile {
  /** Absent when there is no such file in any folder. */
  readonly path: string | undefined;
  /** Every value of the file, in its order; tables are taken apart into dotted keys. */
  readonly values: readonly ConfigValue[];
}

/** What environment variables begin with; `.` is written `_` and letters are large: WEED_GRPC_ADMIN_CERT. */
export const ENV_PREFIX = "WEED_";

export function environmentOf(search: ConfigSearch): Readonly<Record<string, string | undefined>> {
  return search.env ?? process.env;
}

/**
 * Reads `<name>.toml` from the first folder that has it. The environment is not looked at.
 * @throws AppError WK-CONFIG with file and line when it is no TOML or cannot be read.
 */
export function readTomlFile(name: string, search: ConfigSearch): TomlFile {
  for (const folder of searchFolders(search)) {
    const path = resolve(folder, `${name}.toml`);
    const source = readIfPresent(path);
    if (source !== undefined) return { path, values: parseToml(path, source) };
  }
  return { path: undefined, values: [] };
}

function searchFolders(search: ConfigSearch): readonly string[] {
  const folders = search.folders ?? [".", join(homedir(), ".seaweedfs"), "/usr/local/etc/seaweedfs", "/etc/seaweedfs"];
  return search.configDir === undefined || search.configDir === "" ? folders : [search.configDir, ...folders];
}

function readIfPresent(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR")) {
      return undefined;
    }
    throw new AppError("WK-CONFIG", `${path} cannot be read: ${errorMessage(error)}.`, { cause: error });
  }
}

function parseToml(path: string, source: string): readonly ConfigValue[] {
  try {
    return flatten(parse(source), []).map(({ keys, value }) => {
      const line = locateKey(source, keys);
      return { key: keys.join("."), value, place: line === undefined ? path : `${path}:${line}` };
    });
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const [what = "not TOML"] = error.message.split("\n");
    throw new AppError(
      "WK-CONFIG",
      `${path}:${error.line}: ${what.replace(/^Invalid TOML document: /, "not TOML: ")}.`,
      {
        cause: error,
        hint: `Mend line ${error.line}, column ${error.column}.`,
      },
    );
  }
}

interface Leaf {
  readonly keys: readonly string[];
  readonly value: unknown;
}

function flatten(table: object, prefix: readonly string[]): readonly Leaf[] {
  return Object.entries(table).flatMap(([key, value]: [string, unknown]): readonly Leaf[] => {
    const keys = [...prefix, key];
    return isTable(value) ? flatten(value, keys) : [{ keys, value }];
  });
}

function isTable(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value) && !(value instanceof Date);
}
