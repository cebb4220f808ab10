import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll } from "vitest";

const ARCHIVE = fileURLToPath(new URL("../../test/fixtures/seaweedfs-4.44-volume.tar.gz", import.meta.url));

/** One needle of the fixture as its maker uploaded it. */
export interface FixtureNeedle {
  readonly fid: string;
  readonly name: string;
  readonly mime: string;
  /** Of the content before any compression. */
  readonly size: number;
  readonly md5: string;
  readonly deleted: boolean;
  readonly etag: string;
}

/** Volume 1 of collection "fixture", written, vacuumed and EC-encoded by a real SeaweedFS 4.44. */
export interface Fixture {
  /** Path of a file such as "plain/fixture_1.dat". */
  path(name: string): string;
  bytes(name: string): Promise<Buffer>;
  needles(): Promise<readonly FixtureNeedle[]>;
}

/** Unpacks the archive once for the tests of a file (or describe block) and removes it afterwards. */
export function useFixture(): Fixture {
  let dir = "";
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "weedkeeper-fixture-"));
    await promisify(execFile)("tar", ["-xzf", ARCHIVE, "-C", dir]);
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));
  const path = (name: string): string => join(dir, name);
  return {
    path,
    bytes: (name) => readFile(path(name)),
    needles: async () => {
      const manifest: { needles: FixtureNeedle[] } = JSON.parse(await readFile(path("manifest.json"), "utf8"));
      return manifest.needles;
    },
  };
}

/** A temporary folder for the tests of a file, removed afterwards. */
export function useTempDir(): { path(name: string): string } {
  let dir = "";
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), "weedkeeper-volume-"));
  });
  afterAll(() => rm(dir, { recursive: true, force: true }));
  return { path: (name) => join(dir, name) };
}
