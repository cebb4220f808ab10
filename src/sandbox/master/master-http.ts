import { status } from "@grpc/grpc-js";
import { type HttpAnswer, type HttpRequest, json } from "../http-host.ts";
import type { Peers } from "../peers.ts";
import { RpcFailure } from "../rpc-failure.ts";
import { VERSION_TEXT } from "../version.ts";
import { type Assigner, type AssignWish, assignWish } from "./assign.ts";
import type { Topology } from "./topology.ts";
import { directoryStatus } from "./topology-view.ts";
import type { MasterVacuum } from "./vacuum.ts";
import { collections, deleteCollection } from "./volume-rpcs.ts";

export interface MasterHttpOptions {
  readonly topology: Topology;
  readonly assigner: Assigner;
  readonly vacuum: MasterVacuum;
  readonly peers: Peers;
  readonly topologyId: string;
  /** In `host:http.grpc` form. */
  readonly leader: string;
  readonly defaultReplication: string;
}

/** The master's HTTP interface: what clients of SeaweedFS use to write, find and look. */
export function masterRoutes(options: MasterHttpOptions): (request: HttpRequest) => Promise<HttpAnswer> {
  const routes = new Map<string, (fields: Record<string, string>) => Promise<HttpAnswer> | HttpAnswer>([
    ["/dir/assign", (fields) => assign(options, fields)],
    ["/dir/lookup", (fields) => lookup(options, fields)],
    ["/dir/status", () => dirStatus(options)],
    ["/vol/grow", (fields) => grow(options, fields)],
    ["/vol/vacuum", (fields) => vacuum(options, fields)],
    ["/col/delete", (fields) => remove(options, fields)],
    ["/cluster/status", () => clusterStatus(options)],
    ["/cluster/healthz", () => ({ status: 200 })],
    ["/healthz", () => ({ status: 200 })],
    ["/readyz", () => ({ status: 200 })],
  ]);
  return async (request) => {
    const route = routes.get(request.path);
    if (route === undefined) return json(404, { error: `${request.path} is not served here` });
    const form = request.method === "POST" ? new URLSearchParams((await request.body()).toString("utf8")) : [];
    return route({ ...Object.fromEntries(form), ...Object.fromEntries(request.query) });
  };
}

async function assign(options: MasterHttpOptions, fields: Record<string, string>): Promise<HttpAnswer> {
  try {
    const wish = wishOf(options, fields);
    const count = Number(fields["count"] ?? 1) || 1;
    const { fid, nodes } = await options.assigner.assign(wish, count);
    const [first] = nodes;
    const url = first?.url ?? "";
    return json(200, { fid, url, publicUrl: first?.publicUrl || url, count });
  } catch (reason) {
    return refusal(reason);
  }
}

function lookup(options: MasterHttpOptions, fields: Record<string, string>): HttpAnswer {
  const id = (fields["volumeId"] ?? fields["fileId"] ?? "").split(",", 1)[0] ?? "";
  const nodes = options.topology.lookup(Number(id));
  if (nodes.length === 0) return json(404, { volumeOrFileId: id, error: `volume id ${id} not found` });
  const locations = nodes.map((node) => ({
    url: node.url,
    publicUrl: node.publicUrl || node.url,
    dataCenter: node.dataCenter,
    grpcPort: node.grpcPort,
  }));
  return json(200, { volumeOrFileId: id, locations });
}

function dirStatus({ topology, topologyId }: MasterHttpOptions): HttpAnswer {
  return json(200, { Topology: directoryStatus(topology), TopologyId: topologyId, Version: VERSION_TEXT });
}

async function grow(options: MasterHttpOptions, fields: Record<string, string>): Promise<HttpAnswer> {
  try {
    const count = Number(fields["count"]);
    if (!Number.isInteger(count) || count < 1)
      return json(406, { error: `can not parse parameter count ${fields["count"]}` });
    return json(200, { count: await options.assigner.grow(wishOf(options, fields), count) });
  } catch (reason) {
    return refusal(reason, 406);
  }
}

async function vacuum(options: MasterHttpOptions, fields: Record<string, string>): Promise<HttpAnswer> {
  const threshold = Number(fields["garbageThreshold"] ?? "0.3");
  if (Number.isNaN(threshold))
    return json(406, { error: `garbageThreshold ${fields["garbageThreshold"]} is not a number` });
  await options.vacuum.run(threshold, 0, "");
  return dirStatus(options);
}

async function remove(options: MasterHttpOptions, fields: Record<string, string>): Promise<HttpAnswer> {
  const name = fields["collection"] ?? "";
  if (!collections(options.topology, true, true).includes(name)) {
    return json(400, { error: `collection ${name} does not exist` });
  }
  await deleteCollection(options, name);
  return { status: 204 };
}

function clusterStatus({ leader, topology }: MasterHttpOptions): HttpAnswer {
  return json(200, { IsLeader: true, Leader: leader, MaxVolumeId: topology.maxVolumeId });
}

function wishOf(options: MasterHttpOptions, fields: Record<string, string>): AssignWish {
  return assignWish(fields, options.defaultReplication);
}

function refusal(reason: unknown, otherStatus = 406): HttpAnswer {
  if (!(reason instanceof RpcFailure)) throw reason;
  return json(reason.code === status.RESOURCE_EXHAUSTED ? 503 : otherStatus, { error: reason.message });
}
