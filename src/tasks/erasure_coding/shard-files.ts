import { ecGeometry, shardExtension } from "../../volume/ec-layout.ts";
import { presentFiles, probe } from "../steps/probe.ts";
import { type Scope, serverOf, silentLimitMs, type VolumeRef, within } from "../steps/scope.ts";
import { waitUntilUnchanged } from "../steps/unchanged.ts";
import { type EcPlan, TOTAL_SHARDS } from "./plan.ts";

export const ALL_SHARDS: readonly number[] = Array.from({ length: TOTAL_SHARDS }, (_, id) => id);

const SHARD_FILES = ALL_SHARDS.map(shardExtension);
/** Files that belong to EC volumes only. A `.vif` also belongs to normal ones. */
const EC_FILES = [...SHARD_FILES, ".ecx", ".ecj", ".ecsum"];

/** Bytes of every shard of a `.dat` of this size. */
export function shardSizeOf(datSize: number): number {
  return ecGeometry(datSize).shardSize;
}

/** The servers that hold the volume or get shards, each once, the source first. */
export function serversOf(plan: EcPlan): readonly string[] {
  return [...new Set([plan.source, ...plan.replicas, ...plan.targets.map(({ server }) => server)])];
}

/** EC files of the volume on a server's disks, mounted or not. */
export function ecFilesOn(scope: Scope, server: string, ref: VolumeRef): Promise<readonly string[]> {
  return presentFiles(scope, server, ref, EC_FILES);
}

/**
 * Waits until nothing writes EC files of the volume on a server any more: generating and copying go on after their
 * caller is gone, and no list shows it.
 */
export async function waitUntilShardsRest(scope: Scope, server: string, ref: VolumeRef, bytes: number): Promise<void> {
  await waitUntilUnchanged(scope, {
    read: () => Promise.all([...EC_FILES, ".vif"].map((ext) => probe(scope, server, ref, ext))),
    fingerprint: (files) => files.map((file) => (file.present ? file.modifiedTsNs : "absent")).join(" "),
    what: `Work on the shards of volume ${ref.volumeId} on ${server}`,
    quietMs: scope.ctx.options.waits.quietMs,
    limitMs: silentLimitMs(scope, 2 * bytes),
  });
}

/** Waits until one shard file rests: the answer to the call that writes it was lost. */
export async function waitUntilFileRests(
  scope: Scope,
  server: string,
  ref: VolumeRef,
  ext: string,
  bytes: number,
): Promise<void> {
  await waitUntilUnchanged(scope, {
    read: () => probe(scope, server, ref, ext),
    fingerprint: (file) => (file.present ? String(file.modifiedTsNs) : "absent"),
    what: `${ext} of volume ${ref.volumeId} on ${server}`,
    quietMs: scope.ctx.options.waits.quietMs,
    limitMs: silentLimitMs(scope, bytes),
  });
}

/** Mounts shards; mounting again what is mounted is a success. */
export async function mountShards(scope: Scope, plan: EcPlan, server: string, ids: readonly number[]): Promise<void> {
  await serverOf(scope, server).ecShardsMount(
    {
      volumeId: plan.volumeId,
      collection: plan.collection,
      shardIds: ids,
      ...(plan.diskType !== "" && { sourceDiskType: plan.diskType }),
    },
    within(scope),
  );
}
