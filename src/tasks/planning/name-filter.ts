/** Words that mean "every name", as SeaweedFS writes them. */
const EVERYTHING: ReadonlySet<string> = new Set(["*", "ALL_COLLECTIONS", "EACH_COLLECTION"]);
/** Name of the collection without a name, as in `weed shell`. */
const UNNAMED = "_default";

/**
 * A filter over names: a comma list of names with `*` and `?`; empty text, `*`, `ALL_COLLECTIONS` and
 * `EACH_COLLECTION` let everything pass, `_default` is the collection without a name.
 */
export function nameFilter(text: string): (name: string) => boolean {
  const patterns = text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "");
  if (patterns.length === 0 || patterns.some((pattern) => EVERYTHING.has(pattern))) return () => true;
  const tests = patterns.map(wildcard);
  return (name) => tests.some((test) => test.test(name === "" ? UNNAMED : name));
}

function wildcard(pattern: string): RegExp {
  const body = pattern
    .replace(/[\\^$.+()[\]{}|/]/g, "\\$&")
    .replaceAll("*", ".*")
    .replaceAll("?", ".");
  return new RegExp(`^${body}$`, "su");
}
