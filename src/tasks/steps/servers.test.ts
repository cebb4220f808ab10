import { describe, expect, it } from "vitest";
import type { VolumeServerStatus } from "../../cluster/volume-server-port.ts";
import {
  isAtLeast,
  parseServerVersion,
  requireSpace,
  requireVersion,
  type ServerState,
  V4_13,
  V4_44,
} from "./servers.ts";

function state(
  version: string,
  disks: readonly (readonly [type: string, free: number, error?: string])[] = [],
): ServerState {
  const status: VolumeServerStatus = {
    version,
    dataCenter: "",
    rack: "",
    maintenance: false,
    disks: disks.map(([diskType, free, error = ""], index) => ({
      dir: `/d${index}`,
      all: 10_000,
      used: 10_000 - free,
      free,
      diskType,
      error,
    })),
  };
  return { server: "a:1.10001", status, version: parseServerVersion(version, "a:1") };
}

describe("server versions", () => {
  it.each([
    ["30GB 4.44 cc8364a03", 4, 44],
    ["8000GB 4.13", 4, 13],
    ["4.44", 4, 44],
    ["30GB 5.01 enterprise", 5, 1],
  ])("reads %s", (text, major, minor) => {
    expect(parseServerVersion(text, "a:1")).toEqual({ major, minor });
  });

  it("refuses a text without a release", () => {
    expect(() => parseServerVersion("30GB", "a:1")).toThrow('calls its version "30GB"');
  });

  it("orders releases by number, not by text", () => {
    expect(isAtLeast({ major: 4, minor: 9 }, V4_13)).toBe(false);
    expect(isAtLeast({ major: 5, minor: 0 }, V4_44)).toBe(true);
    expect(() => requireVersion([state("30GB 4.44"), state("30GB 4.13")], V4_44, "Server mode")).toThrow(
      "Server mode needs SeaweedFS 4.44; a:1.10001 runs 30GB 4.13.",
    );
  });
});

describe("requireSpace", () => {
  const disks = state("30GB 4.44", [
    ["", 500],
    ["", 3000],
    ["ssd", 9000],
  ]);

  it("beside a volume the fullest disk of the type counts", () => {
    expect(() => requireSpace(disks, { bytes: 500, diskType: "", place: "beside", forWhat: "x" })).not.toThrow();
    expect(() => requireSpace(disks, { bytes: 501, diskType: "", place: "beside", forWhat: "the compaction" })).toThrow(
      "a:1.10001 has 500 bytes free for the compaction, which needs 501.",
    );
  });

  it("anywhere the emptiest disk of the type counts, and 1 % stays free", () => {
    expect(() => requireSpace(disks, { bytes: 2900, diskType: "", place: "anywhere", forWhat: "x" })).not.toThrow();
    expect(() => requireSpace(disks, { bytes: 2901, diskType: "", place: "anywhere", forWhat: "x" })).toThrow();
  });

  it("refuses when no disk of the type can be read", () => {
    const broken = state("30GB 4.44", [["", 3000, "i/o error"]]);
    expect(() => requireSpace(broken, { bytes: 1, diskType: "", place: "anywhere", forWhat: "x" })).toThrow(
      'has no readable disk of type "hdd"',
    );
    expect(() => requireSpace(disks, { bytes: 1, diskType: "nvme", place: "anywhere", forWhat: "x" })).toThrow("nvme");
  });
});
