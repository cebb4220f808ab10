/** The three parts of the id an attempt has on the wire: `<epoch>-<task>-a<attempt>`. */
export interface WireTaskId {
  /** Random, new after every restore. */
  readonly epoch: string;
  readonly task: number;
  readonly attempt: number;
}

const PATTERN = /^([0-9a-z]{6,32})-([1-9]\d{0,14})-a([1-9]\d{0,8})$/;

/** New for every attempt, so that the late word of any worker, Go ones included, names a dead attempt. */
export function formatWireTaskId(id: WireTaskId): string {
  return `${id.epoch}-${id.task}-a${id.attempt}`;
}

/** `undefined` for a text that is not one of ours. */
export function parseWireTaskId(text: string): WireTaskId | undefined {
  const match = PATTERN.exec(text);
  if (match === null) return undefined;
  return { epoch: match[1] ?? "", task: Number(match[2]), attempt: Number(match[3]) };
}
