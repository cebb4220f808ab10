import { randomBytes } from "node:crypto";

/** Random lower-case hex of `bytes` bytes: process nonces, epochs, names of scratch files. */
export function randomHex(bytes: number): string {
  return randomBytes(bytes).toString("hex");
}
