import { commandLogger, defineCommand } from "./command.ts";
import { firstStopSignal } from "./signals.ts";
import { releaseVersion } from "./version.ts";
import { compileWorkerOptions, WORKER_FLAGS } from "./worker-options.ts";

export const workerCommand = defineCommand({
  name: "worker",
  summary: "start a worker: pulls maintenance tasks from an admin and carries them out",
  about:
    "Connects to an admin (ours, or that of Go weed), pulls tasks of its capabilities and carries them out on the cluster. It opens no port unless -metricsPort is given. On SIGTERM it takes no new task and finishes what runs.",
  flags: WORKER_FLAGS,
  run: async (values) => {
    const { taskTypes } = await import("../tasks/registry.ts");
    const { readSecurityConfig } = await import("../config/security-config.ts");
    const { channelSecurity } = await import("../security/tls.ts");
    const { Clusters } = await import("../worker/clusters.ts");
    const { Worker } = await import("../worker/worker.ts");
    const logger = commandLogger(values);
    const { options, missing } = compileWorkerOptions(values, [...taskTypes.keys()], releaseVersion());
    if (missing.length > 0) {
      logger.warn("Some capabilities cannot be run by this release and are left out.", { missing: missing.join(",") });
    }
    const security = readSecurityConfig({ configDir: values.config_dir });
    const credentials = channelSecurity(security.grpc.worker);
    const clusters = new Clusters(credentials, options.masters, logger);
    const stopAsked = firstStopSignal(logger);
    const definitions = new Map([...taskTypes].filter(([type]) => options.capabilities.includes(type)));
    const worker = await Worker.start(options, {
      definitions,
      credentials,
      cluster: (masters) => clusters.behind(masters),
      logger,
    });
    await stopAsked;
    await worker.stop();
    clusters.close();
    return 0;
  },
});
