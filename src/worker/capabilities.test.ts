import { describe, expect, it } from "vitest";
import { readCapabilities } from "./capabilities.ts";

const RUNNABLE = ["vacuum", "erasure_coding", "balance"];

describe("readCapabilities", () => {
  it("reads words and aliases, each once", () => {
    expect(readCapabilities(["vacuum", "ec", "erasure_coding", "balance"], RUNNABLE)).toEqual({
      types: ["vacuum", "erasure_coding", "balance"],
      missing: [],
    });
  });

  it("takes the documented line with types of later releases, and says which are left out", () => {
    expect(readCapabilities(["vacuum", "ec", "remote", "replication", "balance"], RUNNABLE)).toEqual({
      types: ["vacuum", "erasure_coding", "balance"],
      missing: ["remote_upload", "fix_replication"],
    });
  });

  it.each([
    [["vacumm"], 'there is no capability "vacumm"; did you mean "vacuum"?'],
    [["vacuum", "erasure_codin"], 'there is no capability "erasure_codin"; did you mean "erasure_coding"?'],
    [["toString"], 'there is no capability "toString".'],
    [["replication"], "names only fix_replication, which this release cannot run yet."],
    [[], "names nothing."],
  ])("refuses %j", (words, message) => {
    expect(() => readCapabilities(words, RUNNABLE)).toThrow(message);
  });
});
