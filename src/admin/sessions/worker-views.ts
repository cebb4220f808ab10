import type { Clock } from "../../core/clock.ts";
import type { LiveAttempt } from "./attempt-book.ts";
import type { WorkerTally } from "./worker-roster.ts";
import type { WorkerView } from "./worker-view.ts";

/** A worker as pages see it; counted by the admin, since Go workers do not say. */
export function viewOf(tally: WorkerTally, attempts: readonly LiveAttempt[], clock: Clock): WorkerView {
  const now = clock.now();
  const { session } = tally;
  const { registration } = session;
  const running = attempts.map(({ taskId, wireId, progress }) => ({ taskId, wireId, progress }));
  return {
    id: session.workerId,
    address: session.address,
    version: registration.version,
    protocol: registration.protocol,
    capabilities: registration.capabilities,
    maxConcurrent: registration.maxConcurrent,
    running,
    status: statusOf(session.open, running.length, registration.maxConcurrent),
    connectedAt: session.connectedAt,
    lastHeartbeatAt: session.heartbeatAt,
    completed: tally.completed,
    failed: tally.failed,
    uptimeSeconds: session.open ? Math.floor((now - session.connectedAt) / 1000) : 0,
    cannotReach: tally.reach.servers(clock.monotonic()),
  };
}

function statusOf(open: boolean, running: number, maxConcurrent: number): WorkerView["status"] {
  if (!open) return "lost";
  if (running === 0) return "idle";
  return running >= maxConcurrent ? "busy" : "active";
}
