import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AppError } from "../core/errors.ts";
import { flagHelp } from "./flag-help.ts";
import { boolFlag, choiceFlag, durationFlag, intFlag, listFlag, parseFlags, stringFlag } from "./go-flags.ts";

const table = {
  admin: stringFlag("localhost:23646", "Admin server."),
  "port.grpc": intFlag(0, { min: 0, max: 65_535 }, "gRPC port."),
  keep: boolFlag(false, "Keep the folder."),
  heartbeat: durationFlag(30_000, { minMs: 1_000, maxMs: 3_600_000 }, "Status reports."),
  capabilities: listFlag(["vacuum", "balance"], "What the worker can do."),
  logFormat: choiceFlag(undefined, ["text", "json"], "Form of log lines."),
};

function failure(args: readonly string[]): AppError {
  try {
    parseFlags(table, args);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error(`${args.join(" ")} was accepted`);
}

describe("parseFlags", () => {
  it("fills every value with its default", () => {
    const parsed = parseFlags(table, []);
    expect(parsed.values).toEqual({
      admin: "localhost:23646",
      "port.grpc": 0,
      keep: false,
      heartbeat: 30_000,
      capabilities: ["vacuum", "balance"],
      logFormat: undefined,
    });
    expect(parsed.given.size).toBe(0);
  });

  it("reads every way of writing a flag", () => {
    const parsed = parseFlags(table, [
      "-admin=a:1",
      "--port.grpc",
      "33646",
      "-keep",
      "-heartbeat=1m",
      "--capabilities= vacuum , ,ec",
      "-logFormat=json",
    ]);
    expect(parsed.values).toEqual({
      admin: "a:1",
      "port.grpc": 33646,
      keep: true,
      heartbeat: 60_000,
      capabilities: ["vacuum", "ec"],
      logFormat: "json",
    });
    expect([...parsed.given].sort()).toEqual(["admin", "capabilities", "heartbeat", "keep", "logFormat", "port.grpc"]);
  });

  it("gives a switch no following word as value", () => {
    const parsed = parseFlags(table, ["-keep", "false"]);
    expect([parsed.values.keep, parsed.rest]).toEqual([true, ["false"]]);
    expect(parseFlags(table, ["-keep=false"]).values.keep).toBe(false);
  });

  it("takes a value that begins with a dash, and an empty one", () => {
    expect(parseFlags(table, ["-admin", "-x"]).values.admin).toBe("-x");
    expect(parseFlags(table, ["-admin="]).values.admin).toBe("");
  });

  it("stops at the first word and at --", () => {
    expect(parseFlags(table, ["-keep", "word", "-admin=x"]).rest).toEqual(["word", "-admin=x"]);
    expect(parseFlags(table, ["-keep", "--", "-admin=x"]).rest).toEqual(["-admin=x"]);
  });

  it("takes the last of two equal flags", () => {
    expect(parseFlags(table, ["-admin=a", "-admin=b"]).values.admin).toBe("b");
  });

  it.each(["-h", "-help", "--help"])("sees %s", (flag) => {
    expect(parseFlags(table, [flag]).help).toBe(true);
  });

  it("names the nearest flag", () => {
    expect(failure(["-adminServer=x"]).message).toBe("There is no flag -adminServer.");
    expect(failure(["-capabilites=x"]).message).toBe("There is no flag -capabilites; did you mean -capabilities?");
    expect(failure(["--toString"]).message).toBe("There is no flag -toString.");
    expect(failure(["-heartbeet=1s"]).code).toBe("WK-USAGE");
  });

  it.each([
    [["-port.grpc=x"], '-port.grpc is "x"; it must be a whole number from 0 to 65535.'],
    [["-port.grpc=65536"], '-port.grpc is "65536"; it must be a whole number from 0 to 65535.'],
    [["-heartbeat=30"], '-heartbeat is "30"; it must be a duration like 30s, 1h30m or 500ms.'],
    [["-heartbeat=1ms"], '-heartbeat is "1ms"; it must be a duration from 1s to 1h.'],
    [["-keep=maybe"], '-keep is "maybe"; it must be true or false.'],
    [["-logFormat=jsno"], '-logFormat is "jsno"; it must be one of text, json; did you mean "json"?'],
    [["-admin"], "-admin needs a value."],
  ])("refuses %j", (args, message) => {
    expect(failure(args).message).toBe(message);
  });

  it("never throws anything but WK-USAGE", () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(fc.string(), fc.constantFrom("-admin", "-keep=", "--", "-h", "-")), {}), (args) => {
        try {
          parseFlags(table, args);
        } catch (error) {
          expect(error).toBeInstanceOf(AppError);
          expect((error as AppError).code).toBe("WK-USAGE");
        }
      }),
    );
  });
});

describe("flagHelp", () => {
  it("lists every flag with its range and default", () => {
    const help = flagHelp("weed thing [flags]", "Does a thing.", table);
    for (const name of Object.keys(table)) expect(help).toContain(`  -${name}`);
    expect(help).toContain("  -heartbeat=<duration>\n        Status reports. (1s–1h; default 30s)");
    expect(help).toContain("  -keep\n        Keep the folder.");
    expect(help).toContain("  -logFormat=<text|json>");
    expect(help.split("\n").every((line) => line.length <= 100)).toBe(true);
  });
});
