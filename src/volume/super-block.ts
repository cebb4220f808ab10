import { AppError } from "../core/errors.ts";
import { type ReplicaPlacement, replicaPlacementFromByte, replicaPlacementToByte } from "./replica-placement.ts";
import { type Ttl, ttlFromBytes } from "./ttl.ts";

/** Version of a volume: which needle record layout its .dat uses. New volumes are 3. */
export type VolumeVersion = 1 | 2 | 3;

/** Bytes of the superblock without its extra area, which SeaweedFS never writes. */
export const SUPER_BLOCK_SIZE = 8;

/** The first bytes of a .dat (and of the first EC shard). */
export interface SuperBlock {
  readonly version: VolumeVersion;
  readonly replicaPlacement: ReplicaPlacement;
  readonly ttl: Ttl;
  /** Grows by one with each vacuum; u16, wraps. */
  readonly compactionRevision: number;
  /** Bytes of the extra area; 0 in every usable volume. */
  readonly extraSize: number;
}

/** Needs at least 8 bytes. Throws WK-FORMAT when short or of an unknown version. */
export function decodeSuperBlock(bytes: Buffer): SuperBlock {
  if (bytes.length < SUPER_BLOCK_SIZE) {
    throw new AppError("WK-FORMAT", `A superblock has 8 bytes, but there are only ${bytes.length}.`);
  }
  const version = bytes.readUInt8(0);
  if (!isVolumeVersion(version)) {
    throw new AppError("WK-FORMAT", `Volume version ${version} is not supported; 1, 2 and 3 are.`);
  }
  return {
    version,
    replicaPlacement: replicaPlacementFromByte(bytes.readUInt8(1)),
    ttl: ttlFromBytes(bytes.readUInt8(2), bytes.readUInt8(3)),
    compactionRevision: bytes.readUInt16BE(4),
    extraSize: bytes.readUInt16BE(6),
  };
}

/** 8 bytes, always without an extra area: SeaweedFS cannot read a volume that has one. */
export function encodeSuperBlock(block: Omit<SuperBlock, "extraSize">): Buffer {
  const bytes = Buffer.alloc(SUPER_BLOCK_SIZE);
  bytes.writeUInt8(block.version, 0);
  bytes.writeUInt8(replicaPlacementToByte(block.replicaPlacement), 1);
  bytes.writeUInt8(block.ttl.count, 2);
  bytes.writeUInt8(block.ttl.count === 0 ? 0 : block.ttl.unit, 3);
  bytes.writeUInt16BE(block.compactionRevision & 0xffff, 4);
  return bytes;
}

/** Where the first needle record starts. */
export function firstNeedleOffset(block: SuperBlock): number {
  return block.version === 1 ? SUPER_BLOCK_SIZE : SUPER_BLOCK_SIZE + block.extraSize;
}

export function isVolumeVersion(value: number): value is VolumeVersion {
  return value === 1 || value === 2 || value === 3;
}
