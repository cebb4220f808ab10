import { parentPort, type TransferListItem, workerData } from "node:worker_threads";
import { AppError } from "./errors.ts";
import { errorParts, type FromThread, type RequestMap, type ToThread } from "./thread-messages.ts";

export interface CallContext {
  /** Aborted when the caller gave up or the thread is being closed. */
  readonly signal: AbortSignal;
}

export type ThreadHandlers<R extends RequestMap<R>> = {
  readonly [K in keyof R]: (
    payload: R[K]["payload"],
    context: CallContext,
  ) => Answer<R[K]["result"]> | Promise<Answer<R[K]["result"]>>;
};

type Answer<T> = T | Transferred<T>;

/** An answer of which some buffers move to the caller instead of being copied. */
class Transferred<T> {
  readonly value: T;
  readonly transfer: readonly TransferListItem[];

  constructor(value: T, transfer: readonly TransferListItem[]) {
    this.value = value;
    this.transfer = transfer;
  }
}

/** Marks buffers inside an answer as moved; the thread cannot use them any more. */
export function withTransfer<T>(value: T, transfer: readonly TransferListItem[]): Transferred<T> {
  return new Transferred(value, transfer);
}

/** The plain data this thread was started with. The owner's type is trusted: both sides are this program. */
export function threadData<T>(): T {
  const data: unknown = workerData;
  return data as T;
}

/**
 * Serves the requests of a thread until its owner closes it. Handlers run side by side; what they throw reaches
 * the caller as an AppError. `onClose` runs once, after the signals of running calls were aborted.
 */
export function serveThread<R extends RequestMap<R>>(
  handlers: ThreadHandlers<R>,
  onClose?: () => void | Promise<void>,
): void {
  if (parentPort === null) throw new AppError("WK-INTERNAL", "serveThread was called outside a thread.");
  const port = parentPort;
  const running = new Map<number, AbortController>();
  const post = (message: FromThread, transfer: readonly TransferListItem[] = []): void =>
    port.postMessage(message, [...transfer]);

  const run = async (id: number, name: string, payload: unknown): Promise<void> => {
    const controller = new AbortController();
    running.set(id, controller);
    try {
      if (!Object.hasOwn(handlers, name)) {
        throw new AppError("WK-INTERNAL", `This thread has no request "${name}".`);
      }
      const answer: unknown = await handlers[name as keyof R](payload, { signal: controller.signal });
      if (answer instanceof Transferred) post({ kind: "result", id, value: answer.value }, answer.transfer);
      else post({ kind: "result", id, value: answer });
    } catch (error) {
      post({ kind: "error", id, error: errorParts(error) });
    } finally {
      running.delete(id);
    }
  };

  port.on("message", (message: ToThread) => {
    switch (message.kind) {
      case "call":
        void run(message.id, message.name, message.payload);
        break;
      case "cancel":
        running.get(message.id)?.abort(new AppError("WK-CANCELLED", "The caller gave up."));
        break;
      case "close":
        for (const call of running.values()) call.abort(new AppError("WK-CANCELLED", "The thread is being closed."));
        // Without a listener on the port the thread ends as soon as nothing else runs in it.
        void Promise.resolve(onClose?.()).finally(() => port.close());
        break;
    }
  });
}
