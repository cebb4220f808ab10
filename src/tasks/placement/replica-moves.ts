import type { TopologyServer } from "../../cluster/topology/snapshot.ts";

/**
 * Why a replica may not go to a server; the widest reason. `data_center`: no server of that data center would do;
 * `rack`: none of that rack; `server`: only this server is wrong.
 */
export type Obstacle = "none" | "data_center" | "rack" | "server";

/**
 * Whether the volume's placement still holds when one of its replicas moves to `to`. Placement "xyz" is met when
 * one data center has 1 + y + z of the replicas and x others have one each, and in that data center one rack has
 * 1 + z of them and y others have one each, all on different servers.
 *
 * @param others servers of the replicas that stay.
 * @param from server of the replica that goes.
 * @param placement digits as a number, 110 for "110"; `others` must have as many entries as it asks for, less one.
 */
export function moveObstacle(
  others: readonly TopologyServer[],
  from: TopologyServer,
  to: TopologyServer,
  placement: number,
): Obstacle {
  if (to === from || others.includes(to)) return "server";
  if (others.length === 0) return "none";
  const obstacle = placementObstacle([...others, to], placement);
  if (obstacle !== "none") return obstacle;
  // Two replicas on one machine only where they were on one before: several servers of a test share their host.
  return hosts([...others, to]) < hosts([...others, from]) ? "server" : "none";
}

function placementObstacle(servers: readonly TopologyServer[], placement: number): Obstacle {
  const otherRacks = Math.floor(placement / 10) % 10;
  const sameRack = 1 + (placement % 10);
  const sameCenter = sameRack + otherRacks;
  const centers = countBy(servers, (server) => server.dataCenterIndex);
  let widest: Obstacle = "data_center";
  for (const [center, count] of centers) {
    if (count !== sameCenter || !othersAreSingle(centers, center)) continue;
    widest = "rack";
    const racks = countBy(
      servers.filter((server) => server.dataCenterIndex === center),
      (server) => server.rackIndex,
    );
    for (const [rack, inRack] of racks) {
      if (inRack === sameRack && othersAreSingle(racks, rack)) return "none";
    }
  }
  return widest;
}

function othersAreSingle(counts: ReadonlyMap<number, number>, except: number): boolean {
  for (const [key, count] of counts) if (key !== except && count !== 1) return false;
  return true;
}

function countBy(
  servers: readonly TopologyServer[],
  key: (server: TopologyServer) => number,
): ReadonlyMap<number, number> {
  const counts = new Map<number, number>();
  for (const server of servers) counts.set(key(server), (counts.get(key(server)) ?? 0) + 1);
  return counts;
}

function hosts(servers: readonly TopologyServer[]): number {
  return new Set(servers.map((server) => server.hostIndex)).size;
}
