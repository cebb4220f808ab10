import type { Clock } from "../../core/clock.ts";
import type { Logger } from "../../core/logger.ts";
import type { AdminEvents } from "../events.ts";
import type { ClusterWatch } from "../services/cluster-watch.ts";
import type { ExplainService } from "../services/explain-service.ts";
import type { FrozenService } from "../services/frozen-service.ts";
import type { HealthGate } from "../services/health-gate.ts";
import type { PlannerPort } from "../services/planner-port.ts";
import type { TaskTypes } from "../services/planning-input.ts";
import type { PolicyService } from "../services/policy-service.ts";
import type { ScanService } from "../services/scan-service.ts";
import type { StatsService } from "../services/stats-service.ts";
import type { TaskService } from "../services/task-service.ts";
import type { WorkersPort } from "../sessions/worker-view.ts";

/** What the HTTP side calls: services and ports, nothing below them. */
export interface AdminApi {
  readonly tasks: TaskService;
  readonly scans: ScanService;
  readonly policy: PolicyService;
  readonly explain: ExplainService;
  readonly stats: StatsService;
  readonly frozen: FrozenService;
  readonly health: HealthGate;
  readonly watch: ClusterWatch;
  readonly planner: PlannerPort;
  readonly workers: WorkersPort;
  readonly types: TaskTypes;
  readonly events: AdminEvents;
  readonly clock: Clock;
  readonly logger: Logger;
  /** Of this program. */
  readonly version: string;
  /** Port on which workers connect. */
  readonly workerGrpcPort: number;
}
