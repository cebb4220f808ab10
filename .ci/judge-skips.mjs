// node .ci/judge-skips.mjs REPORT STATUS: the verdict over a test run that has ended with STATUS.
// A skipped test is excused when it needs a SeaweedFS binary or something the kernel forbids; any other one counts
// as failed, since .ci/run has installed what it needs.
import { readFileSync } from "node:fs";

const [reportFile, status] = process.argv.slice(2);
const { passed, failed, skipped } = JSON.parse(readFileSync(reportFile, "utf8"));

const excused = ({ file, reason }) =>
  file.startsWith("test/interop/") || reason.startsWith("needs WEED_BIN") || reason.startsWith("needs the kernel's ");
const unexcused = skipped.filter((test) => !excused(test));

for (const { file, name, reason } of unexcused) {
  process.stdout.write(`skipped without an excuse: ${file} > ${name}${reason === "" ? "" : ` (${reason})`}\n`);
}
if (status !== "0" && failed === 0) process.stdout.write(`make test ended with status ${status}.\n`);

const failures = failed + unexcused.length;
process.stdout.write(`${passed} passed, ${failures} failed, ${skipped.length - unexcused.length} skipped\n`);
process.exitCode = status === "0" && failures === 0 ? 0 : 1;
