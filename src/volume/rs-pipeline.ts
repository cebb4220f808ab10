import { AppError } from "../core/errors.ts";
import type { Matrix } from "./gf256.ts";
import { bestKernel, type RsKernel } from "./rs-kernel.ts";

/** What the user of a long file operation may pass. */
export interface LongRun {
  /** Stops between two pieces; what is thrown is the signal's reason when that is an AppError, else WK-CANCELLED. */
  readonly signal?: AbortSignal;
  /** Called after each piece with bytes of the volume done and in all; a promise holds the work up (throttle). */
  readonly onProgress?: (done: number, total: number) => void | Promise<void>;
}

/** One step: the same `length` bytes of every input. */
export interface Piece {
  readonly length: number;
}

interface PipelineOptions<P extends Piece> {
  readonly matrix: Matrix;
  readonly pieces: Iterable<P>;
  /** Largest piece; the memory used is twice this for every input and output. */
  readonly pieceSize: number;
  /** Fills the first `piece.length` bytes of every input. */
  readonly read: (piece: P, inputs: readonly Uint8Array[]) => Promise<void>;
  /** Stores what was read and computed; called in order, one piece at a time. */
  readonly write: (piece: P, inputs: readonly Uint8Array[], outputs: readonly Uint8Array[]) => Promise<void>;
  readonly kernel?: RsKernel;
  readonly signal?: AbortSignal;
}

/**
 * Runs a matrix over files: while one piece is computed and written, the next one is read into a second set of buffers.
 * When it throws, no read or write is under way any more.
 */
export async function runPipeline<P extends Piece>(options: PipelineOptions<P>): Promise<void> {
  const { matrix, pieceSize, signal, kernel = bestKernel() } = options;
  const front = kernel(matrix, pieceSize);
  const back = kernel(matrix, pieceSize);
  let [current, other] = [front, back];
  let writing: Promise<void> = Promise.resolve();
  let reading: Promise<void> = Promise.resolve();
  const pieces = options.pieces[Symbol.iterator]();
  try {
    let step = pieces.next();
    if (step.done !== true) reading = quietly(options.read(step.value, current.inputs));
    while (step.done !== true) {
      const piece = step.value;
      await reading;
      await writing;
      throwIfAborted(signal);
      step = pieces.next();
      if (step.done !== true) reading = quietly(options.read(step.value, other.inputs));
      current.run(piece.length);
      writing = quietly(options.write(piece, current.inputs, current.outputs));
      [current, other] = [other, current];
    }
    await writing;
  } finally {
    await Promise.allSettled([reading, writing]);
  }
}

/** The same promise; a failure that comes before anybody awaits it is not reported as unhandled. */
function quietly(promise: Promise<void>): Promise<void> {
  promise.catch(() => undefined);
  return promise;
}

/** Like Promise.all, but rejects only when nothing is under way any more: the buffers may be reused then. */
export async function allSettledOrThrow(promises: readonly Promise<void>[]): Promise<void> {
  for (const result of await Promise.allSettled(promises)) {
    if (result.status === "rejected") throw result.reason;
  }
}

/** Throws the reason of an aborted signal as an AppError. */
export function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted === true) throw AppError.from(signal.reason, "WK-CANCELLED");
}
