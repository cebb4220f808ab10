import type { VolumeEcShardInformationMessage } from "../../rpc/gen/master_pb/VolumeEcShardInformationMessage.ts";
import type { DecodedNeedle } from "../../volume/needle.ts";
import type { Disk } from "./disk.ts";

export class EcStore {
  readonly disk: Disk;
  constructor(disk: Disk) {
    this.disk = disk;
  }
  onChange(_listener: (kind: "added" | "removed", shards: VolumeEcShardInformationMessage) => void): void {}
  has(_volumeId: number): boolean {
    return false;
  }
  async read(_volumeId: number, _key: bigint, _signal: AbortSignal): Promise<DecodedNeedle | undefined> {
    return undefined;
  }
  async deleteNeedle(_volumeId: number, _key: bigint): Promise<number> {
    return 0;
  }
  async deleteEverywhere(_volumeId: number, _key: bigint): Promise<number> {
    return 0;
  }
  report(): VolumeEcShardInformationMessage[] {
    return [];
  }
  takesPrecedence(_base: string): boolean {
    return false;
  }
  loadAll(_collection: string, _volumeId: number): void {}
  hasFiles(_base: string): boolean {
    return false;
  }
  deleteCollection(_collection: string): void {}
  close(): void {}
}
