import { describe, expect, it } from "vitest";
import { sketch } from "../../cluster/topology/snapshot.testkit.ts";
import { serversOf, summaryOf, volumeOf, volumesOf } from "./snapshot-views.ts";

const snapshot = sketch({
  servers: [
    { http: "a:8080", at: "d1/r1", total: 1000, free: 400 },
    { http: "b:8080" },
    { http: "b:8080", type: "ssd" },
  ],
  volumes: [
    { id: 2, on: ["a:8080", "b:8080"], size: 100, deleted: 10, placement: 1, collection: "c", modifiedAt: 5 },
    { id: 5, on: ["b:8080"], size: 50, type: "ssd", remote: true, readOnly: true },
  ],
  ec: [
    { id: 3, on: "a:8080", shards: [0, 13], bytes: 20 },
    { id: 3, on: "b:8080", shards: [1], bytes: 10 },
    { id: 5, on: "a:8080", shards: [2] },
  ],
});

describe("views of a snapshot", () => {
  it("count everything once", () => {
    expect(summaryOf(snapshot)).toEqual({
      takenAt: snapshot.takenAt,
      servers: 2,
      volumes: 2,
      replicas: 3,
      ecVolumes: 2,
      ecShards: 4,
      bytes: 250,
      deletedBytes: 20,
      volumeSizeLimit: 1000 * 1024 * 1024,
    });
    expect(serversOf(snapshot)).toMatchObject([
      {
        http: "a:8080",
        address: "a:8080.18080",
        disks: [{ ecShards: 3, ecBytes: 20, volumeBytes: 100, freeBytes: 400 }],
      },
      {
        http: "b:8080",
        disks: [
          { type: "", volumes: 1 },
          { type: "ssd", volumes: 1, volumeBytes: 0 },
        ],
      },
    ]);
  });

  it("list volumes with replicas, shards or both, by id and page", () => {
    expect(volumesOf(snapshot, { after: 0, limit: 10 }).map((volume) => volume.volumeId)).toEqual([2, 3, 5]);
    expect(volumesOf(snapshot, { after: 2, limit: 1 }).map((volume) => volume.volumeId)).toEqual([3]);
    expect(volumesOf(snapshot, { after: 5, limit: 1 })).toEqual([]);
    expect(volumesOf(snapshot, { after: 0, limit: 10, collection: "c" }).map((volume) => volume.volumeId)).toEqual([2]);
    expect(volumeOf(snapshot, 3)).toEqual({
      volumeId: 3,
      collection: "",
      replicas: [],
      ecShards: [
        { server: "a:8080", shardIds: [0, 13] },
        { server: "b:8080", shardIds: [1] },
      ],
    });
    expect(volumeOf(snapshot, 2)?.replicas[0]).toEqual({
      server: "a:8080",
      diskType: "",
      size: 100,
      deletedBytes: 10,
      files: 0,
      deletedFiles: 0,
      readOnly: false,
      remote: false,
      placement: "001",
      modifiedAt: 5000,
    });
    expect(volumeOf(snapshot, 5)).toMatchObject({
      replicas: [{ remote: true, readOnly: true, modifiedAt: undefined }],
      ecShards: [{ server: "a:8080", shardIds: [2] }],
    });
    expect(volumeOf(snapshot, 4)).toBeUndefined();
  });
});
