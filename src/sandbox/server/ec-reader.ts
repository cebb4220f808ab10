import { errorMessage } from "../../core/errors.ts";
import { masterService, volumeServerService } from "../../rpc/proto.ts";
import { type ServerAddress, sameServer, serverAddressOfNode } from "../../rpc/server-address.ts";
import { locateInShards } from "../../volume/ec-layout.ts";
import { type DecodedNeedle, decodeNeedle, decodeNeedleHeader, recordLength } from "../../volume/needle.ts";
import { planReconstruction } from "../../volume/reed-solomon.ts";
import { bestKernel } from "../../volume/rs-kernel.ts";
import type { Peers } from "../peers.ts";
import type { EcStore } from "./ec-store.ts";
import type { EcVolume } from "./ec-volume.ts";

export interface EcReaderOptions {
  readonly store: EcStore;
  readonly peers: Peers;
  readonly master: ServerAddress;
  readonly self: ServerAddress;
}

/** A needle that a remote server knows to be deleted. */
class NeedleDeleted extends Error {}

/** Reads needles of EC volumes: from local shards, from other servers' shards, or computed from ten others. */
export class EcReader {
  readonly #options: EcReaderOptions;

  constructor(options: EcReaderOptions) {
    this.#options = options;
  }

  /** The needle; undefined when it is unknown or deleted. @throws Error when too few shards can be read. */
  async read(volumeId: number, key: bigint): Promise<DecodedNeedle | undefined> {
    const volume = this.#options.store.get(volumeId);
    const entry = volume?.find(key);
    if (volume === undefined || entry === undefined) return undefined;
    const length = recordLength(entry.size, volume.version);
    const parts: Buffer[] = [];
    const places = new Places(() => this.#locations(volumeId));
    try {
      for (const span of locateInShards(entry.offset, length, volume.datSize)) {
        parts.push(await this.#readSpan(volume, span.shard, span.offset, span.length, key, places));
      }
    } catch (reason) {
      if (reason instanceof NeedleDeleted) return undefined;
      throw reason;
    }
    const record = Buffer.concat(parts);
    const header = decodeNeedleHeader(record);
    if (header.id !== key) throw new Error(`needle ${key} of EC volume ${volumeId}: found id ${header.id}`);
    return decodeNeedle(record, volume.version);
  }

  /** Notes a deletion where the needle's first byte is and on every server with a parity shard. @returns the needle's size. */
  async delete(volumeId: number, key: bigint): Promise<number> {
    const { store, peers, self } = this.#options;
    const volume = store.get(volumeId);
    const entry = volume?.find(key);
    if (volume === undefined || entry === undefined) return 0;
    const [first] = locateInShards(entry.offset, 1, volume.datSize);
    const wanted = [first?.shard ?? 0, ...Array.from({ length: volume.parityShards }, (_, i) => volume.dataShards + i)];
    const places = await this.#locations(volumeId);
    const servers = new Map(wanted.flatMap((shard) => places.get(shard) ?? []).map((place) => [place.http, place]));
    if (servers.size === 0)
      throw new Error(`no server has a shard for the deletion of needle ${key} of volume ${volumeId}`);
    const request = {
      volume_id: volumeId,
      collection: volume.collection,
      file_key: String(key),
      version: volume.version,
    };
    for (const place of servers.values()) {
      if (sameServer(place, self)) volume.delete(key);
      else await peers.call(place, volumeServerService.VolumeEcBlobDelete, request);
    }
    return entry.size;
  }

  async #readSpan(
    volume: EcVolume,
    shard: number,
    offset: number,
    length: number,
    key: bigint,
    places: Places,
  ): Promise<Buffer> {
    const local = volume.readShard(shard, offset, length);
    if (local !== undefined && local.length === length) return local;
    const remote = await this.#readRemote(volume, shard, offset, length, key, places);
    return remote ?? this.#reconstruct(volume, shard, offset, length, places);
  }

  /** Bytes of a shard on another server; undefined when none can give them. */
  async #readRemote(
    volume: EcVolume,
    shard: number,
    offset: number,
    length: number,
    key: bigint,
    places: Places,
  ): Promise<Buffer | undefined> {
    for (const place of (await places.get()).get(shard) ?? []) {
      if (sameServer(place, this.#options.self)) continue;
      try {
        const parts: Buffer[] = [];
        const stream = this.#options.peers.to(place).serverStream(volumeServerService.VolumeEcShardRead, {
          volume_id: volume.id,
          shard_id: shard,
          offset,
          size: length,
          file_key: String(key),
          encode_ts_ns: String(volume.generation),
        });
        for await (const message of stream) {
          if (message.is_deleted === true) throw new NeedleDeleted();
          parts.push(message.data ?? Buffer.alloc(0));
        }
        const bytes = Buffer.concat(parts);
        if (bytes.length === length) return bytes;
      } catch (reason) {
        if (reason instanceof NeedleDeleted) throw reason;
        // The next server, or the other shards, may do.
      }
    }
    return undefined;
  }

  async #reconstruct(volume: EcVolume, shard: number, offset: number, length: number, places: Places): Promise<Buffer> {
    const { dataShards, parityShards } = volume;
    const found = new Map<number, Buffer>();
    for (let other = 0; other < dataShards + parityShards && found.size < dataShards; other++) {
      if (other === shard) continue;
      const local = volume.readShard(other, offset, length);
      const bytes =
        local !== undefined && local.length === length
          ? local
          : await this.#readRemote(volume, other, offset, length, 0n, places);
      if (bytes !== undefined) found.set(other, bytes);
    }
    try {
      const plan = planReconstruction(dataShards, parityShards, [...found.keys()], [shard]);
      const workspace = bestKernel()(plan.matrix, length);
      for (const [i, source] of plan.sources.entries()) workspace.inputs[i]?.set(found.get(source) ?? Buffer.alloc(0));
      workspace.run(length);
      return Buffer.from(workspace.outputs[0]?.subarray(0, length) ?? []);
    } catch (reason) {
      throw new Error(`can not recover shard ${volume.id}.${shard}: ${errorMessage(reason)}`);
    }
  }

  /** Where each shard is, asked of the master. */
  async #locations(volumeId: number): Promise<Map<number, ServerAddress[]>> {
    const answer = await this.#options.peers.call(this.#options.master, masterService.LookupEcVolume, {
      volume_id: volumeId,
    });
    return new Map(
      (answer.shard_id_locations ?? []).map((entry) => [
        entry.shard_id ?? 0,
        (entry.locations ?? []).map(({ url = "", grpc_port = 0 }) => serverAddressOfNode({ id: url, grpc_port })),
      ]),
    );
  }
}

/** Places of shards, looked up once, and only when they are needed. */
class Places {
  readonly #load: () => Promise<Map<number, ServerAddress[]>>;
  #loaded: Promise<Map<number, ServerAddress[]>> | undefined;

  constructor(load: () => Promise<Map<number, ServerAddress[]>>) {
    this.#load = load;
  }

  get(): Promise<Map<number, ServerAddress[]>> {
    this.#loaded ??= this.#load().catch(() => new Map<number, ServerAddress[]>());
    return this.#loaded;
  }
}
