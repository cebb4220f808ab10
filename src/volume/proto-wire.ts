import { AppError } from "../core/errors.ts";

/** One field of a protobuf message: a number for varints, bytes for everything with a length. */
interface ProtoField {
  readonly number: number;
  readonly value: bigint | Buffer;
}

const VARINT = 0;
const BYTES = 2;

/** Reads the fields of a message that consists of varints and length-delimited values. Throws WK-FORMAT on anything else. */
export function* protoFields(bytes: Buffer): Generator<ProtoField, void, undefined> {
  let at = 0;
  const varint = (): bigint => {
    let value = 0n;
    for (let shift = 0n; shift < 70n; shift += 7n) {
      const byte = bytes[at++];
      if (byte === undefined) break;
      value |= BigInt(byte & 0x7f) << shift;
      if (byte < 0x80) return value;
    }
    throw new AppError("WK-FORMAT", `A protobuf number is cut short or too long at byte ${at}.`);
  };
  while (at < bytes.length) {
    const tag = varint();
    const number = Number(tag >> 3n);
    const kind = Number(tag & 7n);
    if (kind === VARINT) {
      yield { number, value: varint() };
    } else if (kind === BYTES) {
      const length = Number(varint());
      if (at + length > bytes.length) throw new AppError("WK-FORMAT", `Protobuf field ${number} is cut short.`);
      at += length;
      yield { number, value: bytes.subarray(at - length, at) };
    } else {
      throw new AppError("WK-FORMAT", `Protobuf field ${number} has the unexpected wire type ${kind}.`);
    }
  }
}

/** A varint field; nothing for 0, as proto3 writers do. */
export function protoVarint(number: number, value: number | bigint): Buffer {
  const amount = BigInt(value);
  return amount === 0n ? Buffer.alloc(0) : Buffer.concat([encodeVarint(BigInt(number << 3)), encodeVarint(amount)]);
}

/** A bytes or message field. */
export function protoBytes(number: number, value: Uint8Array): Buffer {
  return Buffer.concat([encodeVarint(BigInt((number << 3) | BYTES)), encodeVarint(BigInt(value.length)), value]);
}

function encodeVarint(value: bigint): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest > 0x7fn; rest >>= 7n) bytes.push(Number(rest & 0x7fn) | 0x80);
  bytes.push(Number(rest));
  return Buffer.from(bytes);
}
