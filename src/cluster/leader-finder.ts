import { AppError, errorMessage } from "../core/errors.ts";
import type { RpcPeer } from "../rpc/call.ts";
import { masterService as rpc } from "../rpc/proto.ts";
import { parseServerAddress, type ServerAddress, sameServer } from "../rpc/server-address.ts";

/** How long one master may take to say who leads. */
const ASK_MS = 5000;

export interface LeaderFinderOptions {
  /** The masters of `-master`, in order. */
  readonly masters: readonly ServerAddress[];
  readonly peer: (address: ServerAddress) => RpcPeer;
}

/**
 * Knows the leader of a list of masters. It is asked for when unknown; whoever learns of a change says so
 * with `note` or `forget`.
 */
export class LeaderFinder {
  readonly masters: readonly ServerAddress[];
  readonly #peer: (address: ServerAddress) => RpcPeer;
  readonly #listeners = new Set<(leader: ServerAddress) => void>();
  #known: ServerAddress | undefined;
  #last: ServerAddress | undefined;
  #asking: Promise<ServerAddress> | undefined;

  constructor(options: LeaderFinderOptions) {
    this.masters = options.masters;
    this.#peer = options.peer;
  }

  get known(): ServerAddress | undefined {
    return this.#known;
  }

  /** Calls `listener` with every new leader; returns how to stop it. */
  onChange(listener: (leader: ServerAddress) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  note(leader: ServerAddress): void {
    this.#known = leader;
    if (this.#last !== undefined && sameServer(this.#last, leader)) return;
    this.#last = leader;
    for (const listener of this.#listeners) listener(leader);
  }

  /** `leader` did not behave like one: the next `find` asks again. */
  forget(leader: ServerAddress): void {
    if (this.#known !== undefined && sameServer(this.#known, leader)) this.#known = undefined;
  }

  /**
   * The known leader, or the first that any master names.
   * @throws AppError: the masters' own error when they all fail alike, else WK-RPC-UNREACHABLE with each reason.
   */
  async find(): Promise<ServerAddress> {
    if (this.#known !== undefined) return this.#known;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  /** The address in a master's answer. Without a gRPC port it may be one of the list, whose port is known. */
  read(leader: string): ServerAddress {
    return this.masters.find((master) => master.http === leader) ?? parseServerAddress(leader);
  }

  /** Whether `master` itself says that it leads: some calls succeed on a follower without any effect. */
  async leads(master: ServerAddress): Promise<boolean> {
    return sameServer(await this.#askOne(master), master);
  }

  async #ask(): Promise<ServerAddress> {
    try {
      const leader = await Promise.any(this.masters.map((master) => this.#askOne(master)));
      this.note(leader);
      return leader;
    } catch (error) {
      const reasons: readonly unknown[] = error instanceof AggregateError ? error.errors : [error];
      const errors = reasons.map((reason) => AppError.from(reason));
      const [first] = errors;
      const alike = first !== undefined && errors.every((one) => one.code === first.code);
      const names = this.masters.map((master) => master.http).join(", ");
      throw new AppError(
        alike ? first.code : "WK-RPC-UNREACHABLE",
        `None of the masters ${names} names a leader: ${errors.map(errorMessage).join(" ")}`,
        {
          cause: error,
          ...(alike && first.hint !== undefined ? { hint: first.hint } : {}),
          details: { reached: "no" },
        },
      );
    }
  }

  async #askOne(master: ServerAddress): Promise<ServerAddress> {
    const answer = await this.#peer(master).unary(rpc.GetMasterConfiguration, {}, { timeoutMs: ASK_MS });
    if (answer.leader === undefined || answer.leader === "") {
      throw new AppError("WK-RPC-NOT-LEADER", `${master.http} knows no leader.`, { details: { reached: "yes" } });
    }
    return this.read(answer.leader);
  }
}
