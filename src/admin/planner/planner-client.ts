import type { GrpcTlsSettings } from "../../config/security-config.ts";
import { AppError } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import { startThread, type ThreadHandle } from "../../core/thread.ts";
import { formatServerAddress, type ServerAddress } from "../../rpc/server-address.ts";
import type { PlannerPort, PlanningRequest } from "../services/planner-port.ts";
import type { PlannerRequests, PlannerThreadData, PlanningPayload, RefreshResult } from "./planner-requests.ts";

/** The topology lives in arrays outside the heap; what a message leaves behind is small. */
const YOUNG_GENERATION_MB = 12;

export interface PlannerOptions {
  /** At least one. */
  readonly masters: readonly ServerAddress[];
  readonly tls: GrpcTlsSettings;
  readonly logger: Logger;
}

/** The planner as services see it; its thread runs until `close`. */
export interface RunningPlanner extends PlannerPort {
  close(): Promise<void>;
}

/**
 * Starts the planner thread. A thread that dies is logged and started anew by the next request: it holds nothing
 * that a master does not give again.
 */
export async function startPlanner(options: PlannerOptions): Promise<RunningPlanner> {
  return new PlannerClient(options);
}

class PlannerClient implements RunningPlanner {
  readonly #options: PlannerOptions;
  #thread: ThreadHandle<PlannerRequests> | undefined;
  #closed = false;

  constructor(options: PlannerOptions) {
    this.#options = options;
    this.#thread = this.#start();
  }

  async refresh(): Promise<RefreshResult> {
    const result = await this.#running().call("refresh", null);
    this.#log(result);
    return result;
  }

  async detect(request: Parameters<PlannerPort["detect"]>[0]) {
    const { maxProposals, only } = request;
    const payload = payloadOf(request);
    return this.#running().call(
      "detect",
      { ...payload, maxProposals, only },
      { transfer: [payload.busy.buffer as ArrayBuffer] },
    );
  }

  async explain(request: Parameters<PlannerPort["explain"]>[0]) {
    const { volumeId } = request;
    const payload = payloadOf(request);
    return this.#running().call(
      "explain",
      { ...payload, volumeId },
      { transfer: [payload.busy.buffer as ArrayBuffer] },
    );
  }

  async servers() {
    return this.#running().call("servers", null);
  }

  async summary() {
    return this.#running().call("summary", null);
  }

  async volume(volumeId: number) {
    return this.#running().call("volume", volumeId);
  }

  async volumes(query: Parameters<PlannerPort["volumes"]>[0]) {
    return this.#running().call("volumes", query);
  }

  async close(): Promise<void> {
    this.#closed = true;
    await this.#thread?.close();
  }

  #running(): ThreadHandle<PlannerRequests> {
    if (this.#closed) throw new AppError("WK-CANCELLED", "The planner is being stopped.");
    this.#thread ??= this.#start();
    return this.#thread;
  }

  #start(): ThreadHandle<PlannerRequests> {
    const { masters, tls, logger } = this.#options;
    const data: PlannerThreadData = { masters: masters.map(formatServerAddress), tls };
    const thread = startThread<PlannerRequests>(new URL("./planner-thread.ts", import.meta.url), {
      name: "planner",
      data,
      youngGenerationMb: YOUNG_GENERATION_MB,
    });
    thread.onExit(({ error }) => {
      if (this.#thread === thread) this.#thread = undefined;
      if (error !== undefined) logger.error("The planner thread ended; the next request starts it anew", { error });
    });
    return thread;
  }

  #log({ servers, replicas, durationMs, calls }: RefreshResult): void {
    const { logger } = this.#options;
    for (const { method, peer, durationMs: ms, error } of logger.enabled(4) ? calls : []) {
      logger.v(4, `rpc ${method}`, { peer, ms: round(ms), thread: "planner", outcome: error ?? "ok" });
    }
    logger.v(2, "topology read", { servers, replicas, ms: round(durationMs) });
  }
}

function payloadOf({ busy, ...request }: PlanningRequest): PlanningPayload {
  const { type, config, reserved, settled, changed, now } = request;
  return { type, config, busy: Uint32Array.from(busy), reserved, settled, changed, now };
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}
