import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parse } from "smol-toml";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { GLOBAL_FIELDS, SCHEDULE_FIELDS } from "../admin/services/setting-fields.ts";
import { readAdminConfig } from "../config/admin-config.ts";
import { readSecurityConfig, SECURITY_KEYS } from "../config/security-config.ts";
import { checkValues } from "../tasks/config-schema.ts";
import { taskTypes } from "../tasks/registry.ts";
import { Weed } from "./cli.testkit.ts";
import { adminTemplate } from "./scaffold-admin.ts";
import { securityTemplate } from "./scaffold-security.ts";

let dir = "";
beforeAll(() => {
  dir = mkdtempSync(join(tmpdir(), "weed-scaffold-"));
});
afterAll(() => rmSync(dir, { recursive: true, force: true }));

function leaves(value: unknown, prefix = ""): readonly string[] {
  if (typeof value !== "object" || value === null) return [prefix];
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, prefix === "" ? key : `${prefix}.${key}`));
}

describe("weed scaffold -config=security", () => {
  it("has every key we read, once, and sets nothing", () => {
    const template = securityTemplate();
    expect(leaves(parse(template)).toSorted()).toEqual([...SECURITY_KEYS.text].sort());
    const path = join(dir, "parsed");
    writeFileSync(join(dir, "security.toml"), template);
    const read = readSecurityConfig({ configDir: dir, folders: [], env: {} });
    expect(read.path).toBe(join(dir, "security.toml"));
    expect(JSON.stringify(read)).not.toMatch(/"value":"[^"]/);
    expect(existsSync(path)).toBe(false);
  });

  it("is the example at the root of the repository", () => {
    expect(readFileSync(new URL("../../security.toml.example", import.meta.url), "utf8")).toBe(securityTemplate());
  });
});

describe("weed scaffold -config=admin", () => {
  const uncommented = (): string => adminTemplate(taskTypes.values()).replace(/^#(\w+ = )/gm, "$1");

  it("sets nothing as it is", () => {
    expect(leaves(parse(adminTemplate(taskTypes.values()))).filter((key) => key.split(".").length > 2)).toEqual([]);
  });

  it("has every setting with a default that is allowed", () => {
    writeFileSync(join(dir, "admin.toml"), uncommented());
    const config = readAdminConfig({ configDir: dir, folders: [], env: {} }, [...taskTypes.keys()]);
    const scopes = new Map([
      ["global", GLOBAL_FIELDS],
      ...[...taskTypes.values()].map((type) => [type.type, [...type.config, ...SCHEDULE_FIELDS]] as const),
    ]);
    for (const [scope, fields] of scopes) {
      const own = config.settings.filter((setting) => setting.scope === scope);
      expect(own.map((setting) => setting.name).toSorted()).toEqual(fields.map((field) => field.name).toSorted());
      const values = Object.fromEntries(own.map((setting) => [setting.name, setting.value]));
      expect(checkValues(fields, values)).toEqual(
        Object.fromEntries(fields.map((field) => [field.name, field.default])),
      );
    }
    expect(config.overriding).toEqual([]);
  });
});

describe("weed scaffold", () => {
  it("prints, or writes a file that only its owner can read, and never over another one", async () => {
    const printed = await Weed.run("scaffold", "-config=admin");
    expect([printed.code, printed.stdout]).toEqual([0, adminTemplate(taskTypes.values())]);
    const output = join(dir, "new", "conf");
    const written = await Weed.run("scaffold", `-output=${output}`);
    expect([written.code, written.stdout]).toEqual([0, `${join(output, "security.toml")}\n`]);
    expect(readFileSync(join(output, "security.toml"), "utf8")).toBe(securityTemplate());
    expect(statSync(join(output, "security.toml")).mode & 0o777).toBe(0o600);
    const again = await Weed.run("scaffold", "-config=security", `-output=${output}`);
    expect(again.code).toBe(2);
    expect(again.stderr).toContain("security.toml is there already.");
  });
});
