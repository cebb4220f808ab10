import { homedir } from "node:os";
import { join, resolve } from "node:path";

/** A folder as it was given: `~` is the home folder, empty is the current one. */
export function folderPath(text: string): string {
  if (text === "~" || text.startsWith("~/")) return join(homedir(), text.slice(1));
  return resolve(text);
}
