import { describe, expect, it } from "vitest";
import { parseServerAddress } from "../rpc/server-address.ts";
import { testUnaryCases, volumeServer } from "./volume-server.testkit.ts";

const SOURCE = parseServerAddress("10.0.0.9:8080.18099");

testUnaryCases([
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
]);

describe("shards", () => {
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
