// A worker process of its own, to be killed by tests: runs tasks of the type "vacuum" that end at once, or, for
// volume 1, never. Arguments: working directory, address of the admin.
import { parseServerAddress } from "../rpc/server-address.ts";
import type { TaskContext, TaskResult } from "../tasks/context.ts";
import { startWorker, taskDouble, workerOptions } from "./worker.testkit.ts";

const [dir = "", admin = ""] = process.argv.slice(2);

async function execute(context: TaskContext): Promise<TaskResult> {
  await context.checkpoint("begun", { at: context.attempt.taskId });
  if (context.attempt.taskId.includes("-1-")) await context.sleep(3_600_000);
  return { facts: { pid: String(process.pid) } };
}

const worker = await startWorker(workerOptions([parseServerAddress(admin)], dir), [taskDouble("vacuum", execute)]);
process.once("SIGTERM", () => {
  void worker.stop().then(() => process.exit(0));
});
