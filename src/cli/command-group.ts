import { AppError } from "../core/errors.ts";
import { nearestWord } from "../core/nearest-word.ts";
import type { Command } from "./command.ts";

export interface CommandGroupParts {
  readonly name: string;
  readonly summary: string;
  /** Named with one word each: `frozen` for `weed volume frozen`. */
  readonly commands: readonly Command[];
}

/** A command whose first word says what to do: `weed volume frozen`. */
export function commandGroup({ name, summary, commands }: CommandGroupParts): Command {
  const help = (): string => {
    const width = Math.max(...commands.map((command) => command.name.length));
    const lines = commands.map((command) => `  ${command.name.padEnd(width)}  ${command.summary}`);
    return `Usage: weed ${name} <what> [flags]\n\n${lines.join("\n")}\n\nweed ${name} <what> -h shows the flags.\n`;
  };
  return {
    name,
    summary,
    help,
    run: async (args) => {
      const [word = "", ...rest] = args;
      const command = commands.find((candidate) => candidate.name === word);
      if (command !== undefined) return command.run(rest);
      if (word === "" || /^--?(h|help)$/.test(word)) {
        process.stdout.write(help());
        return word === "" ? 2 : 0;
      }
      const near = nearestWord(
        word,
        commands.map((candidate) => candidate.name),
      );
      throw new AppError(
        "WK-USAGE",
        `There is no "weed ${name} ${word}"${near === undefined ? "." : `; did you mean "${near}"?`}`,
        {
          hint: `weed ${name} -h lists what there is.`,
        },
      );
    },
  };
}
