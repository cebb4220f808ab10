import { AppError } from "./errors.ts";

/**
 * Waits `ms`; longer than a timer can hold (24.8 days) counts as that long.
 * @throws AppError at once when the signal is aborted: `signal.reason` if that is one, else WK-CANCELLED.
 */
export function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(AppError.from(signal?.reason, "WK-CANCELLED"));
    };
    const timer = setTimeout(
      () => {
        signal?.removeEventListener("abort", stop);
        resolve();
      },
      Math.min(ms, 0x7fffffff),
    );
    if (signal?.aborted === true) stop();
    else signal?.addEventListener("abort", stop, { once: true });
  });
}
