import { AppError } from "../core/errors.ts";
import { parseVolumeId } from "./volume-name.ts";

/** Names one file: the volume, the needle's key in it, and the random cookie that guards against guessing. */
export interface FileId {
  readonly volumeId: number;
  /** u64. */
  readonly key: bigint;
  /** u32. */
  readonly cookie: number;
}

const MAX_KEY = 0xffff_ffff_ffff_ffffn;

/** "<vid>,<hex>": 12 bytes in lower-case hex without the key's leading zero bytes. */
export function formatFileId({ volumeId, key, cookie }: FileId): string {
  return `${volumeId},${formatKeyCookie(key, cookie)}`;
}

function formatKeyCookie(key: bigint, cookie: number): string {
  const keyHex = key === 0n ? "" : key.toString(16);
  const wholeBytes = keyHex.length % 2 === 0 ? keyHex : `0${keyHex}`;
  return wholeBytes + cookie.toString(16).padStart(8, "0");
}

/** Reads "<vid>,<key hex><cookie hex>[_<n>]" (n is added to the key). Throws WK-FORMAT. */
export function parseFileId(text: string): FileId {
  const comma = text.indexOf(",");
  const found = comma < 0 ? undefined : fileIdFromParts(text.slice(0, comma), text.slice(comma + 1));
  if (found === undefined) {
    throw new AppError("WK-FORMAT", `"${text}" is not a file id.`, {
      hint: "A file id looks like 3,01637037d6: the volume id, a comma, and 9 to 24 hex digits.",
    });
  }
  return found;
}

/**
 * Reads the path of a volume server's HTTP request: "/3,01637037d6", "/3,01637037d6.jpg", "/3/01637037d6" and
 * "/3/01637037d6/name.jpg". Undefined when the path names no file.
 */
export function parseFilePath(path: string): FileId | undefined {
  const match = /^\/(\d+)(?:,|\/)([0-9a-fA-F]+(?:_\d+)?)(?:\.[^/]*)?(?:\/[^/]*)?$/.exec(path);
  return match === null ? undefined : fileIdFromParts(match[1] ?? "", match[2] ?? "");
}

function fileIdFromParts(volume: string, keyCookie: string): FileId | undefined {
  const volumeId = parseVolumeId(volume);
  const match = /^([0-9a-fA-F]{1,16})([0-9a-fA-F]{8})(?:_(\d{1,20}))?$/.exec(keyCookie);
  if (volumeId === undefined || match === null) return undefined;
  const key = BigInt(`0x${match[1]}`) + BigInt(match[3] ?? "0");
  return key > MAX_KEY ? undefined : { volumeId, key, cookie: Number.parseInt(match[2] ?? "", 16) };
}
