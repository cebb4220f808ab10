import { readdirSync, readFileSync } from "node:fs";
import { join, sep } from "node:path";

/** The root of the repository, with a separator at its end. */
export const ROOT = join(import.meta.dirname, "..", "..", sep);

/** Folders that are no part of the repository: its own store, and those that .gitignore names. */
const LEFT_OUT = new Set([
  ".git",
  ...readFileSync(join(ROOT, ".gitignore"), "utf8")
    .split("\n")
    .filter((line) => line.endsWith("/"))
    .map((line) => line.slice(0, -1)),
]);

export interface RepositoryFile {
  /** From the root on, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Every text file of the repository whose path passes `wanted`. Works in a tree without git too. */
export function repositoryFiles(wanted: (path: string) => boolean): readonly RepositoryFile[] {
  return paths("").flatMap((path) => {
    if (!wanted(path)) return [];
    const bytes = readFileSync(join(ROOT, path));
    return bytes.includes(0) ? [] : [{ path, text: bytes.toString("utf8") }];
  });
}

/** Program text that is not test, test kit or generated. */
export function isProductCode(path: string): boolean {
  return /^src\/.*\.ts$/.test(path) && !path.startsWith("src/rpc/gen/") && !/\.(test|testkit)\.ts$/.test(path);
}

/** `path:line` of every match. */
export function places(files: readonly RepositoryFile[], pattern: RegExp): readonly string[] {
  return files.flatMap(({ path, text }) =>
    text.split("\n").flatMap((line, index) => (pattern.test(line) ? [`${path}:${index + 1}`] : [])),
  );
}

function paths(folder: string): readonly string[] {
  return readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
    const path = folder === "" ? entry.name : `${folder}/${entry.name}`;
    if (LEFT_OUT.has(entry.name) || LEFT_OUT.has(path)) return [];
    if (entry.isDirectory()) return paths(path);
    return entry.isFile() && !entry.name.endsWith(".log") ? [path] : [];
  });
}
