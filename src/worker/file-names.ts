/**
 * A name of a file for an id that a peer chose: letters, digits, `.`, `_` and `-` stay, everything else is written
 * as `%` and hex, so that two ids never share a name. Ids of our own and of Go admins stay readable.
 */
export function fileNameOf(id: string): string {
  const plain = id.replace(/[^A-Za-z0-9._-]/gu, (char) => `%${Buffer.from(char, "utf8").toString("hex")}`);
  return plain.startsWith(".") ? `%2e${plain.slice(1)}` : plain;
}

/** Whether an id can name files: the empty one and very long ones cannot. */
export function canNameFiles(id: string): boolean {
  return id !== "" && fileNameOf(id).length <= 120;
}
