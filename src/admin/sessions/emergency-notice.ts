import type { AdminEvents } from "../events.ts";
import { LEASE_MS, type SessionPolicy } from "./session-policy.ts";
import type { WorkerRoster } from "./worker-roster.ts";

export interface EmergencyNoticeDeps {
  readonly roster: Pick<WorkerRoster, "open">;
  readonly policy: SessionPolicy;
  readonly events: AdminEvents;
}

/**
 * Tells our workers at once that the emergency stop was set or released; their next renewal would be seconds later. It
 * goes out before any acknowledgement that follows the change, so a worker that waits for one to begin a destructive
 * step knows of the stop first.
 */
export class EmergencyNotice {
  readonly #deps: EmergencyNoticeDeps;
  readonly #onPolicy = (): void => this.#tell();
  #told = false;

  constructor(deps: EmergencyNoticeDeps) {
    this.#deps = deps;
  }

  start(): void {
    this.#told = this.#deps.policy.holds().emergencyStop;
    this.#deps.events.on("policy", this.#onPolicy);
  }

  stop(): void {
    this.#deps.events.off("policy", this.#onPolicy);
  }

  #tell(): void {
    const { roster, policy } = this.#deps;
    const { emergencyStop } = policy.holds();
    if (emergencyStop === this.#told) return;
    this.#told = emergencyStop;
    for (const session of roster.open()) {
      if (!session.speaksExtensions) continue;
      // Nonce 0 answers no renewal: it renews nothing.
      const lease_grant = { nonce: "0", lease_ms: LEASE_MS, lost_task_ids: [], emergency_stop: emergencyStop };
      session.send({ message: "lease_grant", lease_grant });
    }
  }
}
