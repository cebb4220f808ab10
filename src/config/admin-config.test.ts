import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import { type AdminConfig, readAdminConfig } from "./admin-config.ts";
import { isolatedSearch, makeConfigDir } from "./config.testkit.ts";

const TYPES = ["vacuum", "balance", "erasure_coding"];
const removals: (() => void)[] = [];
afterEach(() => {
  for (const remove of removals.splice(0)) remove();
});

function read(text: string, env: Readonly<Record<string, string>> = {}): { config: AdminConfig; path: string } {
  const made = makeConfigDir({ "admin.toml": text });
  removals.push(made.remove);
  return { config: readAdminConfig(isolatedSearch([made.dir], env), TYPES), path: join(made.dir, "admin.toml") };
}

describe("admin.toml", () => {
  it("gives each setting with its section and its line", () => {
    const { config, path } = read(`[maintenance]
scan_interval_seconds = 600
[maintenance.vacuum]
override = true
garbage_threshold = 0.5
[maintenance.erasure_coding]
override = false
preferred_tags = ["fast", "ssd"]
`);
    expect(config).toEqual({
      path,
      settings: [
        { scope: "global", name: "scan_interval_seconds", value: 600, place: `${path}:2` },
        { scope: "vacuum", name: "garbage_threshold", value: 0.5, place: `${path}:5` },
        { scope: "erasure_coding", name: "preferred_tags", value: ["fast", "ssd"], place: `${path}:8` },
      ],
      overriding: ["vacuum"],
    });
  });

  it("is overridden by the environment", () => {
    const { config } = read("[maintenance.vacuum]\ngarbage_threshold = 0.5\n", {
      WEED_MAINTENANCE_VACUUM_GARBAGE_THRESHOLD: "0.2",
      WEED_MAINTENANCE_ERASURE_CODING_QUIET_FOR_SECONDS: "60",
      WEED_MAINTENANCE_ERASURE_CODING_OVERRIDE: "true",
      WEED_MAINTENANCE_MAX_RETRIES: "4",
      WEED_MAINTENANCE_BALANCE_ENABLED: "",
      WEED_BIN: "/usr/bin/weed",
    });
    expect(config.settings).toEqual([
      {
        scope: "vacuum",
        name: "garbage_threshold",
        value: "0.2",
        place: "WEED_MAINTENANCE_VACUUM_GARBAGE_THRESHOLD",
      },
      {
        scope: "erasure_coding",
        name: "quiet_for_seconds",
        value: "60",
        place: "WEED_MAINTENANCE_ERASURE_CODING_QUIET_FOR_SECONDS",
      },
      { scope: "global", name: "max_retries", value: "4", place: "WEED_MAINTENANCE_MAX_RETRIES" },
    ]);
    expect(config.overriding).toEqual(["erasure_coding"]);
  });

  it("may be absent", () => {
    expect(readAdminConfig(isolatedSearch(["/nowhere"]), TYPES)).toEqual({
      path: undefined,
      settings: [],
      overriding: [],
    });
  });

  it.each([
    [
      "[maintenance.vacum]\nenabled = true",
      ':2: there is no key "maintenance.vacum"; did you mean "maintenance.vacuum"?',
    ],
    ["[maintenence.vacuum]\nenabled = true", ':2: there is no key "maintenence.vacuum.enabled"'],
    ["enabled = true", ':1: there is no key "enabled"'],
    ["[maintenance.vacuum.deep]\nx = 1", ':2: there is no key "maintenance.vacuum.deep.x"'],
    ["[maintenance.vacuum]\noverride = 1", ":2: override must be true or false."],
  ])("refuses %j", (text, message) => {
    expect(() => read(text)).toThrow(
      expect.objectContaining({ code: "WK-CONFIG", message: expect.stringContaining(message) }),
    );
  });
});
