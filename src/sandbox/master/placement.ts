import type { ReplicaPlacement } from "../../volume/replica-placement.ts";
import type { DataNode } from "./topology.ts";

/** Where new volumes may go; empty fields mean anywhere. */
export interface PlacementWish {
  readonly dataCenter: string;
  readonly rack: string;
  readonly dataNode: string;
  readonly diskType: string;
}

/**
 * The servers for one new volume: as many as the placement asks for, in the right racks and data centers, the
 * emptiest first. Undefined when there are not enough free slots.
 */
export function choosePlacement(
  nodes: readonly DataNode[],
  placement: ReplicaPlacement,
  wish: PlacementWish,
): readonly DataNode[] | undefined {
  const usable = nodes
    .filter((node) => !node.maintenance && node.freeSlots(wish.diskType) > 0)
    .sort((a, b) => b.freeSlots(wish.diskType) - a.freeSlots(wish.diskType));
  const mains = usable.filter(
    (node) =>
      (wish.dataCenter === "" || node.dataCenter === wish.dataCenter) &&
      (wish.rack === "" || node.rack === wish.rack) &&
      (wish.dataNode === "" || node.id === wish.dataNode || node.url === wish.dataNode),
  );
  for (const main of mains) {
    const chosen = around(main, usable, placement);
    if (chosen !== undefined) return chosen;
  }
  return undefined;
}

function around(
  main: DataNode,
  usable: readonly DataNode[],
  placement: ReplicaPlacement,
): readonly DataNode[] | undefined {
  const sameRack = usable.filter(
    (node) => node !== main && node.dataCenter === main.dataCenter && node.rack === main.rack,
  );
  const otherRacks = firstOfEach(
    usable.filter((node) => node.dataCenter === main.dataCenter && node.rack !== main.rack),
    (node) => node.rack,
  );
  const otherCenters = firstOfEach(
    usable.filter((node) => node.dataCenter !== main.dataCenter),
    (node) => node.dataCenter,
  );
  if (
    sameRack.length < placement.otherServers ||
    otherRacks.length < placement.otherRacks ||
    otherCenters.length < placement.otherDataCenters
  ) {
    return undefined;
  }
  return [
    main,
    ...sameRack.slice(0, placement.otherServers),
    ...otherRacks.slice(0, placement.otherRacks),
    ...otherCenters.slice(0, placement.otherDataCenters),
  ];
}

function firstOfEach(nodes: readonly DataNode[], key: (node: DataNode) => string): DataNode[] {
  const seen = new Map<string, DataNode>();
  for (const node of nodes) if (!seen.has(key(node))) seen.set(key(node), node);
  return [...seen.values()];
}
