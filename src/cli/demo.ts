import { COMMON_FLAGS, commandLogger, defineCommand } from "./command.ts";
import { boolFlag, stringFlag } from "./go-flags.ts";
import { firstStopSignal } from "./signals.ts";

const { v, logFormat, options } = COMMON_FLAGS;

export const demoCommand = defineCommand({
  name: "demo",
  summary: "watch an admin and two workers put an embedded cluster right",
  about:
    "Starts a cluster in this process, fills it with a story (deleted space, full cold volumes, an overfull server), starts an admin and two workers as processes of their own and shows what they do. At the end every file is read back.",
  flags: {
    v,
    logFormat,
    options,
    once: boolFlag(
      false,
      "End when nothing is due any more: with 0, or with 1 when a file is lost or a task did not complete.",
    ),
    master: stringFlag("", "Master (host:port) of a cluster of yours to work on instead; nothing is seeded there."),
  },
  run: async (values) => {
    const { runDemo } = await import("../demo/demo.ts");
    const logger = commandLogger(values);
    return runDemo({ master: values.master, once: values.once, logger, stopAsked: firstStopSignal(logger) });
  },
});
