import type { AdminConfig } from "../config/admin-config.ts";
import type { SecurityConfig } from "../config/security-config.ts";
import type { ServerAddress } from "../rpc/server-address.ts";

/** What an admin is started with: flags and files, compiled. */
export interface AdminOptions {
  /** Address of the HTTP port; default 127.0.0.1. */
  readonly host: string;
  readonly port: number;
  /** Address of the worker port; default: that of the HTTP port. */
  readonly grpcHost: string;
  /** 0 = HTTP port + 10000. */
  readonly grpcPort: number;
  /** At least one. */
  readonly masters: readonly ServerAddress[];
  /** Folder of state.db; made with mode 0700 when absent. */
  readonly dataDir: string;
  readonly filerGroup: string;
  /** Path under which all pages are served, for example `/weed`; empty = at the root. */
  readonly urlPrefix: string;
  /** A second listener for `/metrics`; 0 = none. */
  readonly metricsPort: number;
  readonly metricsHost: string;
  readonly security: SecurityConfig;
  readonly config: AdminConfig;
  /** Of this program. */
  readonly version: string;
}
