import type { Snapshot, TopologyDisk } from "../../cluster/topology/snapshot.ts";
import { formatServerAddress } from "../../rpc/server-address.ts";
import { type PlacedShards, placeShards, survivesAtLeast } from "../placement/shard-placement.ts";
import type { DiskChoice, ShardRoom } from "../placement/shard-room.ts";
import type { VolumeFacts } from "../planning/volume-facts.ts";
import type { EcSettings } from "./config.ts";
import { type EcPlan, type EncodeMode, expectedShardSize, PARITY_SHARDS, TOTAL_SHARDS } from "./plan.ts";

/** Space that encoding needs beside the volume on the disk of its server. */
const SCRATCH_RATIO = 1.4;

export interface EcPlacement extends PlacedShards {
  readonly choice: DiskChoice;
}

/**
 * Where the shards of a volume go. Servers without a replica of it are taken as long as a server may be lost
 * (or whatever the policy asks for): one that dies while it gets shards would otherwise hide its replica.
 */
export function placeVolume(
  snapshot: Snapshot,
  settings: EcSettings,
  volume: VolumeFacts,
  room: ShardRoom,
): EcPlacement | undefined {
  const shardBytes = expectedShardSize(volume.size);
  const holders = new Set<number>();
  for (let row = volume.first; row < volume.end; row++) holders.add(snapshot.diskOf(row).server);
  const wanted = survivesAtLeast(settings.mustSurvive, "server") ? settings.mustSurvive : "server";
  let best: EcPlacement | undefined;
  // The list of a large cluster may be some plans old: a new one is made before giving up.
  for (const fresh of [false, true]) {
    for (const choice of diskChoices(settings, snapshot.diskOf(sourceRow(snapshot, volume)).type)) {
      const all = room.places(choice, shardBytes, fresh);
      const away = all.filter((place) => !holders.has(place.index));
      for (const places of [away, all]) {
        const placed = placeShards(places, {
          shards: TOTAL_SHARDS,
          parity: PARITY_SHARDS,
          rackLimit: settings.rackLimit,
          serverLimit: settings.serverLimit,
        });
        if (placed === undefined) continue;
        if (survivesAtLeast(placed.survives, wanted)) return { ...placed, choice };
        if (best === undefined || safer(placed, best)) best = { ...placed, choice };
      }
    }
  }
  return best;
}

function safer(a: PlacedShards, b: PlacedShards): boolean {
  if (a.survives !== b.survives) return survivesAtLeast(a.survives, b.survives);
  return (a.counts[0]?.shards ?? 0) < (b.counts[0]?.shards ?? 0);
}

/** Disks with the preferred tags first, one more tag at a time; the source's type before others. */
function diskChoices({ preferredTags }: EcSettings, type: string): readonly DiskChoice[] {
  const tiers: (readonly string[] | undefined)[] = preferredTags.map((_, at) => preferredTags.slice(0, at + 1));
  tiers.push(undefined);
  return tiers.flatMap((tags) => [
    { type, tags },
    { type: undefined, tags },
  ]);
}

/** The replica to encode: the one with most files, then the largest, then the one with most free space. */
export function sourceRow(snapshot: Snapshot, volume: VolumeFacts): number {
  const { replicas } = snapshot;
  let best = volume.first;
  for (let row = volume.first + 1; row < volume.end; row++) {
    const difference =
      replicas.fileCount(row) - replicas.fileCount(best) ||
      replicas.size(row) - replicas.size(best) ||
      snapshot.diskOf(row).freeBytes - snapshot.diskOf(best).freeBytes;
    if (difference > 0) best = row;
  }
  return best;
}

/** Bytes that the volume's own server needs to encode it. */
export function scratchBytes(size: number): number {
  return Math.ceil(size * SCRATCH_RATIO);
}

export function hasScratch(disk: TopologyDisk, size: number): boolean {
  return disk.totalBytes === 0 || disk.freeBytes >= scratchBytes(size);
}

export function ecPlanOf(
  snapshot: Snapshot,
  settings: EcSettings,
  volume: VolumeFacts,
  placement: EcPlacement,
): EcPlan {
  const source = sourceRow(snapshot, volume);
  const rows = Array.from({ length: volume.end - volume.first }, (_, at) => volume.first + at);
  return {
    volumeId: volume.volumeId,
    collection: snapshot.collectionOf(source),
    source: addressOf(snapshot, source),
    replicas: [source, ...rows.filter((row) => row !== source)].map((row) => addressOf(snapshot, row)),
    targets: dealt(placement),
    dataShards: 10,
    parityShards: 4,
    encodeMode: modeOf(snapshot, settings, volume, source),
    sizeBytes: snapshot.replicas.size(source),
    diskType: snapshot.diskOf(source).type,
  };
}

/** Where the server has no space to encode, a worker that may choose does it. */
function modeOf(snapshot: Snapshot, settings: EcSettings, volume: VolumeFacts, source: number): EncodeMode {
  const tight = !hasScratch(snapshot.diskOf(source), volume.size);
  return settings.encodeMode === "auto" && tight ? "worker" : settings.encodeMode;
}

/** Shard ids in turn, so that no server holds a run of them. */
function dealt({ counts }: EcPlacement): EcPlan["targets"] {
  const targets = counts.map(({ place, shards }) => ({
    server: place.server.address === undefined ? place.server.http : formatServerAddress(place.server.address),
    left: shards,
    shardIds: [] as number[],
  }));
  for (let id = 0; id < TOTAL_SHARDS; ) {
    for (const target of targets) {
      if (target.left === 0 || id >= TOTAL_SHARDS) continue;
      target.left--;
      target.shardIds.push(id++);
    }
  }
  return targets.map(({ server, shardIds }) => ({ server, shardIds }));
}

function addressOf(snapshot: Snapshot, row: number): string {
  const { address, http } = snapshot.serverOf(row);
  return address === undefined ? http : formatServerAddress(address);
}
