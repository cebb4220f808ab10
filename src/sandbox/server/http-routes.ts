import { parseFilePath } from "../../volume/file-id.ts";
import { type HttpAnswer, type HttpRequest, json } from "../http-host.ts";
import { VERSION_TEXT } from "../version.ts";
import type { ServerContext } from "./context.ts";
import { readFile } from "./http-read.ts";
import { deleteFile, writeFile } from "./http-write.ts";
import { statusReport } from "./volume-report.ts";

/** The HTTP interface of a volume server. */
export function volumeRoutes(server: ServerContext): (request: HttpRequest) => Promise<HttpAnswer> {
  return async (request) => {
    if (request.path === "/status") return status(server);
    if (request.path === "/healthz" || request.path === "/readyz") {
      return { status: server.heartbeat.stopped ? 503 : 200 };
    }
    const fid = parseFilePath(request.path);
    switch (request.method) {
      case "GET":
      case "HEAD":
        return fid === undefined ? { status: 400 } : readFile(server, fid, request);
      case "POST":
      case "PUT":
        return fid === undefined ? json(400, { error: "invalid file id" }) : writeFile(server, fid, request);
      case "DELETE":
        return fid === undefined ? json(400, { error: "invalid file id" }) : deleteFile(server, fid, request);
      default:
        return json(405, { error: `unsupported method ${request.method}` });
    }
  };
}

function status({ store }: ServerContext): HttpAnswer {
  const { total, used, free } = store.disk.usage();
  return json(200, {
    DiskStatuses: [
      {
        dir: store.disk.dir,
        all: total,
        used,
        free,
        percent_free: (free / total) * 100,
        percent_used: (used / total) * 100,
      },
    ],
    Version: VERSION_TEXT,
    Volumes: store.volumes.map(statusReport),
  });
}
