import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { ROOT } from "./repository.testkit.ts";

/** What each room of src/ may import. biome.json holds the rules; docs/architecture.md draws them. */
const USES: Readonly<Record<string, readonly string[]>> = {
  core: [],
  volume: ["core"],
  rpc: ["core", "volume"],
  config: ["core", "volume", "rpc"],
  security: ["core", "volume", "rpc", "config"],
  cluster: ["core", "volume", "rpc", "config", "security"],
  queue: ["core"],
  tasks: ["core", "volume", "rpc", "config", "security", "cluster", "queue"],
  sandbox: ["core", "volume", "rpc", "security"],
  worker: ["core", "volume", "rpc", "config", "security", "cluster", "queue", "tasks"],
  admin: ["core", "volume", "rpc", "config", "security", "cluster", "queue", "tasks"],
  demo: ["core", "volume", "rpc", "sandbox"],
  cli: [
    ...["core", "volume", "rpc", "config", "security", "cluster", "queue", "tasks"],
    ...["sandbox", "worker", "admin", "demo"],
  ],
};
const ROOMS = Object.keys(USES);

describe("the rooms of src/", () => {
  const scratch = mkdtempSync(join(tmpdir(), "weedkeeper-rooms-"));
  afterAll(() => rmSync(scratch, { recursive: true, force: true }));

  it("are all known to the rules", () => {
    const folders = readdirSync(join(ROOT, "src"), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map((entry) => entry.name);
    expect(folders.sort()).toEqual([...ROOMS].sort());
  });

  it("may use exactly the rooms below them: the lint refuses every other import", () => {
    const found = refusedImports(scratch, "probe.ts", (room) => {
      const others = ROOMS.filter((other) => other !== room).map((other) => `import "../${other}/deep/file.ts";`);
      return [...others, 'import "./own.testkit.ts";', 'import "node:fs";'];
    });
    for (const room of ROOMS) {
      const refused = ROOMS.filter((other) => other !== room && !USES[room]?.includes(other));
      const expected = [...refused.map((other) => `../${other}/deep/file.ts`), "./own.testkit.ts"];
      if (room === "queue") expected.push("node:fs");
      expect(found.get(room)?.toSorted(), room).toEqual(expected.toSorted());
    }
  });

  it("may be tested with test kits and other rooms", () => {
    const found = refusedImports(scratch, "probe.test.ts", () => [
      'import "./own.testkit.ts";',
      'import "../sandbox/sandbox.ts";',
    ]);
    expect([...found.values()].flat()).toEqual([]);
  });

  it("have no import cycle", () => {
    mkdirSync(join(scratch, "src", "core"), { recursive: true });
    writeFileSync(join(scratch, "src", "core", "a.ts"), 'import { b } from "./b.ts";\nexport const a = () => b;\n');
    writeFileSync(join(scratch, "src", "core", "b.ts"), 'import { a } from "./a.ts";\nexport const b = () => a;\n');
    const rules = lint(scratch, "src/core/a.ts", "src/core/b.ts").map(({ category }) => category);
    expect(rules).toContain("lint/suspicious/noImportCycles");
  });
});

/** Lints a probe of the given name in every room; what noRestrictedImports refuses, by room. */
function refusedImports(
  scratch: string,
  name: string,
  lines: (room: string) => readonly string[],
): ReadonlyMap<string, string[]> {
  const probes = new Map(ROOMS.map((room) => [`src/${room}/${name}`, lines(room)]));
  for (const [path, content] of probes) {
    mkdirSync(join(scratch, path, ".."), { recursive: true });
    writeFileSync(join(scratch, path), `${content.join("\n")}\n`);
  }
  const refused = new Map(ROOMS.map((room): [string, string[]] => [room, []]));
  for (const { category, path, line } of lint(scratch, ...probes.keys())) {
    if (category !== "lint/style/noRestrictedImports") continue;
    const imported = /"(.*)"/.exec(probes.get(path)?.[line - 1] ?? "")?.[1];
    refused.get(path.split("/")[1] ?? "")?.push(imported ?? `line ${line}`);
  }
  return refused;
}

interface Finding {
  readonly category: string;
  readonly path: string;
  /** From 1 on. */
  readonly line: number;
}

/** Lints files of a scratch folder with the rules of this repository. */
function lint(scratch: string, ...files: readonly string[]): readonly Finding[] {
  cpSync(join(ROOT, "biome.json"), join(scratch, "biome.json"));
  cpSync(join(ROOT, ".gitignore"), join(scratch, ".gitignore"));
  const biome = join(ROOT, "node_modules", ".bin", "biome");
  const run = spawnSync(biome, ["lint", "--reporter=github", "--max-diagnostics=none", ...files], {
    cwd: scratch,
    encoding: "utf8",
  });
  const finding = /^::\w+ title=(?<category>[^,]+),file=(?<path>[^,]+),line=(?<line>\d+),/gm;
  return [...run.stdout.matchAll(finding)].map(({ groups = {} }) => ({
    category: groups["category"] ?? "",
    path: relative(realpathSync(scratch), groups["path"] ?? ""),
    line: Number(groups["line"]),
  }));
}
