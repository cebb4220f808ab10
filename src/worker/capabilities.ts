import { AppError } from "../core/errors.ts";
import { nearestWord } from "../core/nearest-word.ts";

/** Words that SeaweedFS's documentation uses for task types. */
const ALIASES: Readonly<Record<string, string>> = {
  ec: "erasure_coding",
  remote: "remote_upload",
  replication: "fix_replication",
};

export interface Capabilities {
  /** Task types to register with, in the order given, each once. */
  readonly types: readonly string[];
  /** Known types that this release cannot run yet: left out, and to be said so. */
  readonly missing: readonly string[];
}

/**
 * The task types that `-capabilities` asks for.
 * @param runnable types this release runs.
 * @throws AppError WK-USAGE: an unknown word, with the nearest valid one; or nothing that can be run.
 */
export function readCapabilities(words: readonly string[], runnable: readonly string[]): Capabilities {
  const known = new Set([...runnable, ...Object.values(ALIASES)]);
  const asked = new Set<string>();
  for (const word of words) {
    const type = Object.hasOwn(ALIASES, word) ? (ALIASES[word] ?? word) : word;
    if (!known.has(type)) throw unknownWord(word, runnable);
    asked.add(type);
  }
  const types = [...asked].filter((type) => runnable.includes(type));
  const missing = [...asked].filter((type) => !runnable.includes(type));
  if (types.length === 0) {
    const what = missing.length > 0 ? `only ${missing.join(", ")}, which this release cannot run yet` : "nothing";
    throw new AppError("WK-USAGE", `-capabilities names ${what}.`, {
      hint: `This release runs ${runnable.join(", ")}.`,
    });
  }
  return { types, missing };
}

function unknownWord(word: string, runnable: readonly string[]): AppError {
  const near = nearestWord(word, [...runnable, ...Object.keys(ALIASES), ...Object.values(ALIASES)]);
  return new AppError(
    "WK-USAGE",
    `-capabilities: there is no capability "${word}"${near === undefined ? "." : `; did you mean "${near}"?`}`,
    { hint: `This release runs ${runnable.join(", ")}.` },
  );
}
