import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatTtl, NO_TTL, parseTtl, ttlFromBytes, ttlFromUint32, ttlSeconds, ttlToUint32 } from "./ttl.ts";

describe("ttl", () => {
  it.each([
    ["", "", 0],
    ["0m", "", 0],
    ["5", "5m", 300],
    ["90m", "90m", 5400],
    ["24h", "1d", 86_400],
    ["7d", "1w", 604_800],
    ["300m", "5h", 18_000],
    ["365d", "1y", 31_536_000],
    ["60d", "2M", 5_184_000],
    ["257m", "4h", 14_400],
    ["255y", "255y", 255 * 31_536_000],
    ["999y", "", 0],
  ])("reads %j as %j (%d s)", (text, normal, seconds) => {
    const ttl = parseTtl(text);
    expect(formatTtl(ttl)).toBe(normal);
    expect(ttlSeconds(ttl)).toBe(seconds);
  });

  it.each(["d", "3x", "-1d", "1.5h", "3 d", "1D"])("refuses %j", (text) => {
    expect(() => parseTtl(text)).toThrow(/not a time to live/);
  });

  it("keeps its duration through text, and its bytes through the wire number", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 255 }), fc.integer({ min: 1, max: 6 }), (count, unit) => {
        const ttl = ttlFromBytes(count, unit);
        expect(ttlSeconds(parseTtl(formatTtl(ttl)))).toBe(ttlSeconds(ttl));
        expect(ttlFromUint32(ttlToUint32(ttl))).toEqual(ttl);
      }),
    );
  });

  it("treats a count of 0 as none", () => {
    expect(ttlFromBytes(0, 3)).toEqual(NO_TTL);
    expect(ttlToUint32({ count: 0, unit: 4 })).toBe(0);
    expect(ttlToUint32({ count: 3, unit: 4 })).toBe(0x304);
  });
});
