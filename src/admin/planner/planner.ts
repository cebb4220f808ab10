import { GrpcCluster } from "../../cluster/grpc-cluster.ts";
import { readTopology } from "../../cluster/topology/read-topology.ts";
import type { Snapshot } from "../../cluster/topology/snapshot.ts";
import { AppError } from "../../core/errors.ts";
import { silentLogger } from "../../core/logger.ts";
import { parseServerAddress } from "../../rpc/server-address.ts";
import { channelSecurity } from "../../security/tls.ts";
import type { DetectInput, Detection, RuleVerdict, TaskDefinition } from "../../tasks/definition.ts";
import { taskTypes } from "../../tasks/registry.ts";
import type {
  DetectPayload,
  ExplainPayload,
  PlannerThreadData,
  PlanningPayload,
  RefreshResult,
  ThreadCall,
} from "./planner-requests.ts";

/** Calls kept for the log between two answers. */
const MOST_CALLS = 100;

/**
 * What lives in the planner thread: its own connections to the masters, the last topology, and the planners.
 * Messages of a hundred megabytes and seconds of planning never touch the main loop.
 */
export class Planner {
  readonly #cluster: GrpcCluster;
  #calls: ThreadCall[] = [];
  #snapshot: Snapshot | undefined;
  #reading: Promise<Snapshot> | undefined;

  constructor({ masters, tls }: PlannerThreadData) {
    this.#cluster = new GrpcCluster({
      masters: masters.map(parseServerAddress),
      credentials: channelSecurity(tls),
      logger: silentLogger,
      observe: ({ method, peer, durationMs, error }) => {
        if (this.#calls.length < MOST_CALLS) this.#calls.push({ method, peer, durationMs, error: error?.message });
      },
    });
  }

  /** The last topology, or the next one while that is being read. @throws AppError WK-RPC-BUSY when there is neither. */
  async snapshot(): Promise<Snapshot> {
    const snapshot = this.#snapshot ?? (await this.#reading);
    if (snapshot !== undefined) return snapshot;
    throw new AppError("WK-RPC-BUSY", "The topology has not been read from a master yet.");
  }

  /**
   * Reads the topology; a reading that is under way is joined. The old one is let go when the master begins to answer:
   * two of them would be the largest thing in the memory of the admin.
   */
  async refresh(): Promise<RefreshResult> {
    const started = performance.now();
    const letGo = (): void => {
      this.#snapshot = undefined;
    };
    const keep = (read: Snapshot): Snapshot => {
      this.#snapshot = read;
      return read;
    };
    this.#reading ??= readTopology(this.#cluster, { onAnswer: letGo })
      .then(keep)
      .finally(() => {
        this.#reading = undefined;
      });
    const snapshot = await this.#reading;
    const calls = this.#calls;
    this.#calls = [];
    return {
      servers: snapshot.servers.length,
      replicas: snapshot.replicas.count,
      durationMs: performance.now() - started,
      calls,
    };
  }

  async detect(payload: DetectPayload): Promise<Detection> {
    const { maxProposals, only } = payload;
    const input = await this.#inputOf(payload);
    return definitionOf(payload.type).detect({ ...input, maxProposals, ...(only === undefined ? {} : { only }) });
  }

  async explain(payload: ExplainPayload): Promise<readonly RuleVerdict[]> {
    return definitionOf(payload.type).explain(await this.#inputOf(payload), payload.volumeId);
  }

  close(): void {
    this.#cluster.close();
  }

  async #inputOf({ config, busy, reserved, settled, changed, now }: PlanningPayload): Promise<DetectInput> {
    if (this.#snapshot === undefined) await this.refresh();
    const snapshot = await this.snapshot();
    return {
      snapshot,
      config,
      busy: new Set(busy),
      reserved,
      settled: new Map(settled),
      changed: new Map(changed),
      now: now + snapshot.clockOffsetMs,
      maxProposals: 1,
    };
  }
}

function definitionOf(type: string): TaskDefinition {
  const definition = taskTypes.get(type);
  if (definition !== undefined) return definition;
  throw new AppError("WK-CONFIG-VALUE", `There is no task type "${type}".`, { details: { field: "type" } });
}
