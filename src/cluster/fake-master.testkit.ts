import { credentials, type ServerDuplexStream, type sendUnaryData, status } from "@grpc/grpc-js";
import { silentLogger } from "../core/logger.ts";
import type { KeepConnectedRequest__Output } from "../rpc/gen/master_pb/KeepConnectedRequest.ts";
import type { KeepConnectedResponse } from "../rpc/gen/master_pb/KeepConnectedResponse.ts";
import type { SeaweedHandlers } from "../rpc/gen/master_pb/Seaweed.ts";
import { startTestServer, type TestServer } from "../rpc/grpc-server.testkit.ts";
import { masterService } from "../rpc/proto.ts";
import { formatServerAddress, type ServerAddress } from "../rpc/server-address.ts";
import { GrpcCluster } from "./grpc-cluster.ts";

interface Held {
  readonly client: string;
  readonly message: string;
  token: bigint;
  tsNs: bigint;
  until: number;
}

/** The part of a master that decides who leads and who holds a lock, over real gRPC; the rest is given. */
export class FakeMaster {
  /** Who this master says the leader is; undefined: it does not know. */
  leader: ServerAddress | undefined;
  /** Term of a lock, ms. */
  leaseMs = 10_000;
  /** Names of the calls it got, in order. */
  readonly calls: string[] = [];
  /** Set: the next lease is granted, but its answer is never sent. */
  loseNextLease = false;
  /** As a Node client sees a real 4.44: a held lock is refused without a word, and its state can be asked for. */
  like444 = false;
  readonly #locks = new Map<string, Held>();
  readonly #streams = new Set<ServerDuplexStream<KeepConnectedRequest__Output, KeepConnectedResponse>>();
  readonly #extra: Partial<SeaweedHandlers>;
  #server: TestServer | undefined;
  #tokens = 0n;

  constructor(extra: Partial<SeaweedHandlers> = {}) {
    this.#extra = extra;
  }

  get address(): ServerAddress {
    if (this.#server === undefined) throw new Error("the master is not started");
    return this.#server.address;
  }

  async start(port = 0): Promise<this> {
    const noted: Partial<SeaweedHandlers> = {};
    for (const [name, handler] of Object.entries(this.#extra)) {
      if (handler !== undefined) noted[name] = handler;
    }
    const handlers: Partial<SeaweedHandlers> = {
      GetMasterConfiguration: (_call, done) => {
        this.calls.push("GetMasterConfiguration");
        done(null, { leader: this.leader === undefined ? "" : formatServerAddress(this.leader) });
      },
      KeepConnected: (stream) => this.#keepConnected(stream),
      LeaseAdminToken: (call, done) => {
        this.calls.push("LeaseAdminToken");
        const {
          lock_name: name = "",
          client_name: client = "",
          message = "",
          previous_token: token = "0",
        } = call.request;
        if (!this.#leads(done)) return;
        const held = this.#locks.get(name);
        const renewal = held !== undefined && held.token === BigInt(token);
        if (held !== undefined && held.until > performance.now() && !renewal) {
          const details = this.like444 ? "" : `already locked by ${held.client}: ${held.message}`;
          done({ code: status.UNKNOWN, details });
          return;
        }
        const next = this.hold(name, client, message);
        if (this.loseNextLease) this.loseNextLease = false;
        else done(null, { token: next.token.toString(), lock_ts_ns: next.tsNs.toString() });
      },
      GetAdminLockStatus: (call, done) => {
        if (!this.like444) {
          done({ code: status.UNIMPLEMENTED, details: "unknown method GetAdminLockStatus" });
          return;
        }
        const held = this.#locks.get(call.request.lock_name ?? "");
        done(null, { is_locked: held !== undefined, client_name: held?.client ?? "" });
      },
      ReleaseAdminToken: (call, done) => {
        this.calls.push("ReleaseAdminToken");
        const { lock_name: name = "", previous_token: token = "0" } = call.request;
        if (this.#locks.get(name)?.token === BigInt(token)) this.#locks.delete(name);
        done(null, {});
      },
      ...noted,
    };
    this.#server = await startTestServer<SeaweedHandlers>(masterService, handlers, { port });
    return this;
  }

  /** Gives a lock to a client, as if it had asked. */
  hold(name: string, client: string, message: string): Held {
    const token = ++this.#tokens;
    const held = {
      client,
      message,
      token,
      tsNs: token + 1_700_000_000_000_000_000n,
      until: performance.now() + this.leaseMs,
    };
    this.#locks.set(name, held);
    return held;
  }

  holderOf(name: string): string | undefined {
    const held = this.#locks.get(name);
    return held !== undefined && held.until > performance.now() ? held.client : undefined;
  }

  /** Loses the leadership: tells its subscribers who leads now and ends their streams. */
  stepDown(leader: ServerAddress): void {
    this.leader = leader;
    for (const stream of this.#streams) {
      stream.write({ volume_location: { leader: formatServerAddress(leader) } });
      stream.end();
    }
  }

  async stop(): Promise<void> {
    await this.#server?.close();
  }

  #keepConnected(stream: ServerDuplexStream<KeepConnectedRequest__Output, KeepConnectedResponse>): void {
    stream.once("data", (request: KeepConnectedRequest__Output) => {
      this.calls.push(`KeepConnected ${request.client_type}@${request.client_address}`);
      if (this.leader !== undefined) stream.write({ volume_location: { leader: formatServerAddress(this.leader) } });
      if (this.leader?.http !== this.address.http) stream.end();
      else this.#streams.add(stream);
    });
    stream.on("cancelled", () => this.#streams.delete(stream));
    stream.on("end", () => {
      this.#streams.delete(stream);
      stream.end();
    });
  }

  #leads<T>(done: sendUnaryData<T>): boolean {
    if (this.leader?.http === this.address.http) return true;
    done({ code: status.UNKNOWN, details: "raft.Server: Not current leader" });
    return false;
  }
}

/** Started masters; the first leads. */
export async function startMasters(
  count: number,
  extra: Partial<SeaweedHandlers> = {},
): Promise<readonly FakeMaster[]> {
  const masters = await Promise.all(Array.from({ length: count }, () => new FakeMaster(extra).start()));
  for (const master of masters) master.leader = masters[0]?.address;
  return masters;
}

/** A plaintext cluster over these masters. */
export function clusterOf(masters: readonly { readonly address: ServerAddress }[]): GrpcCluster {
  return new GrpcCluster({
    masters: masters.map((master) => master.address),
    credentials: credentials.createInsecure(),
    logger: silentLogger,
  });
}
