import { formatDuration, parseDuration } from "../core/duration.ts";
import { AppError } from "../core/errors.ts";
import { nearestWord } from "../core/nearest-word.ts";

/**
 * Flags as Go programs take them: `-name=value`, `-name value`, `--name=value`, `-bool`, `-bool=false`.
 * One typed table per command is the source of parsing, help and the types of the values.
 */
export interface Flag<Value> {
  readonly kind: "bool" | "int" | "duration" | "string" | "choice" | "list";
  readonly default: Value;
  /** The default as help prints it; empty when there is none worth printing. */
  readonly defaultText: string;
  readonly help: string;
  /** Range or words, for help; empty when everything is allowed. */
  readonly allowed: string;
  /** @throws Error with a sentence that ends "must be …" without the flag's name. */
  read(text: string): Value;
}

export type FlagTable = Readonly<Record<string, Flag<unknown>>>;
export type FlagValues<Table extends FlagTable> = {
  readonly [Name in keyof Table]: Table[Name] extends Flag<infer Value> ? Value : never;
};

export interface ParsedFlags<Table extends FlagTable> {
  readonly values: FlagValues<Table>;
  /** Names that were given, on the command line or in an options file. */
  readonly given: ReadonlySet<string>;
  /** What follows the first word that is no flag, that word included. */
  readonly rest: readonly string[];
  /** `-h`, `-help` or `--help` was among the flags. */
  readonly help: boolean;
}

export function boolFlag(fallback: boolean, help: string): Flag<boolean> {
  return {
    kind: "bool",
    default: fallback,
    defaultText: fallback ? "true" : "",
    help,
    allowed: "",
    read: (text) => {
      if (["1", "t", "T", "true", "TRUE", "True"].includes(text)) return true;
      if (["0", "f", "F", "false", "FALSE", "False"].includes(text)) return false;
      throw new Error("true or false");
    },
  };
}

export interface IntRange {
  readonly min: number;
  readonly max: number;
}

export function intFlag(fallback: number, range: IntRange, help: string): Flag<number> {
  const allowed = `${range.min}–${range.max}`;
  return {
    kind: "int",
    default: fallback,
    defaultText: String(fallback),
    help,
    allowed,
    read: (text) => {
      const number = /^[+-]?\d+$/.test(text) ? Number(text) : Number.NaN;
      if (number >= range.min && number <= range.max) return number;
      throw new Error(`a whole number from ${range.min} to ${range.max}`);
    },
  };
}

export interface DurationRange {
  readonly minMs: number;
  readonly maxMs: number;
}

/** The value is in milliseconds. */
export function durationFlag(fallbackMs: number, range: DurationRange, help: string): Flag<number> {
  const allowed = `${formatDuration(range.minMs)}–${formatDuration(range.maxMs)}`;
  return {
    kind: "duration",
    default: fallbackMs,
    defaultText: formatDuration(fallbackMs),
    help,
    allowed,
    read: (text) => {
      let ms: number;
      try {
        ms = parseDuration(text);
      } catch {
        throw new Error("a duration like 30s, 1h30m or 500ms");
      }
      if (ms >= range.minMs && ms <= range.maxMs) return ms;
      throw new Error(`a duration from ${formatDuration(range.minMs)} to ${formatDuration(range.maxMs)}`);
    },
  };
}

export function stringFlag(fallback: string, help: string): Flag<string> {
  return { kind: "string", default: fallback, defaultText: fallback, help, allowed: "", read: (text) => text };
}

export function choiceFlag<const Word extends string>(
  fallback: Word | undefined,
  words: readonly Word[],
  help: string,
): Flag<Word | undefined> {
  return {
    kind: "choice",
    default: fallback,
    defaultText: fallback ?? "",
    help,
    allowed: words.join(" | "),
    read: (text) => {
      const word = words.find((candidate) => candidate === text);
      if (word !== undefined) return word;
      const near = nearestWord(text, words);
      throw new Error(`one of ${words.join(", ")}${near === undefined ? "" : `; did you mean "${near}"?`}`);
    },
  };
}

/** A comma list; blanks around words and empty words are dropped. */
export function listFlag(fallback: readonly string[], help: string): Flag<readonly string[]> {
  return {
    kind: "list",
    default: fallback,
    defaultText: fallback.join(","),
    help,
    allowed: "",
    read: (text) =>
      text
        .split(",")
        .map((word) => word.trim())
        .filter((word) => word !== ""),
  };
}

/**
 * Reads flags up to the first word that is none, or `--`.
 * @throws AppError WK-USAGE: unknown flag (with the nearest one), missing or wrong value.
 */
export function parseFlags<Table extends FlagTable>(table: Table, args: readonly string[]): ParsedFlags<Table> {
  const texts = new Map<string, string>();
  let help = false;
  let at = 0;
  for (; at < args.length; at++) {
    const arg = args[at] ?? "";
    if (arg === "--") {
      at++;
      break;
    }
    if (!arg.startsWith("-") || arg === "-") break;
    const { name, value } = splitFlag(arg);
    if ((name === "h" || name === "help") && !(name in table)) {
      help = true;
      continue;
    }
    const flag = flagNamed(table, name);
    if (value !== undefined) texts.set(name, value);
    else if (flag.kind === "bool") texts.set(name, "true");
    else {
      const next = args[at + 1];
      if (next === undefined) throw usage(`-${name} needs a value.`, `Write it as -${name}=${valueWord(flag)}.`);
      texts.set(name, next);
      at++;
    }
  }
  return { values: readValues(table, texts), given: new Set(texts.keys()), rest: args.slice(at), help };
}

/** The flag of the table, or WK-USAGE with the nearest name. */
export function flagNamed(table: FlagTable, name: string): Flag<unknown> {
  const flag = Object.hasOwn(table, name) ? table[name] : undefined;
  if (flag !== undefined) return flag;
  const near = nearestWord(name, Object.keys(table));
  throw usage(
    `There is no flag -${name}${near === undefined ? "." : `; did you mean -${near}?`}`,
    "Run the command with -h for its flags.",
  );
}

function readValues<Table extends FlagTable>(table: Table, texts: ReadonlyMap<string, string>): FlagValues<Table> {
  const values: Record<string, unknown> = {};
  for (const [name, flag] of Object.entries(table)) {
    const text = texts.get(name);
    values[name] = text === undefined ? flag.default : readValue(name, flag, text);
  }
  // Every name of the table was just filled by its own flag's `read` or default.
  return Object.freeze(values) as FlagValues<Table>;
}

function readValue(name: string, flag: Flag<unknown>, text: string): unknown {
  try {
    return flag.read(text);
  } catch (reason) {
    const expected = reason instanceof Error ? reason.message : String(reason);
    throw usage(`-${name} is "${text}"; it must be ${expected}${expected.endsWith("?") ? "" : "."}`);
  }
}

function splitFlag(arg: string): { readonly name: string; readonly value: string | undefined } {
  const body = arg.replace(/^--?/, "");
  const equals = body.indexOf("=");
  return equals < 0 ? { name: body, value: undefined } : { name: body.slice(0, equals), value: body.slice(equals + 1) };
}

/** What stands for a value in help and hints. */
export function valueWord(flag: Flag<unknown>): string {
  switch (flag.kind) {
    case "bool":
      return "true";
    case "choice":
      return flag.allowed.replaceAll(" ", "");
    case "list":
      return "a,b";
    default:
      return flag.kind;
  }
}

function usage(message: string, hint?: string): AppError {
  return new AppError("WK-USAGE", message, hint === undefined ? {} : { hint });
}
