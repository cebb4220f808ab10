// How values are written. What is not known says so.

const UNKNOWN = "unknown";
const UNITS = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];

export function bytes(count) {
  if (count === null || count === undefined) return UNKNOWN;
  let value = count;
  let unit = 0;
  while (Math.abs(value) >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(1)} ${UNITS[unit]}`;
}

export function duration(ms) {
  if (ms === null || ms === undefined) return UNKNOWN;
  if (ms < 1000) return `${Math.round(ms)} ms`;
  let rest = Math.round(ms / 1000);
  const parts = [];
  for (const [size, name] of [
    [86400, "d"],
    [3600, "h"],
    [60, "min"],
    [1, "s"],
  ]) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 && parts.length < 2) parts.push(`${count} ${name}`);
    else if (parts.length === 1) break;
  }
  return parts.join(" ") || "0 s";
}

/** "12 s ago" or "in 3 min", by the clock of this browser. */
export function moment(iso) {
  if (iso === null || iso === undefined) return UNKNOWN;
  const ms = Date.parse(iso) - Date.now();
  // Less than this is the difference of two clocks.
  if (Math.abs(ms) < 1500) return "now";
  return ms < 0 ? `${duration(-ms)} ago` : `in ${duration(ms)}`;
}

export function percent(ratio) {
  return ratio === null || ratio === undefined || Number.isNaN(ratio) ? UNKNOWN : `${Math.round(ratio * 1000) / 10} %`;
}

export function text(value) {
  return value === null || value === undefined || value === "" ? UNKNOWN : String(value);
}

export function tookMs(task) {
  if (task.startedAt === null || task.finishedAt === null) return null;
  return Math.max(Date.parse(task.finishedAt) - Date.parse(task.startedAt), 0);
}
