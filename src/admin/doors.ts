import { readFileSync } from "node:fs";
import { isIP } from "node:net";
import type { SecurityConfig, Setting } from "../config/security-config.ts";
import { AppError, errorMessage } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import type { AdminOptions } from "./admin-options.ts";

/** Whether an address can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

/** Ports that others can reach without showing who they are: honoured, and said loudly. */
export function warnAboutOpenPorts(options: AdminOptions, mutualTls: boolean, logger: Logger): void {
  if (isLoopback(options.host) && isLoopback(options.grpcHost)) {
    logger.info(`Reachable from this machine only: open it with -ip.bind=<address> (and mutual TLS in security.toml)`);
    return;
  }
  if (!isLoopback(options.grpcHost) && !mutualTls) {
    logger.warn(
      `THE WORKER PORT IS OPEN TO THE NETWORK WITHOUT TLS on ${options.grpcHost}: whoever reaches it can register as a worker. ` +
        "Set [grpc] ca and [grpc.admin] cert and key in security.toml.",
    );
  }
  if (!isLoopback(options.host)) {
    logger.warn(`THE PAGE AND THE API ARE OPEN TO THE NETWORK WITHOUT A PASSWORD on ${options.host}.`);
  }
}

/** The certificate of the HTTP port; plain HTTP when no path is set. Throws WK-TLS-CONFIG naming key and file. */
export function httpsOptions(security: SecurityConfig): {
  readonly tls?: { cert: Buffer; key: Buffer; ca?: Buffer; requestCert?: boolean };
} {
  const { cert, key, ca } = security.httpsAdmin;
  if (cert.value === "" && key.value === "") return {};
  const client = ca.value === "" ? {} : { ca: read(ca), requestCert: true };
  return { tls: { cert: read(cert), key: read(key), ...client } };
}

function read(setting: Setting): Buffer {
  try {
    return readFileSync(setting.value);
  } catch (reason) {
    throw new AppError("WK-TLS-CONFIG", `${setting.key} (${setting.place}): ${errorMessage(reason)}.`, {
      cause: reason,
    });
  }
}
