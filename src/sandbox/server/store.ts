import { existsSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { errorMessage } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import { parseShardExtension } from "../../volume/ec-layout.ts";
import type { ReplicaPlacement } from "../../volume/replica-placement.ts";
import type { VolumeVersion } from "../../volume/super-block.ts";
import type { Ttl } from "../../volume/ttl.ts";
import { parseVolumeFileName, volumeBaseName } from "../../volume/volume-name.ts";
import { recoverCompaction } from "./compaction.ts";
import type { Disk } from "./disk.ts";
import { EcStore } from "./ec-store.ts";
import { Volume } from "./volume.ts";

/** A volume came or went; told to the master at once. */
export type StoreChange = { readonly kind: "added" | "removed"; readonly volume: Volume };

/** Extensions of a normal volume, in the order they are deleted. */
const VOLUME_EXTENSIONS = [".dat", ".idx", ".sdx", ".cpd", ".cpx", ".cpc"] as const;

/** All volumes of one server, and the rules by which files on its disk become volumes. */
export class Store {
  readonly disk: Disk;
  readonly ec: EcStore;
  readonly #logger: Logger;
  readonly #volumes = new Map<number, Volume>();
  readonly #listeners: ((change: StoreChange) => void)[] = [];

  constructor(disk: Disk, logger: Logger) {
    this.disk = disk;
    this.#logger = logger;
    this.ec = new EcStore(disk);
  }

  onChange(listener: (change: StoreChange) => void): void {
    this.#listeners.push(listener);
  }

  /** Mounted volumes, closed ones included. */
  get volumes(): readonly Volume[] {
    return [...this.#volumes.values()];
  }

  get(volumeId: number): Volume | undefined {
    return this.#volumes.get(volumeId);
  }

  /** @throws Error with the text SeaweedFS answers most RPCs with. */
  need(volumeId: number, text = `not found volume id ${volumeId}`): Volume {
    const volume = this.#volumes.get(volumeId);
    if (volume === undefined) throw new Error(text);
    return volume;
  }

  /** Path of a volume's files without extension. */
  base(collection: string, volumeId: number): string {
    return join(this.disk.dir, volumeBaseName(collection, volumeId));
  }

  /**
   * Loads everything a starting server finds. Compactions are finished or undone first; a full-size EC shard
   * beside a .dat hides the .dat.
   * @param recover false leaves the remains of compactions and copies alone.
   */
  load(recover: boolean): void {
    const bases = new Map<string, { collection: string; volumeId: number; extensions: Set<string> }>();
    for (const name of readdirSync(this.disk.dir)) {
      const file = parseVolumeFileName(name);
      if (file === undefined) continue;
      const base = this.base(file.collection, file.volumeId);
      const known = bases.get(base) ?? { ...file, extensions: new Set<string>() };
      known.extensions.add(file.extension);
      bases.set(base, known);
    }
    for (const [base, { collection, volumeId, extensions }] of bases) {
      if (recover) recoverCompaction(base);
      const hasShards = [...extensions].some((extension) => parseShardExtension(extension) !== undefined);
      if (hasShards && this.ec.takesPrecedence(base)) {
        this.ec.loadAll(collection, volumeId);
        continue;
      }
      try {
        if (extensions.has(".idx") || extensions.has(".vif")) this.#open(base, collection, volumeId);
      } catch (reason) {
        this.#logger.warn(`volume ${volumeId} in ${this.disk.dir} is not loaded: ${errorMessage(reason)}`);
      }
      if (hasShards && !existsSync(`${base}.dat`)) this.ec.loadAll(collection, volumeId);
    }
  }

  /** Makes a new volume. */
  allocate(options: {
    id: number;
    collection: string;
    placement: ReplicaPlacement;
    ttl: Ttl;
    version: VolumeVersion;
  }): void {
    if (this.#volumes.has(options.id)) throw new Error(`Volume Id ${options.id} already exists!`);
    if (this.#volumes.size >= this.disk.maxVolumes || this.disk.low) throw new Error("No more free space left");
    const base = this.base(options.collection, options.id);
    this.#add(Volume.create(this.disk, base, options));
  }

  /** Mounts a volume that is on the disk; a mounted one is left as it is. */
  mount(volumeId: number): void {
    if (this.#volumes.has(volumeId)) return;
    const found = readdirSync(this.disk.dir)
      .map(parseVolumeFileName)
      .find((file) => file?.volumeId === volumeId && (file.extension === ".idx" || file.extension === ".vif"));
    if (found === undefined) throw new Error(`volume ${volumeId} not found on disk`);
    const base = this.base(found.collection, volumeId);
    if (!this.#open(base, found.collection, volumeId)) throw new Error(`volume ${volumeId} not found on disk`);
    this.#tell("added", this.need(volumeId));
  }

  /** Lets go of a volume; its files stay. */
  unmount(volumeId: number): boolean {
    const volume = this.#volumes.get(volumeId);
    if (volume === undefined) return false;
    this.#volumes.delete(volumeId);
    volume.close();
    this.#tell("removed", volume);
    return true;
  }

  /** Deletes a mounted volume with its files; shards of the same volume and their .vif stay. */
  delete(volumeId: number, onlyEmpty: boolean): void {
    const volume = this.need(volumeId, `delete volume ${volumeId} not found on disk`);
    if (onlyEmpty && volume.datSize > 8) throw new Error(`DeleteVolume ${volumeId}: volume not empty`);
    if (volume.compaction.running) throw new Error(`DeleteVolume ${volumeId}: volume ${volumeId} is compacting`);
    this.#volumes.delete(volumeId);
    volume.close();
    for (const extension of VOLUME_EXTENSIONS) rmSync(volume.base + extension, { force: true });
    if (!this.ec.hasFiles(volume.base)) rmSync(`${volume.base}.vif`, { force: true });
    this.#tell("removed", volume);
  }

  /** Deletes all volumes and shards of a collection. */
  deleteCollection(collection: string): void {
    for (const volume of this.volumes) if (volume.collection === collection) this.delete(volume.id, false);
    this.ec.deleteCollection(collection);
  }

  /** Largest needle key of all volumes. */
  maxKey(): bigint {
    return this.volumes.reduce((max, volume) => {
      const key = volume.index?.counters.maxKey ?? 0n;
      return key > max ? key : max;
    }, 0n);
  }

  /** Closes all files; nothing is told to anybody. */
  close(): void {
    for (const volume of this.#volumes.values()) volume.close();
    this.#volumes.clear();
    this.ec.close();
  }

  /** Opens a volume's files; false when what is there is no volume. */
  #open(base: string, collection: string, volumeId: number): boolean {
    if (existsSync(`${base}.note`)) {
      // A copy that was never finished: its files are worth nothing.
      for (const extension of [...VOLUME_EXTENSIONS, ".vif", ".note"]) rmSync(base + extension, { force: true });
      return false;
    }
    if (!existsSync(`${base}.dat`)) return false;
    this.#volumes.set(volumeId, Volume.load(this.disk, base, volumeId, collection));
    return true;
  }

  #add(volume: Volume): void {
    this.#volumes.set(volume.id, volume);
    this.#tell("added", volume);
  }

  #tell(kind: StoreChange["kind"], volume: Volume): void {
    for (const listener of this.#listeners) listener({ kind, volume });
  }
}
