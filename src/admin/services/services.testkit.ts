import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ChannelCredentials } from "@grpc/grpc-js";
import { onTestFinished } from "vitest";
import { GrpcCluster } from "../../cluster/grpc-cluster.ts";
import { systemClock } from "../../core/clock.ts";
import { silentLogger } from "../../core/logger.ts";
import type { Sandbox } from "../../sandbox/sandbox.ts";
import { commonFields } from "../../tasks/config-schema.ts";
import { AdminEvents } from "../events.ts";
import { openSqliteStore } from "../store/sqlite-store.ts";
import type { Store } from "../store/store.ts";
import { PolicyService, type PolicyServiceDeps } from "./policy-service.ts";

const config = commonFields({ scanIntervalSeconds: 1020, maxConcurrent: 16, retryBackoffSeconds: 10 });

/** A store in a folder of its own that ends with the test. */
export async function testStore(): Promise<Store> {
  const dataDir = mkdtempSync(join(tmpdir(), "weedkeeper-services-"));
  const store = await openSqliteStore({
    dataDir,
    onFailure: (error) => {
      throw error;
    },
  });
  onTestFinished(async () => {
    await store.close();
    rmSync(dataDir, { recursive: true, force: true });
  });
  return store;
}

/** A policy of two task types without a file, on this store. */
export async function testPolicy(store: Store, change: Partial<PolicyServiceDeps> = {}): Promise<PolicyService> {
  const policy = await PolicyService.open({
    store,
    types: ["vacuum", "balance"].map((type) => ({ type, config })),
    file: { path: undefined, settings: [], overriding: [] },
    workers: { wake: () => undefined },
    events: new AdminEvents(),
    clock: systemClock,
    logger: silentLogger,
    ...change,
  });
  onTestFinished(() => policy.stop());
  return policy;
}

/** Our client of a sandbox. */
export function testCluster(sandbox: Sandbox): GrpcCluster {
  const masters = [sandbox.master.address];
  const cluster = new GrpcCluster({ masters, credentials: ChannelCredentials.createInsecure(), logger: silentLogger });
  onTestFinished(() => cluster.close());
  return cluster;
}
