import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { boolFlag, intFlag, listFlag, stringFlag } from "./go-flags.ts";
import { parseWithOptionsFile } from "./options-file.ts";

const table = {
  admin: stringFlag("localhost:23646", "Admin server."),
  maxConcurrent: intFlag(2, { min: 1, max: 100 }, "Slots."),
  keep: boolFlag(false, "Keep."),
  capabilities: listFlag([], "Capabilities."),
  options: stringFlag("", "File of flags."),
};

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "weed-options-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function file(text: string): string {
  const path = join(dir, "worker.options");
  writeFileSync(path, text);
  return path;
}

describe("parseWithOptionsFile", () => {
  it("reads lines in every form, and the command line wins", () => {
    const path = file(
      ["# comment", "", "admin=a:1", "-maxConcurrent=4", "--capabilities = vacuum,ec", 'keep "true"'].join("\r\n"),
    );
    const parsed = parseWithOptionsFile(table, [`-options=${path}`, "-maxConcurrent=8"]);
    expect(parsed.values).toEqual({
      admin: "a:1",
      maxConcurrent: 8,
      keep: true,
      capabilities: ["vacuum", "ec"],
      options: path,
    });
    expect([...parsed.given].sort()).toEqual(["admin", "capabilities", "keep", "maxConcurrent", "options"]);
  });

  it("takes a switch without a value", () => {
    expect(parseWithOptionsFile(table, ["-options", file("keep")]).values.keep).toBe(true);
  });

  it.each([
    ["admin=a:1\nmaxConcurent=3", "line 2: There is no flag -maxConcurent; did you mean -maxConcurrent?"],
    ["maxConcurrent=0", 'line 1: -maxConcurrent is "0"; it must be a whole number from 1 to 100.'],
    ["\n\nadmin", 'line 3: "admin" needs a value.'],
  ])("names file and line of a mistake", (text, message) => {
    const path = file(text);
    expect(() => parseWithOptionsFile(table, [`-options=${path}`])).toThrow(`${path}, ${message}`);
  });

  it("says that the file cannot be read", () => {
    expect(() => parseWithOptionsFile(table, ["-options=/does/not/exist"])).toThrow(
      "The options file /does/not/exist cannot be read",
    );
  });
});
