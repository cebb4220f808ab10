import { gzipSync } from "node:zlib";
import type { HttpRequest } from "../http-host.ts";

/** A file as a client sent it. */
export interface UploadedFile {
  readonly data: Buffer;
  /** Empty when none was given. */
  readonly name: string;
  /** Empty when none was given or it says nothing. */
  readonly mime: string;
  /** Whether `data` is gzip. */
  readonly compressed: boolean;
  /** Bytes of the file itself. */
  readonly size: number;
}

const UNKNOWN_MIME = "application/octet-stream";
const COMPRESSIBLE = /^text\/|\/(json|javascript|xml|svg\+xml|x-yaml)\b|\+(json|xml)\b/;

/** Reads the body of a POST or PUT: the first file of a form, or the raw bytes. @throws Error */
export async function readUpload(request: HttpRequest): Promise<UploadedFile> {
  const body = await request.body();
  const type = request.headers["content-type"] ?? "";
  const boundary = /^multipart\/form-data;.*boundary="?([^";]+)"?/i.exec(type)?.[1];
  const part = boundary === undefined ? rawPart(request, body, type) : filePart(body, boundary);
  const compressed = part.encoding === "gzip";
  if (compressed) return { data: part.data, name: part.name, mime: part.mime, compressed, size: part.data.length };
  const packed = COMPRESSIBLE.test(part.mime) ? gzipSync(part.data) : undefined;
  const worthIt = packed !== undefined && packed.length * 10 < part.data.length * 9;
  return {
    data: worthIt ? packed : part.data,
    name: part.name,
    mime: part.mime,
    compressed: worthIt,
    size: part.data.length,
  };
}

interface Part {
  readonly data: Buffer;
  readonly name: string;
  readonly mime: string;
  readonly encoding: string;
}

function rawPart(request: HttpRequest, data: Buffer, type: string): Part {
  const name = request.path.slice(request.path.lastIndexOf("/") + 1);
  const encoding = request.headers["content-encoding"] ?? "";
  return { data, name, mime: type.startsWith(UNKNOWN_MIME) ? "" : type, encoding };
}

/** The first part with a file name, else the first part. */
function filePart(body: Buffer, boundary: string): Part {
  const parts = [...formParts(body, boundary)];
  const part = parts.find(({ headers }) => headers.has("filename")) ?? parts[0];
  if (part === undefined) throw new Error("the form holds no file");
  const mime = part.headers.get("content-type") ?? "";
  return {
    data: part.data,
    name: part.headers.get("filename") ?? "",
    mime: mime.startsWith(UNKNOWN_MIME) ? "" : mime,
    encoding: part.headers.get("content-encoding") ?? "",
  };
}

function* formParts(body: Buffer, boundary: string): Generator<{ headers: Map<string, string>; data: Buffer }> {
  const delimiter = Buffer.from(`--${boundary}`);
  let at = body.indexOf(delimiter);
  while (at >= 0) {
    const start = at + delimiter.length;
    if (body.subarray(start, start + 2).toString() === "--") return;
    const headEnd = body.indexOf("\r\n\r\n", start);
    const next = body.indexOf(delimiter, start);
    if (headEnd < 0 || next < headEnd) return;
    yield {
      headers: partHeaders(body.subarray(start, headEnd).toString("utf8")),
      data: body.subarray(headEnd + 4, next - 2),
    };
    at = next;
  }
}

function partHeaders(text: string): Map<string, string> {
  const headers = new Map<string, string>();
  for (const line of text.split("\r\n")) {
    const colon = line.indexOf(":");
    if (colon > 0) headers.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  const filename = /filename="([^"]*)"/.exec(headers.get("content-disposition") ?? "")?.[1];
  if (filename !== undefined) headers.set("filename", filename.slice(filename.lastIndexOf("/") + 1));
  return headers;
}
