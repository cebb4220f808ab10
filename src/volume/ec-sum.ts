import { randomBytes } from "node:crypto";
import { AppError } from "../core/errors.ts";
import { crc32c } from "./crc32c.ts";
import { protoBytes, protoFields, protoVarint } from "./proto-wire.ts";
import type { EcShardConfig } from "./vif.ts";

/** Checksums of one shard. */
export interface ShardChecksums {
  readonly shard: number;
  /** Bytes of the shard file. */
  readonly coveredSize: number;
  /** Raw CRC-32C of each block, the last one shorter. */
  readonly blocks: readonly number[];
}

/** Content of an .ecsum: what every shard of one encode run must look like. */
export interface EcChecksums {
  readonly blockSize: number;
  readonly generation: number;
  /** Its encodeTsNs is 0 in what 4.44 writes. */
  readonly config: EcShardConfig;
  readonly shards: readonly ShardChecksums[];
  /** 16 random bytes. */
  readonly encodeUuid: Buffer;
}

/** Bytes a checksum covers by default: 16 MiB. */
export const DEFAULT_CHECKSUM_BLOCK = 16 * 1024 * 1024;
const MIN_BLOCK = 1024 * 1024;
const MAX_BLOCK = 64 * 1024 * 1024;

const MAGIC = 0x4543_5355;
const FORMAT_VERSION = 1;
const HEADER_SIZE = 14;
const ALGORITHM_CRC32C = 1;

/** Checksums of a fresh encode run, with an id of its own. Like 4.44, it leaves the time of the run to the .vif. */
export function newEcChecksums(
  ratio: Pick<EcShardConfig, "dataShards" | "parityShards">,
  shards: readonly ShardChecksums[],
): EcChecksums {
  const config = { dataShards: ratio.dataShards, parityShards: ratio.parityShards, encodeTsNs: 0n };
  return { blockSize: DEFAULT_CHECKSUM_BLOCK, generation: 0, config, shards, encodeUuid: randomBytes(16) };
}

/** File bytes. The header is big-endian, block checksums are little-endian. */
export function encodeEcSum(sums: EcChecksums): Buffer {
  const payload = Buffer.concat([
    protoVarint(1, ALGORITHM_CRC32C),
    protoVarint(2, sums.blockSize),
    protoVarint(3, sums.generation),
    protoBytes(4, encodeConfig(sums.config)),
    ...sums.shards.map((shard) => protoBytes(5, encodeShard(shard))),
    protoBytes(6, sums.encodeUuid),
  ]);
  const header = Buffer.alloc(HEADER_SIZE);
  header.writeUInt32BE(MAGIC, 0);
  header.writeUInt16BE(FORMAT_VERSION, 4);
  header.writeUInt32BE(payload.length, 6);
  header.writeUInt32BE(crc32c(payload), 10);
  return Buffer.concat([header, payload]);
}

function encodeConfig(config: EcShardConfig): Buffer {
  return Buffer.concat([
    protoVarint(1, config.dataShards),
    protoVarint(2, config.parityShards),
    protoVarint(3, config.encodeTsNs),
  ]);
}

function encodeShard(shard: ShardChecksums): Buffer {
  const blocks = Buffer.alloc(shard.blocks.length * 4);
  for (const [index, crc] of shard.blocks.entries()) blocks.writeUInt32LE(crc, index * 4);
  return Buffer.concat([protoVarint(1, shard.shard), protoVarint(2, shard.coveredSize), protoBytes(3, blocks)]);
}

