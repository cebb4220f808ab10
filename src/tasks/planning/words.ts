/** How measured values are written in reasons and verdicts. */

const UNITS = ["B", "KB", "MB", "GB", "TB", "PB"] as const;

/** 0.123 → `12.3 %`; whole numbers without a fraction. */
export function percent(ratio: number): string {
  const value = Math.round(ratio * 1000) / 10;
  return `${Number.isInteger(value) ? value : value.toFixed(1)} %`;
}

/** Units of 1024, as SeaweedFS counts them: `1.5 GB`. */
export function bytes(count: number): string {
  let value = Math.abs(count);
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit++;
  }
  const digits = unit === 0 || value >= 100 ? 0 : 1;
  return `${count < 0 ? "-" : ""}${value.toFixed(digits)} ${UNITS[unit]}`;
}

/** Seconds as the two largest units: `3d4h`, `1h5m`, `40s`. */
export function age(seconds: number): string {
  let rest = Math.max(0, Math.floor(seconds));
  const parts: string[] = [];
  for (const [letter, size] of [
    ["d", 86_400],
    ["h", 3600],
    ["m", 60],
    ["s", 1],
  ] as const) {
    const count = Math.floor(rest / size);
    rest -= count * size;
    if (count > 0 && parts.length < 2) parts.push(`${count}${letter}`);
    else if (parts.length === 1) break;
  }
  return parts.join("") || "0s";
}

/** `1 replica`, `2 replicas`. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
