import { AppError, hasCode } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import { sleep } from "../core/sleep.ts";
import type { RpcPeer } from "../rpc/call.ts";
import type { KeepConnectedResponse__Output } from "../rpc/gen/master_pb/KeepConnectedResponse.ts";
import { masterService as rpc } from "../rpc/proto.ts";
import { type ServerAddress, sameServer } from "../rpc/server-address.ts";
import type { LeaderFinder } from "./leader-finder.ts";

export interface LeaderWatchOptions {
  readonly finder: LeaderFinder;
  readonly peer: (address: ServerAddress) => RpcPeer;
  /** What this process is called at the master: `admin`. */
  readonly clientType: string;
  /** Address form of this process; together with the type it must be unlike any other client's. */
  readonly clientAddress: string;
  readonly version: string;
  readonly filerGroup?: string;
  readonly logger: Logger;
  /** Mean pause before the next connection, ms. Default 1000. */
  readonly retryMs?: number;
}

/**
 * Holds a KeepConnected stream to the leader, so that a change of leader is known within a moment instead of
 * at the next failing call. Runs until the signal is aborted; never throws.
 */
export async function watchLeader(options: LeaderWatchOptions, signal: AbortSignal): Promise<void> {
  const { finder, logger, retryMs = 1000 } = options;
  let reported = "";
  while (!signal.aborted) {
    try {
      const leader = await finder.find();
      if (signal.aborted) return;
      await follow(leader, options, signal);
      reported = "";
    } catch (error) {
      if (signal.aborted) return;
      const { message } = AppError.from(error, "WK-RPC");
      // The same trouble is told once, not once a second.
      if (message !== reported) logger.warn(`No word from the masters: ${message}`);
      reported = message;
    }
    await sleep(retryMs * (0.7 + 0.6 * Math.random()), signal).catch((error: unknown) => {
      if (!hasCode(error, "WK-CANCELLED") && !signal.aborted) throw error;
    });
  }
}

/** Resolves when the stream ends in good order: the master is no longer the leader and has said who is. */
function follow(leader: ServerAddress, options: LeaderWatchOptions, signal: AbortSignal): Promise<void> {
  const { finder } = options;
  const peer = options.peer(leader);
  return new Promise((resolve, reject) => {
    const stream = peer.duplex(rpc.KeepConnected);
    const stop = (): void => stream.cancel();
    const end = (settle: () => void): void => {
      signal.removeEventListener("abort", stop);
      settle();
    };
    signal.addEventListener("abort", stop, { once: true });
    stream.on("data", (message: KeepConnectedResponse__Output) => {
      const named = message.volume_location?.leader;
      if (named === undefined || named === "") return;
      try {
        const address = finder.read(named);
        if (!sameServer(address, leader)) finder.forget(leader);
        finder.note(address);
      } catch (error) {
        stream.cancel();
        end(() => reject(error));
      }
    });
    stream.on("error", (error) => {
      finder.forget(leader);
      end(() => reject(peer.explainStreamError(error, rpc.KeepConnected.path)));
    });
    stream.on("end", () => end(resolve));
    stream.write({
      client_type: options.clientType,
      client_address: options.clientAddress,
      version: options.version,
      filer_group: options.filerGroup ?? "",
    });
  });
}
