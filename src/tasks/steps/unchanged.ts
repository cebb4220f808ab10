import type { VolumeFileStatus } from "../../cluster/volume-server-port.ts";
import { AppError } from "../../core/errors.ts";
import { readOpenReplica } from "./replica.ts";
import type { Scope, VolumeRef } from "./scope.ts";

interface UnchangedOptions<T> {
  read(): Promise<T>;
  /** Two readings with the same text count as unchanged. */
  fingerprint(reading: T): string;
  /** What is waited for, for the error: `shard 5 on host:1`. */
  readonly what: string;
  readonly quietMs: number;
  /** After that it is an error. */
  readonly limitMs: number;
}

/** Resolves to the last reading once it has been the same for `quietMs`. Throws WK-TIMEOUT. */
export async function waitUntilUnchanged<T>(scope: Scope, options: UnchangedOptions<T>): Promise<T> {
  const { clock, options: task } = scope.ctx;
  const started = clock.monotonic();
  let reading = await options.read();
  let since = clock.monotonic();
  for (;;) {
    if (clock.monotonic() - since >= options.quietMs) return reading;
    if (clock.monotonic() - started > options.limitMs) {
      throw new AppError("WK-TIMEOUT", `${options.what} did not come to rest within ${options.limitMs} ms.`);
    }
    await scope.sleep(Math.min(task.waits.pollMs, options.quietMs));
    const next = await options.read();
    if (options.fingerprint(next) !== options.fingerprint(reading)) since = clock.monotonic();
    reading = next;
  }
}

/** Waits until writes that were under way when the volume was frozen are in its files. */
export async function waitUntilFilesRest(scope: Scope, server: string, ref: VolumeRef): Promise<VolumeFileStatus> {
  const { quietMs, deadlineBaseMs } = scope.ctx.options.waits;
  const replica = await waitUntilUnchanged(scope, {
    read: () => readOpenReplica(scope, server, ref),
    fingerprint: ({ file }) =>
      [
        file.datFileSize,
        file.idxFileSize,
        file.datFileTimestampSeconds,
        file.idxFileTimestampSeconds,
        file.compactionRevision,
      ].join(" "),
    what: `Volume ${ref.volumeId} on ${server}`,
    quietMs,
    limitMs: deadlineBaseMs + 10 * quietMs,
  });
  return replica.file;
}
