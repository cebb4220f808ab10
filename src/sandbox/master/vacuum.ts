import { errorMessage } from "../../core/errors.ts";
import type { Logger } from "../../core/logger.ts";
import type { SeaweedDefinition } from "../../rpc/gen/master_pb/Seaweed.ts";
import { volumeServerService } from "../../rpc/proto.ts";
import type { Peers } from "../peers.ts";
import { type Handlers, unary } from "../rpc-handlers.ts";
import type { Assigner } from "./assign.ts";
import type { DataNode, Topology } from "./topology.ts";

/** The flags of the master's own vacuum. They change nothing else here: the sandbox's master never vacuums by itself. */
export interface VacuumFlags {
  /** An operator (or an older client) switched it off. */
  readonly disabled: boolean;
  /** An admin switched it off for itself. */
  readonly disabledByPlugin: boolean;
}

/** The vacuum a client asks the master for: check all replicas, compact, commit one by one, or clean up. */
export class MasterVacuum {
  readonly #topology: Topology;
  readonly #assigner: Assigner;
  readonly #peers: Peers;
  readonly #logger: Logger;
  #running = false;
  #disabled = false;
  #disabledByPlugin = false;

  constructor(options: { topology: Topology; assigner: Assigner; peers: Peers; logger: Logger }) {
    this.#topology = options.topology;
    this.#assigner = options.assigner;
    this.#peers = options.peers;
    this.#logger = options.logger;
  }

  get flags(): VacuumFlags {
    return { disabled: this.#disabled, disabledByPlugin: this.#disabledByPlugin };
  }

  handlers(): Pick<Handlers<SeaweedDefinition>, "VacuumVolume" | "DisableVacuum" | "EnableVacuum"> {
    return {
      VacuumVolume: unary(async ({ garbage_threshold = 0, volume_id = 0, collection = "" }) => {
        await this.run(garbage_threshold, volume_id, collection);
        return {};
      }),
      DisableVacuum: unary(({ by_plugin = false }) => this.#set(by_plugin, true)),
      EnableVacuum: unary(({ by_plugin = false }) => this.#set(by_plugin, false)),
    };
  }

  /** One run over the matching volumes (id 0 and "": all); while one runs, another returns at once. */
  async run(threshold: number, volumeId: number, collection: string): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    try {
      const ids = new Set<number>();
      for (const node of this.#topology.nodes.values()) {
        for (const [id, record] of node.volumes) {
          if (volumeId !== 0 && id !== volumeId) continue;
          if (collection !== "" && record.collection !== collection) continue;
          ids.add(id);
        }
      }
      for (const id of ids) await this.#one(id, threshold);
    } finally {
      this.#running = false;
    }
  }

  async #one(volumeId: number, threshold: number): Promise<void> {
    const request = { volume_id: volumeId };
    const nodes = this.#topology.replicas(volumeId);
    if (nodes.some((node) => node.volumes.get(volumeId)?.read_only === true)) return;
    const selected: DataNode[] = [];
    try {
      for (const node of nodes) {
        const { garbage_ratio = 0 } = await this.#peers.call(node, volumeServerService.VacuumVolumeCheck, request);
        if (garbage_ratio >= threshold) selected.push(node);
      }
    } catch (reason) {
      this.#logger.warn(`vacuum of volume ${volumeId} not begun: ${errorMessage(reason)}`);
      return;
    }
    if (selected.length === 0) return;
    this.#assigner.block(volumeId);
    try {
      await this.#compactAndCommit(volumeId, selected);
    } finally {
      this.#assigner.unblock(volumeId);
    }
  }

  async #compactAndCommit(volumeId: number, nodes: readonly DataNode[]): Promise<void> {
    const request = { volume_id: volumeId };
    const compacted = await Promise.allSettled(
      nodes.map(async (node) => {
        const stream = this.#peers.to(node).serverStream(volumeServerService.VacuumVolumeCompact, request);
        for await (const _progress of stream);
      }),
    );
    const failed = compacted.find((result) => result.status === "rejected");
    const next =
      failed === undefined ? volumeServerService.VacuumVolumeCommit : volumeServerService.VacuumVolumeCleanup;
    for (const node of nodes) {
      try {
        await this.#peers.call<{ volume_id?: number }, unknown>(node, next, request);
      } catch (reason) {
        this.#logger.warn(`vacuum of volume ${volumeId} on ${node.url}: ${errorMessage(reason)}`);
      }
    }
  }

  #set(byPlugin: boolean, disabled: boolean): Record<string, never> {
    if (byPlugin) this.#disabledByPlugin = disabled;
    else this.#disabled = disabled;
    return {};
  }
}
