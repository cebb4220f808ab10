import type { Snapshot } from "../../cluster/topology/snapshot.ts";
import { bitCount } from "../../cluster/topology/snapshot-builder.ts";
import type { DetectInput } from "../definition.ts";

/** What the rules need to know of one volume: all its replicas taken together. */
export interface VolumeFacts {
  readonly volumeId: number;
  /** Rows `first` to `end` (exclusive) of the replica table. */
  readonly first: number;
  readonly end: number;
  /** Copies the placement asks for. */
  readonly copies: number;
  /** Digits of the placement as a number: 110 means "110". */
  readonly placement: number;
  /** Index into `Snapshot.collections`. */
  readonly collection: number;
  /** Of the largest replica. */
  readonly size: number;
  /** Unix seconds of the newest write to any replica; 0 = not known. */
  readonly modifiedAt: number;
  readonly readOnlyReplicas: number;
  readonly remote: boolean;
  /** Highest on the wire form; 0 = none. */
  readonly ttl: number;
  /** Distinct EC shards of the volume that are mounted, of the most complete generation. */
  readonly ecShards: number;
  /** Row of a replica whose server cannot be dialled, or -1. */
  readonly undialled: number;
}

/** Reads volumes of a snapshot, group by group. */
export class VolumeReader {
  readonly #snapshot: Snapshot;
  /** By index of the disk: its server cannot be dialled. */
  readonly #undialled: readonly boolean[];
  readonly #facts: { -readonly [K in keyof VolumeFacts]: VolumeFacts[K] } = {
    volumeId: 0,
    first: 0,
    end: 0,
    copies: 1,
    placement: 0,
    collection: 0,
    size: 0,
    modifiedAt: 0,
    readOnlyReplicas: 0,
    remote: false,
    ttl: 0,
    ecShards: 0,
    undialled: -1,
  };

  constructor(snapshot: Snapshot) {
    this.#snapshot = snapshot;
    this.#undialled = snapshot.disks.map((disk) => snapshot.servers[disk.server]?.address === undefined);
  }

  /** The facts of group `group`. The same object is filled again by the next call. */
  read(group: number): VolumeFacts {
    const { replicas } = this.#snapshot;
    const to = this.#facts;
    to.first = this.#snapshot.groupStart(group);
    to.end = this.#snapshot.groupStart(group + 1);
    to.volumeId = replicas.volumeId(to.first);
    to.collection = replicas.collection(to.first);
    to.placement = 0;
    to.size = 0;
    to.modifiedAt = 0;
    to.readOnlyReplicas = 0;
    to.remote = false;
    to.ttl = 0;
    to.undialled = -1;
    for (let row = to.first; row < to.end; row++) {
      // Replicas should agree; where they do not, the stricter word counts.
      to.placement = Math.max(to.placement, replicas.placement(row));
      to.size = Math.max(to.size, replicas.size(row));
      to.modifiedAt = Math.max(to.modifiedAt, replicas.modifiedAt(row));
      to.ttl = Math.max(to.ttl, replicas.ttl(row));
      if (replicas.readOnly(row)) to.readOnlyReplicas++;
      if (replicas.remote(row)) to.remote = true;
      if (this.#undialled[replicas.disk(row)] !== false) to.undialled = row;
    }
    to.copies = copiesOf(to.placement);
    to.ecShards = ecShardsOf(this.#snapshot, to.volumeId);
    return to;
  }
}

/** The groups a scan looks at: all of them, or that of the one volume asked for. `to` is exclusive. */
export function groupsOf({ snapshot, only }: DetectInput): { readonly from: number; readonly to: number } {
  if (only === undefined) return { from: 0, to: snapshot.volumeCount };
  const group = snapshot.groupOf(only.volumeId);
  return group < 0 ? { from: 0, to: 0 } : { from: group, to: group + 1 };
}

/** Copies a placement asks for, the first included. */
function copiesOf(placement: number): number {
  return Math.floor(placement / 100) + (Math.floor(placement / 10) % 10) + (placement % 10) + 1;
}

function ecShardsOf(snapshot: Snapshot, volumeId: number): number {
  if (snapshot.ecShards.count === 0) return 0;
  const { start, end } = snapshot.ecRows(volumeId);
  if (start === end) return 0;
  const bits = new Map<bigint, number>();
  for (let row = start; row < end; row++) {
    const generation = snapshot.ecShards.generation(row);
    bits.set(generation, (bits.get(generation) ?? 0) | snapshot.ecShards.bits(row));
  }
  return Math.max(...[...bits.values()].map(bitCount));
}
