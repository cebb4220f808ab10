import type { DiskInput, EcInput, ReplicaInput, SnapshotBuilder } from "./snapshot-builder.ts";
import { WireReader } from "./wire-reader.ts";

/**
 * Reads the bytes of `VolumeListResponse` and `VolumeListStreamResponse` straight into a `SnapshotBuilder`.
 * A general decoder makes an object of every volume first: seven times the time and more than three times the
 * memory at a million volumes. Fields are those of proto/master.proto; unknown ones are skipped.
 */
export class VolumeListWalker {
  readonly #builder: SnapshotBuilder;
  readonly #replica: ReplicaInput = {
    volumeId: 0,
    collection: 0,
    size: 0,
    fileCount: 0,
    deleteCount: 0,
    deletedBytes: 0,
    modifiedAt: 0,
    readOnly: false,
    remote: false,
    placement: 0,
    ttl: 0,
  };
  readonly #ec: EcInput = { volumeId: 0, collection: 0, bits: 0, bytes: 0, generation: 0n };
  #lastName = "";
  #lastCollection = -1;
  #sawTopology = false;

  constructor(builder: SnapshotBuilder) {
    this.#builder = builder;
  }

  /** Whether the topology itself, not only volumes, has come. */
  get sawTopology(): boolean {
    return this.#sawTopology;
  }

  /** A whole `VolumeListResponse`. */
  response(bytes: Uint8Array): void {
    this.#response(new WireReader(bytes));
  }

  /** One message of `VolumeListStream`: the header, or a batch for one disk type of one server. */
  streamMessage(bytes: Uint8Array): void {
    const reader = new WireReader(bytes);
    let dataCenter = "";
    let rack = "";
    let id = "";
    let type = "";
    let lists = false;
    while (reader.next()) {
      if (reader.field === 1) {
        const outer = reader.enter();
        this.#response(reader);
        reader.leave(outer);
      } else if (reader.field === 2) dataCenter = reader.text();
      else if (reader.field === 3) rack = reader.text();
      else if (reader.field === 4) id = reader.text();
      else if (reader.field === 5) type = reader.text();
      else {
        lists ||= reader.field === 6 || reader.field === 7;
        reader.skip();
      }
    }
    if (!lists) return;
    const server = this.#builder.server({ id, address: "", grpcPort: 0, dataCenter, rack });
    const disk = this.#builder.diskOf(server, type);
    reader.rewind(0);
    while (reader.next()) {
      if (reader.field === 6) this.#volume(reader, disk);
      else if (reader.field === 7) this.#shards(reader, disk);
      else reader.skip();
    }
  }

  #response(reader: WireReader): void {
    while (reader.next()) {
      if (reader.field === 1) this.#topology(reader);
      else if (reader.field === 2) this.#builder.setSizeLimitMb(reader.number());
      else reader.skip();
    }
  }

  #topology(reader: WireReader): void {
    this.#sawTopology = true;
    const outer = reader.enter();
    while (reader.next()) {
      if (reader.field === 2) this.#dataCenter(reader);
      else reader.skip();
    }
    reader.leave(outer);
  }

  #dataCenter(reader: WireReader): void {
    const outer = reader.enter();
    const dataCenter = nameOf(reader);
    while (reader.next()) {
      if (reader.field === 2) this.#rack(reader, dataCenter);
      else reader.skip();
    }
    reader.leave(outer);
  }

  #rack(reader: WireReader, dataCenter: string): void {
    const outer = reader.enter();
    const rack = nameOf(reader);
    while (reader.next()) {
      if (reader.field === 2) this.#dataNode(reader, dataCenter, rack);
      else reader.skip();
    }
    reader.leave(outer);
  }

  #dataNode(reader: WireReader, dataCenter: string, rack: string): void {
    const outer = reader.enter();
    const start = reader.position;
    let id = "";
    let address = "";
    let grpcPort = 0;
    while (reader.next()) {
      if (reader.field === 1) id = reader.text();
      else if (reader.field === 3) grpcPort = reader.number();
      else if (reader.field === 4) address = reader.text();
      else reader.skip();
    }
    const server = this.#builder.server({ id, address, grpcPort, dataCenter, rack });
    reader.rewind(start);
    while (reader.next()) {
      if (reader.field === 2) this.#diskEntry(reader, server);
      else reader.skip();
    }
    reader.leave(outer);
  }

  /** An entry of the map disk type → DiskInfo. */
  #diskEntry(reader: WireReader, server: number): void {
    const outer = reader.enter();
    const start = reader.position;
    let type = "";
    while (reader.next()) {
      if (reader.field === 1) type = reader.text();
      else reader.skip();
    }
    reader.rewind(start);
    while (reader.next()) {
      if (reader.field === 2) this.#disk(reader, server, type);
      else reader.skip();
    }
    reader.leave(outer);
  }

  #disk(reader: WireReader, server: number, type: string): void {
    const outer = reader.enter();
    const start = reader.position;
    const tags: string[] = [];
    const input: { -readonly [K in keyof DiskInput]: DiskInput[K] } = {
      type,
      maxVolumes: 0,
      totalBytes: 0,
      freeBytes: 0,
      tags,
    };
    while (reader.next()) {
      if (reader.field === 3) input.maxVolumes = Math.max(0, reader.number());
      else if (reader.field === 10) tags.push(reader.text());
      else if (reader.field === 12) input.totalBytes = reader.number();
      else if (reader.field === 13) input.freeBytes = reader.number();
      else reader.skip();
    }
    const disk = this.#builder.disk(server, input);
    reader.rewind(start);
    while (reader.next()) {
      if (reader.field === 6) this.#volume(reader, disk);
      else if (reader.field === 7) this.#shards(reader, disk);
      else reader.skip();
    }
    reader.leave(outer);
  }

  #volume(reader: WireReader, disk: number): void {
    const to = this.#replica;
    to.volumeId = 0;
    to.size = 0;
    to.fileCount = 0;
    to.deleteCount = 0;
    to.deletedBytes = 0;
    to.modifiedAt = 0;
    to.readOnly = false;
    to.remote = false;
    to.placement = 0;
    to.ttl = 0;
    let collection = "";
    const outer = reader.enter();
    while (reader.next()) {
      switch (reader.field) {
        case 1:
          to.volumeId = reader.number();
          break;
        case 2:
          to.size = reader.number();
          break;
        case 3:
          collection = reader.text();
          break;
        case 4:
          to.fileCount = reader.number();
          break;
        case 5:
          to.deleteCount = reader.number();
          break;
        case 6:
          to.deletedBytes = reader.number();
          break;
        case 7:
          to.readOnly = reader.number() !== 0;
          break;
        case 8:
          to.placement = reader.number();
          break;
        case 10:
          to.ttl = reader.number();
          break;
        case 12:
          to.modifiedAt = Math.max(0, reader.number());
          break;
        case 13:
          to.remote = reader.hasContent();
          break;
        default:
          reader.skip();
      }
    }
    reader.leave(outer);
    to.collection = this.#collection(collection);
    this.#builder.addReplica(disk, to);
  }

  #shards(reader: WireReader, disk: number): void {
    const to = this.#ec;
    to.volumeId = 0;
    to.bits = 0;
    to.bytes = 0;
    to.generation = 0n;
    let collection = "";
    const outer = reader.enter();
    while (reader.next()) {
      if (reader.field === 1) to.volumeId = reader.number();
      else if (reader.field === 2) collection = reader.text();
      else if (reader.field === 3) to.bits = reader.number();
      else if (reader.field === 7) to.bytes += reader.packedSum();
      else if (reader.field === 14) to.generation = reader.bigint();
      else reader.skip();
    }
    reader.leave(outer);
    to.collection = this.#collection(collection);
    this.#builder.addEcShards(disk, to);
  }

  /** Neighbours in the list mostly share their collection. */
  #collection(name: string): number {
    if (name !== this.#lastName || this.#lastCollection < 0) {
      this.#lastName = name;
      this.#lastCollection = this.#builder.collection(name);
    }
    return this.#lastCollection;
  }
}

/** Field 1 of a data center or rack; leaves the reader where it was. */
function nameOf(reader: WireReader): string {
  const start = reader.position;
  let name = "";
  while (reader.next()) {
    if (reader.field === 1) name = reader.text();
    else reader.skip();
  }
  reader.rewind(start);
  return name;
}