/** Reads and checks an .ecsum. Throws WK-FORMAT or WK-CHECKSUM: without its sums a rebuild must not go on silently. */
export function decodeEcSum(bytes: Buffer, where = ".ecsum"): EcChecksums {
  if (bytes.length < HEADER_SIZE || bytes.readUInt32BE(0) !== MAGIC || bytes.readUInt16BE(4) !== FORMAT_VERSION) {
    throw new AppError("WK-FORMAT", `${where} is not a checksum file of version ${FORMAT_VERSION}.`);
  }
  const payload = bytes.subarray(HEADER_SIZE, HEADER_SIZE + bytes.readUInt32BE(6));
  if (payload.length !== bytes.readUInt32BE(6) || HEADER_SIZE + payload.length !== bytes.length) {
    throw new AppError("WK-FORMAT", `${where} does not have the length its header says.`);
  }
  if (crc32c(payload) !== bytes.readUInt32BE(10)) {
    throw new AppError("WK-CHECKSUM", `${where} does not match its own checksum.`);
  }
  const message = new Message(payload, where);
  const sums: EcChecksums = {
    blockSize: message.integer(2),
    generation: message.integer(3),
    config: readConfig(new Message(message.bytes(4), where)),
    shards: message.all(5).map((shard) => readShard(new Message(shard, where))),
    encodeUuid: Buffer.from(message.bytes(6)),
  };
  if (message.integer(1) !== ALGORITHM_CRC32C) throw new AppError("WK-FORMAT", `${where} uses an unknown algorithm.`);
  checkSums(sums, where);
  return sums;
}

function readConfig(message: Message): EcShardConfig {
  return { dataShards: message.integer(1), parityShards: message.integer(2), encodeTsNs: message.bigint(3) };
}

function readShard(message: Message): ShardChecksums {
  const packed = message.bytes(3);
  const blocks = Array.from({ length: Math.floor(packed.length / 4) }, (_, index) => packed.readUInt32LE(index * 4));
  return { shard: message.integer(1), coveredSize: message.integer(2), blocks };
}

function checkSums(sums: EcChecksums, where: string): void {
  const { blockSize, shards, config } = sums;
  if (blockSize < MIN_BLOCK || blockSize > MAX_BLOCK || (blockSize & (blockSize - 1)) !== 0) {
    throw new AppError("WK-FORMAT", `${where} has the impossible block size ${blockSize}.`);
  }
  const ids = new Set(shards.map(({ shard }) => shard));
  const total = config.dataShards + config.parityShards;
  if (ids.size !== shards.length || ids.size !== total || Math.max(...ids) !== total - 1) {
    throw new AppError("WK-FORMAT", `${where} does not hold one entry for each of its ${total} shards.`);
  }
  for (const { shard, coveredSize, blocks } of shards) {
    if (blocks.length !== Math.ceil(coveredSize / blockSize)) {
      throw new AppError(
        "WK-FORMAT",
        `${where} has ${blocks.length} checksums for the ${coveredSize} bytes of shard ${shard}.`,
      );
    }
  }
}

/** The fields of one message by number; absent ones are 0 or empty. */
class Message {
  readonly #where: string;
  readonly #fields = new Map<number, (bigint | Buffer)[]>();

  constructor(bytes: Buffer, where: string) {
    this.#where = where;
    for (const { number, value } of protoFields(bytes)) {
      const known = this.#fields.get(number);
      if (known === undefined) this.#fields.set(number, [value]);
      else known.push(value);
    }
  }

  bigint(number: number): bigint {
    const value = this.#fields.get(number)?.at(-1) ?? 0n;
    if (typeof value === "bigint") return value;
    throw this.#wrong(number);
  }

  integer(number: number): number {
    const value = this.bigint(number);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw this.#wrong(number);
    return Number(value);
  }

  all(number: number): Buffer[] {
    return (this.#fields.get(number) ?? []).map((value) => {
      if (typeof value === "bigint") throw this.#wrong(number);
      return value;
    });
  }

  bytes(number: number): Buffer {
    return this.all(number).at(-1) ?? Buffer.alloc(0);
  }

  #wrong(number: number): AppError {
    return new AppError("WK-FORMAT", `Field ${number} of ${this.#where} is not what it should be.`);
  }
}
