import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const BEGIN = "<!-- figures: written by npm run bench -->";
const END = "<!-- end of figures -->";

interface Document {
  readonly bench: string;
  readonly date: string;
  readonly commit: string;
  readonly machine: Readonly<Record<string, string | number>>;
  readonly setup: Readonly<Record<string, string | number>>;
  readonly figures: Readonly<Record<string, string | number>>;
  readonly checks: readonly {
    readonly name: string;
    readonly value: number;
    readonly limit: number;
    readonly unit: string;
    readonly sense: string;
    readonly passed: boolean;
  }[];
}

/** Writes what is in bench/results into the page about performance, so that the two never differ. */
export function writeFigures(root: string): void {
  const folder = join(root, "bench", "results");
  const page = join(root, "docs", "performance.md");
  if (!existsSync(page)) return;
  const text = readFileSync(page, "utf8");
  const [begin, end] = [text.indexOf(BEGIN), text.indexOf(END)];
  if (begin < 0 || end < begin) return;
  const documents = readdirSync(folder)
    .filter((name) => name.endsWith(".json"))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Document);
  const sections = documents.map(sectionOf).join("\n");
  writeFileSync(page, `${text.slice(0, begin)}${BEGIN}\n\n${sections}\n${text.slice(end)}`);
}

function sectionOf({ bench, date, commit, machine, setup, figures, checks }: Document): string {
  const words = (record: Readonly<Record<string, string | number>>): string =>
    Object.entries(record)
      .map(([key, value]) => `${spaced(key)} ${value}`)
      .join(", ");
  const rows = Object.entries(figures).map(([key, value]) => `| ${spaced(key)} | ${value} |`);
  const limits = checks.map(
    ({ name, value, sense, limit, unit, passed }) =>
      `| ${name} | ${value} ${unit} | ${sense} ${limit} ${unit} | ${passed ? "met" : "missed"} |`,
  );
  return [
    `### ${bench}`,
    "",
    `${date.slice(0, 10)}, commit ${commit}; ${words(machine)}. Set-up: ${words(setup)}.`,
    "",
    "| figure (median of the runs) | |",
    "|---|---|",
    ...rows,
    "",
    ...(limits.length === 0
      ? []
      : ["| threshold | measured | limit of the same run | |", "|---|---|---|---|", ...limits, ""]),
  ].join("\n");
}

/** `bareMessagesPerSecond` → `bare messages per second`. */
function spaced(key: string): string {
  return key.replace(/([a-z])([A-Z0-9])/g, "$1 $2").toLowerCase();
}
