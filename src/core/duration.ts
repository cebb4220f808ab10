import { AppError } from "./errors.ts";

const UNIT_MS: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
};

const PART = /(\d+(?:\.\d*)?|\.\d+)(ns|us|µs|μs|ms|s|m|h)/y;

/**
 * Reads a duration as Go writes it: `30s`, `1h30m`, `500ms`, `1.5h`, `-10s`, `0`.
 * @returns milliseconds; fractions of a millisecond are kept.
 * @throws AppError WK-USAGE when a unit is missing or unknown.
 */
export function parseDuration(text: string): number {
  const negative = text.startsWith("-");
  const body = /^[+-]/.test(text) ? text.slice(1) : text;
  if (body === "0") return 0;
  let sum = 0;
  let at = 0;
  while (at < body.length) {
    PART.lastIndex = at;
    const match = PART.exec(body);
    if (match === null) throw durationError(text);
    sum += Number(match[1]) * (UNIT_MS[match[2] ?? ""] ?? Number.NaN);
    at = PART.lastIndex;
  }
  if (at === 0 || !Number.isFinite(sum)) throw durationError(text);
  return negative ? -sum : sum;
}

/** The shortest form that `parseDuration` reads back: 5400000 is `1h30m`, 30000 is `30s`, 1500 is `1s500ms`. */
export function formatDuration(ms: number): string {
  if (ms === 0) return "0s";
  let rest = Math.round(Math.abs(ms));
  let text = ms < 0 ? "-" : "";
  for (const unit of ["h", "m", "s", "ms"]) {
    const size = UNIT_MS[unit] ?? 1;
    const count = Math.floor(rest / size);
    if (count > 0) text += `${count}${unit}`;
    rest -= count * size;
  }
  return text === "" || text === "-" ? `${ms}ms` : text;
}

function durationError(text: string): AppError {
  return new AppError("WK-USAGE", `"${text}" is not a duration.`, { hint: "Write it like 30s, 1h30m or 500ms." });
}
