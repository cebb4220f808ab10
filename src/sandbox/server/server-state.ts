import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";

/** Maintenance flag of a server, and its version, which grows with every change. */
export interface MaintenanceState {
  readonly maintenance: boolean;
  readonly version: number;
}

/** RPCs that a server in maintenance mode refuses. */
export const REFUSED_IN_MAINTENANCE: readonly string[] = [
  "AllocateVolume",
  "BatchDelete",
  "ReceiveFile",
  "VacuumVolumeCleanup",
  "VacuumVolumeCommit",
  "VacuumVolumeCompact",
  "VolumeConfigure",
  "VolumeConsolidateIndex",
  "VolumeCopy",
  "VolumeDelete",
  "VolumeEcBlobDelete",
  "VolumeEcShardsCopy",
  "VolumeEcShardsDelete",
  "VolumeEcShardsGenerate",
  "VolumeEcShardsRebuild",
  "VolumeEcShardsToVolume",
  "VolumeMarkReadonly",
  "VolumeMarkWritable",
  "VolumeTierMoveDatToRemote",
  "WriteNeedleBlob",
];

/** What a server remembers besides its volumes. */
export class ServerState {
  readonly #path: string;
  readonly #listeners: ((state: MaintenanceState) => void)[] = [];
  #current: MaintenanceState;

  constructor(dir: string) {
    this.#path = join(dir, "state.json");
    const saved: unknown = existsSync(this.#path) ? JSON.parse(readFileSync(this.#path, "utf8")) : {};
    this.#current = {
      maintenance: field(saved, "maintenance") === true,
      version: Number(field(saved, "version") ?? 0),
    };
  }

  get current(): MaintenanceState {
    return this.#current;
  }

  onChange(listener: (state: MaintenanceState) => void): void {
    this.#listeners.push(listener);
  }

  /** @throws Error when `version` is not the stored one. */
  set(maintenance: boolean, version: number): MaintenanceState {
    if (version !== this.#current.version) {
      throw new Error(`version mismatch for VolumeServerState (got ${this.#current.version}, want ${version})`);
    }
    this.#current = { maintenance, version: version + 1 };
    writeFileSync(this.#path, JSON.stringify(this.#current));
    for (const listener of this.#listeners) listener(this.#current);
    return this.#current;
  }
}

function field(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}
