import type { SeaweedDefinition } from "../../rpc/gen/master_pb/Seaweed.ts";
import { RpcFailure } from "../rpc-failure.ts";
import { bidi, type Handlers } from "../rpc-handlers.ts";
import type { DataNode, Topology } from "./topology.ts";

/**
 * The stream of one volume server. Answers the first heartbeat only, as SeaweedFS does; digests are not asked
 * for, so Go servers send their complete list with every pulse. The end of the stream is the end of the server.
 */
export function heartbeatHandlers(options: {
  readonly topology: Topology;
  readonly volumeSizeLimitBytes: number;
  /** Takes note of the largest needle key a server has. */
  readonly seenKey: (key: bigint) => void;
}): Pick<Handlers<SeaweedDefinition>, "SendHeartbeat"> {
  const { topology } = options;
  return {
    SendHeartbeat: bidi(async (beats, send, call) => {
      const stream = {};
      let node: DataNode | undefined;
      try {
        for await (const beat of beats) {
          if (call.gone) break;
          if (node === undefined) {
            if ((beat.ip ?? "") === "") continue;
            node = topology.nodeOf(beat);
            const duplicates = topology.ownerOf(beat.location_uuids ?? [], node);
            if (duplicates.length > 0) {
              await send({ duplicated_uuids: duplicates });
              throw new RpcFailure(`volume: Duplicated volume directories were loaded: ${duplicates.join(",")}`);
            }
            node.stream = stream;
            node.beats = 0;
            await send({ volume_size_limit: options.volumeSizeLimitBytes });
          } else if ((beat.ip ?? "") !== "") {
            node = topology.nodeOf(beat);
          }
          if (node.stream !== stream) break;
          options.seenKey(BigInt(beat.max_file_key ?? "0"));
          topology.apply(node, beat);
        }
      } finally {
        if (node !== undefined && node.stream === stream) topology.remove(node);
      }
    }),
  };
}
