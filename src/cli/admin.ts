import type { AdminOptions } from "../admin/admin-options.ts";
import { keepHeapLean } from "../core/lean-heap.ts";
import type { Logger } from "../core/logger.ts";
import { ADMIN_FLAGS, compileAdminOptions } from "./admin-options.ts";
import { commandLogger, defineCommand } from "./command.ts";
import { firstStopSignal } from "./signals.ts";
import { releaseVersion } from "./version.ts";

/** The admin promises to be gone within this time; what a stop could not wait for is on the disk. */
const STOP_LIMIT_MS = 5_000;

export const adminCommand = defineCommand({
  name: "admin",
  summary: "start the admin server: planner, queue, page, port for workers",
  about:
    "Looks at the cluster behind the masters, decides which maintenance is due, keeps it in a durable queue and gives it to the workers that connect. The page is at the HTTP port.",
  flags: ADMIN_FLAGS,
  run: async (values) => {
    const { taskTypes } = await import("../tasks/registry.ts");
    const logger = commandLogger(values);
    const options = compileAdminOptions(values, [...taskTypes.keys()], releaseVersion());
    warnAboutUnusedPasswords(options, logger);
    keepHeapLean();
    const stopAsked = firstStopSignal(logger);
    // Loaded on demand: a worker has no use for a database and a web server.
    const { startAdmin } = await import("../admin/admin.ts");
    const admin = await startAdmin(options, logger);
    logger.info("The admin is ready.", {
      page: `http://${options.host.includes(":") ? `[${options.host}]` : options.host}:${admin.httpPort}${options.urlPrefix}/`,
      workers: `${options.grpcHost}:${admin.grpcPort}`,
      masters: options.masters.map((master) => master.http).join(","),
      dataDir: options.dataDir,
      version: options.version,
    });
    const failure = await Promise.race([stopAsked.then(() => undefined), admin.failed]);
    const limit = setTimeout(() => {
      logger.warn("The admin does not stop in time and ends now; the queue is on disk.");
      process.exit(failure === undefined ? 0 : 1);
    }, STOP_LIMIT_MS);
    await admin.stop();
    clearTimeout(limit);
    if (failure !== undefined) throw failure;
    logger.info("The admin has stopped.");
    return 0;
  },
});

/** Somebody who set a password believes that it is asked for. */
function warnAboutUnusedPasswords({ security }: AdminOptions, logger: Logger): void {
  for (const { password } of [security.adminUser, security.readOnlyUser]) {
    if (password.value !== "") {
      logger.warn(`${password.place} sets ${password.key}, but this release does not ask for passwords.`);
    }
  }
}
