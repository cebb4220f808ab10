import type { ClusterPort } from "../cluster/cluster-port.ts";
import { AppError } from "../core/errors.ts";
import { httpForm } from "../rpc/server-address.ts";

/** One call of a task on the cluster, counted from 0 over all servers. */
export interface ClusterCall {
  readonly index: number;
  /** `host:port`, or `master`. */
  readonly server: string;
  /** Name of the client's method, for example `volumeCopy`. */
  readonly method: string;
  readonly request: unknown;
}

/**
 * What happens to a call. `error`: the server says no, nothing is done. `lost`: done, but the answer never comes.
 * `cut`: sent and broken off by the caller's end. `unreachable`: never sent. `die-*`: the worker's process is gone
 * before, during or after the call.
 */
export type CallFault = "error" | "lost" | "cut" | "unreachable" | "die-before" | "die-during" | "die-after";

interface FaultyOptions {
  /** Asked before each call. */
  readonly fault?: (call: ClusterCall) => CallFault | undefined;
  /** Called when a `die-*` fault strikes: everything else of the process must end too. */
  readonly die?: () => AppError;
}

/** Time a `cut` or `die-during` call gets to reach its server. */
const IN_FLIGHT_MS = 15;

/** A cluster port that records every call and lets chosen ones fail as networks and processes do. */
export class FaultyCluster implements ClusterPort {
  readonly calls: ClusterCall[] = [];
  readonly master: ClusterPort["master"];
  readonly #real: ClusterPort;
  readonly #options: FaultyOptions;
  #dead: AppError | undefined;

  constructor(real: ClusterPort, options: FaultyOptions = {}) {
    this.#real = real;
    this.#options = options;
    this.master = this.#wrap(real.master, "master");
  }

  volumeServer(address: string): ReturnType<ClusterPort["volumeServer"]> {
    return this.#wrap(this.#real.volumeServer(address), httpForm(address));
  }

  /** From now on every call fails like in a process that is gone. */
  kill(reason: AppError): void {
    this.#dead = reason;
  }

  #wrap<T extends object>(client: T, server: string): T {
    return new Proxy(client, {
      get: (target, name) => {
        const value: unknown = Reflect.get(target, name, target);
        if (typeof value !== "function") return value;
        const invoke = (args: readonly unknown[]): unknown => Reflect.apply(value, target, args);
        const method = String(name);
        return (...args: readonly unknown[]) =>
          method === "copyFile" ? this.#stream(server, method, args, invoke) : this.#call(server, method, args, invoke);
      },
    });
  }

  async #call(server: string, method: string, args: readonly unknown[], invoke: Invoke): Promise<unknown> {
    const fault = this.#begin(server, method, args);
    const cut = new AbortController();
    const call = (): Promise<unknown> => Promise.resolve(invoke(withSignal(args, cut.signal)));
    switch (fault) {
      case undefined: {
        const value = await call();
        this.#checkAlive();
        return value;
      }
      case "lost":
      case "die-after":
        await call();
        throw this.#lostAnswer(fault, server, method);
      case "cut":
      case "die-during": {
        const running = call().catch(() => undefined);
        await new Promise((resolve) => setTimeout(resolve, IN_FLIGHT_MS));
        cut.abort(new AppError("WK-CANCELLED", "cut by the test"));
        await running;
        throw this.#lostAnswer(fault, server, method);
      }
      default:
        throw this.#notSent(fault, server, method);
    }
  }

  async *#stream(server: string, method: string, args: readonly unknown[], invoke: Invoke): AsyncGenerator<unknown> {
    const fault = this.#begin(server, method, args);
    if (fault === "error" || fault === "unreachable" || fault === "die-before") {
      throw this.#notSent(fault, server, method);
    }
    for await (const chunk of invoke(args) as AsyncIterable<unknown>) {
      this.#checkAlive();
      if (fault === "cut" || fault === "die-during") throw this.#lostAnswer(fault, server, method);
      yield chunk;
    }
    if (fault !== undefined) throw this.#lostAnswer(fault, server, method);
  }

  #begin(server: string, method: string, args: readonly unknown[]): CallFault | undefined {
    this.#checkAlive();
    const call = { index: this.calls.length, server, method, request: args[0] };
    this.calls.push(call);
    return this.#options.fault?.(call);
  }

  #checkAlive(): void {
    if (this.#dead !== undefined) throw this.#dead;
  }

  #notSent(fault: "error" | "unreachable" | "die-before", server: string, method: string): AppError {
    if (fault === "die-before") return this.#die();
    return fault === "error"
      ? new AppError("WK-RPC", `${server} answered ${method}: no, says the test.`, { details: { reached: "yes" } })
      : new AppError("WK-RPC-UNREACHABLE", `${server} cannot be reached, says the test.`, {
          details: { reached: "no" },
        });
  }

  #lostAnswer(fault: CallFault, server: string, method: string): AppError {
    if (fault === "die-during" || fault === "die-after") return this.#die();
    return new AppError("WK-RPC-UNREACHABLE", `The answer of ${server} to ${method} was lost, says the test.`, {
      details: { reached: "maybe" },
    });
  }

  #die(): AppError {
    this.#dead = this.#options.die?.() ?? new AppError("WK-CANCELLED", "The process is gone.");
    return this.#dead;
  }
}

type Invoke = (args: readonly unknown[]) => unknown;

/** The same arguments with a signal in the options, which are the last argument of every method. */
function withSignal(args: readonly unknown[], signal: AbortSignal): readonly unknown[] {
  const last = args.at(-1);
  if (!isCallOptions(last)) return args;
  const joined = last.signal instanceof AbortSignal ? AbortSignal.any([last.signal, signal]) : signal;
  return [...args.slice(0, -1), { ...last, signal: joined }];
}

function isCallOptions(value: unknown): value is { readonly signal?: unknown } {
  return typeof value === "object" && value !== null && ("signal" in value || "timeoutMs" in value);
}
