import { balanceConfig } from "./balance/config.ts";
import { detectBalance, explainBalance } from "./balance/detect.ts";
import { executeBalance } from "./balance/execute.ts";
import { type BalancePlan, balanceCodec } from "./balance/plan.ts";
import { verifyBalance } from "./balance/verify.ts";
import type { TaskDefinition } from "./definition.ts";
import { ecConfig } from "./erasure_coding/config.ts";
import { detectEc, explainEc } from "./erasure_coding/detect.ts";
import { executeErasureCoding } from "./erasure_coding/execute.ts";
import { type EcPlan, ecCodec } from "./erasure_coding/plan.ts";
import { verifyErasureCoding } from "./erasure_coding/verify.ts";
import { vacuumConfig } from "./vacuum/config.ts";
import { detectVacuum, explainVacuum } from "./vacuum/detect.ts";
import { executeVacuum } from "./vacuum/execute.ts";
import { type VacuumPlan, vacuumCodec } from "./vacuum/plan.ts";
import { verifyVacuum } from "./vacuum/verify.ts";

const vacuum: TaskDefinition<VacuumPlan> = {
  type: "vacuum",
  displayName: "Vacuum",
  description: "Gives the space of deleted files back, on all replicas of a volume together.",
  config: vacuumConfig,
  codec: vacuumCodec,
  detect: detectVacuum,
  explain: explainVacuum,
  execute: executeVacuum,
  verify: verifyVacuum,
};

const balance: TaskDefinition<BalancePlan> = {
  type: "balance",
  displayName: "Balance",
  description: "Moves volumes from full disks to emptier ones; the source goes when the copy is proved.",
  config: balanceConfig,
  codec: balanceCodec,
  detect: detectBalance,
  explain: explainBalance,
  execute: executeBalance,
  verify: verifyBalance,
};

const erasureCoding: TaskDefinition<EcPlan> = {
  type: "erasure_coding",
  displayName: "Erasure coding",
  description: "Turns full, quiet volumes into 14 shards on several servers, of which any 10 give the data back.",
  config: ecConfig,
  codec: ecCodec,
  detect: detectEc,
  explain: explainEc,
  execute: executeErasureCoding,
  verify: verifyErasureCoding,
};

/** Every task type of this release by its name on the wire. */
export const taskTypes: ReadonlyMap<string, TaskDefinition> = new Map(
  [vacuum, erasureCoding, balance].map((definition): [string, TaskDefinition] => [definition.type, definition]),
);
