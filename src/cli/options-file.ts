import { readFileSync } from "node:fs";
import { AppError, errorMessage } from "../core/errors.ts";
import { type FlagTable, flagNamed, type ParsedFlags, parseFlags } from "./go-flags.ts";

/**
 * Reads the flags of a command line and of the file that its `-options` names. A line of the file is `name=value`,
 * `-name=value` or `name` (a switch); `#` starts a comment line. A flag on the command line wins over the file.
 * @throws AppError WK-USAGE for the command line, WK-CONFIG with file and line for the file.
 */
export function parseWithOptionsFile<Table extends FlagTable>(
  table: Table,
  args: readonly string[],
): ParsedFlags<Table> {
  const direct = parseFlags(table, args);
  const file = (direct.values as Readonly<Record<string, unknown>>)["options"];
  if (direct.help || typeof file !== "string" || file === "") return direct;
  const fromFile = readOptionsFile(table, file).filter((line) => !direct.given.has(line.name));
  return parseFlags(table, [...fromFile.map((line) => line.arg), ...args]);
}

function readOptionsFile(table: FlagTable, file: string): readonly { readonly name: string; readonly arg: string }[] {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (reason) {
    throw new AppError("WK-CONFIG", `The options file ${file} cannot be read: ${errorMessage(reason)}.`, {
      hint: "Check the path given with -options.",
    });
  }
  const lines: { readonly name: string; readonly arg: string }[] = [];
  text.split(/\r?\n/).forEach((raw, index) => {
    const line = raw.trim();
    if (line === "" || line.startsWith("#")) return;
    const [, name = "", value] = /^-{0,2}([^=\s]+)\s*(?:[=\s]\s*(.*))?$/.exec(line) ?? [];
    try {
      const flag = flagNamed(table, name);
      if (value === undefined && flag.kind !== "bool") throw new AppError("WK-USAGE", `"${name}" needs a value.`);
      const arg = value === undefined ? `-${name}` : `-${name}=${unquote(value)}`;
      parseFlags(table, [arg]);
      lines.push({ name, arg });
    } catch (reason) {
      throw new AppError("WK-CONFIG", `${file}, line ${index + 1}: ${errorMessage(reason)}`, { cause: reason });
    }
  });
  return lines;
}

function unquote(value: string): string {
  const match = /^"(.*)"$|^'(.*)'$/.exec(value);
  return match === null ? value : (match[1] ?? match[2] ?? "");
}
