import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { masterService } from "../rpc/proto.ts";
import { testPeers } from "./sandbox.testkit.ts";
import { startStory } from "./story.ts";

describe("story", () => {
  it("seeds garbage, cold volumes and an overfull server, and reads every file back", async () => {
    const dir = await mkdtemp(join(tmpdir(), "wk-story-"));
    const { sandbox, story } = await startStory({ dir, volumeSizeLimitMb: 2, scale: 0.1 });
    onTestFinished(async () => {
      await sandbox.stop();
      await rm(dir, { recursive: true, force: true });
    });
    const peers = testPeers();
    const before = await story.readBack();
    expect(before).toEqual({ read: story.files.length, correct: story.files.length, wrong: [] });

    const list = await peers.call(sandbox.masterAddress, masterService.VolumeList, {});
    const nodes = (list.topology_info?.data_center_infos ?? [])
      .flatMap((center) => center.rack_infos ?? [])
      .flatMap((rack) => rack.data_node_infos ?? []);
    const volumes = nodes.flatMap((node) => node.diskInfos?.[""]?.volume_infos ?? []);
    const of = (id: number | undefined): (typeof volumes)[number] => volumes.find((volume) => volume.id === id) ?? {};
    for (const id of story.volumes.garbage) {
      expect(Number(of(id).deleted_byte_count) / Number(of(id).size)).toBeGreaterThan(0.3);
    }
    for (const id of story.volumes.cold) {
      expect(Number(of(id).size)).toBeGreaterThan(2 * 1024 * 1024);
      expect(Number(of(id).modified_at_second)).toBeLessThan(Date.now() / 1000 - 29 * 86_400);
    }
    const counts = nodes.map((node) => Number(node.diskInfos?.[""]?.volume_count ?? 0));
    expect(Math.max(...counts)).toBe(story.overfull.store?.volumes.length);
    expect(Math.max(...counts)).toBeGreaterThan(3 * Math.min(...counts));

    // A lost file is noticed.
    const [volumeId = 0] = story.volumes.crowded;
    story.overfull.store?.delete(volumeId, false);
    const after = await story.readBack();
    expect(after.correct).toBe(story.files.filter((file) => file.volumeId !== volumeId).length);
    expect(after.wrong[0]).toContain(`volume ${volumeId} is nowhere`);
  });
});
