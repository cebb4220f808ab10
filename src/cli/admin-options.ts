import type { AdminOptions } from "../admin/admin-options.ts";
import { readAdminConfig } from "../config/admin-config.ts";
import { readSecurityConfig } from "../config/security-config.ts";
import { AppError } from "../core/errors.ts";
import { parseServerList } from "../rpc/server-address.ts";
import { COMMON_FLAGS } from "./command.ts";
import { type FlagValues, intFlag, stringFlag } from "./go-flags.ts";
import { folderPath } from "./paths.ts";

const PORT = { min: 0, max: 65_535 };
const GRPC_OFFSET = 10_000;

export const ADMIN_FLAGS = {
  ...COMMON_FLAGS,
  port: intFlag(23_646, PORT, "Port of the page and the HTTP interface; 0 takes a free one."),
  "port.grpc": intFlag(0, PORT, "Port that workers connect to; 0 means -port + 10000."),
  "ip.bind": stringFlag(
    "127.0.0.1",
    "Address of both ports. The default is reachable from this machine only; 0.0.0.0 opens it to the network: set up mutual TLS first.",
  ),
  "ip.bind.grpc": stringFlag("", "Address of the port for workers, where it differs from -ip.bind."),
  master: stringFlag(
    "localhost:9333",
    "Masters, host:port or host:port.grpcPort, as a comma list; the leader is followed.",
  ),
  masters: stringFlag("", "Old name of -master; wins when set."),
  dataDir: stringFlag(".", "Folder of the queue and the settings; made when absent."),
  filerGroup: stringFlag("", "Filer group of the cluster."),
  urlPrefix: stringFlag("", "Path below which everything is served, for a reverse proxy: /weed."),
  metricsPort: intFlag(0, PORT, "Port of a second listener for /metrics; 0 means none (the HTTP port has it, too)."),
  metricsIp: stringFlag("127.0.0.1", "Address of that listener."),
} as const;

/**
 * Flags and configuration files, compiled.
 * @throws AppError WK-USAGE, WK-ADDRESS, WK-CONFIG naming the flag or the file and line.
 */
export function compileAdminOptions(
  values: FlagValues<typeof ADMIN_FLAGS>,
  taskTypes: readonly string[],
  version: string,
): AdminOptions {
  const search = { configDir: values.config_dir };
  if (values.port !== 0 && values["port.grpc"] === 0 && values.port + GRPC_OFFSET > PORT.max) {
    throw new AppError(
      "WK-USAGE",
      `-port is ${values.port} and leaves no room for the port of workers (+ ${GRPC_OFFSET}).`,
      {
        hint: "Give it with -port.grpc.",
      },
    );
  }
  const host = values["ip.bind"] === "" ? "0.0.0.0" : values["ip.bind"];
  return Object.freeze({
    host,
    port: values.port,
    grpcHost: values["ip.bind.grpc"] === "" ? host : values["ip.bind.grpc"],
    grpcPort: values["port.grpc"],
    masters: parseServerList(values.masters === "" ? values.master : values.masters),
    dataDir: folderPath(values.dataDir),
    filerGroup: values.filerGroup,
    urlPrefix: urlPrefix(values.urlPrefix),
    metricsPort: values.metricsPort,
    metricsHost: values.metricsIp,
    security: readSecurityConfig(search),
    config: readAdminConfig(search, taskTypes),
    version,
  });
}

/** `weed/` → `/weed`: one slash before, none behind. */
function urlPrefix(text: string): string {
  const trimmed = text.replace(/^\/+|\/+$/g, "");
  if (trimmed === "") return "";
  if (/^[\w.~-]+(\/[\w.~-]+)*$/.test(trimmed)) return `/${trimmed}`;
  throw new AppError("WK-USAGE", `-urlPrefix is "${text}"; it must be a path like /weed.`);
}
