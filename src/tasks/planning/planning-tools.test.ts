import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { nameFilter } from "./name-filter.ts";
import { TopList } from "./top-list.ts";
import { age, bytes, counted, percent } from "./words.ts";

describe("nameFilter", () => {
  it.each([
    ["", ["", "a"], []],
    ["*", ["", "a"], []],
    ["ALL_COLLECTIONS", ["", "a"], []],
    ["EACH_COLLECTION", ["", "a"], []],
    ["photos, logs-?", ["photos", "logs-1"], ["", "photo", "logs-", "logs-12", "xphotos"]],
    ["_default", [""], ["default", "a"]],
    ["a.b*", ["a.b", "a.b/c"], ["axb", "ab"]],
    ["10.0.0.1:80(80)", ["10.0.0.1:80(80)"], ["10.0.0.1:8080"]],
    [" , ", ["anything"], []],
  ])("%s", (filter, inside, outside) => {
    const matches = nameFilter(filter);
    for (const name of inside) expect([name, matches(name)]).toEqual([name, true]);
    for (const name of outside) expect([name, matches(name)]).toEqual([name, false]);
  });
});

describe("TopList", () => {
  it("keeps what sorting would keep, in that order, and makes nothing else", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 20 })), fc.integer({ min: 0, max: 12 }), (scores, limit) => {
        const list = new TopList<number>(limit);
        scores.forEach((score, at) => {
          list.offer(score, () => at);
        });
        const expected = scores
          .map((score, at) => ({ score, at }))
          .sort((a, b) => b.score - a.score || a.at - b.at)
          .slice(0, limit)
          .map(({ at }) => at);
        expect(list.sorted()).toEqual(expected);
        expect(list.offered).toBe(scores.length);
      }),
    );
  });
});

describe("words", () => {
  it("write numbers as people read them", () => {
    expect([percent(0.3), percent(0.1234), percent(0), percent(1.021)]).toEqual(["30 %", "12.3 %", "0 %", "102.1 %"]);
    expect([bytes(0), bytes(1023), bytes(1536), bytes(30_000 * 1024 * 1024), bytes(-2048)]).toEqual([
      "0 B",
      "1023 B",
      "1.5 KB",
      "29.3 GB",
      "-2.0 KB",
    ]);
    expect([age(0), age(59), age(3600), age(3661), age(90_061), age(-5)]).toEqual([
      "0s",
      "59s",
      "1h",
      "1h1m",
      "1d1h",
      "0s",
    ]);
    expect([counted(1, "replica"), counted(2, "replica")]).toEqual(["1 replica", "2 replicas"]);
  });
});
