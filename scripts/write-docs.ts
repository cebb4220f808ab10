// Writes the parts of docs/ that come from the code (npm run docs).
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { docPages } from "./docs-blocks.ts";

const root = join(import.meta.dirname, "..");
for (const { path, text, wanted } of docPages(root)) {
  if (text === wanted) continue;
  writeFileSync(join(root, path), wanted);
  process.stdout.write(`${path}\n`);
}
