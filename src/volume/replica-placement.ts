import { AppError } from "../core/errors.ts";

/** How many further copies a volume has, and how far away. Three digits "xyz" in text, one byte on disk. */
export interface ReplicaPlacement {
  /** x: copies in other data centers. */
  readonly otherDataCenters: number;
  /** y: copies in other racks of the same data center. */
  readonly otherRacks: number;
  /** z: copies on other servers of the same rack. */
  readonly otherServers: number;
}

/** Reads "xyz"; shorter text is left-padded with 0, so "" is "000". Throws WK-FORMAT on anything else. */
export function parseReplicaPlacement(text: string): ReplicaPlacement {
  const digits = text.padStart(3, "0");
  if (!/^\d{3}$/.test(digits) || Number(digits) > 255) {
    throw new AppError("WK-FORMAT", `"${text}" is not a replica placement.`, {
      hint: "Write three digits such as 000, 001 or 110; as a number they may not exceed 255.",
    });
  }
  return replicaPlacementFromByte(Number(digits));
}

/** Decodes the superblock's byte (and the number the master sends). */
export function replicaPlacementFromByte(byte: number): ReplicaPlacement {
  if (!Number.isInteger(byte) || byte < 0 || byte > 255) {
    throw new AppError("WK-FORMAT", `${byte} is not a replica placement byte.`);
  }
  return {
    otherDataCenters: Math.floor(byte / 100),
    otherRacks: Math.floor(byte / 10) % 10,
    otherServers: byte % 10,
  };
}

export function replicaPlacementToByte(placement: ReplicaPlacement): number {
  return Number(formatReplicaPlacement(placement));
}

/** Three digits. Throws WK-FORMAT when the numbers do not fit into the one byte on disk. */
export function formatReplicaPlacement({ otherDataCenters, otherRacks, otherServers }: ReplicaPlacement): string {
  const text = `${otherDataCenters}${otherRacks}${otherServers}`;
  if (!/^\d{3}$/.test(text) || Number(text) > 255) {
    throw new AppError("WK-FORMAT", `Replica placement ${text} does not fit into its byte (at most 255).`);
  }
  return text;
}

/** Copies in all, the first one included. */
export function replicaCopies(placement: ReplicaPlacement): number {
  return placement.otherDataCenters + placement.otherRacks + placement.otherServers + 1;
}
