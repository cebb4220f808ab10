import { randomInt } from "node:crypto";
import { createServer } from "node:net";
import { AppError } from "../core/errors.ts";
import { type ServerAddress, serverAddress } from "../rpc/server-address.ts";

/** Below the range from which systems give out ports by themselves, with room for + 10000. */
const LOWEST_PORT = 11_000;
const HIGHEST_PORT = 21_900;
const GRPC_OFFSET = 10_000;
const TRIES = 200;

/** An address on 127.0.0.1 whose HTTP port p and gRPC port p + 10000 are both free. @throws AppError WK-LISTEN */
export async function freeAddress(taken: ReadonlySet<number>): Promise<ServerAddress> {
  for (let i = 0; i < TRIES; i++) {
    const port = randomInt(LOWEST_PORT, HIGHEST_PORT);
    if (taken.has(port)) continue;
    if ((await isFree(port)) && (await isFree(port + GRPC_OFFSET))) return serverAddress("127.0.0.1", port);
  }
  throw new AppError("WK-LISTEN", `No pair of free ports was found between ${LOWEST_PORT} and ${HIGHEST_PORT}.`);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once("error", () => resolve(false));
    probe.listen(port, "127.0.0.1", () => probe.close(() => resolve(true)));
  });
}
