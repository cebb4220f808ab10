import { expect, it, onTestFinished } from "vitest";
import { createTestCa } from "../../src/security/test-ca.testkit.ts";
import { BY_HAND } from "./fleet.testkit.ts";
import { sandboxFleet } from "./sandbox-fleet.testkit.ts";
import { securityText, tlsCredentials } from "./security.testkit.ts";
import { expectEncoded, expectIntact, seedVolume } from "./volumes.testkit.ts";

it("does the main job with mutual TLS on every connection, read from security.toml", async () => {
  const ca = await createTestCa();
  onTestFinished(() => ca.remove());
  const security = await securityText(ca);
  const { sandbox, fleet, server } = await sandboxFleet({
    servers: 5,
    settings: BY_HAND,
    security,
    credentials: tlsCredentials(ca, await ca.issue("sandbox.example")),
  });
  const vacuumed = await seedVolume(sandbox, { volumeId: 1, on: [server(0), server(1)], deleted: 4 });
  const moved = await seedVolume(sandbox, { volumeId: 2, on: [server(0)], size: 60_000 });
  const encoded = await seedVolume(sandbox, { volumeId: 3, on: [server(0), server(1)] });
  await fleet.startReadyAdmin();
  await fleet.startConnectedWorker("worker-a", ["-maxConcurrent=1"]);
  const ids = [
    await fleet.create("vacuum", 1),
    await fleet.create("balance", 2),
    await fleet.create("erasure_coding", 3),
  ];
  for (const id of ids) {
    const { task } = await fleet.ended(id);
    expect({ type: task.type, state: task.state, error: task.error }).toMatchObject({
      state: "completed",
      error: null,
    });
  }
  await expectIntact(sandbox, vacuumed);
  await expectIntact(sandbox, moved);
  await expectEncoded(sandbox, encoded);
  // A log is pulled over the same stream.
  const { lines } = await fleet.api<{ lines: unknown[] }>(`/api/v1/tasks/${ids[0]}/log`);
  expect(lines.length).toBeGreaterThan(0);
});
