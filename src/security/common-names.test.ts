import { describe, expect, it } from "vitest";
import { commonNameRule } from "./common-names.ts";
import { tlsSettings } from "./test-ca.testkit.ts";

describe("common names", () => {
  it("are not restricted when nothing is set", () => {
    expect(commonNameRule(tlsSettings({}))).toBeUndefined();
  });

  it.each([
    ["a,b", "", "b", true],
    [" a , b ", "", "a", true],
    ["a", "", "A", false],
    ["a", "", "", false],
    ["a", "", undefined, false],
    ["", "example.org", "example.org", true],
    ["", "example.org", "x.y.example.org", true],
    ["", "example.org", "badexample.org", false],
    ["", ".example.org", "example.org", false],
    ["", ".example.org", ".example.org", false],
    ["", "*.example.org", "x.example.org", true],
    ["", "*.example.org", "example.org", false],
    ["a", "example.org", "a", true],
    ["a", "", ".a", false],
  ])("list %j, domain %j: %j is %s", (allowedCommonNames, allowedWildcardDomain, name, allowed) => {
    const rule = commonNameRule(tlsSettings({ allowedCommonNames, allowedWildcardDomain }));
    expect(rule?.(name)).toBe(allowed);
  });

  it.each([
    [" , ", ""],
    ["", "."],
    ["", "*"],
  ])("that name nobody (%j, %j) are an error", (allowedCommonNames, allowedWildcardDomain) => {
    expect(() => commonNameRule(tlsSettings({ allowedCommonNames, allowedWildcardDomain }))).toThrow("names nobody");
  });
});
