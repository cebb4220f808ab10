import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const committed = fileURLToPath(new URL("../../src/rpc/gen", import.meta.url));
const script = fileURLToPath(new URL("../../scripts/generate-proto-types.mjs", import.meta.url));

let fresh = "";
beforeAll(() => {
  fresh = mkdtempSync(join(tmpdir(), "weedkeeper-types-"));
  execFileSync(process.execPath, [script, fresh]);
});
afterAll(() => rmSync(fresh, { recursive: true, force: true }));

function contents(dir: string): Record<string, string> {
  const files = readdirSync(dir, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    files.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [relative(dir, path), readFileSync(path, "utf8")];
    }),
  );
}

describe("src/rpc/gen", () => {
  it("is what the generator makes of proto/ (npm run proto:types)", () => {
    expect(contents(committed)).toEqual(contents(fresh));
  });
});
