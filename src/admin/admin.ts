import { mkdirSync } from "node:fs";
import { GrpcCluster } from "../cluster/grpc-cluster.ts";
import { watchLeader } from "../cluster/leader-watch.ts";
import { systemClock } from "../core/clock.ts";
import { AppError, errorMessage } from "../core/errors.ts";
import type { Logger } from "../core/logger.ts";
import { closeServer, createServer, listen } from "../rpc/channel.ts";
import { workerService } from "../rpc/proto.ts";
import { formatServerAddress, serverAddress } from "../rpc/server-address.ts";
import { channelSecurity, serverSecurity } from "../security/tls.ts";
import type { AdminOptions } from "./admin-options.ts";
import { type AdminServices, openServices } from "./admin-services.ts";
import { httpsOptions, warnAboutOpenPorts } from "./doors.ts";
import { AdminEvents } from "./events.ts";
import { type AdminHttp, startAdminHttp } from "./http/admin-http.ts";
import { ClusterFacts } from "./ownership/cluster-facts.ts";
import { Presence } from "./ownership/presence.ts";
import { VacuumTakeover } from "./ownership/vacuum-takeover.ts";
import { startPlanner } from "./planner/planner-client.ts";
import { workerServiceHandlers } from "./sessions/worker-hub.ts";
import { openSqliteStore } from "./store/sqlite-store.ts";

/** Largest message a worker may send: a log of a thousand lines fits, a flood does not. */
const LARGEST_WORKER_MESSAGE = 4 << 20;
/** How long running streams may take to end at a stop. */
const STREAM_GRACE_MS = 1_000;
const GRPC_PORT_OFFSET = 10_000;

/** A running admin server. */
export interface Admin {
  readonly httpPort: number;
  readonly grpcPort: number;
  readonly metricsPort: number | undefined;
  /** Resolves with the reason when the admin cannot go on by itself. */
  readonly failed: Promise<AppError>;
  /** Stops within seconds; the queue is on disk, attempts stay with their workers. */
  stop(): Promise<void>;
}

/**
 * Starts everything in the order of its needs: store, cluster, planner, services, worker port, HTTP port, and only then
 * what acts by itself. What was started is stopped again when a later step fails.
 * @throws AppError: WK-STORE-OPEN, WK-LISTEN, WK-TLS-CONFIG, WK-CONFIG, …
 */
export async function startAdmin(options: AdminOptions, logger: Logger): Promise<Admin> {
  const undo: (() => Promise<unknown> | unknown)[] = [];
  let fail: (reason: AppError) => void = () => undefined;
  const failed = new Promise<AppError>((resolve) => {
    fail = resolve;
  });
  const stop = async (): Promise<void> => {
    for (const step of undo.splice(0).reverse()) {
      try {
        await step();
      } catch (reason) {
        logger.warn("A part of the admin did not stop cleanly", { error: errorMessage(reason) });
      }
    }
  };
  try {
    mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
    const security = serverSecurity(options.security.grpc.admin);
    warnAboutOpenPorts(options, security.mutualTls, logger);

    const store = await openSqliteStore({ dataDir: options.dataDir, onFailure: fail });
    undo.push(() => store.close());

    const credentials = channelSecurity(options.security.grpc.admin);
    const cluster = new GrpcCluster({ masters: options.masters, credentials, logger });
    undo.push(() => cluster.close());
    const facts = new ClusterFacts(cluster, options.masters, logger);

    const planner = await startPlanner({ masters: options.masters, tls: options.security.grpc.admin, logger });
    undo.push(() => planner.close());

    const events = new AdminEvents();
    const clock = systemClock;
    const services: AdminServices = await openServices({
      options,
      store,
      cluster,
      planner,
      events,
      clock,
      logger,
      facts,
    });
    undo.push(() => services.policy.stop());
    const { hub, policy } = services;
    await hub.start();
    undo.push(() => hub.stop());

    const grpc = createServer({ maxReceiveBytes: LARGEST_WORKER_MESSAGE, interceptors: security.interceptors });
    grpc.addService(workerService, workerServiceHandlers(hub));
    undo.push(() => closeServer(grpc, STREAM_GRACE_MS));
    const wanted = options.grpcPort === 0 && options.port !== 0 ? options.port + GRPC_PORT_OFFSET : options.grpcPort;
    const grpcPort = await listen(grpc, options.grpcHost, wanted, security.credentials);

    const http: AdminHttp = await startAdminHttp(
      { ...services, planner, workers: hub, events, clock, logger, version: options.version, workerGrpcPort: grpcPort },
      store,
      {
        host: options.host,
        port: options.port,
        urlPrefix: options.urlPrefix,
        webDir: new URL("../../web/", import.meta.url),
        ...httpsOptions(options.security),
        ...(options.metricsPort === 0 ? {} : { metrics: { host: options.metricsHost, port: options.metricsPort } }),
      },
    );
    undo.push(() => http.close());

    facts.start();
    undo.push(() => facts.stop());
    const watching = new AbortController();
    const watched = watchLeader(
      {
        finder: cluster.leaders,
        peer: (address) => cluster.peer(address),
        clientType: "admin",
        clientAddress: formatServerAddress(serverAddress(options.host, http.port, grpcPort)),
        version: options.version,
        filerGroup: options.filerGroup,
        logger,
      },
      watching.signal,
    );
    undo.push(() => {
      watching.abort(new AppError("WK-CANCELLED", "The admin stops."));
      return watched;
    });

    const { watch, scans, retention } = services;
    watch.start();
    undo.push(() => watch.stop());
    scans.start();
    undo.push(() => scans.stop());
    retention.start();
    undo.push(() => retention.stop());
    const takeover = new VacuumTakeover({
      master: cluster.master,
      logger,
      wanted: () => policy.type("vacuum").enabled && policy.holds().observeOnly === undefined,
    });
    takeover.start();
    undo.push(() => takeover.stop());
    const presence = new Presence({ master: cluster.master, logger, onChange: (why) => policy.setObserveOnly(why) });
    presence.start();
    undo.push(() => presence.stop());

    return { httpPort: http.port, grpcPort, metricsPort: http.metricsPort, failed, stop };
  } catch (reason) {
    await stop();
    throw reason;
  }
}
