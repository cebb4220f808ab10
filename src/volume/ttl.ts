import { AppError } from "../core/errors.ts";

/** Time to live as stored: `count` (0-255) of `unit` (0 none, 1 minute, 2 hour, 3 day, 4 week, 5 month, 6 year). */
export interface Ttl {
  readonly count: number;
  readonly unit: number;
}

export const NO_TTL: Ttl = Object.freeze({ count: 0, unit: 0 });

interface Unit {
  readonly letter: string;
  /** Unit code on disk. */
  readonly code: number;
  readonly seconds: number;
}

const MINUTE: Unit = { letter: "m", code: 1, seconds: 60 };
const HOUR: Unit = { letter: "h", code: 2, seconds: 3600 };
const DAY: Unit = { letter: "d", code: 3, seconds: 86_400 };
const WEEK: Unit = { letter: "w", code: 4, seconds: 604_800 };
const MONTH: Unit = { letter: "M", code: 5, seconds: 2_592_000 };
const YEAR: Unit = { letter: "y", code: 6, seconds: 31_536_000 };

const UNITS: readonly Unit[] = [MINUTE, HOUR, DAY, WEEK, MONTH, YEAR];
/** The coarsest exact unit wins; minutes are only reached by truncation, which is exact for them anyway. */
const EXACT_ORDER: readonly Unit[] = [YEAR, MONTH, WEEK, DAY, HOUR];

/**
 * Reads "3d", "90m", "12" (minutes) or "" (none) and fits the duration into one byte of count the way SeaweedFS does:
 * "24h" becomes 1 day, "300m" 5 hours, "365d" 1 year. Throws WK-FORMAT on other text.
 */
export function parseTtl(text: string): Ttl {
  if (text === "") return NO_TTL;
  const match = /^(\d{1,12})([mhdwMy]?)$/.exec(text);
  const unit = UNITS.find((candidate) => candidate.letter === (match?.[2] || "m"));
  if (match === null || unit === undefined) {
    throw new AppError("WK-FORMAT", `"${text}" is not a time to live.`, {
      hint: "Write a number and one of m (minutes), h, d, w, M (months), y, for example 3d.",
    });
  }
  return fitTtl(Number(match[1]) * unit.seconds);
}

function fitTtl(seconds: number): Ttl {
  if (seconds === 0) return NO_TTL;
  for (const { code, seconds: length } of EXACT_ORDER) {
    if (seconds % length === 0 && seconds / length < 256) return { count: seconds / length, unit: code };
  }
  for (const { code, seconds: length } of UNITS) {
    const count = Math.floor(seconds / length);
    if (count < 256) return count === 0 ? NO_TTL : { count, unit: code };
  }
  return NO_TTL;
}

/** Text such as "3d"; empty for none. */
export function formatTtl(ttl: Ttl): string {
  const unit = UNITS.find((candidate) => candidate.code === ttl.unit);
  return ttl.count === 0 || unit === undefined ? "" : `${ttl.count}${unit.letter}`;
}

/** Seconds; 0 for none. */
export function ttlSeconds(ttl: Ttl): number {
  return ttl.count * (UNITS.find((candidate) => candidate.code === ttl.unit)?.seconds ?? 0);
}

/** The two bytes of superblocks and needles. */
export function ttlFromBytes(count: number, unit: number): Ttl {
  return count === 0 ? NO_TTL : { count, unit };
}

/** The number used on the wire: count × 256 + unit, 0 for none. */
export function ttlToUint32(ttl: Ttl): number {
  return ttl.count === 0 ? 0 : ttl.count * 256 + ttl.unit;
}

export function ttlFromUint32(value: number): Ttl {
  return ttlFromBytes((value >>> 8) & 0xff, value & 0xff);
}
