/** One field: number, type as written, and `singular`, `repeated`, `optional`, `map` or "oneof `name`". */
type ProtoField = readonly [number: number, type: string, label: string];

export type ProtoType =
  | { readonly kind: "message"; readonly fields: Readonly<Record<string, ProtoField>> }
  | { readonly kind: "enum"; readonly fields: Readonly<Record<string, number>> };

export interface ProtoText {
  readonly package: string;
  readonly service: string;
  /** Request, response and kind of each RPC. */
  readonly rpcs: Readonly<Record<string, readonly [string, string, string]>>;
  /** Nested types are named `Outer.Inner`. */
  readonly types: Readonly<Record<string, ProtoType>>;
}

const KINDS: Readonly<Record<string, string>> = {
  "": "unary",
  "<": "server stream",
  ">": "client stream",
  "><": "bidi stream",
};

interface Block {
  readonly what: "message" | "enum" | "oneof" | "service";
  readonly name: string;
}

/**
 * Reads a protocol file as it is written, one declaration a line, independently of the library that loads it.
 * Throws on any line it does not know, so that nothing is skipped unseen.
 */
export function readProtoText(source: string): ProtoText {
  let packageName = "";
  let service = "";
  const rpcs: Record<string, readonly [string, string, string]> = {};
  const messages: Record<string, Record<string, ProtoField>> = {};
  const enums: Record<string, Record<string, number>> = {};
  const blocks: Block[] = [];
  const qualified = (): string =>
    blocks
      .filter((block) => block.what === "message" || block.what === "enum")
      .map((block) => block.name)
      .join(".");

  const rules: readonly (readonly [RegExp, (parts: readonly string[]) => void])[] = [
    [/^$|^(syntax|import|reserved)\b/, () => undefined],
    [/^}$/, () => void blocks.pop()],
    [
      /^package (\w+);$/,
      ([name = ""]) => {
        packageName = name;
      },
    ],
    [
      /^(message|enum|oneof|service) (\w+) \{(\}?)$/,
      ([what, name = "", closed]) => {
        blocks.push({ what: what as Block["what"], name });
        if (what === "service") service = name;
        if (what === "message") messages[qualified()] = {};
        if (what === "enum") enums[qualified()] = {};
        if (closed === "}") blocks.pop();
      },
    ],
    [
      /^rpc (\w+)\((stream )?(\w+)\) returns \((stream )?(\w+)\);$/,
      ([name = "", up, request = "", down, response = ""]) => {
        const kind = `${up === undefined ? "" : ">"}${down === undefined ? "" : "<"}`;
        rpcs[name] = [request, response, KINDS[kind] ?? kind];
      },
    ],
    [
      /^([A-Z]\w*) = (\d+);$/,
      ([name = "", number]) => {
        (enums[qualified()] ?? {})[name] = Number(number);
      },
    ],
    [
      /^(repeated |optional )?(map<[^>]+>|[\w.]+) (\w+) = (\d+);$/,
      ([modifier, type = "", name = "", number]) => {
        const inside = blocks.at(-1);
        const plainLabel = type.startsWith("map<") ? "map" : (modifier?.trim() ?? "singular");
        const label = inside?.what === "oneof" ? `oneof \`${inside.name}\`` : plainLabel;
        (messages[qualified()] ?? {})[name] = [Number(number), type, label];
      },
    ],
  ];
  for (const raw of source.split("\n")) {
    const line = raw.replace(/\/\/.*$/, "").trim();
    const rule = rules.find(([pattern]) => pattern.test(line));
    if (rule === undefined) throw new Error(`a line that is not understood: ${raw}`);
    const [pattern, apply] = rule;
    apply(pattern.exec(line)?.slice(1) ?? []);
  }
  const types: Record<string, ProtoType> = {};
  for (const [name, fields] of Object.entries(messages)) types[name] = { kind: "message", fields };
  for (const [name, fields] of Object.entries(enums)) types[name] = { kind: "enum", fields };
  return { package: packageName, service, rpcs, types };
}
