import { existsSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, it } from "vitest";
import { docPages, unusedBlocks } from "../../scripts/docs-blocks.ts";
import { taskTypes } from "../../src/tasks/registry.ts";
import { ROOT, repositoryFiles } from "./repository.testkit.ts";

const pages = repositoryFiles((path) => path.endsWith(".md"));

describe("docs/", () => {
  it("has the tables that the code wants (npm run docs writes them)", () => {
    const generated = docPages(ROOT);
    for (const { path, text, wanted } of generated) expect(text, path).toBe(wanted);
    expect(unusedBlocks(generated)).toEqual([]);
  });

  it("has a page for every task type", () => {
    const missing = [...taskTypes.keys()]
      .map((type) => `docs/tasks/${type.replaceAll("_", "-")}.md`)
      .filter((path) => !pages.some((page) => page.path === path));
    expect(missing).toEqual([]);
  });
});

describe("Markdown pages", () => {
  it("link to files and headings that exist", () => {
    const broken = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/\]\((?<target>[^)\s]+)\)/g)]
        .map(({ groups }) => groups?.["target"] ?? "")
        .filter((target) => !/^https?:/.test(target) && !resolves(path, target))
        .map((target) => `${path}: ${target}`),
    );
    expect(broken).toEqual([]);
  });

  it("name npm scripts and make targets that exist", () => {
    const { scripts } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as { scripts: object };
    const targets: readonly string[] = readFileSync(join(ROOT, "Makefile"), "utf8").match(/^[a-z]+(?=:)/gm) ?? [];
    const code = pages.flatMap(({ path, text }) =>
      [...text.matchAll(/```[\s\S]*?```|`[^`\n]+`/g)].map(([snippet]) => ({ path, snippet })),
    );
    const unknown = code.flatMap(({ path, snippet }) => [
      ...names(snippet, /npm run (?:--?[\w-]+ )*([\w:-]+)/g).filter((name) => !(name in scripts)),
      ...names(snippet, /(?:^|`|&& )(?:[A-Z_]+=\S+ )*make ([a-z]+)/gm)
        .filter((name) => !targets.includes(name))
        .map((name) => `${path}: ${name}`),
    ]);
    expect(unknown).toEqual([]);
  });

  it("name error codes that exist", () => {
    const codes = new Set(readFileSync(join(ROOT, "src/core/error-table.ts"), "utf8").match(/WK-[A-Z-]+[A-Z]/g));
    const unknown = pages.flatMap(({ path, text }) =>
      names(text, /`(WK-[A-Z-]+[A-Z])`/g)
        .filter((code) => !codes.has(code))
        .map((code) => `${path}: ${code}`),
    );
    expect(unknown).toEqual([]);
  });
});

function names(text: string, pattern: RegExp): readonly string[] {
  return [...text.matchAll(pattern)].map((match) => match[1] ?? "");
}

function resolves(from: string, target: string): boolean {
  const [file = "", anchor] = target.split("#");
  const path = file === "" ? from : normalize(join(dirname(from), file));
  if (!existsSync(join(ROOT, path))) return false;
  return anchor === undefined || headings(readFileSync(join(ROOT, path), "utf8")).includes(anchor);
}

/** Anchors as GitHub makes them. */
function headings(text: string): readonly string[] {
  return names(text, /^#+ (.*)$/gm).map((heading) =>
    heading
      .toLowerCase()
      .replace(/[^\w\- ]/g, "")
      .replaceAll(" ", "-"),
  );
}
