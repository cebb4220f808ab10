import {
  closeSync,
  existsSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { encodeIdxEntry, idxEntryCount, idxEntrySize, readIdxEntry } from "../../volume/idx.ts";
import { decodeNeedle, encodeNeedle, recordLength } from "../../volume/needle.ts";
import { NeedleMap } from "../../volume/needle-map.ts";
import { encodeSuperBlock } from "../../volume/super-block.ts";
import { ttlSeconds } from "../../volume/ttl.ts";
import type { Call } from "../rpc-handlers.ts";
import type { Disk } from "./disk.ts";
import type { Volume } from "./volume.ts";

/** Cookie of the deletion records a commit replays. */
const REPLAYED_COOKIE = 0x1234_5678;
/** A progress message each so many bytes. */
const PROGRESS_BYTES = 128 * 1024 * 1024;

/**
 * Writes the live needles into `.cpd` and `.cpx`. Points: `needle` before each record, `cpd` when all are written,
 * `cpx` before the index. While a compaction of the volume runs, another one succeeds without doing anything.
 * @param progress Told the bytes written, at most once in 128 MiB.
 */
export async function compact(
  volume: Volume,
  disk: Disk,
  call: Call,
  progress: (bytes: number) => Promise<void>,
): Promise<void> {
  if (volume.compaction.running) return;
  const { index } = volume;
  if (index === undefined) throw new Error(`volume ${volume.id} backend is empty remote:false`);
  const needed = volume.datSize + index.fileSize;
  const { free } = disk.usage();
  if (free < needed) throw new Error(`free space: ${free} bytes, not enough for ${needed} bytes`);
  volume.compaction.running = true;
  try {
    volume.compaction.idxOffset = index.fileSize;
    volume.compaction.revision = volume.revision;
    const entries = await writeCompacted(volume, disk, call, progress);
    await call.point("cpd", facts(volume));
    checkSize(volume);
    await call.point("cpx", facts(volume));
    disk.need(entries.length, `${volume.base}.cpx`);
    writeFileSync(`${volume.base}.cpx`, entries);
  } finally {
    volume.compaction.running = false;
  }
}

async function writeCompacted(
  volume: Volume,
  disk: Disk,
  call: Call,
  progress: (bytes: number) => Promise<void>,
): Promise<Buffer> {
  const live = NeedleMap.fromIdx(readFileSync(`${volume.base}.idx`)).liveSet();
  const fd = openSync(`${volume.base}.cpd`, "w");
  const entries: Buffer[] = [];
  try {
    let at = writeSync(
      fd,
      encodeSuperBlock({
        version: volume.version,
        replicaPlacement: volume.placement,
        ttl: volume.ttl,
        compactionRevision: volume.revision + 1,
      }),
    );
    let reported = 0;
    for (const [i, key] of live.keys.entries()) {
      await call.point("needle", { ...facts(volume), index: i });
      if (volume.closed) throw new Error(`volume ${volume.id} is closed`);
      const needle = decodeNeedle(volume.record(live.offsets[i] ?? 0, live.sizes[i] ?? 0), volume.version);
      if (needle.ttl !== undefined && isExpired(volume, needle.lastModified ?? 0)) continue;
      const record = encodeNeedle(needle, volume.version);
      disk.need(record.length, `${volume.base}.cpd`);
      entries.push(encodeIdxEntry({ key, offset: at, size: live.sizes[i] ?? 0 }));
      at += writeSync(fd, record);
      if (at - reported > PROGRESS_BYTES) {
        reported = at;
        await progress(at);
      }
    }
  } finally {
    closeSync(fd);
  }
  return Buffer.concat(entries);
}

function isExpired(volume: Volume, lastModified: number): boolean {
  const seconds = ttlSeconds(volume.ttl);
  return seconds > 0 && Date.now() / 1000 >= lastModified + seconds;
}

/** Writes during the compaction make the result smaller than the counters say. */
function checkSize(volume: Volume): void {
  const counters = volume.index?.counters;
  if (counters === undefined || ttlSeconds(volume.ttl) > 0) return;
  const expected = counters.contentBytes - counters.deletedBytes;
  const { size } = statSync(`${volume.base}.cpd`);
  if (expected > size) {
    throw new Error(
      `volume ${volume.id} unexpected new data size: ${size} does not match size of content minus deleted: ${expected}`,
    );
  }
}

/**
 * Puts the compacted files in place of the volume's. An error leaves the old files and a closed volume. Points:
 * `marked` when the commit marker stands, `half` between the two renames, `swapped` before the marker goes.
 */
export async function commit(volume: Volume, call: Call): Promise<void> {
  if (volume.compaction.running) return;
  volume.compaction.running = true;
  try {
    const { revision } = volume;
    volume.close();
    try {
      replayChanges(volume, revision);
    } catch (reason) {
      removeCompacted(volume.base);
      throw reason;
    }
    await swap(volume, call);
    volume.open();
  } finally {
    volume.compaction.running = false;
  }
}

async function swap(volume: Volume, call: Call): Promise<void> {
  const { base } = volume;
  writeFileSync(`${base}.cpc`, "");
  if (!existsSync(`${base}.cpd`) || !existsSync(`${base}.cpx`)) {
    throw new Error(`volume ${volume.id} compact swap aborted: missing .cpd/.cpx`);
  }
  await call.point("marked", facts(volume));
  renameSync(`${base}.cpd`, `${base}.dat`);
  await call.point("half", facts(volume));
  renameSync(`${base}.cpx`, `${base}.idx`);
  rmSync(`${base}.sdx`, { force: true });
  await call.point("swapped", facts(volume));
  rmSync(`${base}.cpc`);
}

/** Appends what happened since the compaction began to the compacted files. */
function replayChanges(volume: Volume, revision: number): void {
  const { base, compaction } = volume;
  const idx = readFileSync(`${base}.idx`);
  if (idx.length === 0 || idx.length <= compaction.idxOffset) return;
  if (compaction.idxOffset === 0) {
    throw new Error(`readIndexEntry ${base}.idx at offset -16 failed: offset -16 for index file is invalid`);
  }
  if (revision !== compaction.revision) {
    throw new Error(
      `old .dat file's compact revision is ${revision}, while the compact was done on ${compaction.revision}`,
    );
  }
  for (const extension of [".cpd", ".cpx"]) {
    if (existsSync(base + extension)) continue;
    const kind = extension === ".cpd" ? "dat" : "idx";
    throw new Error(
      `open ${kind} file ${base}${extension} failed: open ${base}${extension}: no such file or directory`,
    );
  }
  const newest = new Map<bigint, { offset: number; size: number }>();
  for (let i = compaction.idxOffset / idxEntrySize(); i < idxEntryCount(idx); i++) {
    const { key, offset, size } = readIdxEntry(idx, i);
    newest.set(key, { offset, size });
  }
  appendChanges(volume, newest);
}

function appendChanges(volume: Volume, newest: ReadonlyMap<bigint, { offset: number; size: number }>): void {
  const { base, version } = volume;
  const old = readFileSync(`${base}.dat`);
  const dat = openSync(`${base}.cpd`, "a");
  const idx = openSync(`${base}.cpx`, "a");
  try {
    let at = statSync(`${base}.cpd`).size;
    for (const [key, { offset, size }] of newest) {
      const record =
        size > 0
          ? old.subarray(offset, offset + recordLength(size, version))
          : encodeNeedle(
              { id: key, cookie: REPLAYED_COOKIE, data: Buffer.alloc(0), appendAtNs: BigInt(Date.now()) * 1_000_000n },
              version,
            );
      writeSync(dat, record);
      writeSync(idx, encodeIdxEntry({ key, offset: at, size }));
      at += record.length;
    }
  } finally {
    closeSync(dat);
    closeSync(idx);
  }
}

/** Removes temporary files. @throws Error while a commit marker stands. */
export function cleanup(volume: Volume): void {
  if (existsSync(`${volume.base}.cpc`)) {
    throw new Error(`volume ${volume.id}: refusing cleanup while commit marker present`);
  }
  removeCompacted(volume.base);
}

/** What a server does with the remains of a compaction when it starts: with the marker roll forward, else back. */
export function recoverCompaction(base: string): void {
  if (!existsSync(`${base}.cpc`)) {
    removeCompacted(base);
    return;
  }
  if (existsSync(`${base}.cpd`)) renameSync(`${base}.cpd`, `${base}.dat`);
  if (existsSync(`${base}.cpx`)) renameSync(`${base}.cpx`, `${base}.idx`);
  rmSync(`${base}.cpc`);
}

function removeCompacted(base: string): void {
  rmSync(`${base}.cpd`, { force: true });
  rmSync(`${base}.cpx`, { force: true });
}

function facts(volume: Volume): { volume_id: number } {
  return { volume_id: volume.id };
}
