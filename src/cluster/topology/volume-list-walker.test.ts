import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { VolumeEcShardInformationMessage } from "../../rpc/gen/master_pb/VolumeEcShardInformationMessage.ts";
import type { VolumeInformationMessage } from "../../rpc/gen/master_pb/VolumeInformationMessage.ts";
import type { VolumeListResponse } from "../../rpc/gen/master_pb/VolumeListResponse.ts";
import type { VolumeListStreamResponse } from "../../rpc/gen/master_pb/VolumeListStreamResponse.ts";
import { masterService } from "../../rpc/proto.ts";
import type { Snapshot } from "./snapshot.ts";
import { SnapshotBuilder } from "./snapshot-builder.ts";
import { VolumeListWalker } from "./volume-list-walker.ts";

const { responseSerialize: encodeResponse } = masterService.VolumeList;
const { responseSerialize: encodeStream } = masterService.VolumeListStream;

const TAKEN = { takenAt: 1_700_000_000_000, clockOffsetMs: 5 };

function walk(responses: readonly Buffer[], streams: readonly Buffer[] = []): Snapshot {
  const builder = new SnapshotBuilder();
  const walker = new VolumeListWalker(builder);
  for (const bytes of responses) walker.response(bytes);
  for (const bytes of streams) walker.streamMessage(bytes);
  return builder.build(TAKEN);
}

const volume: fc.Arbitrary<VolumeInformationMessage> = fc.record(
  {
    id: fc.integer({ min: 1, max: 60 }),
    size: fc.integer({ min: 0, max: 2 ** 52 }).map(String),
    collection: fc.constantFrom("", "photos", "ünïcode", "x".repeat(300)),
    file_count: fc.integer({ min: 0, max: 2 ** 31 }).map(String),
    delete_count: fc.integer({ min: 0, max: 2 ** 31 }).map(String),
    deleted_byte_count: fc.integer({ min: 0, max: 2 ** 52 }).map(String),
    read_only: fc.boolean(),
    replica_placement: fc.constantFrom(0, 1, 10, 100, 110, 255),
    version: fc.integer({ min: 1, max: 3 }),
    ttl: fc.constantFrom(0, 3 * 256 + 3, 0xffff),
    compact_revision: fc.integer({ min: 0, max: 0xffff }),
    modified_at_second: fc.integer({ min: 0, max: 2 ** 32 - 1 }).map(String),
    remote_storage_name: fc.constantFrom("", "s3.default"),
    remote_storage_key: fc.constantFrom("", "abc/1.dat"),
    disk_type: fc.constantFrom("", "ssd"),
    disk_id: fc.integer({ min: 0, max: 20 }),
  },
  { requiredKeys: ["id"] },
);

const shards: fc.Arbitrary<VolumeEcShardInformationMessage> = fc.record(
  {
    id: fc.integer({ min: 1, max: 60 }),
    collection: fc.constantFrom("", "photos"),
    ec_index_bits: fc.integer({ min: 0, max: 0x3fff }),
    shard_sizes: fc.array(fc.integer({ min: 0, max: 2 ** 40 }).map(String), { maxLength: 14 }),
    expire_at_sec: fc.integer({ min: 0, max: 2 ** 33 }).map(String),
    encode_ts_ns: fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }).map(String),
  },
  { requiredKeys: ["id"] },
);

interface FlatServer {
  readonly dataCenter: string;
  readonly rack: string;
  readonly id: string;
  readonly address: string;
  readonly grpcPort: number;
  readonly disks: readonly {
    readonly type: string;
    readonly max: number;
    readonly total: number;
    readonly free: number;
    readonly tags: readonly string[];
    readonly volumes: readonly VolumeInformationMessage[];
    readonly shards: readonly VolumeEcShardInformationMessage[];
  }[];
}

const servers: fc.Arbitrary<readonly FlatServer[]> = fc.uniqueArray(
  fc.record({
    dataCenter: fc.constantFrom("dc1", "dc2"),
    rack: fc.constantFrom("r1", "r2"),
    id: fc.integer({ min: 1, max: 9 }).map((n) => `10.0.0.${n}:8080`),
    address: fc.constantFrom("", "10.9.9.9:8081"),
    grpcPort: fc.constantFrom(0, 18085),
    disks: fc.uniqueArray(
      fc.record({
        type: fc.constantFrom("", "ssd"),
        max: fc.integer({ min: 0, max: 1000 }),
        total: fc.integer({ min: 0, max: 2 ** 45 }),
        free: fc.integer({ min: 0, max: 2 ** 45 }),
        tags: fc.array(fc.constantFrom("fast", "cold"), { maxLength: 2 }),
        volumes: fc.array(volume, { maxLength: 8 }),
        shards: fc.array(shards, { maxLength: 4 }),
      }),
      { selector: (disk) => disk.type, maxLength: 2 },
    ),
  }),
  { selector: (server) => `${server.dataCenter} ${server.rack} ${server.id}`, maxLength: 6 },
);

