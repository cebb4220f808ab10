import { existsSync, readdirSync, rmSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import type { VolumeEcShardInformationMessage } from "../../rpc/gen/master_pb/VolumeEcShardInformationMessage.ts";
import { ecGeometry, parseShardExtension, shardExtension } from "../../volume/ec-layout.ts";
import { volumeBaseName } from "../../volume/volume-name.ts";
import type { Disk } from "./disk.ts";
import { EcVolume } from "./ec-volume.ts";
import { readVif } from "./vif-file.ts";

type Listener = (kind: "added" | "removed", shards: VolumeEcShardInformationMessage) => void;

/** The EC files of one server: which are mounted, and by which rules files are loaded and removed. */
export class EcStore {
  readonly #disk: Disk;
  readonly #mounted = new Map<number, EcVolume>();
  readonly #listeners: Listener[] = [];

  constructor(disk: Disk) {
    this.#disk = disk;
  }

  onChange(listener: Listener): void {
    this.#listeners.push(listener);
  }

  get volumes(): readonly EcVolume[] {
    return [...this.#mounted.values()];
  }

  get(volumeId: number): EcVolume | undefined {
    return this.#mounted.get(volumeId);
  }

  has(volumeId: number): boolean {
    return this.#mounted.has(volumeId);
  }

  base(collection: string, volumeId: number): string {
    return join(this.#disk.dir, volumeBaseName(collection, volumeId));
  }

  report(): VolumeEcShardInformationMessage[] {
    return this.volumes.map((volume) => volume.report());
  }

  /** Shards on the disk, mounted or not, with their sizes. */
  shardFiles(base: string): Map<number, number> {
    const found = new Map<number, number>();
    const prefix = basename(base);
    for (const name of readdirSync(this.#disk.dir)) {
      if (!name.startsWith(`${prefix}.`)) continue;
      const shard = parseShardExtension(name.slice(prefix.length));
      if (shard !== undefined) found.set(shard, statSync(join(this.#disk.dir, name)).size);
    }
    return found;
  }

  /** Whether anything of an EC volume is on the disk. */
  hasFiles(base: string): boolean {
    return existsSync(`${base}.ecx`) || this.shardFiles(base).size > 0;
  }

  /**
   * At a start: whether shards win over a .dat beside them. They lose, and are removed, only without an index or
   * when all of them have one size below that of a complete encode; a single full-size shard, or two of unequal
   * sizes as a killed encode leaves them, hide the .dat.
   */
  takesPrecedence(base: string): boolean {
    const sizes = [...this.shardFiles(base).values()];
    const datSize = statSync(`${base}.dat`, { throwIfNoEntry: false })?.size;
    if (datSize === undefined) return existsSync(`${base}.ecx`) && sizes.length > 0;
    const [first = 0] = sizes;
    const unequal = sizes.some((size) => size !== first);
    if (existsSync(`${base}.ecx`) && sizes.length > 0 && (unequal || first >= ecGeometry(datSize).shardSize))
      return true;
    this.removeFiles(base);
    return false;
  }

  /** Mounts every shard of a volume that is on the disk. */
  loadAll(collection: string, volumeId: number): void {
    const shards = [...this.shardFiles(this.base(collection, volumeId)).keys()];
    if (shards.length > 0 && existsSync(`${this.base(collection, volumeId)}.ecx`))
      this.mount(collection, volumeId, shards);
  }

  /** @throws Error naming the shard that cannot be mounted; those before it stay mounted. */
  mount(collection: string, volumeId: number, shards: readonly number[]): void {
    for (const shard of shards) {
      try {
        const volume =
          this.#mounted.get(volumeId) ?? new EcVolume(this.base(collection, volumeId), volumeId, collection);
        const added = volume.mount(shard);
        this.#mounted.set(volumeId, volume);
        if (added) this.#tell("added", volume.report([shard]));
      } catch (reason) {
        const text = reason instanceof Error ? reason.message : String(reason);
        const prefix = text.startsWith("MountEcShards") ? "" : `MountEcShards ${volumeId}.${shard}: `;
        throw new Error(`mount ${volumeId}.${shard}: ${prefix}${text}`);
      }
    }
  }

  /** @param generation Only shards of this encode run; 0n for any. */
  unmount(volumeId: number, shards: readonly number[], generation = 0n): void {
    const volume = this.#mounted.get(volumeId);
    if (volume === undefined || (generation !== 0n && volume.generation !== generation)) return;
    for (const shard of shards) {
      const report = volume.report([shard]);
      if (volume.unmount(shard)) this.#tell("removed", report);
    }
    if (volume.shardIds.length > 0) return;
    volume.close();
    this.#mounted.delete(volumeId);
  }

  unmountAll(volumeId: number): void {
    this.unmount(volumeId, this.#mounted.get(volumeId)?.shardIds ?? []);
  }

  /** Deletes shard files, mounted ones too (those stay readable); index and journal go with the last shard. */
  deleteShards(collection: string, volumeId: number, shards: readonly number[]): void {
    const base = this.base(collection, volumeId);
    for (const shard of shards) rmSync(base + shardExtension(shard), { force: true });
    if (this.shardFiles(base).size === 0) this.removeFiles(base);
  }

  /** Unmounts and removes everything of an EC volume; with a generation only what belongs to an older known one. */
  tearDown(collection: string, volumeId: number, generation: bigint): void {
    const base = this.base(collection, volumeId);
    if (generation !== 0n) {
      const found = readVif(`${base}.vif`)?.ecShardConfig?.encodeTsNs ?? 0n;
      if (found === 0n || found >= generation) return;
    }
    this.unmountAll(volumeId);
    this.removeFiles(base);
  }

  /** Removes all EC files; the .vif stays when it also belongs to a .dat. */
  removeFiles(base: string): void {
    for (const shard of this.shardFiles(base).keys()) rmSync(base + shardExtension(shard), { force: true });
    for (const extension of [".ecx", ".ecj", ".ecsum"]) rmSync(base + extension, { force: true });
    if (!existsSync(`${base}.dat`) && !existsSync(`${base}.idx`)) rmSync(`${base}.vif`, { force: true });
  }

  deleteCollection(collection: string): void {
    for (const volume of this.volumes) if (volume.collection === collection) this.tearDown(collection, volume.id, 0n);
  }

  close(): void {
    for (const volume of this.#mounted.values()) volume.close();
    this.#mounted.clear();
  }

  #tell(kind: "added" | "removed", shards: VolumeEcShardInformationMessage): void {
    for (const listener of this.#listeners) listener(kind, shards);
  }
}
