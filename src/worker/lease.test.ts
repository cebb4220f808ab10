import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Clock } from "../core/clock.ts";
import { AppError } from "../core/errors.ts";
import { LeaseBook } from "./lease.ts";

const TERM = 20_000;
const WINDOW = 13_333;

class HandClock implements Clock {
  wall = 1_700_000_000_000;
  mono = 5_000;
  now(): number {
    return this.wall;
  }
  monotonic(): number {
    return this.mono;
  }
  advance(ms: number): void {
    this.wall += ms;
    this.mono += ms;
  }
}

function setUp(term: number | "none" = TERM) {
  const clock = new HandClock();
  const book = new LeaseBook(clock, () => undefined);
  const dead = new AbortController();
  const lease = book.add("e-1-a1", term === "none" ? undefined : term, dead.signal);
  const renew = (delay: number, lost: readonly string[] = [], emergency = false): void => {
    const { nonce } = book.renewal();
    clock.advance(delay);
    book.granted(nonce, lost, emergency);
  };
  return { clock, book, dead, lease, renew };
}

/** Whether a promise is settled once all that is already due has run. */
async function state(promise: Promise<unknown>): Promise<"open" | "resolved" | "rejected"> {
  let seen: "open" | "resolved" | "rejected" = "open";
  promise.then(
    () => {
      seen = "resolved";
    },
    () => {
      seen = "rejected";
    },
  );
  await new Promise((resolve) => setImmediate(resolve));
  return seen;
}

describe("LeaseBook", () => {
  it("starts fenced and counts from the sending of the granted renewal", () => {
    const { lease, renew, clock } = setUp();
    expect(lease.remainingMs()).toBe(0);
    renew(700);
    expect(lease.remainingMs()).toBe(WINDOW - 700);
    clock.advance(WINDOW);
    expect(lease.remainingMs()).toBe(-700);
    renew(10);
    expect(lease.remainingMs()).toBe(WINDOW - 10);
  });

  it("does not renew an attempt that the renewal did not name", () => {
    const { book, clock } = setUp();
    const { nonce } = book.renewal();
    const never = new AbortController().signal;
    const late = book.add("e-2-a1", TERM, never);
    clock.advance(5);
    book.granted(nonce, [], false);
    expect(late.remainingMs()).toBe(0);
  });

  it("leaves a lost attempt what it had", () => {
    const { lease, renew } = setUp();
    renew(0);
    renew(3_000, ["e-1-a1"]);
    expect(lease.remainingMs()).toBe(WINDOW - 3_000);
  });

  it("ignores grants of renewals it did not send on this stream", () => {
    const { book, lease } = setUp();
    const { nonce } = book.renewal();
    book.streamDown();
    book.granted(nonce, [], false);
    book.granted(99, [], false);
    expect(lease.remainingMs()).toBe(0);
  });

  it("takes the longer one of both clocks", () => {
    const { lease, renew, clock } = setUp();
    renew(0);
    clock.wall += 10_000;
    expect(lease.remainingMs()).toBe(WINDOW - 10_000);
    clock.wall -= 60_000;
    clock.mono += 4_000;
    expect(lease.remainingMs()).toBe(WINDOW - 4_000);
  });

  it("lets a waiter go on when the lease is renewed", async () => {
    const { lease, renew, clock } = setUp();
    const waiting = lease.whenAtLeast(5_000);
    expect(await state(waiting)).toBe("open");
    renew(9_000);
    expect(await state(waiting)).toBe("open");
    renew(100);
    expect(await state(waiting)).toBe("resolved");
    clock.advance(20_000);
    expect(await state(lease.whenAtLeast(0))).toBe("open");
  });

  it("refuses what no lease can ever give", async () => {
    const { lease } = setUp();
    await expect(lease.whenAtLeast(WINDOW + 1)).rejects.toMatchObject({ code: "WK-INTERNAL" });
  });

  it("holds back during an emergency stop", async () => {
    const { lease, renew, book } = setUp();
    renew(0, [], true);
    const waiting = lease.whenAtLeast(1);
    expect(await state(waiting)).toBe("open");
    expect(lease.remainingMs()).toBe(0);
    book.setEmergencyStop(false);
    expect(await state(waiting)).toBe("resolved");
  });

  it("hears of an emergency stop in a grant that answers no renewal", async () => {
    const { lease, renew, book } = setUp();
    renew(0);
    book.granted(0, [], true);
    const waiting = lease.whenAtLeast(1);
    expect(await state(waiting)).toBe("open");
    book.granted(0, [], false);
    expect(await state(waiting)).toBe("resolved");
  });

  it("rejects waiters when the attempt is lost, and has no time left then", async () => {
    const { lease, dead, renew } = setUp();
    const waiting = lease.whenAtLeast(1);
    const lost = new AppError("WK-ATTEMPT-DEAD", "lost");
    dead.abort(lost);
    await expect(waiting).rejects.toBe(lost);
    renew(0);
    expect(lease.remainingMs()).toBe(0);
    await expect(lease.whenAtLeast(1)).rejects.toBe(lost);
  });

  it("asks for a renewal when a step has to wait", async () => {
    let asked = 0;
    const clock = new HandClock();
    const book = new LeaseBook(clock, () => {
      asked++;
      const { nonce } = book.renewal();
      book.granted(nonce, [], false);
    });
    const lease = book.add("t", TERM, new AbortController().signal);
    await lease.whenAtLeast(10_000);
    await lease.whenAtLeast(10_000);
    expect(asked).toBe(1);
  });

  it("without a term lives on the stream", () => {
    const { lease, book } = setUp("none");
    expect(lease.remainingMs()).toBe(0);
    book.streamUp();
    expect(lease.remainingMs()).toBeGreaterThan(10_000);
    expect(book.renewal().taskIds).toEqual([]);
    book.streamDown();
    expect(lease.remainingMs()).toBe(0);
  });
});

