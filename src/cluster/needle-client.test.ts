import { testUnaryCases } from "./volume-server.testkit.ts";

testUnaryCases([
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
]);
