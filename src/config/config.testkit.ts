import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { ConfigSearch } from "./toml-file.ts";

/** A folder with the given files, and how to remove it. */
export function makeConfigDir(files: Readonly<Record<string, string>>): { readonly dir: string; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), "weedkeeper-config-"));
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  return { dir, remove: () => rmSync(dir, { recursive: true, force: true }) };
}

/** A search that sees these folders and variables and nothing of the machine. */
export function isolatedSearch(folders: readonly string[], env: Readonly<Record<string, string>> = {}): ConfigSearch {
  return { folders, env };
}
