import { mkdtempSync, readFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ChannelCredentials } from "@grpc/grpc-js";
import { expect, it, onTestFailed, onTestFinished } from "vitest";
import { createTestCa, type Pair, type TestCa } from "../../src/security/test-ca.testkit.ts";
import { BY_HAND } from "../e2e/fleet.testkit.ts";
import { until } from "../e2e/processes.testkit.ts";
import { showOutput, testFleet } from "../e2e/sandbox-fleet.testkit.ts";
import { describeWith, WEED } from "../needs.testkit.ts";
import { WeedCluster, type WeedVolume } from "./weed-cluster.testkit.ts";

const LIMIT_MS = 280_000;

interface Tls {
  readonly security: string;
  readonly credentials: ChannelCredentials;
}

/** One authority, one certificate a component, and the security.toml that all processes read. */
async function mutualTls(): Promise<Tls> {
  const authority: TestCa = await createTestCa();
  onTestFinished(() => authority.remove());
  const sections = await Promise.all(
    ["master", "volume", "filer", "client", "admin", "worker"].map(async (name) => {
      const pair = await authority.issue(name);
      return `[grpc.${name}]\ncert = "${pair.cert}"\nkey = "${pair.key}"`;
    }),
  );
  const own: Pair = await authority.issue("test");
  const [ca, key, cert] = [authority.ca, own.key, own.cert].map((file) => readFileSync(file));
  return {
    security: [`[grpc]\nca = "${authority.ca}"`, ...sections].join("\n\n"),
    credentials: ChannelCredentials.createSsl(ca, key, cert, { checkServerIdentity: () => undefined }),
  };
}

/** Every byte from every server that holds the volume or a shard of it; what was deleted is gone. */
async function expectReadBack(cluster: WeedCluster, { volumeId, live, deleted }: WeedVolume, holders: number) {
  const urls = await until(`volume ${volumeId} to have ${holders} locations`, async () => {
    const found = await cluster.files.lookup(volumeId);
    return found.length === holders && found;
  });
  for (const url of urls) {
    for (const file of live) {
      const { status, md5 } = await cluster.files.read(url, file.fid);
      expect({ status, md5 }, `${file.fid} on ${url}`).toEqual({ status: 200, md5: file.md5 });
    }
    for (const file of deleted) expect((await cluster.files.read(url, file.fid)).status).toBe(404);
  }
}

describeWith([WEED], "our admin and worker on a real SeaweedFS 4.44", () => {
  it.each(["plaintext", "mutual TLS"])(
    "vacuum, balance and erasure coding in both modes, %s",
    { timeout: LIMIT_MS },
    async (how) => {
      const dir = mkdtempSync(join(tmpdir(), "wk-weed-"));
      const tls = how === "plaintext" ? undefined : await mutualTls();
      const cluster = await WeedCluster.start({
        binary: process.env["WEED_BIN"] ?? "",
        modern: true,
        dir,
        servers: 4,
        ...(tls !== undefined && { security: tls.security, credentials: tls.credentials }),
      });
      onTestFinished(async () => {
        await cluster.stop();
        await rm(dir, { recursive: true, force: true });
      });
      onTestFailed(() => showOutput(cluster.processes));
      const garbage = await cluster.seed({ collection: "garbage", replication: "001", deleted: 10 });
      const heavy = await cluster.seed({
        collection: "heavy",
        dataNode: cluster.servers[0]?.http ?? "",
        size: 200_000,
      });
      const cold = await cluster.seed({ collection: "cold", replication: "001", size: 300_000, deleted: 2 });
      const frosty = await cluster.seed({ collection: "frosty", replication: "001", size: 300_000 });

      const fleet = await testFleet({
        dir: join(dir, "fleet"),
        master: cluster.master,
        settings: { vacuum: BY_HAND.vacuum, balance: BY_HAND.balance, erasure_coding: BY_HAND.erasure_coding },
        ...(tls !== undefined && { security: tls.security }),
      });
      await fleet.startReadyAdmin();
      await fleet.startConnectedWorker("worker-a");
      const run = async (type: string, { volumeId }: WeedVolume) => {
        const id = await until(`a ${type} of volume ${volumeId} to be planned`, () => fleet.create(type, volumeId));
        const { task } = await fleet.ended(id);
        expect(task).toMatchObject({ state: "completed", attempt: 1, error: null });
        return task;
      };

      await run("vacuum", garbage);
      for (const server of await cluster.holders(garbage.volumeId)) {
        expect(await cluster.state(server, garbage.volumeId)).toMatchObject({ revision: 1, readOnly: false });
      }
      await expectReadBack(cluster, garbage, 2);

      const [before] = await cluster.holders(heavy.volumeId);
      await run("balance", heavy);
      await expectReadBack(cluster, heavy, 1);
      const [after] = await cluster.holders(heavy.volumeId);
      expect(after?.http).not.toBe(before?.http);
      if (after !== undefined) expect((await cluster.state(after, heavy.volumeId)).readOnly).toBe(false);

      for (const [mode, volume] of [
        ["server", cold],
        ["worker", frosty],
      ] as const) {
        await fleet.put("/api/v1/policies/erasure_coding", { ec_encode: mode });
        expect((await run("erasure_coding", volume)).facts["mode"]).toBe(mode);
        await expectReadBack(cluster, volume, 4);
        expect(await cluster.holders(volume.volumeId)).toEqual([]);
      }
    },
  );
});
