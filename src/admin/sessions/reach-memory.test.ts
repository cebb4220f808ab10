import { expect, it } from "vitest";
import { ReachMemory } from "./reach-memory.ts";

it("keeps a server out for seconds after one failure, for longer after each that follows, and forgets", () => {
  const memory = new ReachMemory();
  memory.note("a:1", 0);
  memory.note("b:1", 5_000);
  expect(memory.servers(9_999)).toEqual(["a:1", "b:1"]);
  expect(memory.servers(10_000)).toEqual(["b:1"]);
  memory.note("a:1", 11_000);
  expect(memory.servers(30_999)).toEqual(["a:1"]);
  expect(memory.servers(31_000)).toEqual([]);
  memory.note("a:1", 40_000);
  expect(memory.servers(79_999)).toEqual(["a:1"]);
  // Twice as long without a failure: the next one counts as the first.
  expect(memory.servers(120_000)).toEqual([]);
  memory.note("a:1", 120_000);
  expect(memory.servers(129_999)).toEqual(["a:1"]);
  expect(memory.servers(130_000)).toEqual([]);
});

it("never keeps a server out for more than five minutes", () => {
  const memory = new ReachMemory();
  let now = 0;
  for (let failure = 0; failure < 20; failure++) {
    memory.note("a:1", now);
    while (memory.servers(now).length > 0) now += 1_000;
  }
  memory.note("a:1", now);
  expect(memory.servers(now + 299_999)).toEqual(["a:1"]);
  expect(memory.servers(now + 300_000)).toEqual([]);
});
