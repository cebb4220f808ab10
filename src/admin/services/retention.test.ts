import { expect, it } from "vitest";
import type { Clock } from "../../core/clock.ts";
import { silentLogger } from "../../core/logger.ts";
import { AdminEvents } from "../events.ts";
import { newTask } from "../store/store.testkit.ts";
import { Retention } from "./retention.ts";
import { testPolicy, testStore } from "./services.testkit.ts";

it("removes finished tasks past their retention, and no others", async () => {
  const store = await testStore();
  const policy = await testPolicy(store);
  let ahead = 0;
  const clock: Clock = { now: () => Date.now() + ahead, monotonic: () => performance.now() };
  const retention = new Retention({ store, policy, events: new AdminEvents(), clock, logger: silentLogger });
  await store.enqueue([newTask(1), newTask(2)]);
  await store.act({ taskId: 1, action: { kind: "cancel", by: "anna" } });

  await retention.run();
  expect((await store.tasks({ limit: 10 })).map((task) => task.id)).toEqual([2, 1]);
  ahead = 8 * 86_400_000;
  await policy.change([{ scope: "global", input: { task_retention_seconds: 9 * 86_400 } }], "anna");
  await retention.run();
  expect(await store.tasks({ limit: 10 })).toHaveLength(2);
  await policy.change([{ scope: "global", input: { task_retention_seconds: null } }], "anna");
  await retention.run();
  expect((await store.tasks({ limit: 10 })).map((task) => task.id)).toEqual([2]);
});

it("stops in the middle of nothing", async () => {
  const store = await testStore();
  const policy = await testPolicy(store);
  const events = new AdminEvents();
  const clock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };
  const retention = new Retention({ store, policy, events, clock, logger: silentLogger });
  retention.start();
  await retention.stop();
  expect(events.listenerCount("policy")).toBe(0);
});
