import { join } from "node:path";
import type { GrpcCluster } from "../cluster/grpc-cluster.ts";
import type { Clock } from "../core/clock.ts";
import type { Logger } from "../core/logger.ts";
import { taskTypes } from "../tasks/registry.ts";
import type { AdminOptions } from "./admin-options.ts";
import type { AdminEvents } from "./events.ts";
import type { ClusterFacts } from "./ownership/cluster-facts.ts";
import { ClusterWatch } from "./services/cluster-watch.ts";
import { ExplainService } from "./services/explain-service.ts";
import { FrozenService } from "./services/frozen-service.ts";
import { HealthGate } from "./services/health-gate.ts";
import type { PlannerPort } from "./services/planner-port.ts";
import type { TaskTypes } from "./services/planning-input.ts";
import { PolicyService } from "./services/policy-service.ts";
import { Retention } from "./services/retention.ts";
import { ScanService } from "./services/scan-service.ts";
import { StatsService } from "./services/stats-service.ts";
import { TaskService } from "./services/task-service.ts";
import { WorkerHub } from "./sessions/worker-hub.ts";
import type { Store } from "./store/store.ts";

export interface ServiceInput {
  readonly options: AdminOptions;
  readonly store: Store;
  readonly cluster: GrpcCluster;
  readonly planner: PlannerPort;
  readonly events: AdminEvents;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly facts: ClusterFacts;
}

/** What HTTP, the planner's timers and the worker port share. Nothing of it runs yet. */
export interface AdminServices {
  readonly types: TaskTypes;
  readonly hub: WorkerHub;
  readonly policy: PolicyService;
  readonly tasks: TaskService;
  readonly scans: ScanService;
  readonly explain: ExplainService;
  readonly stats: StatsService;
  readonly frozen: FrozenService;
  readonly health: HealthGate;
  readonly watch: ClusterWatch;
  readonly retention: Retention;
}

export async function openServices(input: ServiceInput): Promise<AdminServices> {
  const { options, store, cluster, planner, events, clock, logger, facts } = input;
  const types: TaskTypes = taskTypes;
  // The policy tells the hub that rules changed, and the hub asks the policy for them: the hub comes second.
  let hub: WorkerHub | undefined;
  const policy = await PolicyService.open({
    store,
    types: [...types.values()],
    file: options.config,
    workers: { wake: () => hub?.wake() },
    events,
    clock,
    logger,
  });
  hub = new WorkerHub({
    store,
    cluster,
    definitions: types,
    policy,
    events,
    clock,
    logger,
    logDir: join(options.dataDir, "task_logs"),
    clusterFacts: () => facts.now(),
  });
  const workers = hub;
  const shared = { store, planner, policy, types, workers, events, clock, logger };
  const tasks = new TaskService(shared);
  const scans = new ScanService(shared);
  const health = new HealthGate({ cluster, policy, clock, logger });
  return {
    types,
    hub,
    policy,
    tasks,
    scans,
    health,
    explain: new ExplainService(shared),
    stats: new StatsService(store, workers, scans, clock),
    frozen: new FrozenService(store, cluster, logger),
    watch: new ClusterWatch({ planner, health, policy, scans, events, clock, logger }),
    retention: new Retention({ store, policy, events, clock, logger }),
  };
}
