import { AppError } from "../../core/errors.ts";

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const FIXED32 = 5;

/**
 * Reads protobuf fields from a buffer in place, without building objects. `next` moves to the following field;
 * then exactly one of the value methods or `skip` is called. Sub-messages are read by narrowing with `enter`.
 */
export class WireReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #end: number;
  #field = 0;
  #type = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
    this.#end = bytes.length;
  }

  /** Number of the current field. */
  get field(): number {
    return this.#field;
  }

  get position(): number {
    return this.#at;
  }

  /** Moves to the next field of the message; false at its end. */
  next(): boolean {
    if (this.#at >= this.#end) return false;
    const tag = this.#varint();
    this.#field = Math.floor(tag / 8);
    this.#type = tag % 8;
    if (this.#field === 0) throw this.#malformed();
    return true;
  }

  /** A number; exact up to 2^53, negative ones as their nearest double. */
  number(): number {
    if (this.#type !== VARINT) throw this.#malformed();
    const value = this.#varint();
    return value >= 2 ** 63 ? value - 2 ** 64 : value;
  }

  /** A 64-bit signed number, exact. */
  bigint(): bigint {
    if (this.#type !== VARINT) throw this.#malformed();
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = this.#byte();
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return BigInt.asIntN(64, value);
    }
    throw this.#malformed();
  }

  text(): string {
    const end = this.#lengthEnd();
    const bytes = this.#bytes.subarray(this.#at, end);
    this.#at = end;
    return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString("utf8");
  }

  /** Whether a text or bytes field has content; moves past it. */
  hasContent(): boolean {
    const end = this.#lengthEnd();
    const filled = end > this.#at;
    this.#at = end;
    return filled;
  }

  /** Narrows the reader to the sub-message of the current field; give the result to `leave`. */
  enter(): number {
    const end = this.#lengthEnd();
    const outer = this.#end;
    this.#end = end;
    return outer;
  }

  /** Widens the reader again, past the rest of the sub-message. */
  leave(outer: number): void {
    this.#at = this.#end;
    this.#end = outer;
  }

  /** Back to an earlier position of the same message, to read it a second time. */
  rewind(position: number): void {
    this.#at = position;
  }

  /** Sum of a repeated number, packed or not. */
  packedSum(): number {
    if (this.#type === VARINT) return this.number();
    const end = this.#lengthEnd();
    let sum = 0;
    while (this.#at < end) sum += this.#varint();
    if (this.#at !== end) throw this.#malformed();
    return sum;
  }

  skip(): void {
    if (this.#type === VARINT) this.#varint();
    else if (this.#type === BYTES) this.#at = this.#lengthEnd();
    else if (this.#type === FIXED64) this.#advance(8);
    else if (this.#type === FIXED32) this.#advance(4);
    else throw this.#malformed();
  }

  #lengthEnd(): number {
    if (this.#type !== BYTES) throw this.#malformed();
    const length = this.#varint();
    const end = this.#at + length;
    if (end > this.#end) throw this.#malformed();
    return end;
  }

  #advance(bytes: number): void {
    if (this.#at + bytes > this.#end) throw this.#malformed();
    this.#at += bytes;
  }

  #byte(): number {
    if (this.#at >= this.#end) throw this.#malformed();
    return this.#bytes[this.#at++] ?? 0;
  }

  #varint(): number {
    let byte = this.#byte();
    if (byte < 0x80) return byte;
    let value = byte & 0x7f;
    let scale = 128;
    for (let count = 1; count < 10; count++) {
      byte = this.#byte();
      value += (byte & 0x7f) * scale;
      if (byte < 0x80) return value;
      scale *= 128;
    }
    throw this.#malformed();
  }

  #malformed(): AppError {
    return new AppError("WK-RPC-PROTOCOL", `The master's volume list is malformed at byte ${this.#at}.`);
  }
}
