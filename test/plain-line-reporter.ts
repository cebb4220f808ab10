import { writeFileSync } from "node:fs";
import type { Reporter, TestCase, TestModule } from "vitest/node";

/** One skipped test as `.ci/run` judges it. `reason` is empty when the test does not say why. */
export interface SkippedTest {
  readonly file: string;
  readonly name: string;
  readonly reason: string;
}

/** What the file named by `TEST_REPORT` holds. */
export interface TestReport {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: readonly SkippedTest[];
}

/**
 * Ends the run with the one line that scripts read: `N passed, N failed, N skipped`. A module that
 * could not be loaded or a hook that failed counts as one failure, so that a run that tested nothing never looks green.
 * Before it comes one line for each reason why tests were skipped; with `TEST_REPORT` set the same is written to that
 * file as JSON.
 */
export class PlainLineReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors: readonly unknown[]): void {
    let passed = 0;
    let failed = unhandledErrors.length;
    const skipped: SkippedTest[] = [];
    for (const module of modules) {
      for (const test of module.children.allTests()) {
        const { state } = test.result();
        if (state === "passed") passed++;
        else if (state === "failed") failed++;
        else skipped.push({ file: module.relativeModuleId, name: test.fullName, reason: reasonOf(test) });
      }
      if (module.state() === "failed" && module.errors().length > 0) failed++;
    }
    const report: TestReport = { passed, failed, skipped };
    const file = process.env["TEST_REPORT"];
    if (file !== undefined && file !== "") writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
    // Written at the very end of the process: nothing of vitest comes after it.
    process.on("exit", () => {
      process.stdout.write(`${skipLines(skipped)}${passed} passed, ${failed} failed, ${skipped.length} skipped\n`);
    });
  }
}

/** A test says why it was skipped with `context.skip(reason)`, or in its name or a suite's: `… [needs chromium]`. */
function reasonOf(test: TestCase): string {
  const result = test.result();
  if (result.state === "skipped" && result.note !== undefined) return result.note;
  return /\[(needs [^\]]+)\]/.exec(test.fullName)?.[1] ?? "";
}

function skipLines(skipped: readonly SkippedTest[]): string {
  const counts = new Map<string, number>();
  for (const { file, reason } of skipped) {
    const key = reason === "" ? `no reason given in ${file}` : reason;
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return [...counts].map(([reason, count]) => `skipped ${count}: ${reason}\n`).join("");
}

// vitest loads a reporter named by path from the default export.
export { PlainLineReporter as default };
