import { AppError, hasCode } from "../../core/errors.ts";
import type { CallOptions, ClientMethod, RpcPeer } from "../../rpc/call.ts";
import type { VolumeListRequest } from "../../rpc/gen/master_pb/VolumeListRequest.ts";
import { masterService as rpc } from "../../rpc/proto.ts";
import type { GrpcCluster } from "../grpc-cluster.ts";
import type { Snapshot } from "./snapshot.ts";
import { SnapshotBuilder } from "./snapshot-builder.ts";
import { VolumeListWalker } from "./volume-list-walker.ts";

/** Longest silence between two batches; the master makes the whole list before it sends the first. */
const BATCH_IDLE_MS = 120_000;
/** A million volumes are about 110 MB in one message. */
const UNARY_MS = 300_000;

/** The answers stay bytes: `VolumeListWalker` reads them. */
const listStream: ClientMethod<VolumeListRequest, Buffer> = {
  path: rpc.VolumeListStream.path,
  requestSerialize: rpc.VolumeListStream.requestSerialize,
  responseDeserialize: (bytes) => bytes,
};
const listUnary: ClientMethod<VolumeListRequest, Buffer> = {
  path: rpc.VolumeList.path,
  requestSerialize: rpc.VolumeList.requestSerialize,
  responseDeserialize: (bytes) => bytes,
};

interface ReadTopologyOptions extends Pick<CallOptions, "signal"> {
  /** The master begins to answer: who keeps the topology before this one may let it go, so that never two are held. */
  readonly onAnswer?: () => void;
}

/**
 * Reads the whole topology from the leader, once more when the leader has just changed. Masters without
 * `VolumeListStream` (4.13) are asked for the list in one message.
 * @throws AppError of `status.ts`; WK-RPC-PROTOCOL when the answer is no topology.
 */
export async function readTopology(cluster: GrpcCluster, options: ReadTopologyOptions = {}): Promise<Snapshot> {
  const leader = await cluster.leaders.find();
  try {
    return await readFrom(cluster.peer(leader), options);
  } catch (error) {
    if (!hasCode(error, "WK-RPC-NOT-LEADER", "WK-RPC-UNREACHABLE", "WK-RPC-STREAM-CUT")) throw error;
    cluster.leaders.forget(leader);
    return readFrom(cluster.peer(await cluster.leaders.find()), options);
  }
}

async function readFrom(leader: RpcPeer, options: ReadTopologyOptions): Promise<Snapshot> {
  const clockOffsetMs = await clockOffset(leader, options);
  const takenAt = Date.now();
  try {
    return await readStream(leader, takenAt, clockOffsetMs, options);
  } catch (error) {
    if (!hasCode(error, "WK-RPC-UNIMPLEMENTED")) throw error;
    return readUnary(leader, takenAt, clockOffsetMs, options);
  }
}

async function readStream(
  leader: RpcPeer,
  takenAt: number,
  clockOffsetMs: number,
  { onAnswer, ...options }: ReadTopologyOptions,
): Promise<Snapshot> {
  const builder = new SnapshotBuilder();
  const walker = new VolumeListWalker(builder);
  let answered = false;
  for await (const bytes of leader.serverStream(listStream, {}, { ...options, idleMs: BATCH_IDLE_MS })) {
    if (!answered) onAnswer?.();
    answered = true;
    walker.streamMessage(bytes);
  }
  requireTopology(walker, leader);
  return builder.build({ takenAt, clockOffsetMs });
}

async function readUnary(
  leader: RpcPeer,
  takenAt: number,
  clockOffsetMs: number,
  { onAnswer, ...options }: ReadTopologyOptions,
): Promise<Snapshot> {
  const builder = new SnapshotBuilder();
  const walker = new VolumeListWalker(builder);
  const bytes = await leader.unary(listUnary, {}, { ...options, timeoutMs: UNARY_MS });
  onAnswer?.();
  walker.response(bytes);
  requireTopology(walker, leader);
  return builder.build({ takenAt, clockOffsetMs });
}

function requireTopology(walker: VolumeListWalker, leader: RpcPeer): void {
  if (walker.sawTopology) return;
  throw new AppError("WK-RPC-PROTOCOL", `${leader.address.http} sent a volume list without a topology.`);
}

/** The master's clock minus ours, ms; half of the way there and back is taken off. 0 when it cannot say. */
async function clockOffset(leader: RpcPeer, options: Pick<CallOptions, "signal">): Promise<number> {
  const asked = Date.now();
  try {
    const { start_time_ns } = await leader.unary(rpc.Ping, {}, { ...options, timeoutMs: 10_000 });
    if (start_time_ns === undefined) return 0;
    return Number(BigInt(start_time_ns) / 1_000_000n) - (asked + Date.now()) / 2;
  } catch (error) {
    if (hasCode(error, "WK-RPC-UNIMPLEMENTED")) return 0;
    throw error;
  }
}
