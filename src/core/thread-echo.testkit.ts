import { writeFileSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { AppError } from "./errors.ts";
import { serveThread, threadData, withTransfer } from "./thread-serve.ts";

export interface EchoRequests {
  echo: { payload: { readonly text: string }; result: { readonly text: string; readonly greeting: string } };
  double: { payload: Float64Array; result: Float64Array };
  refuse: { payload: null; result: never };
  burst: { payload: null; result: never };
  wait: { payload: { readonly ms: number }; result: string };
  crash: { payload: null; result: null };
}

export interface EchoData {
  readonly greeting: string;
  /** File written when the thread is closed in order. */
  readonly closedFile?: string;
}

const { greeting, closedFile } = threadData<EchoData>();

serveThread<EchoRequests>(
  {
    echo: ({ text }) => ({ text, greeting }),
    double: (numbers) => {
      const doubled = numbers.map((value) => value * 2);
      return withTransfer(doubled, [doubled.buffer]);
    },
    refuse: () => {
      throw new AppError("WK-RPC-UNREACHABLE", "The master at a:1 cannot be reached.", {
        hint: "Start it.",
        details: { master: "a:1" },
      });
    },
    burst: () => {
      throw new TypeError("odd");
    },
    wait: async ({ ms }, { signal }) => {
      await sleep(ms, undefined, { signal });
      return "slept";
    },
    crash: () => {
      setImmediate(() => {
        throw new Error("boom");
      });
      return new Promise(() => undefined);
    },
  },
  () => {
    if (closedFile !== undefined) writeFileSync(closedFile, "closed in order");
  },
);
