import { open, readFile } from "node:fs/promises";
import { AppError } from "../core/errors.ts";
import { type EncodedShards, encodeShards } from "./ec-encoder.ts";
import { decodedDatSize, encodeEcx } from "./ec-index.ts";
import { DEFAULT_EC_LAYOUT, type EcLayout, shardExtension, totalShards } from "./ec-layout.ts";
import { encodeEcSum, newEcChecksums } from "./ec-sum.ts";
import { NeedleMap } from "./needle-map.ts";
import type { LongRun } from "./rs-pipeline.ts";
import { StagedFiles, writeFully } from "./staged-files.ts";
import { formatVif, type VolumeInfo, volumeInfo } from "./vif.ts";
import { readSuperBlock } from "./volume-file.ts";

interface GenerateOptions extends LongRun {
  readonly datPath: string;
  readonly idxPath: string;
  /** Path without extension for the shards, .ecsum and .vif. */
  readonly base: string;
  /** Path without extension for the .ecx where indexes have a folder of their own. Default `base`. */
  readonly indexBase?: string;
  /** Names the encode run, Unix nanoseconds: shards of different runs never mix. */
  readonly encodeTsNs: bigint;
  /** When an EC volume with a TTL goes, Unix seconds. Default 0: never. */
  readonly expireAtSec?: number;
  /** Default 10+4 with 1 GiB and 1 MiB blocks. */
  readonly layout?: EcLayout;
  /** Sync files and folders before returning. Default true; scratch files need no such thing. */
  readonly durable?: boolean;
}

export interface GeneratedEcVolume extends EncodedShards {
  /** What the .vif says. */
  readonly info: VolumeInfo;
  /** Live needles in the .ecx; with none, servers refuse to copy it. */
  readonly needles: number;
}

/**
 * Makes all files of an EC volume from a .dat and .idx that do not change meanwhile: shards, .ecx, .ecsum and .vif.
 * They appear under their names when all are complete, the shards last, because a shard can hide the .dat from a volume
 * server. Throws WK-FORMAT when the index names bytes that the .dat does not have, WK-CANCELLED when aborted; then nothing
 * is left behind.
 */
export async function generateEcVolume(options: GenerateOptions): Promise<GeneratedEcVolume> {
  const { base, indexBase = base, layout = DEFAULT_EC_LAYOUT } = options;
  const dat = await open(options.datPath);
  const staged = new StagedFiles(".tmp");
  try {
    const { version } = await readSuperBlock(dat);
    const live = NeedleMap.fromIdx(await readFile(options.idxPath)).liveSet();
    const ecx = encodeEcx(live);
    const { size } = await dat.stat();
    if (decodedDatSize(ecx, version) > size) {
      throw new AppError(
        "WK-FORMAT",
        `${options.idxPath} names needles beyond the ${size} bytes of ${options.datPath}.`,
      );
    }
    const ecxFile = await staged.open(`${indexBase}.ecx`);
    const sumFile = await staged.open(`${base}.ecsum`);
    const vifFile = await staged.open(`${base}.vif`);
    const shards = [];
    for (let shard = 0; shard < totalShards(layout); shard++) {
      shards.push(await staged.open(`${base}${shardExtension(shard)}`));
    }
    const encoded = await encodeShards({ ...options, dat, shards, layout });
    const info = volumeInfo({
      version,
      datFileSize: encoded.datSize,
      expireAtSec: options.expireAtSec ?? 0,
      ecShardConfig: {
        dataShards: layout.dataShards,
        parityShards: layout.parityShards,
        encodeTsNs: options.encodeTsNs,
      },
    });
    await writeFully(ecxFile, ecx, 0);
    await writeFully(sumFile, encodeEcSum(newEcChecksums(layout, encoded.checksums)), 0);
    await writeFully(vifFile, Buffer.from(formatVif(info)), 0);
    await staged.commit(options.durable ?? true);
    return { ...encoded, info, needles: live.keys.length };
  } finally {
    await staged.discard();
    await dat.close();
  }
}
