import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { sketch, type VolumeSketch } from "../../cluster/topology/snapshot.testkit.ts";
import { detectInput, failedTexts } from "../planning/detect.testkit.ts";
import { detectVacuum, explainVacuum } from "./detect.ts";
import { vacuumCodec } from "./plan.ts";

const MB = 1024 * 1024;
const servers = ["a:8080", "b:8080", "c:8080"].map((http) => ({ http }));
const dirty: VolumeSketch = { id: 1, on: ["a:8080"], size: 100 * MB, deleted: 40 * MB };

function idsOf(volumes: readonly VolumeSketch[], more = {}): readonly number[] {
  return detectVacuum(detectInput(sketch({ servers, volumes }), more)).proposals.map((spec) => spec.volumeId);
}

describe("detectVacuum", () => {
  it("proposes one task over all replicas, the dirtiest first", () => {
    const snapshot = sketch({
      servers,
      volumes: [
        { id: 7, on: ["a:8080"], size: 100 * MB, deleted: 10 * MB, placement: 1, collection: "photos" },
        { id: 7, on: ["b:8080"], size: 120 * MB, deleted: 48 * MB, placement: 1, collection: "photos" },
      ],
    });
    const [spec, ...others] = detectVacuum(detectInput(snapshot)).proposals;
    expect(others).toEqual([]);
    expect(spec).toMatchObject({
      type: "vacuum",
      volumeId: 7,
      collection: "photos",
      priority: 1,
      bytes: 240 * MB,
      needs: { reads: [], writes: ["b:8080", "a:8080"] },
      reason: "garbage 40 % ≥ 30 %: 58.0 MB on 2 replicas can be given back",
    });
    expect(vacuumCodec.parse(spec?.plan ?? {})).toEqual({
      volumeId: 7,
      collection: "photos",
      replicas: ["b:8080.18080", "a:8080.18080"],
      garbageThreshold: 0.3,
      sizeBytes: 120 * MB,
    });
  });

  it("is urgent above 60 % and puts more reclaimable bytes first", () => {
    const proposals = detectVacuum(
      detectInput(
        sketch({
          servers,
          volumes: [
            { id: 1, on: ["a:8080"], size: 100 * MB, deleted: 31 * MB },
            { id: 2, on: ["a:8080"], size: 900 * MB, deleted: 300 * MB },
            { id: 3, on: ["b:8080"], size: 10 * MB, deleted: 7 * MB },
          ],
        }),
      ),
    ).proposals;
    expect(proposals.map(({ volumeId, priority }) => [volumeId, priority])).toEqual([
      [3, 2],
      [2, 1],
      [1, 1],
    ]);
  });

  it("lowers the threshold on a nearly full disk and starts with the smallest volume that fits", () => {
    const full = { http: "f:8080", total: 1000 * MB, free: 60 * MB };
    const snapshot = sketch({
      servers: [...servers, full],
      volumes: [
        { id: 1, on: ["f:8080"], size: 50 * MB, deleted: 6 * MB },
        { id: 2, on: ["f:8080"], size: 20 * MB, deleted: 3 * MB },
        { id: 3, on: ["f:8080"], size: 300 * MB, deleted: 200 * MB },
        { id: 4, on: ["a:8080"], size: 50 * MB, deleted: 10 * MB },
      ],
    });
    const detection = detectVacuum(detectInput(snapshot));
    expect(detection.proposals.map(({ volumeId, priority }) => [volumeId, priority])).toEqual([
      [2, 2],
      [1, 2],
    ]);
    expect(detection.skipped).toEqual({ garbage: 1, space: 1 });
    expect(failedTexts(explainVacuum(detectInput(snapshot), 3))).toEqual([
      "vacuum: free space on f:8080 is 60.0 MB, a compaction needs up to 300 MB → left out",
    ]);
    const off = detectVacuum(detectInput(snapshot, { config: { disk_pressure_ratio: 1 } }));
    expect(off.proposals).toEqual([]);
  });

  it.each<[string, readonly VolumeSketch[], object, string]>([
    ["live task", [dirty], { busy: new Set([1]) }, "vacuum: a live task is already on the volume → left out"],
    ["too little garbage", [{ ...dirty, deleted: 12 * MB }], {}, "vacuum: garbage 12 % < 30 % → not due"],
    [
      "no garbage at threshold 0",
      [{ ...dirty, deleted: 0 }],
      { config: { garbage_threshold: 0 } },
      "vacuum: no garbage, nothing to give back → not due",
    ],
    [
      "written lately",
      [{ ...dirty, modifiedAt: 1_700_000_000 - 90 }],
      { config: { min_volume_age_seconds: 3600 } },
      "vacuum: last write 1m30s ago < 1h → not due",
    ],
    ["remote", [{ ...dirty, remote: true }], {}, "vacuum: the volume's data lies in a remote tier → left out"],
    [
      "time to live",
      [{ ...dirty, ttl: 3 * 256 + 3 }],
      {},
      "vacuum: the volume expires by its time to live of 3d → left out",
    ],
    [
      "missing replica",
      [{ ...dirty, placement: 1 }],
      {},
      "vacuum: 1 replica of 2 that placement 001 asks for → left out",
    ],
    [
      "other collection",
      [{ ...dirty, collection: "logs" }],
      { config: { collection_filter: "photo*,_default" } },
      'vacuum: collection "logs" is not matched by photo*,_default → not due',
    ],
    [
      "other rack",
      [dirty],
      { config: { node_filter: "b:*" } },
      "vacuum: no replica lies inside the filters of data center, rack and node → not due",
    ],
    [
      "full while only active ones are wanted",
      [{ ...dirty, size: 1020 * MB, deleted: 500 * MB }],
      { config: { volume_state: "ACTIVE" } },
      "vacuum: the volume is 102 % full, only ACTIVE ones are looked at (limit 101 %) → not due",
    ],
    [
      "snapshot older than the last task",
      [dirty],
      { settled: new Map([[1, 1_700_000_000_000 - 5000]]) },
      "vacuum: the cluster was looked at 5s after the last task of this type, the master needs 15s → left out",
    ],
    [
      "compacted not long ago",
      [dirty],
      { settled: new Map([[1, 1_700_000_000_000 - 120_000]]), config: { min_interval_seconds: 3600 } },
      "vacuum: last compaction 2m ago < 1h → not due",
    ],
  ])("leaves out and explains: %s", (_name, volumes, more, text) => {
    const input = detectInput(sketch({ servers, volumes }), more);
    const detection = detectVacuum(input);
    expect(detection.proposals).toEqual([]);
    expect(Object.values(detection.skipped)).toEqual([1]);
    expect(failedTexts(explainVacuum(input, 1))).toEqual([text]);
    expect(Object.keys(detection.skipped)).toEqual(
      explainVacuum(input, 1)
        .filter((verdict) => !verdict.pass)
        .map((verdict) => verdict.rule),
    );
  });

  it("leaves out volumes with EC shards beside them and says of coded ones that they have no replica", () => {
    const snapshot = sketch({
      servers,
      volumes: [dirty],
      ec: [
        { id: 1, on: "b:8080", shards: [0, 1, 2] },
        { id: 9, on: "b:8080", shards: [0, 1, 2] },
      ],
    });
    expect(detectVacuum(detectInput(snapshot)).skipped).toEqual({ ec_shards: 1 });
    expect(failedTexts(explainVacuum(detectInput(snapshot), 9))).toEqual([
      "vacuum: volume 9 is erasure coded and has no replica → left out",
    ]);
    expect(failedTexts(explainVacuum(detectInput(snapshot), 10))).toEqual([
      "vacuum: the master lists no volume 10 → left out",
    ]);
  });

  it("vacuums read-only volumes and ignores the age when it is 0", () => {
    const volumes = [{ ...dirty, readOnly: true, modifiedAt: 1_700_000_000 }];
    expect(idsOf(volumes)).toEqual([1]);
  });

  it("takes one volume by hand: thresholds only when forced away, safety always", () => {
    const clean = { ...dirty, deleted: 1 * MB };
    expect(idsOf([clean, { ...dirty, id: 2 }], { only: { volumeId: 1, force: false } })).toEqual([]);
    expect(idsOf([clean, { ...dirty, id: 2 }], { only: { volumeId: 1, force: true } })).toEqual([1]);
    expect(idsOf([{ ...clean, remote: true }], { only: { volumeId: 1, force: true } })).toEqual([]);
    expect(idsOf([clean], { only: { volumeId: 77, force: true } })).toEqual([]);
  });

  it("stops at the wanted number with the best ones, and says that there is more", () => {
    const volumes = Array.from({ length: 50 }, (_, at) => ({ ...dirty, id: at + 1, deleted: (31 + at / 2) * MB }));
    const detection = detectVacuum(detectInput(sketch({ servers, volumes }), { maxProposals: 3 }));
    expect(detection.proposals.map((spec) => spec.volumeId)).toEqual([50, 49, 48]);
    expect(detection).toMatchObject({ truncated: true, examined: 50 });
  });

  it("proposes exactly the volumes that explain finds due", () => {
    const volume = fc.record({
      id: fc.integer({ min: 1, max: 1000 }),
      on: fc.subarray(["a:8080", "b:8080", "c:8080"], { minLength: 1 }),
      size: fc.integer({ min: 0, max: 2000 * MB }),
      deleted: fc.integer({ min: 0, max: 2000 * MB }),
      placement: fc.constantFrom(0, 1, 2),
      modifiedAt: fc.integer({ min: 1_699_990_000, max: 1_700_000_000 }),
      readOnly: fc.boolean(),
      remote: fc.boolean(),
      ttl: fc.constantFrom(0, 0, 0, 3 * 256 + 3),
    });
    fc.assert(
      fc.property(
        fc.uniqueArray(volume, { selector: ({ id }) => id, maxLength: 30 }),
        fc.array(fc.integer({ min: 1, max: 1000 })),
        (volumes, busy) => {
          const input = detectInput(sketch({ servers, volumes }), {
            busy: new Set(busy),
            config: { min_volume_age_seconds: 1000 },
          });
          const { proposals, skipped, examined } = detectVacuum(input);
          const due = volumes.filter(({ id }) => explainVacuum(input, id).every((verdict) => verdict.pass));
          expect(proposals.map((spec) => spec.volumeId).sort((a, b) => a - b)).toEqual(
            due.map(({ id }) => id).sort((a, b) => a - b),
          );
          const turnedAway = Object.values(skipped).reduce((sum, count) => sum + count, 0);
          expect(turnedAway + proposals.length).toBe(examined);
        },
      ),
    );
  });
});
