import type { Reporter, TestModule } from "vitest/node";

/**
 * Ends the run with the one line that scripts read: `N passed, N failed, N skipped`. A module that
 * could not be loaded or a hook that failed counts as one failure, so that a run that tested nothing never looks green.
 */
export class PlainLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    const count = { passed: 0, failed: unhandledErrors.length, skipped: 0 };
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed") count.passed++;
        else if (state === "failed") count.failed++;
        else count.skipped++;
      }
      if (module.state() === "failed" && module.errors().length > 0) count.failed++;
    }
    process.on("exit", () => {
      process.stdout.write(`${count.passed} passed, ${count.failed} failed, ${count.skipped} skipped\n`);
    });
  }
}

// vitest loads a reporter named by path from the default export.
export { PlainLineReporter as default };
