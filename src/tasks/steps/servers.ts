import type { DiskStatus, VolumeServerStatus } from "../../cluster/volume-server-port.ts";
import { AppError } from "../../core/errors.ts";
import { type Scope, serverOf, within } from "./scope.ts";

interface ServerVersion {
  readonly major: number;
  readonly minor: number;
}

/** A server as it was read at the start of this attempt. */
export interface ServerState {
  readonly server: string;
  readonly status: VolumeServerStatus;
  readonly version: ServerVersion;
}

/** The release whose erasure-coding calls are fenced by generation. */
export const V4_44: ServerVersion = { major: 4, minor: 44 };
/** The oldest release these procedures were written for. */
export const V4_13: ServerVersion = { major: 4, minor: 13 };

/** Reads version, disks and mode of every server a task will touch; refuses servers that are in maintenance mode. */
export async function readServers(scope: Scope, servers: readonly string[]): Promise<ReadonlyMap<string, ServerState>> {
  const states = await Promise.all([...new Set(servers)].map((server) => readServer(scope, server)));
  return new Map(states.map((state) => [state.server, state]));
}

async function readServer(scope: Scope, server: string): Promise<ServerState> {
  const status = await serverOf(scope, server).volumeServerStatus(within(scope));
  if (status.maintenance) throw new AppError("WK-RPC-MAINTENANCE", `Volume server ${server} is in maintenance mode.`);
  return { server, status, version: parseServerVersion(status.version, server) };
}

/** Reads `30GB 4.44 cc8364a03` and the like. Throws WK-TASK-VERSION for a text without a release number. */
export function parseServerVersion(text: string, server: string): ServerVersion {
  const match = /(?:^|\s)v?(\d+)\.(\d+)/.exec(text);
  if (match === null) {
    throw new AppError(
      "WK-TASK-VERSION",
      `Volume server ${server} calls its version "${text}", which names no release.`,
    );
  }
  return { major: Number(match[1]), minor: Number(match[2]) };
}

export function isAtLeast(version: ServerVersion, wanted: ServerVersion): boolean {
  return version.major > wanted.major || (version.major === wanted.major && version.minor >= wanted.minor);
}

/** Throws WK-TASK-VERSION naming the first server that is too old. */
export function requireVersion(states: Iterable<ServerState>, wanted: ServerVersion, forWhat: string): void {
  for (const { server, status, version } of states) {
    if (isAtLeast(version, wanted)) continue;
    throw new AppError(
      "WK-TASK-VERSION",
      `${forWhat} needs SeaweedFS ${wanted.major}.${wanted.minor}; ${server} runs ${status.version}.`,
    );
  }
}

interface SpaceNeed {
  readonly bytes: number;
  readonly diskType: string;
  /**
   * `beside` an existing file: it must fit on the fullest disk of the type, since servers do not say on which disk a
   * volume lies. `anywhere`: the server chooses the disk, so the emptiest one decides, and 1 % of it stays free.
   */
  readonly place: "beside" | "anywhere";
  /** For the message: `compaction`, `the copy`. */
  readonly forWhat: string;
}

/** Throws WK-TASK-SPACE that names the server, the need and what is free. */
export function requireSpace(state: ServerState, need: SpaceNeed): void {
  const disks = state.status.disks.filter((disk) => disk.diskType === need.diskType && disk.error === "");
  if (disks.length === 0) {
    throw new AppError("WK-TASK-SPACE", `${state.server} has no readable disk of type "${need.diskType || "hdd"}".`);
  }
  const usable = disks.map((disk) => usableBytes(disk, need.place));
  const free = need.place === "beside" ? Math.min(...usable) : Math.max(...usable);
  if (free >= need.bytes) return;
  throw new AppError(
    "WK-TASK-SPACE",
    `${state.server} has ${Math.max(0, Math.floor(free))} bytes free for ${need.forWhat}, which needs ${need.bytes}.`,
    { details: { server: state.server, free: Math.floor(free), needed: need.bytes } },
  );
}

function usableBytes(disk: DiskStatus, place: SpaceNeed["place"]): number {
  return place === "beside" ? disk.free : disk.free - disk.all / 100;
}
