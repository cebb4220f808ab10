import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { status } from "@grpc/grpc-js";
import { GLOBAL_FIELDS, SCHEDULE_FIELDS } from "../src/admin/services/setting-fields.ts";
import { COMMANDS } from "../src/cli/main.ts";
import { ERROR_TABLE, type ErrorCode } from "../src/core/error-table.ts";
import { AppError } from "../src/core/errors.ts";
import { grpcStatusOf, httpStatusOf } from "../src/rpc/status.ts";
import type { ConfigField } from "../src/tasks/config-schema.ts";
import { taskTypes } from "../src/tasks/registry.ts";

/**
 * Parts of the pages in docs/ are written from the code: what stands between `<!-- generated: NAME -->` and
 * `<!-- end -->`. `npm run docs` writes them, a test keeps them equal.
 */
const BLOCK = /<!-- generated: (?<name>[\w -]+) -->\n[\s\S]*?<!-- end -->/g;

/** Every generated block by the name the pages use. */
function blocks(): ReadonlyMap<string, string> {
  return new Map([
    ["errors", errorTable()],
    ["commands", commandHelp()],
    ["settings global", settingsTable(GLOBAL_FIELDS)],
    ["settings schedule", settingsTable(SCHEDULE_FIELDS)],
    ...[...taskTypes.values()].map(({ type, config }): [string, string] => [`settings ${type}`, settingsTable(config)]),
  ]);
}

export interface Page {
  /** From the root of the repository on. */
  readonly path: string;
  readonly text: string;
}

/** The pages as they are, and as the code wants them. Throws on a block that nothing generates. */
export function docPages(root: string): readonly (Page & { readonly wanted: string })[] {
  const content = blocks();
  return readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .sort()
    .map((name) => {
      const path = join("docs", name);
      const text = readFileSync(join(root, path), "utf8");
      const wanted = text.replaceAll(BLOCK, (_block, name: string) => {
        const block = content.get(name);
        if (block === undefined) throw new Error(`${path}: nothing generates "${name}".`);
        return `<!-- generated: ${name} -->\n${block}\n<!-- end -->`;
      });
      return { path, text, wanted };
    });
}

/** Names of the blocks that no page shows. */
export function unusedBlocks(pages: readonly Page[]): readonly string[] {
  const used = new Set(pages.flatMap(({ text }) => [...text.matchAll(BLOCK)].map(({ groups }) => groups?.["name"])));
  return [...blocks().keys()].filter((name) => !used.has(name));
}

function errorTable(): string {
  const rows = Object.entries(ERROR_TABLE).map(([name, { meaning, hint }]) => {
    const code = name as ErrorCode;
    const grpc = status[grpcStatusOf(new AppError(code, meaning)).code] ?? "";
    return [`\`${code}\``, meaning, hint, String(httpStatusOf(code)), grpc];
  });
  return table(["Code", "Meaning", "What to do", "HTTP", "gRPC"], rows);
}

function settingsTable(fields: readonly ConfigField[]): string {
  const rows = fields.map((field) => [
    `\`${field.name}\``,
    `\`${field.default === "" ? '""' : String(field.default)}\``,
    allowed(field),
    field.help + (field.aliases === undefined ? "" : ` Also called ${field.aliases.join(", ")}.`),
  ]);
  return table(["Setting", "Default", "Allowed", "Meaning"], rows);
}

function allowed(field: ConfigField): string {
  if (field.kind === "bool") return "true, false";
  if (field.kind === "choice") return (field.choices ?? []).join(", ");
  if (field.kind === "string") return "text";
  const unit = field.unit === undefined || field.unit === "ratio" ? "" : ` ${field.unit}`;
  return `${field.min ?? "any"} to ${field.max ?? "any"}${unit}`;
}

function commandHelp(): string {
  return COMMANDS.map(({ name, help }) => `## weed ${name}\n\n\`\`\`text\n${help().trimEnd()}\n\`\`\``).join("\n\n");
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), line(head.map(() => "---")), ...rows.map(line)].join("\n");
}
