import type { ClusterSketch, VolumeSketch } from "../../cluster/topology/snapshot.testkit.ts";
import type { TaskSpec } from "../../queue/task.ts";
import { httpForm } from "../../rpc/server-address.ts";
import { balanceCodec } from "./plan.ts";

/** The cluster after a plan: volumes moved, free space changed on disks that report it. */
export function afterPlan(cluster: ClusterSketch, proposals: readonly TaskSpec[]): ClusterSketch {
  let volumes: readonly VolumeSketch[] = cluster.volumes ?? [];
  const freed = new Map<string, number>();
  for (const proposal of proposals) {
    const { volumeId, source, target, sizeBytes } = balanceCodec.parse(proposal.plan);
    const from = httpForm(source);
    const to = httpForm(target);
    volumes = volumes.map((volume) =>
      volume.id === volumeId ? { ...volume, on: volume.on.map((http) => (http === from ? to : http)) } : volume,
    );
    freed.set(from, (freed.get(from) ?? 0) + sizeBytes);
    freed.set(to, (freed.get(to) ?? 0) - sizeBytes);
  }
  return {
    ...cluster,
    volumes,
    servers: cluster.servers.map((server) =>
      server.total === undefined || server.total === 0
        ? server
        : { ...server, free: (server.free ?? 0) + (freed.get(server.http) ?? 0) },
    ),
  };
}

export interface MoveRecord {
  readonly volumeId: number;
  readonly from: string;
  readonly to: string;
  readonly bytes: number;
}

export function movesOf(proposals: readonly TaskSpec[]): readonly MoveRecord[] {
  return proposals.map((proposal) => {
    const plan = balanceCodec.parse(proposal.plan);
    return { volumeId: plan.volumeId, from: httpForm(plan.source), to: httpForm(plan.target), bytes: plan.sizeBytes };
  });
}