function asResponse(list: readonly FlatServer[], withVolumes: boolean): VolumeListResponse {
  const dataCenters = [...new Set(list.map((server) => server.dataCenter))];
  return {
    volume_size_limit_mb: "8",
    topology_info: {
      id: "topo",
      data_center_infos: dataCenters.map((dataCenter) => {
        const inside = list.filter((server) => server.dataCenter === dataCenter);
        return {
          id: dataCenter,
          diskInfos: { "": { max_volume_count: "77" } },
          rack_infos: [...new Set(inside.map((server) => server.rack))].map((rack) => ({
            id: rack,
            data_node_infos: inside
              .filter((server) => server.rack === rack)
              .map((server) => ({
                id: server.id,
                address: server.address,
                grpc_port: server.grpcPort,
                diskInfos: Object.fromEntries(
                  server.disks.map((disk) => [
                    disk.type,
                    {
                      type: disk.type,
                      volume_count: "3",
                      max_volume_count: String(disk.max),
                      free_volume_count: "-1",
                      disk_total_bytes: String(disk.total),
                      disk_free_bytes: String(disk.free),
                      tags: [...disk.tags],
                      max_volume_count_by_disk: { 0: "5" },
                      ...(withVolumes ? { volume_infos: [...disk.volumes], ec_shard_infos: [...disk.shards] } : {}),
                    },
                  ]),
                ),
              })),
          })),
        };
      }),
    },
  };
}

/** What the snapshot must hold, worked out from the input objects without the walker. */
function expected(list: readonly FlatServer[]): { replicas: string[]; ec: string[]; disks: string[] } {
  const place = (server: FlatServer, type: string): string =>
    `${server.dataCenter} ${server.rack} ${server.id} ${type}`;
  return {
    replicas: list
      .flatMap((server) =>
        server.disks.flatMap((disk) =>
          disk.volumes.map((v) =>
            [
              place(server, disk.type),
              v.id,
              v.collection ?? "",
              v.size ?? 0,
              v.file_count ?? 0,
              v.delete_count ?? 0,
              v.deleted_byte_count ?? 0,
              v.read_only ?? false,
              v.replica_placement ?? 0,
              v.ttl ?? 0,
              v.modified_at_second ?? 0,
              (v.remote_storage_name ?? "") !== "",
            ].join("|"),
          ),
        ),
      )
      .sort(),
    ec: list
      .flatMap((server) =>
        server.disks.flatMap((disk) =>
          disk.shards.map((s) =>
            [
              place(server, disk.type),
              s.id,
              s.collection ?? "",
              s.ec_index_bits ?? 0,
              (s.shard_sizes ?? []).reduce<number>((sum, size) => sum + Number(size), 0),
              s.encode_ts_ns ?? 0,
            ].join("|"),
          ),
        ),
      )
      .sort(),
    disks: list
      .flatMap((server) =>
        server.disks.map((disk) =>
          [place(server, disk.type), disk.max, disk.total, disk.free, disk.tags.join(",")].join("|"),
        ),
      )
      .sort(),
  };
}

function actual(snapshot: Snapshot): { replicas: string[]; ec: string[]; disks: string[] } {
  const place = (disk: number): string => {
    const entry = snapshot.disks[disk];
    const server = snapshot.servers[entry?.server ?? -1];
    return `${server?.dataCenter} ${server?.rack} ${server?.id} ${entry?.type}`;
  };
  const { replicas: r, ecShards: e } = snapshot;
  return {
    replicas: Array.from({ length: r.count }, (_, at) =>
      [
        place(r.disk(at)),
        r.volumeId(at),
        snapshot.collectionOf(at),
        r.size(at),
        r.fileCount(at),
        r.deleteCount(at),
        r.deletedBytes(at),
        r.readOnly(at),
        r.placement(at),
        r.ttl(at),
        r.modifiedAt(at),
        r.remote(at),
      ].join("|"),
    ).sort(),
    ec: Array.from({ length: e.count }, (_, at) =>
      [
        place(e.disk(at)),
        e.volumeId(at),
        snapshot.collections[e.collection(at)],
        e.bits(at),
        e.bytes(at),
        e.generation(at),
      ].join("|"),
    ).sort(),
    disks: snapshot.disks
      .map((disk, at) => [place(at), disk.maxVolumes, disk.totalBytes, disk.freeBytes, disk.tags.join(",")].join("|"))
      .sort(),
  };
}

