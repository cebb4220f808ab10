import { setTimeout as pause } from "node:timers/promises";
import type { VolumeServerClient } from "../../cluster/volume-server-port.ts";
import type { CallOptions } from "../../rpc/call.ts";
import type { TaskContext } from "../context.ts";

/** The volume a task is about; a collection is part of its file names. */
export interface VolumeRef {
  readonly volumeId: number;
  readonly collection: string;
}

/**
 * How a step waits and calls. Forward work stops with the task; roll-back goes on although the task was stopped,
 * so it has its own sleep and passes no signal on.
 */
export interface Scope {
  readonly ctx: TaskContext;
  readonly signal: AbortSignal | undefined;
  sleep(ms: number): Promise<void>;
  /** Throws when the step must stop. */
  check(): void;
}

export function forwardScope(ctx: TaskContext, signal: AbortSignal = ctx.signal): Scope {
  return {
    ctx,
    signal,
    sleep: async (ms) => {
      signal.throwIfAborted();
      await ctx.sleep(ms);
      signal.throwIfAborted();
    },
    check: () => signal.throwIfAborted(),
  };
}

export function undoScope(ctx: TaskContext): Scope {
  return {
    ctx,
    signal: undefined,
    sleep: async (ms) => {
      await pause(ms);
    },
    check: () => undefined,
  };
}

export function serverOf(scope: Scope, server: string): VolumeServerClient {
  return scope.ctx.cluster.volumeServer(server);
}

/** Options of a call within this scope. Without `timeoutMs` the client's own limit holds. */
export function within(scope: Scope, timeoutMs?: number): CallOptions {
  return { signal: scope.signal, ...(timeoutMs !== undefined && { timeoutMs }) };
}

/** Deadline for a step that says nothing while it handles `bytes`: from the slowest acceptable rate. */
export function silentLimitMs(scope: Scope, bytes: number): number {
  const { deadlineBaseMs, slowestBytesPerSecond } = scope.ctx.options.waits;
  return Math.ceil(deadlineBaseMs + (bytes / slowestBytesPerSecond) * 1000);
}

/** Longest silence of a step that reports every 128 MiB, slowed down to the task's own rate limit when it has one. */
export function idleLimitMs(scope: Scope): number {
  const reportEvery = 128 * 1024 * 1024;
  const { bytesPerSecond, waits } = scope.ctx.options;
  const rate =
    bytesPerSecond > 0 ? Math.min(waits.slowestBytesPerSecond, bytesPerSecond / 2) : waits.slowestBytesPerSecond;
  return Math.ceil(waits.deadlineBaseMs + (reportEvery / rate) * 1000);
}
