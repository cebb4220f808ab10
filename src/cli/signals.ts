import { constants } from "node:os";
import type { Logger } from "../core/logger.ts";

const STOP_SIGNALS = ["SIGINT", "SIGTERM"] as const;

/**
 * Resolves with the first SIGINT or SIGTERM. A second one ends the process at once, with the exit code shells give
 * to a killed process: whatever is on the disk is picked up at the next start.
 */
export function firstStopSignal(logger: Logger): Promise<NodeJS.Signals> {
  return new Promise((resolve) => {
    let first: NodeJS.Signals | undefined;
    for (const signal of STOP_SIGNALS) {
      process.on(signal, () => {
        if (first !== undefined) {
          logger.warn(`${signal} again: ending at once.`);
          process.exit(128 + constants.signals[signal]);
        }
        first = signal;
        logger.info(`${signal}: stopping. Send it again to end at once.`);
        resolve(signal);
      });
    }
  });
}
