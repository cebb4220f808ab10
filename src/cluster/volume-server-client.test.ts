import { status } from "@grpc/grpc-js";
import { describe, expect, it } from "vitest";
import { answering, testUnaryCases, volumeServer } from "./volume-server.testkit.ts";

testUnaryCases([
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
]);

describe("a volume server", () => {
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
});