/**
 * The invariant of the whole protocol: the worker is fenced before the admin gives the task away. The admin counts
 * a full term and two seconds from when it *received* a renewal, on a clock of its own that may run
 * fast or slow by 5 %.
 */
describe("fence time < free time", () => {
  const ADMIN_MARGIN = 2_000;

  const step = fc.record({
    gap: fc.integer({ min: 0, max: 8_000 }),
    there: fc.integer({ min: 0, max: 30_000 }),
    back: fc.integer({ min: 0, max: 30_000 }),
    arrives: fc.boolean(),
    answered: fc.boolean(),
    reconnect: fc.boolean(),
    wallJump: fc.integer({ min: -100_000, max: 100_000 }),
  });

  it("holds under random clocks, delays, losses and reconnects", () => {
    fc.assert(
      fc.property(
        fc.array(step, { minLength: 1, maxLength: 40 }),
        fc.double({ min: 0.95, max: 1.05, noNaN: true }),
        fc.double({ min: 0.95, max: 1.05, noNaN: true }),
        (steps, workerRate, adminRate) => {
          // True time in ms; each clock is a linear function of it.
          let time = 0;
          let wallOffset = 0;
          const clock: Clock = { now: () => time * workerRate + wallOffset, monotonic: () => time * workerRate };
          const book = new LeaseBook(clock, () => undefined);
          const never = new AbortController().signal;
          const lease = book.add("t", TERM, never);

          type Happening = { readonly at: number; readonly run: () => void };
          const future: Happening[] = [];
          let receivedAt: number | undefined;
          let streamEpoch = 0;
          let freed = false;

          const check = (): void => {
            if (receivedAt !== undefined && (time - receivedAt) * adminRate >= TERM + ADMIN_MARGIN) freed = true;
            if (freed) expect(lease.remainingMs()).toBeLessThanOrEqual(0);
          };
          const runUntil = (end: number): void => {
            for (;;) {
              future.sort((a, b) => a.at - b.at);
              const next = future[0];
              if (next === undefined || next.at > end) break;
              future.shift();
              // Look at every instant a clock could cross its limit in between, too.
              for (const at of [time + (next.at - time) / 2, next.at]) {
                time = at;
                check();
              }
              next.run();
              check();
            }
            time = end;
            check();
          };

          let clear = 0;
          for (const current of steps) {
            runUntil(time + current.gap);
            wallOffset += current.wallJump;
            if (current.reconnect) {
              streamEpoch++;
              book.streamDown();
              book.streamUp();
            }
            const epoch = streamEpoch;
            const { nonce } = book.renewal();
            if (!current.arrives) continue;
            // One stream keeps its order, in both directions.
            const arrival = Math.max(time + current.there, clear);
            const answer = arrival + current.back;
            clear = arrival;
            future.push({
              at: arrival,
              run: () => {
                // A freed attempt is lost for good: a late renewal does not bring it back.
                const lost = freed;
                if (!lost) receivedAt = time;
                if (!current.answered) return;
                future.push({
                  at: answer,
                  run: () => {
                    if (epoch === streamEpoch) book.granted(nonce, lost ? ["t"] : [], false);
                  },
                });
              },
            });
          }
          runUntil(time + 120_000);
          expect(lease.remainingMs()).toBeLessThanOrEqual(0);
        },
      ),
      { numRuns: 400 },
    );
  });
});
