import { AppError } from "../core/errors.ts";
import { nearestWord } from "../core/nearest-word.ts";
import { type ConfigSearch, type ConfigValue, ENV_PREFIX, environmentOf, type TomlFile } from "./toml-file.ts";

/** What may stand in a file. Upper and lower case count as equal, as in SeaweedFS. */
export interface KnownKeys {
  /** Keys we read. */
  readonly text: readonly string[];
  readonly flags?: readonly string[];
  /** Keys and tables of SeaweedFS that are none of our business: accepted without a word. */
  readonly ignored: readonly string[];
}

export interface ReadKeys {
  /** Text of a key, "" when it is not set anywhere. */
  text(key: string): string;
  flag(key: string): boolean;
  /** Where a key is set: file and line, the variable, or the file and the key when it is not set. */
  place(key: string): string;
}

/**
 * The values of the keys we know; an environment variable beats the file.
 * @throws AppError WK-CONFIG: unknown key (with the nearest one), or a value of the wrong kind.
 */
export function readKnownKeys(file: TomlFile, known: KnownKeys, search: ConfigSearch): ReadKeys {
  const flags = known.flags ?? [];
  const names = new Map([...known.text, ...flags].map((key) => [key.toLowerCase(), key]));
  const found = new Map<string, ConfigValue>();
  for (const value of file.values) {
    const name = names.get(value.key.toLowerCase());
    if (name !== undefined) found.set(name, value);
    else if (!isIgnored(value.key, known.ignored)) throw unknownKey(value, [...names.values()]);
  }
  const env = environmentOf(search);
  for (const key of names.values()) {
    const variable = ENV_PREFIX + key.toUpperCase().replaceAll(".", "_");
    const value = env[variable];
    if (value !== undefined && value !== "") found.set(key, { key, value, place: variable });
  }
  for (const key of known.text) expectText(found.get(key));
  const switches = new Map(flags.map((key) => [key, readFlag(found.get(key))]));
  return {
    text: (key) => {
      const value = found.get(key)?.value;
      return typeof value === "string" ? value.trim() : "";
    },
    flag: (key) => switches.get(key) ?? false,
    place: (key) => found.get(key)?.place ?? `${file.path ?? "the environment"} (${key})`,
  };
}

/** The error for a key nobody knows. */
export function unknownKey(value: ConfigValue, words: readonly string[]): AppError {
  const near = nearestWord(value.key, words);
  return new AppError(
    "WK-CONFIG",
    `${value.place}: there is no key "${value.key}"${near === undefined ? "." : `; did you mean "${near}"?`}`,
    { details: { key: value.key } },
  );
}

function isIgnored(key: string, ignored: readonly string[]): boolean {
  const name = key.toLowerCase();
  return ignored.some((other) => name === other || name.startsWith(`${other}.`));
}

function expectText(value: ConfigValue | undefined): void {
  if (value === undefined || typeof value.value === "string") return;
  throw wrongKind(value, "text in quotes");
}

function readFlag(value: ConfigValue | undefined): boolean {
  if (value === undefined) return false;
  if (typeof value.value === "boolean") return value.value;
  if (value.value === "true" || value.value === "1") return true;
  if (value.value === "false" || value.value === "0") return false;
  throw wrongKind(value, "true or false");
}

function wrongKind(value: ConfigValue, expected: string): AppError {
  return new AppError("WK-CONFIG", `${value.place}: ${value.key} must be ${expected}.`, {
    details: { key: value.key },
  });
}
