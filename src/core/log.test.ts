import { describe, expect, it } from "vitest";
import { AppError } from "./errors.ts";
import { createLogger, type LoggerOptions } from "./log.ts";

function capture(options: Partial<LoggerOptions> = {}) {
  const lines: string[] = [];
  const logger = createLogger({
    verbosity: 0,
    format: "json",
    ...options,
    stream: { write: (line) => lines.push(line) },
  });
  return { logger, lines, json: () => lines.map((line) => JSON.parse(line)) };
}

describe("createLogger", () => {
  it("writes one JSON object a line", () => {
    const { logger, json } = capture();
    logger.info("registered", { admin: "localhost:33646", slots: 2 });
    expect(json()).toEqual([
      { level: "info", time: expect.any(String), message: "registered", admin: "localhost:33646", slots: 2 },
    ]);
  });

  it("writes only lines up to its verbosity", () => {
    const { logger, json } = capture({ verbosity: 2 });
    logger.v(1, "one");
    logger.v(2, "two");
    logger.v(3, "three");
    expect(json().map((line) => [line.message, line.level, line.v])).toEqual([
      ["one", "debug", 1],
      ["two", "debug", 2],
    ]);
    expect([logger.enabled(2), logger.enabled(3)]).toEqual([true, false]);
  });

  it("hides secrets at any depth it may meet them", () => {
    const { logger, lines } = capture();
    logger.info("start", {
      password: "hunter2",
      tls: { key: "hunter2" },
      http: { headers: { authorization: "hunter2" } },
      users: [{ name: "admin", token: "hunter2" }],
    });
    logger.child({ secret: "hunter2" }).warn("child");
    expect(lines.join("")).not.toContain("hunter2");
    expect(lines.join("")).toContain("[hidden]");
  });

  it("shows an error with code and hint, and its stack only at -v=4", () => {
    const error = new AppError("WK-RPC-UNREACHABLE", "Master 127.0.0.1:1 cannot be reached.", {
      cause: new Error("ECONNREFUSED"),
    });
    const quiet = capture();
    quiet.logger.error("dial failed", { error });
    expect(quiet.json()[0].error).toEqual({
      code: "WK-RPC-UNREACHABLE",
      message: "Master 127.0.0.1:1 cannot be reached.",
      hint: error.hint,
      cause: { message: "ECONNREFUSED" },
    });
    const loud = capture({ verbosity: 4 });
    loud.logger.error("dial failed", { error });
    expect(loud.json()[0].error.stack).toContain("log.test.ts");
  });

  it("writes text lines a person can read", () => {
    const { logger, lines } = capture({ format: "text" });
    logger.child({ worker: "w-a-1" }).warn("stream ended", { reason: "going away", code: 14 });
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatch(
      /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d{3} WARN {2}stream ended worker=w-a-1 reason="going away" code=14\n$/,
    );
  });

  it("keeps control characters out of text lines", () => {
    const { logger, lines } = capture({ format: "text" });
    logger.info("told\nfoo\u001b[0m", { text: "a\nb\u001b[31m" });
    expect(lines.join("").split("\n")).toHaveLength(2);
    expect(lines.join("")).not.toContain("\u001b");
  });

  it("keeps 64-bit numbers whole", () => {
    const { logger, lines } = capture();
    logger.info("moved", { bytes: 9007199254740993n });
    expect(lines[0]).toContain("9007199254740993");
  });
});
