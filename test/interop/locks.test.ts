import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ChannelCredentials } from "@grpc/grpc-js";
import { expect, it, onTestFinished } from "vitest";
import { ClusterLock } from "../../src/cluster/cluster-lock.ts";
import { GrpcCluster } from "../../src/cluster/grpc-cluster.ts";
import { silentLogger } from "../../src/core/logger.ts";
import { parseServerAddress } from "../../src/rpc/server-address.ts";
import { describeWith, WEED, WEED_413 } from "../needs.testkit.ts";
import { WeedCluster } from "./weed-cluster.testkit.ts";

/** A real master refuses a held lock without a word that Node can read: the holder is found out all the same. */
async function heldTwice(binary: string, modern: boolean): Promise<unknown> {
  const dir = mkdtempSync(join(tmpdir(), "wk-locks-"));
  const weed = await WeedCluster.start({ binary, modern, dir, servers: 1 });
  const masters = [parseServerAddress(weed.master)];
  const cluster = new GrpcCluster({ masters, credentials: ChannelCredentials.createInsecure(), logger: silentLogger });
  onTestFinished(async () => {
    cluster.close();
    await weed.stop();
    await rm(dir, { recursive: true, force: true });
  });
  const lock = (clientName: string): ClusterLock =>
    new ClusterLock({ master: cluster.master, lockName: "shell", clientName, message: "a test", logger: silentLogger });
  const held = await lock("first").acquire({ waitMs: 30_000 });
  const refusal: unknown = await lock("second")
    .acquire({ waitMs: 0 })
    .catch((reason: unknown) => reason);
  await held.release();
  return refusal;
}

describeWith([WEED], "a lock of a real 4.44 master", () => {
  it("names its holder", async () => {
    const refusal = await heldTwice(process.env["WEED_BIN"] ?? "", true);
    expect(refusal).toMatchObject({ code: "WK-LOCK-HELD", message: expect.stringContaining("first") });
  });
});

describeWith([WEED_413], "a lock of a real 4.13 master", () => {
  it("is known to be held", async () => {
    expect(await heldTwice(process.env["WEED_BIN_413"] ?? "", false)).toMatchObject({ code: "WK-LOCK-HELD" });
  });
});
