import { describe, expect, it } from "vitest";
import { encodeIdxEntry } from "../../volume/idx.ts";
import { encodeNeedle } from "../../volume/needle.ts";
import { volumeEnd } from "./volume-end.ts";

describe("volumeEnd", () => {
  const record = encodeNeedle({ id: 7n, cookie: 1, data: Buffer.from("hello"), appendAtNs: 42n }, 3);
  const dat = Buffer.concat([Buffer.alloc(8), record]);
  const entry = { key: 7n, offset: 8, size: 10 };
  const read = (offset: number, length: number): Buffer => dat.subarray(offset, offset + length);
  const end = (idx: Buffer, size = dat.length): ReturnType<typeof volumeEnd> => volumeEnd(idx, size, 3, read);

  it("fits when the last entry names the last record", () => {
    expect(end(encodeIdxEntry(entry))).toEqual({ fits: true, lastAppendNs: 42n });
    expect(end(Buffer.alloc(0), 8)).toEqual({ fits: true, lastAppendNs: 0n });
  });

  it("does not fit with bytes after it, another record there, or half an entry", () => {
    expect(end(encodeIdxEntry(entry), dat.length + 8).fits).toBe(false);
    expect(end(encodeIdxEntry({ ...entry, key: 8n })).fits).toBe(false);
    expect(end(encodeIdxEntry(entry).subarray(0, 9)).fits).toBe(false);
  });
});
