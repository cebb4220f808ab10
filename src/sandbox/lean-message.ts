/**
 * A message without its fields that have the default value: SeaweedFS does not send those, so its clients see them
 * as absent, and clients of the sandbox shall see the same. Messages inside stay, also when nothing is left in them.
 */
export function leanMessage(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(leanMessage);
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return value;
  return Object.fromEntries(
    Object.entries(value)
      .filter(([, field]) => !isDefault(field))
      .map(([name, field]) => [name, leanMessage(field)]),
  );
}

function isDefault(field: unknown): boolean {
  if (field === undefined || field === 0 || field === "" || field === "0" || field === false || field === 0n)
    return true;
  return (field instanceof Uint8Array || Array.isArray(field)) && field.length === 0;
}
