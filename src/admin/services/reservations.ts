import type { TaskParams } from "../../rpc/gen/worker_pb/TaskParams.ts";
import { parseServerAddress } from "../../rpc/server-address.ts";
import type { Reservation } from "../../tasks/definition.ts";

const NOTHING: Reservation = { incomingBytes: 0, incomingVolumes: 0, outgoingBytes: 0, outgoingVolumes: 0 };
/** Shards that take the room of one volume slot, as the master counts. */
const SHARDS_PER_SLOT = 10;

/**
 * What live tasks will bring to and take from each server (`host:port`), read from their wire form: every target gets
 * its estimated size, and every source of a task with targets gives its own. A task without targets moves nothing.
 */
export function reservationsOf(plans: Iterable<TaskParams>): readonly (readonly [string, Reservation])[] {
  const reserved = new Map<string, Reservation>();
  const add = (node: string | undefined, change: Partial<Reservation>): void => {
    if (node === undefined || node === "") return;
    const server = parseServerAddress(node).http;
    const sum = reserved.get(server) ?? NOTHING;
    reserved.set(server, {
      incomingBytes: sum.incomingBytes + (change.incomingBytes ?? 0),
      incomingVolumes: sum.incomingVolumes + (change.incomingVolumes ?? 0),
      outgoingBytes: sum.outgoingBytes + (change.outgoingBytes ?? 0),
      outgoingVolumes: sum.outgoingVolumes + (change.outgoingVolumes ?? 0),
    });
  };
  for (const { sources = [], targets = [] } of plans) {
    if (targets.length === 0) continue;
    for (const target of targets) {
      const shards = target.shard_ids?.length ?? 0;
      add(target.node, {
        incomingBytes: Number(target.estimated_size ?? 0),
        incomingVolumes: shards === 0 ? 1 : Math.ceil(shards / SHARDS_PER_SLOT),
      });
    }
    for (const source of sources) {
      add(source.node, { outgoingBytes: Number(source.estimated_size ?? 0), outgoingVolumes: 1 });
    }
  }
  return [...reserved];
}
