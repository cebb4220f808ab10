import { errorMessage } from "../../core/errors.ts";
import { masterService } from "../../rpc/proto.ts";
import type { FileId } from "../../volume/file-id.ts";
import { formatFileId } from "../../volume/file-id.ts";
import { replicaCopies } from "../../volume/replica-placement.ts";
import { httpCall } from "../http-client.ts";
import type { ServerContext } from "./context.ts";
import type { Volume } from "./volume.ts";

/**
 * The other servers that hold a volume, asked of the master.
 * @throws Error when there are fewer than the placement wants.
 */
export async function otherReplicas(server: ServerContext, volume: Volume): Promise<string[]> {
  const copies = replicaCopies(volume.placement);
  if (copies === 1) return [];
  const answer = await server.peers.call(server.master, masterService.LookupVolume, {
    volume_or_file_ids: [String(volume.id)],
  });
  const [entry] = answer.volume_id_locations ?? [];
  const others = (entry?.locations ?? []).map(({ url = "" }) => url).filter((url) => url !== server.address.http);
  if (others.length + 1 < copies) {
    throw new Error(
      `replicating operations [${others.length}] is less than volume ${volume.id} replication copy count [${copies}]`,
    );
  }
  return others;
}

/** Repeats a request on other replicas, marked so that they do it locally only. @throws Error naming the first that failed. */
export async function repeatOn(
  urls: readonly string[],
  fid: FileId,
  request: { method: string; query: URLSearchParams; headers: Record<string, string>; body?: Uint8Array },
  signal: AbortSignal,
): Promise<void> {
  const query = new URLSearchParams(request.query);
  query.set("type", "replicate");
  await Promise.all(
    urls.map(async (url) => {
      const target = `http://${url}/${formatFileId(fid)}?${query}`;
      try {
        const { method, headers, body } = request;
        const answer = await httpCall(target, { method, headers, signal, ...(body && { body }) });
        if (answer.status >= 300 && answer.status !== 404) {
          throw new Error(`${answer.status} ${answer.data.toString("utf8")}`);
        }
      } catch (reason) {
        throw new Error(`[${url}]: ${errorMessage(reason)}`);
      }
    }),
  );
}
