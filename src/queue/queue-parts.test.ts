import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { backoffMs } from "./backoff.ts";
import { Budgets, type Holding } from "./budgets.ts";
import { formatWireTaskId, parseWireTaskId } from "./wire-task-id.ts";

describe("backoffMs", () => {
  it("doubles with every failure, within jitter and an hour", () => {
    expect(backoffMs(10_000, 1, 0.5)).toBe(10_000);
    expect(backoffMs(10_000, 4, 0.5)).toBe(80_000);
    fc.assert(
      fc.property(fc.nat(200), fc.double({ min: 0, max: 1, noNaN: true }), (failures, random) => {
        const pause = backoffMs(10_000, failures, random);
        expect(pause).toBeGreaterThanOrEqual(8_000);
        expect(pause).toBeLessThanOrEqual(3_600_000 * 1.2);
      }),
    );
  });
});

describe("wire task id", () => {
  it("reads back what it writes", () => {
    const id = fc.record({
      epoch: fc.stringMatching(/^[0-9a-z]{6,32}$/),
      task: fc.integer({ min: 1, max: 10 ** 12 }),
      attempt: fc.integer({ min: 1, max: 10 ** 6 }),
    });
    fc.assert(
      fc.property(id, (parts) => {
        expect(parseWireTaskId(formatWireTaskId(parts))).toEqual(parts);
      }),
    );
  });

  it("knows a foreign id when it sees one", () => {
    for (const text of [
      "",
      "abcdefgh-1234",
      "x-1-a1",
      "0123456789-0-a1",
      "0123456789-1-a0",
      `${"a".repeat(40)}-1-a1`,
    ]) {
      expect(parseWireTaskId(text)).toBeUndefined();
    }
  });
});

describe("Budgets", () => {
  const limits = {
    cluster: 5,
    serverReads: 2,
    serverWrites: 1,
    types: { vacuum: { total: 3, perWorker: 2, perServer: 2 } },
  };
  const holding = (workerId: string, reads: string[], writes: string[]): Holding => ({
    type: "vacuum",
    workerId,
    needs: { reads, writes },
  });

  it("names what a task waits for", () => {
    const budgets = new Budgets(limits);
    budgets.take(holding("w1", ["a:1"], ["b:1"]));
    expect(budgets.blockedBy("vacuum", { reads: [], writes: ["b:1"] })).toBe("writes:b:1");
    expect(budgets.blockedBy("vacuum", { reads: ["b:1"], writes: [] })).toBeUndefined();
    budgets.take(holding("w1", ["a:1"], []));
    expect(budgets.blockedBy("vacuum", { reads: ["a:1"], writes: [] })).toBe("type:vacuum@server:a:1");
    expect(budgets.blockedBy("other", { reads: ["a:1"], writes: [] })).toBe("reads:a:1");
    expect(budgets.workerHasRoom("vacuum", "w1")).toBe(false);
    expect(budgets.workerHasRoom("vacuum", "w2")).toBe(true);
    budgets.take(holding("w2", [], []));
    expect(budgets.typeHasRoom("vacuum")).toBe(false);
  });

  it("has nothing left over when all is given back", () => {
    const server = fc.constantFrom("a:1", "b:1", "c:1");
    const any = fc.record({
      type: fc.constantFrom("vacuum", "balance"),
      workerId: fc.constantFrom("w1", "w2"),
      needs: fc.record({ reads: fc.array(server), writes: fc.array(server) }),
    });
    fc.assert(
      fc.property(fc.array(any), (holdings) => {
        const budgets = new Budgets(limits);
        for (const one of holdings) budgets.take(one);
        const resources = new Set(holdings.flatMap((one) => budgets.give(one)));
        for (const resource of resources) expect(budgets.used(resource)).toBe(0);
      }),
    );
  });
});
