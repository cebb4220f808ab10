import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { proto } from "../../src/rpc/proto.ts";

/** One message of a recorded stream between a Go worker and a Go admin. */
interface Recorded {
  readonly dir: "worker->admin" | "admin->worker";
  readonly b64: string;
}

const recorded = readFileSync(new URL("../fixtures/transcripts/worker-4.13.jsonl", import.meta.url), "utf8")
  .trim()
  .split("\n")
  .map((line) => JSON.parse(line) as Recorded);

describe("the recorded stream of release 4.13", () => {
  it("keeps every message's bytes through decoding and encoding", () => {
    expect(recorded.length).toBe(111);
    for (const { dir, b64 } of recorded) {
      const bytes = Buffer.from(b64, "base64");
      const again =
        dir === "worker->admin"
          ? proto.worker_pb.WorkerMessage.serialize(proto.worker_pb.WorkerMessage.deserialize(bytes))
          : proto.worker_pb.AdminMessage.serialize(proto.worker_pb.AdminMessage.deserialize(bytes));
      expect(Buffer.from(again).toString("base64")).toBe(b64);
    }
  });

  it("holds what a Go worker says in a life cycle", () => {
    const kinds = (dir: Recorded["dir"]): readonly string[] => [
      ...new Set(
        recorded
          .filter((message) => message.dir === dir)
          .map(({ b64 }) => {
            const bytes = Buffer.from(b64, "base64");
            return dir === "worker->admin"
              ? proto.worker_pb.WorkerMessage.deserialize(bytes).message
              : proto.worker_pb.AdminMessage.deserialize(bytes).message;
          })
          .map((kind) => kind ?? "none"),
      ),
    ];
    expect(kinds("worker->admin")).toEqual(
      expect.arrayContaining(["registration", "heartbeat", "task_request", "task_update", "task_complete"]),
    );
    expect(kinds("admin->worker")).toEqual(
      expect.arrayContaining(["registration_response", "heartbeat_response", "task_assignment", "task_log_request"]),
    );
  });

  it("tells an absent message from an empty one", () => {
    const empty = proto.worker_pb.AdminMessage.deserialize(Buffer.from("EJL+htgGKgA=", "base64"));
    expect(empty).toEqual({ timestamp: "1795276562", task_assignment: {}, message: "task_assignment" });
  });
});

describe("64-bit numbers", () => {
  it("keep every digit", () => {
    const largest = (2n ** 64n - 1n).toString();
    const bytes = proto.volume_server_pb.ReadNeedleMetaRequest.serialize({ needle_id: largest });
    expect(proto.volume_server_pb.ReadNeedleMetaRequest.deserialize(bytes).needle_id).toBe(largest);
    const smallest = (-(2n ** 63n)).toString();
    const signed = proto.master_pb.LeaseAdminTokenRequest.serialize({ previous_token: smallest });
    expect(proto.master_pb.LeaseAdminTokenRequest.deserialize(signed).previous_token).toBe(smallest);
  });
});
