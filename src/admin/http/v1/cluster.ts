import { z } from "zod";
import type { FrozenReplicaNow } from "../../services/frozen-service.ts";
import type { ClusterVolume } from "../../services/planner-port.ts";
import type { AdminApi } from "../admin-api.ts";
import { type Route, route } from "../route.ts";
import { ruleJson, timeJson } from "./json.ts";
import { pageText, ruleSchema, volumeIdText } from "./schemas.ts";

const text = z.string();
const count = z.number();
const time = z.iso.datetime().nullable();

const diskSchema = z.object({
  type: text,
  maxVolumes: count,
  volumes: count,
  volumeBytes: count,
  ecShards: count,
  ecBytes: count,
  totalBytes: count.nullable(),
  freeBytes: count.nullable(),
});

const serverSchema = z.object({
  id: text,
  server: text,
  dataCenter: text,
  rack: text,
  version: text.nullable(),
  clockSkewMs: count.nullable(),
  held: text.nullable(),
  disks: z.array(diskSchema),
});

const clusterSchema = z.object({
  takenAt: time,
  error: text.nullable(),
  servers: z.array(serverSchema),
  totals: z.object({
    servers: count,
    volumes: count,
    replicas: count,
    ecVolumes: count,
    ecShards: count,
    bytes: count,
    deletedBytes: count,
    volumeSizeLimit: count.nullable(),
  }),
});

const volumeSchema = z.object({
  volumeId: count,
  collection: text,
  replicas: z.array(
    z.object({
      server: text,
      diskType: text,
      size: count,
      deletedBytes: count,
      files: count,
      deletedFiles: count,
      readOnly: z.boolean(),
      remote: z.boolean(),
      placement: text,
      modifiedAt: time,
    }),
  ),
  ecShards: z.array(z.object({ server: text, shardIds: z.array(count) })),
});

const frozenSchema = z.object({
  volumeId: count,
  server: text,
  since: time,
  taskId: count,
  taskType: text,
  taskState: text,
  now: z.enum(["read-only", "writable", "absent", "unknown"]),
  why: text.nullable(),
});

export const explanationSchema = z.object({
  type: text,
  volumeId: count,
  due: z.boolean(),
  runnable: z.boolean(),
  summary: text,
  rules: z.array(ruleSchema),
  queue: z.array(ruleSchema),
});

export function clusterRoutes(api: AdminApi): readonly Route[] {
  return [
    route({
      method: "get",
      path: "/api/v1/cluster",
      summary: "Volume servers with their disks, as the master lists them, and how they answered us.",
      response: clusterSchema,
      handle: () => clusterJson(api),
    }),
    route({
      method: "get",
      path: "/api/v1/volumes",
      summary: "Volumes by id, with their replicas and EC shards.",
      query: z.strictObject({
        after: z
          .string()
          .regex(/^\d{1,10}$/, "must be a volume id")
          .transform(Number)
          .default(0),
        collection: text.optional(),
        limit: pageText,
      }),
      response: z.object({ volumes: z.array(volumeSchema), next: count.nullable() }),
      handle: async ({ query: { after, collection, limit } }) => {
        const volumes = await api.planner.volumes({
          after,
          limit,
          ...(collection === undefined ? {} : { collection }),
        });
        const next = volumes.length === limit ? (volumes.at(-1)?.volumeId ?? null) : null;
        return { volumes: volumes.map(volumeJson), next };
      },
    }),
    route({
      method: "get",
      path: "/api/v1/explain",
      summary: "Why a volume is, or is not, worked on: every rule with its measured value and threshold.",
      query: z.strictObject({ volumeId: volumeIdText, type: z.enum([...api.types.keys()]).optional() }),
      response: z.object({ explanations: z.array(explanationSchema) }),
      handle: async ({ query }) => ({ explanations: await explanationsJson(api, query.volumeId, query.type) }),
    }),
    route({
      method: "get",
      path: "/api/v1/frozen",
      summary: "Replicas that our tasks froze, and what their servers say of them now.",
      response: z.object({ frozen: z.array(frozenSchema) }),
      handle: async () => ({ frozen: (await api.frozen.list()).map(frozenJson) }),
    }),
    route({
      method: "post",
      path: "/api/v1/frozen/:volumeId/thaw",
      summary: "Makes a volume writable again that a stopped task of ours left frozen.",
      params: z.strictObject({ volumeId: volumeIdText }),
      body: z.strictObject({}),
      response: z.object({ frozen: z.array(frozenSchema) }),
      handle: async ({ params }, { by }) => ({
        frozen: (await api.frozen.thaw(params.volumeId, by)).map(frozenJson),
      }),
    }),
  ];
}

export async function explanationsJson(
  api: AdminApi,
  volumeId: number,
  type: string | undefined,
): Promise<z.input<typeof explanationSchema>[]> {
  const explanations = await api.explain.explain(volumeId, type);
  return explanations.map((each) => ({
    ...each,
    rules: each.rules.map(ruleJson),
    queue: each.queue.map(ruleJson),
  }));
}

async function clusterJson(api: AdminApi): Promise<z.input<typeof clusterSchema>> {
  const [servers, summary] = await Promise.all([api.planner.servers(), api.planner.summary()]);
  const health = new Map(api.health.servers().map((server) => [server.server, server]));
  const { takenAt, volumeSizeLimit, ...totals } = summary;
  return {
    takenAt: timeJson(takenAt),
    error: api.watch.status().error ?? null,
    totals: { ...totals, volumeSizeLimit: known(volumeSizeLimit) },
    servers: servers.map((server) => {
      const its = health.get(server.http);
      return {
        id: server.id,
        server: server.http,
        dataCenter: server.dataCenter,
        rack: server.rack,
        version: its?.version ?? null,
        clockSkewMs: its?.clockSkewMs ?? null,
        held: its?.held ?? null,
        disks: server.disks.map((disk) => ({
          type: disk.type === "" ? "hdd" : disk.type,
          maxVolumes: disk.maxVolumes,
          volumes: disk.volumes,
          volumeBytes: disk.volumeBytes,
          ecShards: disk.ecShards,
          ecBytes: disk.ecBytes,
          totalBytes: known(disk.totalBytes),
          freeBytes: disk.totalBytes === 0 ? null : disk.freeBytes,
        })),
      };
    }),
  };
}

/** The master says 0 where it does not know. */
function known(value: number): number | null {
  return value === 0 ? null : value;
}

function volumeJson(volume: ClusterVolume): z.input<typeof volumeSchema> {
  return {
    volumeId: volume.volumeId,
    collection: volume.collection,
    replicas: volume.replicas.map((replica) => ({
      server: replica.server,
      diskType: replica.diskType === "" ? "hdd" : replica.diskType,
      size: replica.size,
      deletedBytes: replica.deletedBytes,
      files: replica.files,
      deletedFiles: replica.deletedFiles,
      readOnly: replica.readOnly,
      remote: replica.remote,
      placement: replica.placement,
      modifiedAt: timeJson(replica.modifiedAt),
    })),
    ecShards: volume.ecShards.map(({ server, shardIds }) => ({ server, shardIds: [...shardIds] })),
  };
}

function frozenJson(frozen: FrozenReplicaNow): z.input<typeof frozenSchema> {
  return {
    volumeId: frozen.volumeId,
    server: frozen.server,
    since: timeJson(frozen.since),
    taskId: frozen.task.id,
    taskType: frozen.task.type,
    taskState: frozen.task.state,
    now: frozen.now,
    why: frozen.why ?? null,
  };
}
