import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { isolatedSearch, makeConfigDir } from "./config.testkit.ts";
import { readTomlFile } from "./toml-file.ts";

const removals: (() => void)[] = [];
afterEach(() => {
  for (const remove of removals.splice(0)) remove();
});

function folder(files: Readonly<Record<string, string>>): string {
  const made = makeConfigDir(files);
  removals.push(made.remove);
  return made.dir;
}

describe("the search for a file", () => {
  it("takes the first folder that has it, -config_dir before all others", () => {
    const first = folder({ "a.toml": 'x = "first"' });
    const second = folder({ "a.toml": 'x = "second"' });
    const none = folder({});
    expect(readTomlFile("a", isolatedSearch([none, second, first])).values[0]?.value).toBe("second");
    expect(readTomlFile("a", { ...isolatedSearch([second]), configDir: first }).path).toBe(join(first, "a.toml"));
    expect(readTomlFile("a", { ...isolatedSearch([second]), configDir: none }).path).toBe(join(second, "a.toml"));
  });

  it("finds nothing, and says so by an absent path", () => {
    expect(readTomlFile("a", isolatedSearch([folder({}), "/nowhere/at/all"]))).toEqual({ path: undefined, values: [] });
  });

  it("reports a file that is there and cannot be read", () => {
    const dir = folder({});
    mkdirSync(join(dir, "a.toml"));
    expect(() => readTomlFile("a", isolatedSearch([dir]))).toThrow(
      expect.objectContaining({ code: "WK-CONFIG", message: expect.stringContaining(`${dir}/a.toml cannot be read`) }),
    );
  });
});

describe("the values of a file", () => {
  it("have dotted keys and the line they stand on", () => {
    const dir = folder({
      "a.toml": [
        "# comment",
        'top = "t"',
        "[grpc]",
        'ca = "c"   # x = 1',
        "",
        "[grpc.admin]",
        '"cert" = "d"',
        "other.deep = 1",
        "inline = { one = 1, two = [1, 2] }",
        "[ spaced . name ]",
        "list = [",
        '  "ca = 7",',
        "]",
      ].join("\n"),
    });
    const path = join(dir, "a.toml");
    expect(readTomlFile("a", isolatedSearch([dir])).values).toEqual([
      { key: "top", value: "t", place: `${path}:2` },
      { key: "grpc.ca", value: "c", place: `${path}:4` },
      { key: "grpc.admin.cert", value: "d", place: `${path}:7` },
      { key: "grpc.admin.other.deep", value: 1, place: `${path}:8` },
      { key: "grpc.admin.inline.one", value: 1, place: `${path}:9` },
      { key: "grpc.admin.inline.two", value: [1, 2], place: `${path}:9` },
      { key: "spaced.name.list", value: ["ca = 7"], place: `${path}:11` },
    ]);
  });

  it("cannot be had from what is not TOML: file and line are named", () => {
    const dir = folder({ "a.toml": '[grpc]\nca = "x\n' });
    expect(() => readTomlFile("a", isolatedSearch([dir]))).toThrow(
      expect.objectContaining({ code: "WK-CONFIG", message: expect.stringMatching(/a\.toml:2: not TOML: .+\.$/) }),
    );
  });
});
