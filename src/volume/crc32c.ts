import { crc32c as native } from "@node-rs/crc32";

/** CRC-32C (Castagnoli) of the bytes; `previous` continues the checksum of the bytes before them. */
export function crc32c(bytes: Uint8Array, previous = 0): number {
  return native(bytes, previous);
}

/** The masked form that releases before 3.09 stored and three RPC answers still carry. */
export function maskCrc(raw: number): number {
  return (((raw >>> 15) | (raw << 17)) + 0xa282ead8) >>> 0;
}

/** Whether a stored checksum, raw or masked, belongs to data with the checksum `raw`. */
export function crcMatches(stored: number, raw: number): boolean {
  return stored === raw || stored === maskCrc(raw);
}

/** The ETag of the HTTP interface: 8 lower-case hex digits of the raw checksum. */
export function crcEtag(raw: number): string {
  return raw.toString(16).padStart(8, "0");
}
