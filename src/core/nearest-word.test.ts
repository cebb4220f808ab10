import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nearestWord } from "./nearest-word.ts";

describe("nearest word", () => {
  it.each([
    ["vacum", ["vacuum", "balance"], "vacuum"],
    ["maxconcurrent", ["maxConcurrent", "metricsPort"], "maxConcurrent"],
    ["garbage-treshold", ["garbage_threshold", "enabled"], "garbage_threshold"],
    ["cret", ["cert", "key"], "cert"],
    ["ballance", ["vacuum", "balance"], "balance"],
    ["xyz", ["vacuum", "balance"], undefined],
    ["", ["vacuum"], undefined],
    ["a", [], undefined],
  ] as const)("%j among %j is %j", (typed, words, expected) => {
    expect(nearestWord(typed, words)).toBe(expected);
  });

  it("finds every word itself and prefers the closer of two", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.stringMatching(/^[a-z]{3,12}$/), { minLength: 1 }), fc.nat(), (words, pick) => {
        const word = words[pick % words.length] ?? "";
        expect(nearestWord(word, words)).toBe(word);
      }),
    );
    expect(nearestWord("balanc", ["balances", "balance"])).toBe("balance");
  });
});
