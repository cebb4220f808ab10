export type LogFields = Readonly<Record<string, unknown>>;

/** Verbosity of `-v`: 0 says what an operator must know, 4 says every message, rule and call. */
export type Verbosity = 0 | 1 | 2 | 3 | 4;

/** What every room logs through. `createLogger` in `log.ts` makes one over pino. */
export interface Logger {
  error(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  /** A line that appears only from `-v=<level>` on. */
  v(level: Exclude<Verbosity, 0>, message: string, fields?: LogFields): void;
  /** Whether lines of this level are written: guard for costly fields. */
  enabled(level: Verbosity): boolean;
  child(fields: LogFields): Logger;
}

export const silentLogger: Logger = {
  error: () => undefined,
  warn: () => undefined,
  info: () => undefined,
  v: () => undefined,
  enabled: () => false,
  child: () => silentLogger,
};
