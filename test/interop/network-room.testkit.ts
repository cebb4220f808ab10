import { mkdtempSync, rmSync } from "node:fs";
import { connect, createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { TestProcess } from "../e2e/processes.testkit.ts";

const GRPC_OFFSET = 10_000;

/** Runs inside: what comes over the Unix socket begins with a port, and is passed on to that port of its loopback. */
const INSIDE = `
const net = require("node:net");
net.createServer((outer) => {
  outer.once("readable", () => {
    const head = outer.read(2);
    if (head === null) return outer.destroy();
    const inner = net.connect(head.readUInt16BE(), "127.0.0.1");
    for (const [from, to] of [[outer, inner], [inner, outer]]) {
      from.pipe(to);
      from.on("error", () => to.destroy());
      from.on("close", () => to.destroy());
    }
  });
}).listen(process.argv[1], () => console.log("open"));
`;

/**
 * A network of its own that only has a loopback, for programs that cannot be told to stay on it. Ports of it can be
 * made reachable from outside under the same address.
 */
export class NetworkRoom {
  readonly #dir: string;
  readonly #holder: TestProcess;
  readonly #doors: Server[] = [];
  readonly #sockets = new Set<Socket>();

  private constructor(dir: string, holder: TestProcess) {
    this.#dir = dir;
    this.#holder = holder;
  }

  static async open(): Promise<NetworkRoom> {
    const dir = mkdtempSync(join(tmpdir(), "wk-room-"));
    const script = `ip link set lo up && exec "$0" -e "$1" "$2"`;
    const holder = new TestProcess({
      name: "network room",
      program: "unshare",
      args: ["-n", "bash", "-c", script, process.execPath, INSIDE, join(dir, "door")],
    });
    await holder.says(/open/);
    return new NetworkRoom(dir, holder);
  }

  /** Starts a program inside. */
  readonly spawn = (name: string, program: string, args: readonly string[], cwd: string): TestProcess =>
    new TestProcess({
      name,
      program: "nsenter",
      args: ["-t", String(this.#holder.pid), "-n", "--", program, ...args],
      cwd,
    });

  /** 127.0.0.1:port and port + 10000 lead inside. */
  readonly expose = async (port: number): Promise<void> => {
    await this.#door(port);
    await this.#door(port + GRPC_OFFSET);
  };

  #door(port: number): Promise<void> {
    const head = Buffer.alloc(2);
    head.writeUInt16BE(port);
    const door = createServer((outer) => {
      const inner = connect(join(this.#dir, "door"));
      inner.write(head);
      for (const [from, to] of [
        [outer, inner],
        [inner, outer],
      ] as const) {
        this.#sockets.add(from);
        from.pipe(to);
        from.on("error", () => to.destroy());
        from.on("close", () => {
          this.#sockets.delete(from);
          to.destroy();
        });
      }
    });
    this.#doors.push(door);
    return new Promise((resolve, reject) => {
      door.once("error", reject);
      door.listen(port, "127.0.0.1", resolve);
    });
  }

  /** Programs that were started inside must have ended. */
  async close(): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    await Promise.all(this.#doors.map((door) => new Promise((resolve) => door.close(resolve))));
    await this.#holder.kill();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
