import { gunzipSync } from "node:zlib";
import { crcEtag } from "../../volume/crc32c.ts";
import type { FileId } from "../../volume/file-id.ts";
import { type DecodedNeedle, FLAG_CHUNK_MANIFEST, FLAG_COMPRESSED } from "../../volume/needle.ts";
import { ttlSeconds } from "../../volume/ttl.ts";
import { type HttpAnswer, type HttpRequest, json } from "../http-host.ts";
import type { ServerContext } from "./context.ts";

/** GET and HEAD of a file that is on this server; reads of other servers' volumes are not passed on. */
export async function readFile(server: ServerContext, fid: FileId, request: HttpRequest): Promise<HttpAnswer> {
  const { store } = server;
  const volume = store.get(fid.volumeId);
  const needle =
    volume === undefined
      ? await server.ec.read(fid.volumeId, fid.key)
      : volume.closed
        ? undefined
        : volume.read(fid.key);
  if (needle === undefined || isExpired(needle)) return { status: 404 };
  // An empty file stores no cookie that could be checked.
  if (needle.data.length > 0 && needle.cookie !== fid.cookie) return { status: 404 };
  const headers = answerHeaders(needle);
  if (notModified(request, needle, headers["ETag"] ?? "")) return { status: 304, headers };
  let body: Buffer = needle.data;
  if ((needle.flags & FLAG_COMPRESSED) !== 0) {
    if (/\bgzip\b/.test(String(request.headers["accept-encoding"] ?? "")) && request.headers.range === undefined) {
      headers["Content-Encoding"] = "gzip";
    } else {
      body = gunzipSync(body);
    }
  }
  if ((needle.flags & FLAG_CHUNK_MANIFEST) !== 0) headers["X-File-Store"] = "chunked";
  return ranged(request, body, headers);
}

function answerHeaders(needle: DecodedNeedle): Record<string, string> {
  const name = needle.name?.toString("utf8") ?? "";
  const pairs: unknown = needle.pairs === undefined ? {} : JSON.parse(needle.pairs.toString("utf8"));
  return {
    "Accept-Ranges": "bytes",
    ETag: `"${crcEtag(needle.checksum)}"`,
    "Content-Type": needle.mime?.toString("utf8") || "application/octet-stream",
    ...(needle.lastModified === undefined
      ? {}
      : { "Last-Modified": new Date(needle.lastModified * 1000).toUTCString() }),
    ...(name === "" ? {} : { "Content-Disposition": `inline; filename="${name.replaceAll('"', "")}"` }),
    ...Object.fromEntries(Object.entries(Object(pairs)).map(([key, value]) => [key, String(value)])),
  };
}

function notModified(request: HttpRequest, needle: DecodedNeedle, etag: string): boolean {
  if (request.headers["if-none-match"] === etag) return true;
  const since = Date.parse(request.headers["if-modified-since"] ?? "");
  return !Number.isNaN(since) && (needle.lastModified ?? Number.MAX_SAFE_INTEGER) * 1000 <= since;
}

function isExpired(needle: DecodedNeedle): boolean {
  if (needle.ttl === undefined || needle.lastModified === undefined) return false;
  const writtenAt = needle.appendAtNs > 0n ? Number(needle.appendAtNs / 1_000_000_000n) : needle.lastModified;
  return Date.now() / 1000 >= writtenAt + ttlSeconds(needle.ttl);
}

/** The whole body, or the one range that was asked for. */
function ranged(request: HttpRequest, body: Buffer, headers: Record<string, string>): HttpAnswer {
  const match = /^bytes=(\d*)-(\d*)$/.exec(request.headers.range ?? "");
  if (match === null || (match[1] === "" && match[2] === "")) return { status: 200, headers, body };
  const start = match[1] === "" ? Math.max(0, body.length - Number(match[2])) : Number(match[1]);
  const end = match[1] === "" || match[2] === "" ? body.length - 1 : Math.min(Number(match[2]), body.length - 1);
  if (start > end) return json(416, { error: "invalid range: failed to overlap" });
  return {
    status: 206,
    headers: { ...headers, "Content-Range": `bytes ${start}-${end}/${body.length}` },
    body: body.subarray(start, end + 1),
  };
}
