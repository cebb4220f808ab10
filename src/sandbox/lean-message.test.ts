import { describe, expect, it } from "vitest";
import { leanMessage } from "./lean-message.ts";

describe("leanMessage", () => {
  it("drops default values and keeps messages, map entries and list items", () => {
    const message = {
      zero: 0,
      text: "",
      long: "0",
      flag: false,
      none: [],
      bytes: Buffer.alloc(0),
      map: { "": { count: 0, size: "5" } },
      list: [{ id: 0 }, { id: 1 }],
      empty: {},
      data: Buffer.from([0]),
    };
    expect(leanMessage(message)).toEqual({
      map: { "": { size: "5" } },
      list: [{}, { id: 1 }],
      empty: {},
      data: Buffer.from([0]),
    });
  });
});
