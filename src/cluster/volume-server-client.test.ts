import { credentials, status } from "@grpc/grpc-js";
import { afterEach, describe, expect, it } from "vitest";
import { silentLogger } from "../core/logger.ts";
import type { VolumeServerHandlers } from "../rpc/gen/volume_server_pb/VolumeServer.ts";
import { startTestServer } from "../rpc/grpc-server.testkit.ts";
import { volumeServerService } from "../rpc/proto.ts";
import { formatServerAddress, parseServerAddress } from "../rpc/server-address.ts";
import { GrpcCluster } from "./grpc-cluster.ts";
import type { VolumeServerClient } from "./volume-server-port.ts";

const cleanups: (() => unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

async function volumeServer(handlers: Partial<VolumeServerHandlers>): Promise<VolumeServerClient> {
  const server = await startTestServer<VolumeServerHandlers>(volumeServerService, handlers);
  const cluster = new GrpcCluster({
    masters: [parseServerAddress("127.0.0.1:9333")],
    credentials: credentials.createInsecure(),
    logger: silentLogger,
  });
  cleanups.push(
    () => server.close(),
    () => cluster.close(),
  );
  return cluster.volumeServer(formatServerAddress(server.address));
}

type UnaryName = {
  [Name in keyof VolumeServerHandlers]: VolumeServerHandlers[Name] extends (call: infer Call, done: infer Done) => void
    ? Call extends { request: unknown }
      ? Done extends (...args: never) => unknown
        ? Name
        : never
      : never
    : never;
}[keyof VolumeServerHandlers];

/** A server that answers one unary call with `answer` and keeps what it was asked. */
async function answering(
  rpc: UnaryName & string,
  answer: object,
): Promise<{ readonly client: VolumeServerClient; readonly asked: unknown[] }> {
  const asked: unknown[] = [];
  const client = await volumeServer({
    [rpc]: (call: { request: unknown }, done: (error: null, answer: object) => void) => {
      asked.push(call.request);
      done(null, answer);
    },
  });
  return { client, asked };
}

const SOURCE = parseServerAddress("10.0.0.9:8080.18099");

interface UnaryCase {
  readonly rpc: UnaryName & string;
  readonly call: (client: VolumeServerClient) => Promise<unknown>;
  readonly asked: object;
  readonly answer: object;
  readonly result: unknown;
  /** Result when the server answers with nothing at all set. */
  readonly emptyResult?: unknown;
}

const CASES: readonly UnaryCase[] = [
  {
    rpc: "Ping",
    call: (client) => client.ping(),
    asked: {},
    answer: { start_time_ns: "1700000000000000001", remote_time_ns: 2, stop_time_ns: 3 },
    result: { startTimeNs: 1700000000000000001n, remoteTimeNs: 2n, stopTimeNs: 3n },
    emptyResult: { startTimeNs: 0n, remoteTimeNs: 0n, stopTimeNs: 0n },
  },
  {
    rpc: "VolumeServerStatus",
    call: (client) => client.volumeServerStatus(),
    asked: {},
    answer: {
      version: "30GB 4.44",
      data_center: "dc1",
      rack: "r1",
      state: { maintenance: true, version: 3 },
      disk_statuses: [{ dir: "/data", all: "100", used: "40", free: "60", disk_type: "ssd", error: "x" }],
    },
    result: {
      version: "30GB 4.44",
      dataCenter: "dc1",
      rack: "r1",
      maintenance: true,
      disks: [{ dir: "/data", all: 100, used: 40, free: 60, diskType: "ssd", error: "x" }],
    },
    emptyResult: { version: "", dataCenter: "", rack: "", maintenance: false, disks: [] },
  },
  {
    rpc: "AllocateVolume",
    call: (client) => client.allocateVolume({ volumeId: 7, collection: "c", replication: "001", diskType: "ssd" }),
    asked: { volume_id: 7, collection: "c", replication: "001", ttl: "", disk_type: "ssd", preallocate: "0" },
    answer: {},
    result: undefined,
  },
  {
    rpc: "VolumeMount",
    call: (client) => client.volumeMount(7),
    asked: { volume_id: 7 },
    answer: {},
    result: undefined,
  },
  {
    rpc: "VolumeUnmount",
    call: (client) => client.volumeUnmount(7),
    asked: { volume_id: 7 },
    answer: {},
    result: undefined,
  },
  {
    rpc: "VolumeDelete",
    call: (client) => client.volumeDelete({ volumeId: 7, keepRemoteData: true }),
    asked: { volume_id: 7, only_empty: false, keep_remote_data: true },
    answer: {},
    result: undefined,
  },
  {
    rpc: "VolumeMarkReadonly",
    call: (client) => client.volumeMarkReadonly({ volumeId: 7, persist: true, canDelete: true }),
    asked: { volume_id: 7, persist: true, can_delete: true },
    answer: {},
    result: undefined,
  },
  {
    rpc: "VolumeMarkWritable",
    call: (client) => client.volumeMarkWritable(7),
    asked: { volume_id: 7 },
    answer: {},
    result: undefined,
  },
  {
    rpc: "VolumeConfigure",
    call: (client) => client.volumeConfigure({ volumeId: 7, replication: "010" }),
    asked: { volume_id: 7, replication: "010" },
    answer: {},
    result: undefined,
  },
  {
    rpc: "VolumeStatus",
    call: (client) => client.volumeStatus(7),
    asked: { volume_id: 7 },
    answer: { is_read_only: true, volume_size: "12345678901", file_count: 3, file_deleted_count: 1 },
    result: { isReadOnly: true, volumeSize: 12345678901, fileCount: 3, fileDeletedCount: 1 },
    emptyResult: { isReadOnly: false, volumeSize: 0, fileCount: 0, fileDeletedCount: 0 },
  },
  {
    rpc: "ReadVolumeFileStatus",
    call: (client) => client.readVolumeFileStatus(7),
    asked: { volume_id: 7 },
    answer: {
      volume_id: 7,
      idx_file_timestamp_seconds: 1,
      idx_file_size: 160,
      dat_file_timestamp_seconds: 2,
      dat_file_size: "9000",
      file_count: 10,
      compaction_revision: 4,
      collection: "c",
      disk_type: "ssd",
      version: 3,
      volume_info: {
        version: 3,
        replication: "001",
        bytes_offset: 4,
        dat_file_size: "9000",
        expire_at_sec: "77",
        read_only: true,
        read_only_can_delete: true,
        files: [{ backend_type: "s3", backend_id: "default", key: "k", file_size: 9, extension: ".dat" }],
        ec_shard_config: { data_shards: 10, parity_shards: 4, encode_ts_ns: "1700000000000000001" },
      },
    },
    result: {
      volumeId: 7,
      idxFileTimestampSeconds: 1,
      idxFileSize: 160,
      datFileTimestampSeconds: 2,
      datFileSize: 9000,
      fileCount: 10,
      compactionRevision: 4,
      collection: "c",
      diskType: "ssd",
      version: 3,
      volumeInfo: {
        version: 3,
        replication: "001",
        bytesOffset: 4,
        datFileSize: 9000,
        expireAtSec: 77,
        readOnly: true,
        readOnlyCanDelete: true,
        files: [{ backendType: "s3", backendId: "default", key: "k", fileSize: 9, extension: ".dat" }],
        ecShardConfig: { dataShards: 10, parityShards: 4, encodeTsNs: 1700000000000000001n },
      },
    },
    emptyResult: expect.objectContaining({
      volumeId: 7,
      compactionRevision: 0,
      volumeInfo: expect.objectContaining({ readOnly: false, files: [], ecShardConfig: undefined }),
    }),
  },
  {
    rpc: "VacuumVolumeCheck",
    call: (client) => client.vacuumVolumeCheck(7),
    asked: { volume_id: 7 },
    answer: { garbage_ratio: 0.25 },
    result: 0.25,
    emptyResult: 0,
  },
  {
    rpc: "VacuumVolumeCommit",
    call: (client) => client.vacuumVolumeCommit(7),
    asked: { volume_id: 7 },
    answer: { is_read_only: true, volume_size: 8 },
    result: { isReadOnly: true, volumeSize: 8 },
    emptyResult: { isReadOnly: false, volumeSize: 0 },
  },
  {
    rpc: "VacuumVolumeCleanup",
    call: (client) => client.vacuumVolumeCleanup(7),
    asked: { volume_id: 7 },
    answer: {},
    result: undefined,
  },
  {
    rpc: "ScrubVolume",
    call: (client) => client.scrubVolume({ mode: "FULL", volumeIds: [7, 8] }),
    asked: { mode: "FULL", volume_ids: [7, 8] },
    answer: { total_volumes: 2, total_files: 9, broken_volume_ids: [8], details: ["bad crc"] },
    result: { totalVolumes: 2, totalFiles: 9, brokenVolumeIds: [8], details: ["bad crc"] },
    emptyResult: { totalVolumes: 0, totalFiles: 0, brokenVolumeIds: [], details: [] },
  },
  {
    rpc: "ReadNeedleMeta",
    call: (client) => client.readNeedleMeta({ volumeId: 7, needleId: 2n ** 64n - 1n, offset: 8, size: 90 }),
    asked: { volume_id: 7, needle_id: "18446744073709551615", offset: "8", size: 90 },
    answer: { cookie: 4294967295, last_modified: 5, crc: 6, ttl: "3d", append_at_ns: "1700000000000000001" },
    result: { cookie: 4294967295, lastModified: 5, crc: 6, ttl: "3d", appendAtNs: 1700000000000000001n },
    emptyResult: { cookie: 0, lastModified: 0, crc: 0, ttl: "", appendAtNs: 0n },
  },
  {
    rpc: "ReadNeedleBlob",
    call: (client) => client.readNeedleBlob({ volumeId: 7, offset: 8, size: 90 }),
    asked: { volume_id: 7, offset: "8", size: 90 },
    answer: { needle_blob: Buffer.from("abc") },
    result: Buffer.from("abc"),
    emptyResult: Buffer.alloc(0),
  },
  {
    rpc: "WriteNeedleBlob",
    call: (client) => client.writeNeedleBlob({ volumeId: 7, needleId: 5n, size: 3, blob: Buffer.from("abc") }),
    asked: { volume_id: 7, needle_id: "5", size: 3, needle_blob: Buffer.from("abc") },
    answer: {},
    result: undefined,
  },
  {
    rpc: "VolumeNeedleStatus",
    call: (client) => client.volumeNeedleStatus({ volumeId: 7, needleId: 5n }),
    asked: { volume_id: 7, needle_id: "5" },
    answer: { needle_id: "5", cookie: 1, size: 2, last_modified: 3, crc: 4, ttl: "" },
    result: { needleId: 5n, cookie: 1, size: 2, lastModified: 3, crc: 4, ttl: "" },
  },
  {
    rpc: "BatchDelete",
    call: (client) => client.batchDelete({ fileIds: ["7,0100000000"], skipCookieCheck: true }),
    asked: { file_ids: ["7,0100000000"], skip_cookie_check: true },
    answer: {
      results: [
        { file_id: "7,0100000000", status: 202, size: 5 },
        { error: "not found", status: 404 },
      ],
    },
    result: [
      { fileId: "7,0100000000", status: 202, error: "", size: 5 },
      { fileId: "", status: 404, error: "not found", size: 0 },
    ],
    emptyResult: [],
  },
  {
    rpc: "VolumeEcShardsGenerate",
    call: (client) => client.ecShardsGenerate({ volumeId: 7, collection: "c" }),
    asked: { volume_id: 7, collection: "c" },
    answer: {},
    result: undefined,
  },
  {
    rpc: "VolumeEcShardsCopy",
    call: (client) =>
      client.ecShardsCopy({ volumeId: 7, collection: "c", source: SOURCE, shardIds: [3], copyEcx: true, diskId: 2 }),
    asked: {
      volume_id: 7,
      collection: "c",
      source_data_node: "10.0.0.9:8080.18099",
      shard_ids: [3],
      copy_ecx_file: true,
      copy_ecj_file: false,
      copy_vif_file: false,
      copy_ecsum_file: false,
      disk_id: 2,
      io_byte_per_second: "0",
    },
    answer: {},
    result: undefined,
  },
  {
    rpc: "VolumeEcShardsDelete",
    call: (client) =>
      client.ecShardsDelete({ volumeId: 7, collection: "c", shardIds: [], fullTeardown: true, encodeTsNs: 2n ** 60n }),
    asked: { volume_id: 7, collection: "c", full_teardown: true, encode_ts_ns: "1152921504606846976" },
    answer: { full_teardown_done: true },
    result: true,
    emptyResult: false,
  },
  {
    rpc: "VolumeEcShardsMount",
    call: (client) => client.ecShardsMount({ volumeId: 7, collection: "c", shardIds: [0, 13] }),
    asked: {
      volume_id: 7,
      collection: "c",
      shard_ids: [0, 13],
      source_disk_type: "",
      recover_missing_index: false,
    },
    answer: {},
    result: undefined,
  },
  {
    rpc: "VolumeEcShardsUnmount",
    call: (client) => client.ecShardsUnmount({ volumeId: 7, shardIds: [1] }),
    asked: { volume_id: 7, shard_ids: [1], encode_ts_ns: "0" },
    answer: {},
    result: undefined,
  },
  {
    rpc: "VolumeEcShardsInfo",
    call: (client) => client.ecShardsInfo(7),
    asked: { volume_id: 7 },
    answer: {
      ec_shard_infos: [{ shard_id: 3, size: "1000", collection: "c", volume_id: 7 }],
      volume_size: 10,
      file_count: 2,
      file_deleted_count: 1,
    },
    result: {
      shards: [{ shardId: 3, size: 1000, collection: "c", volumeId: 7 }],
      volumeSize: 10,
      fileCount: 2,
      fileDeletedCount: 1,
    },
    emptyResult: { shards: [], volumeSize: 0, fileCount: 0, fileDeletedCount: 0 },
  },
  {
    rpc: "VolumeEcShardsRebuild",
    call: (client) => client.ecShardsRebuild({ volumeId: 7, collection: "c" }),
    asked: { volume_id: 7, collection: "c" },
    answer: { rebuilt_shard_ids: [1, 2] },
    result: [1, 2],
    emptyResult: [],
  },
  {
    rpc: "ScrubEcVolume",
    call: (client) => client.scrubEcVolume({ mode: "CHECKSUM", volumeIds: [7] }),
    asked: { mode: "CHECKSUM", volume_ids: [7] },
    answer: {
      total_volumes: 1,
      total_files: 4,
      broken_volume_ids: [7],
      broken_shard_infos: [{ shard_id: 2, volume_id: 7 }],
      details: ["shard 2"],
    },
    result: {
      totalVolumes: 1,
      totalFiles: 4,
      brokenVolumeIds: [7],
      brokenShards: [{ shardId: 2, size: 0, collection: "", volumeId: 7 }],
      details: ["shard 2"],
    },
    emptyResult: { totalVolumes: 0, totalFiles: 0, brokenVolumeIds: [], brokenShards: [], details: [] },
  },
];

describe("unary calls of a volume server", () => {
  it.each(CASES)("$rpc sends every field and reads every field", async ({ rpc, call, asked, answer, result }) => {
    const server = await answering(rpc, answer);
    expect(await call(server.client)).toEqual(result);
    expect(server.asked).toEqual([asked]);
  });

  it.each(CASES.filter((one) => one.emptyResult !== undefined))("$rpc fills what is absent", async (one) => {
    const server = await answering(one.rpc, {});
    expect(await one.call(server.client)).toEqual(one.emptyResult);
  });

  it("throw an error that came inside the answer", async () => {
    const { client } = await answering("VolumeConfigure", { error: "volume 7 not found" });
    await expect(client.volumeConfigure({ volumeId: 7, replication: "000" })).rejects.toMatchObject({
      code: "WK-RPC-NOT-FOUND",
      message: expect.stringContaining("answered VolumeConfigure: volume 7 not found."),
    });
  });

  it("end after the usual 30 s unless the caller says otherwise, those over whole volumes never", async () => {
    const deadlines = new Map<string, number>();
    const note =
      (name: string) => (call: { getDeadline(): number | Date }, done: (error: null, answer: object) => void) => {
        deadlines.set(name, Number(call.getDeadline()) - Date.now());
        done(null, {});
      };
    const client = await volumeServer({
      VolumeStatus: note("VolumeStatus"),
      VolumeMount: note("VolumeMount"),
      VacuumVolumeCommit: note("VacuumVolumeCommit"),
      ScrubVolume: note("ScrubVolume"),
    });
    await client.volumeStatus(1);
    await client.volumeMount(1, { timeoutMs: 500_000 });
    await client.vacuumVolumeCommit(1);
    await client.scrubVolume({ mode: "INDEX", volumeIds: [1] });
    expect(deadlines.get("VolumeStatus")).toBeLessThanOrEqual(30_000);
    expect(deadlines.get("VolumeMount")).toBeGreaterThan(30_000);
    expect(deadlines.get("VacuumVolumeCommit")).toBe(Number.POSITIVE_INFINITY);
    expect(deadlines.get("ScrubVolume")).toBe(Number.POSITIVE_INFINITY);
  });
});

describe("streams of a volume server", () => {
  it("report the progress of a compaction, and its failure", async () => {
    const client = await volumeServer({
      VacuumVolumeCompact: (call) => {
        if (call.request.volume_id === 8) {
          call.emit("error", { code: status.UNKNOWN, details: "unexpected new data size" });
          return;
        }
        call.write({ processed_bytes: "134217728" });
        call.write({ processed_bytes: "268435456" });
        call.end();
      },
    });
    const seen: number[] = [];
    await client.vacuumVolumeCompact({ volumeId: 7 }, { onProgress: (bytes) => seen.push(bytes) });
    expect(seen).toEqual([134217728, 268435456]);
    await expect(client.vacuumVolumeCompact({ volumeId: 8 })).rejects.toMatchObject({
      code: "WK-RPC",
      message: expect.stringContaining("unexpected new data size"),
    });
  });

  it("read a shard in pieces", async () => {
    const asked: unknown[] = [];
    const client = await volumeServer({
      VolumeEcShardRead: (call) => {
        asked.push(call.request);
        call.write({ data: Buffer.from("ab") });
        call.write({ data: Buffer.from("c") });
        call.end();
      },
    });
    const request = { volumeId: 7, shardId: 2, offset: 4, size: 10, encodeTsNs: 9n };
    expect(String(await client.ecShardRead(request))).toBe("abc");
    expect(asked).toEqual([{ volume_id: 7, shard_id: 2, offset: "4", size: "10", encode_ts_ns: "9" }]);
  });
});
