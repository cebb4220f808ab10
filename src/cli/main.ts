import { Command as Program } from "commander";
import type { ErrorCode } from "../core/error-table.ts";
import { AppError } from "../core/errors.ts";
import { nearestWord } from "../core/nearest-word.ts";
import { adminCommand } from "./admin.ts";
import { COMMON_FLAGS, type Command } from "./command.ts";
import { demoCommand } from "./demo.ts";
import { parseFlags } from "./go-flags.ts";
import { sandboxCommand } from "./sandbox.ts";
import { scaffoldCommand } from "./scaffold.ts";
import { versionCommand } from "./version.ts";
import { volumeCommand } from "./volume.ts";
import { workerCommand } from "./worker.ts";

/** Every sub-command, in the order of the help. */
export const COMMANDS: readonly Command[] = [
  adminCommand,
  workerCommand,
  sandboxCommand,
  demoCommand,
  volumeCommand,
  scaffoldCommand,
  versionCommand,
];

/** Mistakes of whoever typed the command or wrote its files. */
const USAGE_CODES: readonly ErrorCode[] = ["WK-USAGE", "WK-ADDRESS", "WK-CONFIG", "WK-CONFIG-VALUE", "WK-TLS-CONFIG"];

/**
 * Runs `weed <args>`.
 * @returns the exit code: 0 done, 1 failed, 2 wrong command line or configuration.
 */
export async function main(args: readonly string[]): Promise<number> {
  let place = "weed";
  const { flags, words } = splitArguments(args);
  try {
    const [name = "", ...rest] = words;
    const command = COMMANDS.find((candidate) => candidate.name === name);
    if (command === undefined) return helpOrUnknown(name, rest, flags);
    place = `weed ${name}`;
    return await dispatch(command, [...flags, ...rest]);
  } catch (reason) {
    return report(place, reason, wantsStack([...flags, ...words]));
  }
}

/** Go programs take the common flags before the command: `weed -v=4 worker`. They belong to the command then. */
function splitArguments(args: readonly string[]): {
  readonly flags: readonly string[];
  readonly words: readonly string[];
} {
  try {
    const { rest } = parseFlags(COMMON_FLAGS, args);
    return { flags: args.slice(0, args.length - rest.length), words: rest };
  } catch {
    // A flag that is none of them: the command's own parser, or the usage, says what is wrong with it.
    const at = args.findIndex((arg) => !arg.startsWith("-"));
    return at < 0 ? { flags: args, words: [] } : { flags: args.slice(0, at), words: args.slice(at) };
  }
}

function helpOrUnknown(name: string, rest: readonly string[], flags: readonly string[]): number {
  const [topic] = rest;
  if (name === "help" && topic !== undefined) {
    process.stdout.write(commandNamed(topic).help());
    return 0;
  }
  if (name === "help" || (name === "" && parseFlags(COMMON_FLAGS, flags).help)) {
    process.stdout.write(program().helpInformation());
    return 0;
  }
  if (name === "") {
    process.stderr.write(program().helpInformation());
    return 2;
  }
  commandNamed(name);
  return 2;
}

/** @throws AppError WK-USAGE with the nearest command. */
function commandNamed(name: string): Command {
  const command = COMMANDS.find((candidate) => candidate.name === name);
  if (command !== undefined) return command;
  const near = nearestWord(name, [...COMMANDS.map((candidate) => candidate.name), "help"]);
  throw new AppError(
    "WK-USAGE",
    `There is no command "${name}"${near === undefined ? "." : `; did you mean "${near}"?`}`,
    {
      hint: "weed help lists the commands.",
    },
  );
}

async function dispatch(command: Command, args: readonly string[]): Promise<number> {
  let code = 0;
  const root = program((chosen, rest) =>
    chosen.run(rest).then((result) => {
      code = result;
    }),
  );
  // Everything behind the command goes to its own flag table untouched.
  await root.parseAsync([command.name, "--", ...args], { from: "user" });
  return code;
}

/** The sub-commands as commander knows them: dispatch and usage. Flags are read by `go-flags.ts`. */
function program(run: (command: Command, args: readonly string[]) => Promise<void> = async () => undefined): Program {
  const root = new Program("weed")
    .description("Keeps a SeaweedFS cluster healthy: an admin server and the workers that do its maintenance.")
    .usage("<command> [flags]")
    .helpOption(false)
    .configureHelp({ subcommandTerm: (command) => command.name() })
    .helpCommand("help [command]", "show the flags of a command");
  for (const command of COMMANDS) {
    root
      .command(command.name)
      .description(command.summary)
      .usage("[flags]")
      .helpOption(false)
      .argument("[args...]")
      .action((args: readonly string[]) => run(command, args));
  }
  return root;
}

/** One line with the code, one with what to do; a stack only at -v=4. */
function report(place: string, reason: unknown, withStack: boolean): number {
  const error = AppError.from(reason);
  const lines = [`${place}: ${error.message} (${error.code})`];
  if (error.hint !== undefined && error.hint !== "") lines.push(`  ${error.hint}`);
  if (withStack) lines.push(describeStack(error));
  process.stderr.write(`${lines.join("\n")}\n`);
  return USAGE_CODES.includes(error.code) ? 2 : 1;
}

function describeStack(error: Error): string {
  const own = error.stack ?? error.message;
  return error.cause instanceof Error ? `${own}\ncaused by ${describeStack(error.cause)}` : own;
}

function wantsStack(args: readonly string[]): boolean {
  return args.some((arg, at) => /^--?v=4$/.test(arg) || (/^--?v$/.test(arg) && args[at + 1] === "4"));
}