describe("VolumeListWalker", () => {
  it("reads a unary list exactly as protobufjs wrote it", () => {
    fc.assert(
      fc.property(servers, (list) => {
        const snapshot = walk([encodeResponse(asResponse(list, true))]);
        expect(actual(snapshot)).toEqual(expected(list));
        expect(snapshot.volumeSizeLimit).toBe(8 * 1024 * 1024);
      }),
    );
  });

  it("reads a stream of header and batches to the same picture", () => {
    fc.assert(
      fc.property(servers, fc.integer({ min: 1, max: 3 }), (list, batchSize) => {
        const messages: VolumeListStreamResponse[] = [{ header: asResponse(list, false) }];
        for (const server of list) {
          for (const disk of server.disks) {
            const at = {
              data_center: server.dataCenter,
              rack: server.rack,
              data_node: server.id,
              disk_type: disk.type,
            };
            for (let from = 0; from < disk.volumes.length; from += batchSize) {
              messages.push({ ...at, volume_infos: disk.volumes.slice(from, from + batchSize) });
            }
            if (disk.shards.length > 0) messages.push({ ...at, ec_shard_infos: [...disk.shards] });
          }
        }
        const snapshot = walk([], messages.map(encodeStream));
        expect(actual(snapshot)).toEqual(expected(list));
      }),
    );
  });

  it("sorts by volume and groups replicas whatever order they came in", () => {
    fc.assert(
      fc.property(servers, (list) => {
        const snapshot = walk([encodeResponse(asResponse(list, true))]);
        const { replicas } = snapshot;
        const seen: number[] = [];
        for (let group = 0; group < snapshot.volumeCount; group++) {
          const start = snapshot.groupStart(group);
          const end = snapshot.groupStart(group + 1);
          expect(end).toBeGreaterThan(start);
          for (let row = start; row < end; row++) {
            expect(replicas.volumeId(row)).toBe(replicas.volumeId(start));
            if (row > start) expect(replicas.disk(row)).toBeGreaterThanOrEqual(replicas.disk(row - 1));
          }
          seen.push(replicas.volumeId(start));
          expect(snapshot.groupOf(replicas.volumeId(start))).toBe(group);
        }
        expect(seen).toEqual([...new Set(seen)].sort((a, b) => a - b));
        for (const absent of [0, 61, 0xffff_ffff]) expect(snapshot.groupOf(absent)).toBe(-1);
        const reversed = walk([encodeResponse(asResponse([...list].reverse(), true))]);
        expect(reversed.servers.map((server) => server.http)).toEqual(snapshot.servers.map((server) => server.http));
      }),
    );
  });

  it("gives a batch of a server that the header did not know a place of its own", () => {
    const snapshot = walk(
      [],
      [
        encodeStream({ header: asResponse([], false) }),
        encodeStream({
          data_center: "dc1",
          rack: "r1",
          data_node: "10.0.0.7:8080",
          volume_infos: [{ id: 3, size: "9" }],
        }),
      ],
    );
    expect(snapshot.servers.map((server) => server.http)).toEqual(["10.0.0.7:8080"]);
    expect(snapshot.replicas.size(0)).toBe(9);
  });

  it("keeps a server whose id is no address, without an address", () => {
    const builder = new SnapshotBuilder();
    builder.server({ id: "vol-blue", address: "", grpcPort: 0, dataCenter: "d", rack: "r" });
    builder.server({ id: "vol-red", address: "10.0.0.1:8080", grpcPort: 18099, dataCenter: "d", rack: "r" });
    const snapshot = builder.build(TAKEN);
    expect(snapshot.servers.map(({ id, http, address }) => [id, http, address?.grpcPort])).toEqual([
      ["vol-red", "10.0.0.1:8080", 18099],
      ["vol-blue", "vol-blue", undefined],
    ]);
    expect(snapshot.volumeSizeLimit).toBe(30_000 * 1024 * 1024);
  });

  it("never reads past the end: cut or scrambled bytes are one clear error or a smaller picture", () => {
    const whole = (list: readonly FlatServer[]): Buffer => encodeResponse(asResponse(list, true));
    fc.assert(
      fc.property(servers, fc.nat(), fc.nat({ max: 255 }), (list, at, value) => {
        const bytes = Buffer.from(whole(list));
        const cut = bytes.subarray(0, at % (bytes.length + 1));
        bytes[at % bytes.length] = value;
        for (const broken of [cut, bytes]) {
          try {
            walk([broken]);
          } catch (error) {
            expect(error).toMatchObject({ code: "WK-RPC-PROTOCOL" });
          }
        }
      }),
    );
  });
});
