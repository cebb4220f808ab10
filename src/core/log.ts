import { type DestinationStream, type Logger as Pino, pino } from "pino";
import { prettyFactory } from "pino-pretty";
import { AppError } from "./errors.ts";
import type { LogFields, Logger, Verbosity } from "./logger.ts";

export interface LoggerOptions {
  /** What `-v` says; lines of a higher level are not written. */
  readonly verbosity: Verbosity;
  /** `text`: one line a person can read; `json`: one pino object a line. */
  readonly format: "text" | "json";
  /** Where lines go, for example `process.stderr`. */
  readonly stream: LogStream;
}

/** The part of a writable stream that a logger uses. */
export interface LogStream {
  write(line: string): unknown;
  readonly isTTY?: boolean;
}

/** Names whose values never appear in a log, at the top of the fields and up to three levels down. */
const SECRET_NAMES = [
  "password",
  "adminPassword",
  "readOnlyPassword",
  "passwd",
  "secret",
  "token",
  "jwt",
  "auth",
  "authorization",
  "Authorization",
  "cookie",
  "Cookie",
  "key",
  "privateKey",
  "private_key",
  "signingKey",
  "kek",
] as const;

const LEVELS = { error: "ERROR", warn: "WARN", info: "INFO", debug: "DEBUG" } as const;

/** A logger over pino. Errors in fields become code, message and hint; their stack appears at `-v=4` only. */
export function createLogger(options: LoggerOptions): Logger {
  const root = pino(
    {
      level: "debug",
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      messageKey: "message",
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => plainErrors(fields, options.verbosity === 4),
      },
      redact: {
        paths: SECRET_NAMES.flatMap((name) => [name, `*.${name}`, `*.*.${name}`, `*.*.*.${name}`]),
        censor: "[hidden]",
      },
    },
    options.format === "json" ? jsonStream(options.stream) : textStream(options.stream),
  );
  return wrap(root, options.verbosity);
}

function wrap(target: Pino, verbosity: Verbosity): Logger {
  return {
    error: (message, fields = {}) => target.error(fields, message),
    warn: (message, fields = {}) => target.warn(fields, message),
    info: (message, fields = {}) => target.info(fields, message),
    v: (level, message, fields = {}) => {
      if (level <= verbosity) target.debug({ ...fields, v: level }, message);
    },
    enabled: (level) => level <= verbosity,
    child: (fields) => wrap(target.child(fields), verbosity),
  };
}

function plainErrors(fields: LogFields, withStack: boolean): Record<string, unknown> {
  const plain: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(fields)) {
    plain[name] = value instanceof Error ? describeError(value, withStack) : value;
  }
  return plain;
}

function describeError(error: Error, withStack: boolean): Record<string, unknown> {
  return {
    ...(error instanceof AppError ? { code: error.code } : {}),
    message: error.message,
    ...(error instanceof AppError && error.hint !== undefined ? { hint: error.hint } : {}),
    ...(error instanceof AppError && Object.keys(error.details).length > 0 ? { details: error.details } : {}),
    ...(error.cause instanceof Error ? { cause: describeError(error.cause, withStack) } : {}),
    ...(withStack ? { stack: error.stack } : {}),
  };
}

function jsonStream(stream: LogStream): DestinationStream {
  return {
    write: (line) => {
      stream.write(line);
    },
  };
}

/** `2026-01-02 03:04:05.678 INFO  registered admin=localhost:33646` */
function textStream(stream: LogStream): DestinationStream {
  const pretty = prettyFactory({
    colorize: stream.isTTY === true,
    hideObject: true,
    messageKey: "message",
    ignore: "time,level",
    messageFormat: (log, messageKey, _label, { colors }) => {
      const level = log["level"];
      const label = LEVELS[isLevel(level) ? level : "info"].padEnd(5);
      const paint = level === "error" ? colors.red : level === "warn" ? colors.yellow : colors.gray;
      const message = escapeControls(String(log[messageKey]));
      return `${localTime(String(log["time"]))} ${paint(label)} ${message}${fieldText(log, messageKey)}`;
    },
  });
  return {
    write: (line) => {
      stream.write(pretty(line));
    },
  };
}

/** Text from a peer must not move the cursor or fake a second line. */
function escapeControls(text: string): string {
  return text.replace(/\p{Cc}/gu, (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function isLevel(value: unknown): value is keyof typeof LEVELS {
  return typeof value === "string" && value in LEVELS;
}

function fieldText(log: Record<string, unknown>, messageKey: string): string {
  const shown: string[] = [];
  for (const [name, value] of Object.entries(log)) {
    if (name === "time" || name === "level" || name === "v" || name === messageKey) continue;
    shown.push(` ${name}=${valueText(value)}`);
  }
  return shown.join("");
}

function valueText(value: unknown): string {
  if (typeof value === "string") return /^[^\s"=]+$/.test(value) ? value : JSON.stringify(value);
  return JSON.stringify(value) ?? String(value);
}

function localTime(iso: string): string {
  const time = new Date(iso);
  const local = new Date(time.getTime() - time.getTimezoneOffset() * 60_000);
  return local.toISOString().replace("T", " ").replace("Z", "");
}
