import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { COMMON_FLAGS, commandLogger, defineCommand } from "./command.ts";
import { boolFlag, intFlag, stringFlag } from "./go-flags.ts";
import { folderPath } from "./paths.ts";
import { firstStopSignal } from "./signals.ts";

const { v, logFormat, options } = COMMON_FLAGS;

export const sandboxCommand = defineCommand({
  name: "sandbox",
  summary: "start a small SeaweedFS cluster in this process, to try things on",
  about:
    "Starts a master and volume servers in one process, on 127.0.0.1, with real volume files. Workers, admins and the Go weed program can use it like any cluster.",
  flags: {
    v,
    logFormat,
    options,
    dir: stringFlag("", "Folder of the volume files; that of an earlier sandbox goes on. Empty: a temporary one."),
    servers: intFlag(5, { min: 1, max: 100 }, "Volume servers."),
    volumeSizeLimitMB: intFlag(8, { min: 1, max: 30_000 }, "Size at which a volume is full."),
    port: intFlag(
      0,
      { min: 0, max: 55_535 },
      "HTTP port of the master (its gRPC port is 10000 above); 0 takes a free one.",
    ),
    keep: boolFlag(false, "Keep a temporary folder when the sandbox ends."),
  },
  run: async (values) => {
    const { startSandbox } = await import("../sandbox/sandbox.ts");
    const logger = commandLogger(values);
    const temporary = values.dir === "";
    const dir = temporary ? mkdtempSync(join(tmpdir(), "weed-sandbox-")) : folderPath(values.dir);
    const stopAsked = firstStopSignal(logger);
    try {
      const sandbox = await startSandbox({
        dir,
        servers: values.servers,
        volumeSizeLimitMb: values.volumeSizeLimitMB,
        masterPort: { http: values.port },
        logger,
      });
      const lines = [
        `master         ${sandbox.masterAddress}`,
        ...sandbox.servers.map((server) => `volume server  ${server.address.http}.${server.address.grpcPort}`),
        `files          ${dir}${temporary && !values.keep ? " (removed at the end)" : ""}`,
        "The sandbox is ready. Ctrl-C ends it.",
      ];
      process.stdout.write(`${lines.join("\n")}\n`);
      await stopAsked;
      await sandbox.stop();
    } finally {
      if (temporary && !values.keep) rmSync(dir, { recursive: true, force: true });
    }
    return 0;
  },
});
