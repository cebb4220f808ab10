import { AppError } from "../core/errors.ts";
import { createLogger } from "../core/log.ts";
import type { Logger, Verbosity } from "../core/logger.ts";
import { flagHelp } from "./flag-help.ts";
import { choiceFlag, type FlagTable, type FlagValues, intFlag, type ParsedFlags, stringFlag } from "./go-flags.ts";
import { parseWithOptionsFile } from "./options-file.ts";

/** Flags of every command that runs for longer; Go programs take them before the command, too. */
export const COMMON_FLAGS = {
  v: intFlag(0, { min: 0, max: 4 }, "How much is logged: 4 shows every message, every rule and every call."),
  logFormat: choiceFlag(undefined, ["text", "json"], "Form of log lines; by default text on a terminal, else json."),
  config_dir: stringFlag("", "Folder in which security.toml and admin.toml are looked for first."),
  options: stringFlag("", "File of flags, one name=value a line; the command line wins over it."),
} as const;

/** A sub-command, ready to be run. */
export interface Command {
  readonly name: string;
  /** One line for the list of commands. */
  readonly summary: string;
  help(): string;
  /** @returns the exit code. @throws AppError. */
  run(args: readonly string[]): Promise<number>;
}

export interface CommandParts<Table extends FlagTable> {
  readonly name: string;
  readonly summary: string;
  /** What the command does, for its help. */
  readonly about: string;
  readonly flags: Table;
  run(values: FlagValues<Table>, given: ReadonlySet<string>): Promise<number>;
}

/** A command from its flag table: parsing, help and the check for left-over words. */
export function defineCommand<Table extends FlagTable>(parts: CommandParts<Table>): Command {
  const help = (): string => flagHelp(`weed ${parts.name} [flags]`, parts.about, parts.flags);
  return {
    name: parts.name,
    summary: parts.summary,
    help,
    run: async (args) => {
      const parsed: ParsedFlags<Table> = parseWithOptionsFile(parts.flags, args);
      if (parsed.help) {
        process.stdout.write(help());
        return 0;
      }
      const [extra] = parsed.rest;
      if (extra !== undefined) {
        throw new AppError("WK-USAGE", `"${extra}" is no flag.`, {
          hint: `Flags are written -name=value; see weed ${parts.name} -h.`,
        });
      }
      return parts.run(parsed.values, parsed.given);
    },
  };
}

/** The logger that `-v` and `-logFormat` ask for, to standard error. */
export function commandLogger(values: Pick<FlagValues<typeof COMMON_FLAGS>, "v" | "logFormat">): Logger {
  const stream = process.stderr;
  return createLogger({
    verbosity: toVerbosity(values.v),
    format: values.logFormat ?? (stream.isTTY ? "text" : "json"),
    stream,
  });
}

function toVerbosity(value: number): Verbosity {
  return value === 1 || value === 2 || value === 3 || value === 4 ? value : 0;
}
