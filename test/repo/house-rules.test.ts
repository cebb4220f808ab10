import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { isProductCode, places, ROOT, repositoryFiles } from "./repository.testkit.ts";

const SELF = "test/repo/house-rules.test.ts";

const product = repositoryFiles(isProductCode);
const all = repositoryFiles((path) => path !== SELF);
const code = all.filter(({ path }) => /\.(ts|mjs|js|tsx)$/.test(path) && !path.startsWith("src/rpc/gen/"));

describe("product code", () => {
  it("starts threads in src/core/thread.ts only", () => {
    const users = product.filter(({ text }) => text.includes("node:worker_threads")).map(({ path }) => path);
    expect(users.sort()).toEqual(["src/core/thread-serve.ts", "src/core/thread.ts"]);
  });

  it("takes server addresses apart in src/rpc/server-address.ts only", () => {
    // Texts with a colon that are no addresses: HTTP header lines, keys of the settings table.
    const other = ["src/sandbox/server/upload-body.ts", "src/admin/services/stored-settings.ts"];
    const files = product.filter(({ path }) => path !== "src/rpc/server-address.ts" && !other.includes(path));
    expect(places(files, /(split|indexOf|lastIndexOf)\(":"/)).toEqual([]);
  });

  it("makes destructive calls only through destroy()", () => {
    const callers = product.filter(({ path }) => !path.startsWith("src/cluster/") && !path.startsWith("src/sandbox/"));
    const outside: string[] = [];
    let inside = 0;
    for (const { path, text } of callers) {
      const guarded = path.startsWith("src/tasks/") ? callRanges(text, /\bdestroy(<[^(]*>)?\(/g) : [];
      for (const match of text.matchAll(/\.(volumeDelete|ecShardsDelete|vacuumVolumeCommit|vacuumVolumeCleanup)\(/g)) {
        if (guarded.some(([from, to]) => from < match.index && match.index < to)) inside++;
        else outside.push(`${path}:${lineOf(text, match.index)}`);
      }
    }
    expect(outside).toEqual([]);
    expect(inside).toBeGreaterThan(0);
  });

  it("does not end the process outside src/cli", () => {
    const files = product.filter(({ path }) => !path.startsWith("src/cli/"));
    expect(places(files, /process\.exit\(/)).toEqual([]);
  });
});

describe("all code", () => {
  it("keeps files short", () => {
    const long = code.filter(({ text }) => text.split("\n").length > 501).map(({ path }) => path);
    expect(long).toEqual([]);
  });

  it("has kebab-case file names", () => {
    const odd = code.map(({ path }) => path).filter((path) => !/^[\w./-]*\/?[a-z0-9]+([.-][a-z0-9]+)*$/.test(path));
    expect(odd).toEqual([]);
  });

  it("leaves nothing for later and switches no check off", () => {
    expect(places(code, /\b(TODO|FIXME|XXX)\b/)).toEqual([]);
    expect(places(code, /@ts-(ignore|nocheck|expect-error)|as unknown as|biome-ignore-all/)).toEqual([]);
    expect(places(code, /\b(it|test|describe)\.only\b/)).toEqual([]);
  });
});

describe("the repository", () => {
  it("names no place of the machine it was written on", () => {
    const texts = all.filter(({ path }) => path !== "package-lock.json" && !path.startsWith("test/fixtures/"));
    expect(places(texts, /(^|[\s"'`(=:])\/(work|root|home\/\w+|Users\/\w+)\//)).toEqual([]);
  });

  it("has a lock file that is complete and names no registry", () => {
    const text = readFileSync(join(ROOT, "package-lock.json"), "utf8");
    expect(text).not.toMatch(/"resolved":|https?:\/\/[^"]*registry/);
    const { packages } = JSON.parse(text) as { packages: Record<string, LockedPackage> };
    // An optional package of another platform that is absent here makes `npm ci` fail: "Missing: … from lock file".
    const missing = Object.entries(packages).flatMap(([path, { optionalDependencies = {} }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !(`node_modules/${name}` in packages) && !(`${path}/node_modules/${name}` in packages),
      ),
    );
    expect(missing).toEqual([]);
  });

  it("has what package.json names", () => {
    const { bin, files } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
      bin: Record<string, string>;
      files: string[];
    };
    const named = [...Object.values(bin), ...files.filter((path) => path !== "dist" && !path.startsWith("!"))];
    expect(named.filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  });
});

interface LockedPackage {
  readonly optionalDependencies?: Record<string, string>;
}

/** From the name to the closing bracket of every call that matches. */
function callRanges(text: string, call: RegExp): readonly (readonly [number, number])[] {
  return [...text.matchAll(call)].map((match) => {
    let depth = 1;
    let at = match.index + match[0].length;
    for (; depth > 0 && at < text.length; at++) {
      if (text[at] === "(") depth++;
      else if (text[at] === ")") depth--;
    }
    return [match.index, at] as const;
  });
}

function lineOf(text: string, index: number): number {
  return text.slice(0, index).split("\n").length;
}
