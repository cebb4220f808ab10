import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { protoDir } from "../../src/rpc/proto.ts";
import { type ProtoText, type ProtoType, readProtoText } from "./proto-text.testkit.ts";

const FIRST_OWN_NUMBER = 1000;

/** What of the original we do not speak. */
const LEFT_OUT: Readonly<Record<string, { readonly rpcs: readonly string[]; readonly types: readonly string[] }>> = {
  worker: { rpcs: [], types: [] },
  master: { rpcs: ["RaftAddServer", "RaftRemoveServer", "RaftLeadershipTransfer"], types: [] },
  volume_server: {
    rpcs: ["FetchAndWriteNeedle", "Query"],
    types: ["FetchAndWriteNeedleRequest", "FetchAndWriteNeedleRequest.Replica", "FetchAndWriteNeedleResponse"],
  },
};

const tables = JSON.parse(readFileSync(new URL("./wire-tables.json", import.meta.url), "utf8")) as Readonly<
  Record<string, ProtoText>
>;

const without = <T>(record: Readonly<Record<string, T>>, names: readonly string[] = []): Record<string, T> =>
  Object.fromEntries(Object.entries(record).filter(([name]) => !names.includes(name)));

/** The type as the original knows it: fields of ours taken out. */
function plain(type: ProtoType): ProtoType {
  if (type.kind === "enum") return type;
  const theirs = Object.entries(type.fields).filter(([, [number]]) => number < FIRST_OWN_NUMBER);
  return { kind: "message", fields: Object.fromEntries(theirs) };
}

describe.each(Object.keys(tables))("proto/%s.proto", (name) => {
  const table = tables[name] as ProtoText;
  const ours = readProtoText(readFileSync(join(protoDir, `${name}.proto`), "utf8"));
  const ownTypes = Object.keys(ours.types).filter((type) => !(type in table.types));

  it("has the package, the service and the RPCs of the table", () => {
    expect(ours.package).toBe(table.package);
    expect(ours.service).toBe(table.service);
    expect(ours.rpcs).toEqual(without(table.rpcs, LEFT_OUT[name]?.rpcs));
  });

  it("has every type of the table, with each field's number, type and label", () => {
    const theirs = Object.fromEntries(
      Object.entries(without(ours.types, ownTypes)).map(([type, is]) => [type, plain(is)]),
    );
    expect(theirs).toEqual(without(table.types, LEFT_OUT[name]?.types));
  });

  it("has types of its own only behind field numbers of its own", () => {
    for (const [type, is] of Object.entries(ours.types)) {
      if (is.kind === "enum" || ownTypes.includes(type)) continue;
      for (const [field, [number, fieldType]] of Object.entries(is.fields)) {
        if (ownTypes.includes(fieldType)) expect(number, `${type}.${field}`).toBeGreaterThanOrEqual(FIRST_OWN_NUMBER);
      }
    }
    if (name !== "worker") expect(ownTypes).toEqual([]);
  });

  it("uses no number twice", () => {
    for (const [type, is] of Object.entries(ours.types)) {
      if (is.kind === "enum") continue;
      const numbers = Object.values(is.fields).map(([number]) => number);
      expect(new Set(numbers).size, type).toBe(numbers.length);
    }
  });
});
