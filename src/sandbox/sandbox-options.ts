import { ChannelCredentials, ServerCredentials } from "@grpc/grpc-js";
import { AppError } from "../core/errors.ts";
import { type Logger, silentLogger } from "../core/logger.ts";

/** What both ends of the sandbox's gRPC use. */
export interface GrpcCredentials {
  readonly server: ServerCredentials;
  readonly client: ChannelCredentials;
}

export interface SandboxServerOptions {
  /** Default "dc1". */
  readonly dataCenter?: string;
  /** Default "rack1". */
  readonly rack?: string;
  /** Volume slots; default 20. */
  readonly maxVolumes?: number;
  /** Size of the disk; default twice the volume slots. */
  readonly diskBytes?: number;
}

export interface SandboxOptions {
  /** Holds one folder a server (`volume0`, `volume1`, …); may be the folder of an earlier sandbox. */
  readonly dir: string;
  /** The volume servers, or how many in one rack. */
  readonly servers: number | readonly SandboxServerOptions[];
  /** Default 8. */
  readonly volumeSizeLimitMb?: number;
  /** Time between two full heartbeats; default 500 ms (SeaweedFS: 5 s). */
  readonly pulseMs?: number;
  /** Ports of the master; 0 (default) takes free ones. A gRPC port of 0 means HTTP port + 10000. */
  readonly masterPort?: { readonly http: number; readonly grpc?: number };
  /** Volumes made at once for a collection that has no writable one; default 1. */
  readonly growth?: number;
  /** Replication of files that ask for none; default "000". */
  readonly defaultReplication?: string;
  /** One round of a tail; default 2000 ms as in SeaweedFS. */
  readonly tailLoopMs?: number;
  /** Default plaintext. */
  readonly credentials?: GrpcCredentials;
  /** Default silent. */
  readonly logger?: Logger;
}

export interface CompiledServerOptions {
  readonly dataCenter: string;
  readonly rack: string;
  readonly maxVolumes: number;
  readonly diskBytes: number;
}

/** All options with their defaults, checked. */
export interface CompiledSandboxOptions {
  readonly dir: string;
  readonly servers: readonly CompiledServerOptions[];
  readonly volumeSizeLimitMb: number;
  readonly pulseMs: number;
  readonly masterHttpPort: number;
  readonly masterGrpcPort: number;
  readonly growth: number;
  readonly defaultReplication: string;
  readonly tailLoopMs: number;
  readonly credentials: GrpcCredentials;
  readonly logger: Logger;
}

const DEFAULT_MAX_VOLUMES = 20;

/** @throws AppError WK-USAGE */
export function compileSandboxOptions(raw: SandboxOptions): CompiledSandboxOptions {
  const volumeSizeLimitMb = positive("volumeSizeLimitMb", raw.volumeSizeLimitMb ?? 8);
  const listed = typeof raw.servers === "number" ? Array.from({ length: raw.servers }, () => ({})) : raw.servers;
  if (listed.length === 0) throw new AppError("WK-USAGE", "A sandbox needs at least one volume server.");
  return Object.freeze({
    dir: raw.dir,
    servers: listed.map((server: SandboxServerOptions) => {
      const maxVolumes = positive("maxVolumes", server.maxVolumes ?? DEFAULT_MAX_VOLUMES);
      return {
        dataCenter: server.dataCenter ?? "dc1",
        rack: server.rack ?? "rack1",
        maxVolumes,
        diskBytes: positive("diskBytes", server.diskBytes ?? maxVolumes * volumeSizeLimitMb * 1024 * 1024 * 2),
      };
    }),
    volumeSizeLimitMb,
    pulseMs: positive("pulseMs", raw.pulseMs ?? 500),
    masterHttpPort: raw.masterPort?.http ?? 0,
    masterGrpcPort: raw.masterPort?.grpc ?? 0,
    growth: positive("growth", raw.growth ?? 1),
    defaultReplication: raw.defaultReplication ?? "000",
    tailLoopMs: positive("tailLoopMs", raw.tailLoopMs ?? 2000),
    credentials: raw.credentials ?? {
      server: ServerCredentials.createInsecure(),
      client: ChannelCredentials.createInsecure(),
    },
    logger: raw.logger ?? silentLogger,
  });
}

function positive(name: string, value: number): number {
  if (!Number.isFinite(value) || value <= 0) {
    throw new AppError("WK-USAGE", `The sandbox's ${name} must be a number above 0, not ${value}.`);
  }
  return value;
}
