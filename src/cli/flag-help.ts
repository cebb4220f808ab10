import { type Flag, type FlagTable, valueWord } from "./go-flags.ts";

const WIDTH = 100;
const INDENT = "        ";

/** The help of one command, written from its flag table. */
export function flagHelp(usage: string, about: string, table: FlagTable): string {
  const lines = [`Usage: ${usage}`, "", ...wrap(about, WIDTH), ""];
  const names = Object.keys(table).sort((a, b) => a.localeCompare(b, "en"));
  if (names.length > 0) lines.push("Flags:");
  for (const name of names) {
    const flag = table[name];
    if (flag !== undefined) lines.push(...flagLines(name, flag));
  }
  return `${lines.join("\n")}\n`;
}

function flagLines(name: string, flag: Flag<unknown>): string[] {
  const head = flag.kind === "bool" ? `  -${name}` : `  -${name}=<${valueWord(flag)}>`;
  const facts = [
    ...(flag.allowed !== "" && flag.kind !== "choice" ? [flag.allowed] : []),
    ...(flag.defaultText !== "" ? [`default ${flag.defaultText}`] : []),
  ];
  const text = facts.length > 0 ? `${flag.help} (${facts.join("; ")})` : flag.help;
  return [head, ...wrap(text, WIDTH - INDENT.length).map((line) => INDENT + line)];
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > width) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line];
}
