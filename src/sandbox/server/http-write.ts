import { createHash } from "node:crypto";
import { errorMessage } from "../../core/errors.ts";
import { crc32c, crcEtag } from "../../volume/crc32c.ts";
import type { FileId } from "../../volume/file-id.ts";
import { FLAG_CHUNK_MANIFEST, FLAG_COMPRESSED, type Needle } from "../../volume/needle.ts";
import { formatTtl, parseTtl } from "../../volume/ttl.ts";
import { fileForm } from "../http-client.ts";
import { type HttpAnswer, type HttpRequest, json } from "../http-host.ts";
import type { ServerContext } from "./context.ts";
import { otherReplicas, repeatOn } from "./replicate.ts";
import { readUpload, type UploadedFile } from "./upload-body.ts";

const PAIR_PREFIX = "seaweed-";

/** POST and PUT of a file: written here and, unless it came from another replica, on all other replicas. */
export async function writeFile(server: ServerContext, fid: FileId, request: HttpRequest): Promise<HttpAnswer> {
  const file = await readUpload(request);
  const given = request.headers["content-md5"];
  if (typeof given === "string" && !file.compressed && given !== md5(file.data)) {
    return json(400, {
      error: `Content-MD5 did not match md5 of file data expected [${given}] received [${md5(file.data)}] size ${file.size}`,
    });
  }
  const volume = server.store.get(fid.volumeId);
  if (volume === undefined) return json(500, { error: `volume ${fid.volumeId} not found` });
  const isReplica = request.query.get("type") === "replicate";
  let others: string[] = [];
  try {
    others = isReplica ? [] : await otherReplicas(server, volume);
  } catch (reason) {
    return json(500, { error: `failed to get the replication locations: ${errorMessage(reason)}` });
  }
  const needle = needleOf(fid, file, request);
  const etag = crcEtag(crc32c(file.data));
  let unchanged = false;
  try {
    ({ unchanged } = volume.write(needle, { checkCookie: true, fsync: request.query.get("fsync") === "true" }));
  } catch (reason) {
    return json(500, { error: `failed to write to local disk: ${errorMessage(reason)}` });
  }
  try {
    await repeatOn(others, fid, repetition(request, needle, file), server.life.signal);
  } catch (reason) {
    return json(500, { error: `failed to write to replicas for volume ${fid.volumeId}: ${errorMessage(reason)}` });
  }
  const headers = { ETag: `"${etag}"`, "Content-MD5": typeof given === "string" ? given : "" };
  if (unchanged) return { status: 204, headers };
  const answer = json(201, {
    name: file.name,
    size: file.size,
    eTag: etag,
    ...(file.mime === "" ? {} : { mime: file.mime }),
    ...(typeof given === "string" ? { contentMd5: given } : {}),
  });
  return { ...answer, headers: { ...answer.headers, ...headers } };
}

/** DELETE of a file, on all replicas. */
export async function deleteFile(server: ServerContext, fid: FileId, request: HttpRequest): Promise<HttpAnswer> {
  const { store } = server;
  const volume = store.get(fid.volumeId);
  if (volume === undefined) {
    if (!store.ec.has(fid.volumeId)) return json(404, { size: 0 });
    try {
      const needle = await server.ec.read(fid.volumeId, fid.key);
      if (needle === undefined) return json(404, { size: 0 });
      if (needle.cookie !== fid.cookie) return json(400, { error: "File Random Cookie does not match." });
      return json(202, { size: await server.ec.delete(fid.volumeId, fid.key) });
    } catch (reason) {
      return json(500, { error: `Deletion Failed: ${errorMessage(reason)}` });
    }
  }
  const needle = volume.closed ? undefined : volume.read(fid.key);
  if (needle === undefined) return json(404, { size: 0 });
  if (needle.data.length > 0 && needle.cookie !== fid.cookie)
    return json(400, { error: "File Random Cookie does not match." });
  try {
    const others = request.query.get("type") === "replicate" ? [] : await otherReplicas(server, volume);
    const size = volume.delete(fid.key, fid.cookie);
    await repeatOn(others, fid, { method: "DELETE", query: request.query, headers: {} }, server.life.signal);
    return json(202, { size });
  } catch (reason) {
    return json(500, { error: `Deletion Failed: ${errorMessage(reason)}` });
  }
}

function needleOf(fid: FileId, file: UploadedFile, request: HttpRequest): Needle {
  const modified = Number(request.query.get("ts") ?? "0") || Math.floor(Date.now() / 1000);
  const ttl = parseTtl(request.query.get("ttl") ?? "");
  const pairs = Object.entries(request.headers)
    .filter(([name, value]) => name.startsWith(PAIR_PREFIX) && typeof value === "string")
    .map(([name, value]) => [titleCase(name.slice(PAIR_PREFIX.length)), value]);
  const flags =
    (file.compressed ? FLAG_COMPRESSED : 0) | (request.query.get("cm") === "true" ? FLAG_CHUNK_MANIFEST : 0);
  return {
    id: fid.key,
    cookie: fid.cookie,
    data: file.data,
    flags,
    name: Buffer.from(file.name).subarray(0, 255),
    mime: Buffer.from(file.mime).subarray(0, 255),
    lastModified: modified,
    ...(ttl.count > 0 && { ttl }),
    ...(pairs.length > 0 && { pairs: Buffer.from(JSON.stringify(Object.fromEntries(pairs))) }),
  };
}

/** The request for the other replicas: what was stored, not what was sent, so that all replicas hold the same bytes. */
function repetition(
  request: HttpRequest,
  needle: Needle,
  file: UploadedFile,
): { method: string; query: URLSearchParams; headers: Record<string, string>; body: Uint8Array } {
  const encoding = file.compressed ? { encoding: "gzip" } : {};
  const { headers, body } = fileForm(needle.data, { name: file.name, mime: file.mime, ...encoding });
  const query = new URLSearchParams(request.query);
  query.set("ts", String(needle.lastModified ?? 0));
  if (needle.ttl !== undefined) query.set("ttl", formatTtl(needle.ttl));
  const pairs = Object.entries(request.headers).filter(([name]) => name.startsWith(PAIR_PREFIX));
  return {
    method: "POST",
    query,
    headers: { ...Object.fromEntries(pairs.map(([name, value]) => [name, String(value)])), ...headers },
    body,
  };
}

function titleCase(name: string): string {
  return name.replace(/(^|-)[a-z]/g, (letter) => letter.toUpperCase());
}

function md5(data: Buffer): string {
  return createHash("md5").update(data).digest("base64");
}
