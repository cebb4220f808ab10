import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { createTestCa } from "../../src/security/test-ca.testkit.ts";
import { BY_HAND, type Fleet } from "./fleet.testkit.ts";
import { freePortPair, until } from "./processes.testkit.ts";
import { sandboxFleet, testFleet } from "./sandbox-fleet.testkit.ts";
import { securityText, temporaryFolder } from "./security.testkit.ts";
import { expectIntact, expectReadBack, seedVolume } from "./volumes.testkit.ts";

/** Why the admin is not ready, once it says so with a word that matches; it must be up all the while. */
async function notReadyBecause(fleet: Fleet, pattern: RegExp): Promise<string> {
  const why = await until(`the admin to say ${pattern}`, async () => {
    const ready = await fleet.request("/ready");
    expect(ready.status).toBe(503);
    const { error } = (await ready.json()) as { error: string };
    if (!pattern.test(error)) throw new Error(error);
    return error;
  });
  expect((await fleet.request("/health")).status).toBe(200);
  expect(fleet.admin.running).toBe(true);
  return why;
}

it("a master that is not there: the admin says which one, stays up, and goes on when it comes", async () => {
  const port = await freePortPair();
  const { fleet, sandbox } = await sandboxFleet({ servers: 1, masterPort: { http: port } });
  await sandbox.master.kill();
  await fleet.startAdmin();
  await notReadyBecause(fleet, new RegExp(`127\\.0\\.0\\.1:${port}.*(cannot be reached|refused|unreachable)`, "i"));
  const created = await fleet.request("/api/v1/tasks", { method: "POST", body: { type: "vacuum", volumeId: 1 } });
  expect(created.status).toBe(502);
  await sandbox.master.start();
  await until("the admin to be ready", async () => (await fleet.request("/ready")).ok);
});

it("the HTTP port in the place of the gRPC port: both ends say so", async () => {
  const { sandbox } = await sandboxFleet({ servers: 1 });
  const http = sandbox.master.address.httpPort;
  const fleet = await testFleet({ dir: temporaryFolder(), master: `127.0.0.1:${http}.${http}` });
  await fleet.startAdmin();
  const why = await notReadyBecause(fleet, /gRPC/);
  expect(why).toContain(`127.0.0.1:${http}`);
  const worker = fleet.startWorker("lost", [`-admin=127.0.0.1:${fleet.port}.${fleet.port}`]);
  await worker.says(/The admin cannot be used.*gRPC|gRPC.*The admin cannot be used/);
  expect(worker.running).toBe(true);
});

it("TLS against plaintext, either way round: the error names TLS and the address, and the admin stays up", async () => {
  const ca = await createTestCa();
  onTestFinished(() => ca.remove());
  const security = await securityText(ca);
  const plain = await sandboxFleet({ servers: 1, security });
  await plain.fleet.startAdmin();
  await notReadyBecause(plain.fleet, /TLS/);
  // A worker without certificates on a port that asks for one, and one of another authority.
  const bare = await testFleet({ dir: temporaryFolder(), master: plain.sandbox.masterAddress });
  const plaintext = bare.startWorker("plaintext", [`-admin=127.0.0.1:${plain.fleet.port}`]);
  await plaintext.says(/The admin cannot be used/);
  expect(plaintext.output).toMatch(/TLS/);
  const other = await createTestCa("another authority");
  onTestFinished(() => other.remove());
  const foreign = await testFleet({
    dir: temporaryFolder(),
    master: plain.sandbox.masterAddress,
    security: await securityText(other),
  });
  const stranger = foreign.startWorker("stranger", [`-admin=127.0.0.1:${plain.fleet.port}`]);
  await stranger.says(/The admin cannot be used/);
  expect(stranger.output).toMatch(/certificate|TLS/);
  expect((await plain.fleet.workers()).map(({ id }) => id)).toEqual([]);
  expect(plain.fleet.admin.running).toBe(true);
});

it("a damaged index: tasks on the volume fail with what was found, and change nothing", async () => {
  const { sandbox, fleet, server } = await sandboxFleet({
    servers: 2,
    settings: { vacuum: { ...BY_HAND.vacuum, retry_limit: 0 }, balance: { ...BY_HAND.balance, retry_limit: 0 } },
  });
  const damaged = await seedVolume(sandbox, { volumeId: 1, on: [server(0)], files: 8, deleted: 3 });
  const other = await seedVolume(sandbox, { volumeId: 2, on: [server(0)], files: 8, deleted: 3 });
  await server(0).kill();
  // The last two entries of the index point far behind the end of the data.
  const path = join(server(0).dir, "1.idx");
  const index = readFileSync(path);
  index.writeUInt32BE(0x00ff_ffff, 4 * 16 + 8);
  writeFileSync(path, index);
  await server(0).start();
  await sandbox.settled();
  const before = readFileSync(join(server(0).dir, "1.dat"));
  await fleet.startReadyAdmin();
  await fleet.startConnectedWorker("worker-a");
  for (const type of ["vacuum", "balance"]) {
    const { task } = await fleet.ended(await fleet.create(type, 1));
    expect(task, type).toMatchObject({ state: "dead", workerId: "worker-a" });
    expect(task.error, type).toMatch(/volume 1 |needle|scrub|127\.0\.0\.1/i);
  }
  expect(readFileSync(join(server(0).dir, "1.dat")).equals(before)).toBe(true);
  await expectReadBack(sandbox, { ...damaged, live: damaged.live.slice(2) }, 1);
  expect((await fleet.ended(await fleet.create("vacuum", 2))).task.state).toBe("completed");
  await expectIntact(sandbox, other);
});

it("a disk that fills up in the middle: the task fails with the server's words, puts everything back, and is done when there is room", async () => {
  const { sandbox, fleet, server } = await sandboxFleet({ servers: 1, settings: { vacuum: BY_HAND.vacuum } });
  const volume = await seedVolume(sandbox, { volumeId: 1, on: [server(0)], files: 8, deleted: 3 });
  await fleet.startReadyAdmin();
  await fleet.startConnectedWorker("worker-a");
  const compacting = sandbox.faults.add({ rpc: "VacuumVolumeCompact", at: "needle", action: "hang" });
  const id = await fleet.create("vacuum", 1);
  await compacting.hit;
  server(0).disk.fill(30_000);
  compacting.release();
  const failed = await until("the attempt to fail", async () => {
    const { task, attempts } = await fleet.task(id);
    return task.failures > 0 && attempts;
  });
  expect(failed[0]?.error).toMatch(/no space left/);
  server(0).disk.empty();
  expect((await fleet.ended(id)).task.state).toBe("completed");
  await expectIntact(sandbox, volume);

  // Too little room from the start is seen before anything is begun.
  const second = await seedVolume(sandbox, { volumeId: 2, on: [server(0)], files: 8, deleted: 3 });
  server(0).disk.fill(60_000);
  await sandbox.pulse();
  const refused = await fleet.request("/api/v1/tasks", {
    method: "POST",
    body: { type: "vacuum", volumeId: 2, force: true },
  });
  expect(refused.status).toBe(409);
  expect(await refused.text()).toMatch(/free space/);
  server(0).disk.empty();
  await expectIntact(sandbox, second);
});
