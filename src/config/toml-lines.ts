/**
 * Line (from 1) on which a key of a TOML document is set, for error texts; the parser does not say. Looks at
 * headers and `key =` only, so a key inside an inline table is reported at the table's line.
 */
export function locateKey(source: string, keys: readonly string[]): number | undefined {
  const wanted = keys.join(".");
  let table: readonly string[] = [];
  let inTable: number | undefined;
  let number = 0;
  for (const line of source.split("\n")) {
    number++;
    const header = /^\s*\[\[?([^\]]+)\]\]?\s*(?:#.*)?$/.exec(line);
    if (header !== null) {
      table = splitKey(header[1] ?? "");
      continue;
    }
    const name = /^\s*((?:"[^"]*"|'[^']*'|[A-Za-z0-9_-]+|\s*\.\s*)+)\s*=/.exec(line)?.[1];
    if (name === undefined) continue;
    const full = [...table, ...splitKey(name)].join(".");
    if (full === wanted) return number;
    if (wanted.startsWith(`${full}.`)) inTable = number;
  }
  return inTable;
}

function splitKey(text: string): readonly string[] {
  return [...text.matchAll(/"([^"]*)"|'([^']*)'|([A-Za-z0-9_-]+)/g)].map((part) => part[1] ?? part[2] ?? part[3] ?? "");
}
