import { randomBytes } from "node:crypto";
import type { SeaweedDefinition } from "../../rpc/gen/master_pb/Seaweed.ts";
import { RpcFailure } from "../rpc-failure.ts";
import { type Handlers, unary } from "../rpc-handlers.ts";

/** How long a lease lasts after its last grant. */
const LEASE_MS = 10_000;

interface Lease {
  readonly client: string;
  readonly token: string;
  readonly lockTsNs: string;
  readonly expires: number;
}

/** The master's named leases ("shell", "admin-server"). As in 4.44 the clients' messages are taken and forgotten. */
export class AdminLocks {
  readonly #leases = new Map<string, Lease>();

  handlers(): Pick<Handlers<SeaweedDefinition>, "LeaseAdminToken" | "ReleaseAdminToken" | "GetAdminLockStatus"> {
    return {
      LeaseAdminToken: unary((request) => {
        const { lock_name = "", client_name = "" } = request;
        const held = this.#live(lock_name);
        const renewal = isPair(held, request);
        if (held !== undefined && !renewal) throw new RpcFailure(`already locked by ${held.client}: `);
        const lease: Lease = {
          client: client_name,
          token: String(randomBytes(8).readBigUInt64BE() >> 1n),
          lockTsNs: String(BigInt(Date.now()) * 1_000_000n + (process.hrtime.bigint() % 1_000_000n)),
          expires: performance.now() + LEASE_MS,
        };
        this.#leases.set(lock_name, lease);
        return { token: lease.token, lock_ts_ns: lease.lockTsNs };
      }),
      ReleaseAdminToken: unary((request) => {
        const { lock_name = "" } = request;
        if (isPair(this.#live(lock_name), request)) this.#leases.delete(lock_name);
        return {};
      }),
      GetAdminLockStatus: unary(({ lock_name = "" }) => {
        const held = this.#live(lock_name);
        return held === undefined ? {} : { is_locked: true, client_name: held.client };
      }),
    };
  }

  /** Whether somebody holds the lock now. */
  isHeld(name: string): boolean {
    return this.#live(name) !== undefined;
  }

  #live(name: string): Lease | undefined {
    const lease = this.#leases.get(name);
    return lease !== undefined && lease.expires > performance.now() ? lease : undefined;
  }
}

function isPair(
  lease: Lease | undefined,
  request: { readonly previous_token?: string; readonly previous_lock_time?: string },
): boolean {
  return lease !== undefined && lease.token === request.previous_token && lease.lockTsNs === request.previous_lock_time;
}
