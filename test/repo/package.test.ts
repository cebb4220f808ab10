import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ROOT } from "./repository.testkit.ts";

describe("the packed package", () => {
  it("has everything that runs, its licence and its documents, and no tests", () => {
    const output = execFileSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
      cwd: ROOT,
      encoding: "utf8",
      stdio: ["ignore", "pipe", "ignore"],
    });
    const [packed] = JSON.parse(output) as [{ files: { path: string }[] }];
    const paths = packed.files.map(({ path }) => path);
    expect(paths).toEqual(
      expect.arrayContaining([
        ...["LICENSE", "README.md", "package.json", "security.toml.example"],
        ...["bin/weed.js", "dist/cli/main.js", "dist/admin/store/store-thread.js", "web/index.html"],
        ...["proto/master.proto", "proto/volume_server.proto", "proto/worker.proto"],
      ]),
    );
    expect(paths.filter((path) => /\.(ts|map|test\.js|testkit\.js|tsbuildinfo)$/.test(path))).toEqual([]);
  });
});

describe("the release", () => {
  it("has a section in the changelog for what is not released yet", () => {
    const changelog = readFileSync(join(ROOT, "CHANGELOG.md"), "utf8");
    expect(changelog.match(/^## .*$/m)?.[0]).toBe("## [Unreleased]");
  });
});
