import { type ServerReadableStream, status } from "@grpc/grpc-js";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { CopyFileRequest__Output } from "../rpc/gen/volume_server_pb/CopyFileRequest.ts";
import type { ReceiveFileRequest__Output } from "../rpc/gen/volume_server_pb/ReceiveFileRequest.ts";
import type { ReceiveFileResponse } from "../rpc/gen/volume_server_pb/ReceiveFileResponse.ts";
import { parseServerAddress } from "../rpc/server-address.ts";
import { closeVolumeServers, volumeServer } from "./volume-server.testkit.ts";

const FILE = { volumeId: 7, collection: "c", ext: ".idx" };

/** A server with one file, that answers CopyFile as a real one does. */
async function withFile(content: Buffer | undefined) {
  const asked: CopyFileRequest__Output[] = [];
  const client = await volumeServer({
    CopyFile: (call) => {
      asked.push(call.request);
      const stop = BigInt.asIntN(64, BigInt(call.request.stop_offset ?? "0"));
      if (content === undefined) {
        if (call.request.ignore_source_file_not_found !== true) {
          call.emit("error", { code: status.UNKNOWN, details: "CopyFile not found ec volume id 7" });
          return;
        }
      } else {
        const wanted = content.subarray(0, Number(stop < BigInt(content.length) ? stop : BigInt(content.length)));
        call.write({ modified_ts_ns: "1700000000000000001", file_content: wanted.subarray(0, 4) });
        for (let at = 4; at < wanted.length; at += 4) call.write({ file_content: wanted.subarray(at, at + 4) });
      }
      call.end();
    },
  });
  return { client, asked };
}

describe("reading a file", () => {
  it("asks for all of it, through the mounted volume, at any revision", async () => {
    const { client, asked } = await withFile(Buffer.from("0123456789"));
    const chunks: string[] = [];
    for await (const chunk of client.copyFile(FILE)) chunks.push(`${chunk.content}@${chunk.modifiedTsNs}`);
    expect(chunks).toEqual(["0123@1700000000000000001", "4567@undefined", "89@undefined"]);
    expect(asked).toEqual([
      {
        volume_id: 7,
        collection: "c",
        ext: ".idx",
        is_ec_volume: false,
        compaction_revision: 4294967295,
        stop_offset: "9223372036854775807",
        ignore_source_file_not_found: false,
      },
    ]);
  });

  it("gives a small file whole, up to a limit", async () => {
    const { client } = await withFile(Buffer.from("0123456789"));
    expect(await client.copyFileToBuffer(FILE)).toEqual({
      content: Buffer.from("0123456789"),
      modifiedTsNs: 1700000000000000001n,
    });
    await expect(client.copyFileToBuffer({ ...FILE, maxBytes: 9 })).rejects.toMatchObject({
      code: "WK-RPC-TOO-LARGE",
      message: expect.stringContaining("larger than 9 bytes"),
    });
    expect((await client.copyFileToBuffer({ ...FILE, maxBytes: 10 }))?.content.length).toBe(10);
  });

  it("tells a missing file from an empty one", async () => {
    const missing = await withFile(undefined);
    const empty = await withFile(Buffer.alloc(0));
    expect(await missing.client.copyFileToBuffer(FILE)).toBeUndefined();
    expect((await empty.client.copyFileToBuffer(FILE))?.content.length).toBe(0);
    const read = async (): Promise<void> => {
      for await (const chunk of missing.client.copyFile(FILE)) expect(chunk).toBeUndefined();
    };
    await expect(read()).rejects.toMatchObject({ code: "WK-RPC-NOT-FOUND" });
  });

  it("never takes half a file for a whole one", async () => {
    const client = await volumeServer({
      CopyFile: (call) => {
        call.write({ modified_ts_ns: 1, file_content: Buffer.from("half") });
        call.emit("error", { code: status.UNKNOWN, details: "read error" });
      },
    });
    await expect(client.copyFileToBuffer(FILE)).rejects.toMatchObject({ code: "WK-RPC" });
    await expect(client.probeFile({ ...FILE, firstBytes: 8 })).rejects.toMatchObject({ code: "WK-RPC" });
  });
});

describe("the probe", () => {
  it("finds a file by its name and brings its first bytes", async () => {
    const { client, asked } = await withFile(Buffer.from("0123456789"));
    expect(await client.probeFile(FILE)).toEqual({
      present: true,
      modifiedTsNs: 1700000000000000001n,
      firstBytes: Buffer.alloc(0),
    });
    expect(await client.probeFile({ ...FILE, firstBytes: 8 })).toMatchObject({
      present: true,
      firstBytes: Buffer.from("01234567"),
    });
    expect(asked.map((one) => [one.is_ec_volume, one.stop_offset, one.ignore_source_file_not_found])).toEqual([
      [true, "0", true],
      [true, "8", true],
    ]);
  });

  it("says absent when there is no such file", async () => {
    const { client } = await withFile(undefined);
    expect(await client.probeFile(FILE)).toEqual({ present: false });
  });
});

describe("sending a file", () => {
  async function receiver(answer: (bytes: number) => ReceiveFileResponse) {
    const infos: unknown[] = [];
    const parts: Buffer[] = [];
    const client = await volumeServer({
      ReceiveFile: (call: ServerReadableStream<ReceiveFileRequest__Output, ReceiveFileResponse>, done) => {
        call.on("data", (message: ReceiveFileRequest__Output) => {
          if (message.data === "info") infos.push(message.info);
          else parts.push(message.file_content ?? Buffer.alloc(0));
        });
        call.on("end", () => done(null, answer(Buffer.concat(parts).length)));
      },
    });
    return { client, infos, content: () => Buffer.concat(parts), parts };
  }
  const target = { volumeId: 7, collection: "c", ext: ".ec03", isEcVolume: true, shardId: 3, diskId: 1 };

  it("keeps every byte, whatever the pieces", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(fc.uint8Array({ maxLength: 2000 }), { maxLength: 20 }), async (pieces) => {
        const server = await receiver((bytes) => ({ bytes_written: bytes }));
        const whole = Buffer.concat(pieces);
        expect(await server.client.receiveFile(target, pieces)).toBe(whole.length);
        expect(server.content().equals(whole)).toBe(true);
        expect(server.infos).toEqual([
          {
            volume_id: 7,
            collection: "c",
            ext: ".ec03",
            is_ec_volume: true,
            shard_id: 3,
            disk_id: 1,
            file_size: "0",
          },
        ]);
        await closeVolumeServers();
      }),
      { numRuns: 15 },
    );
  });

  it("cuts large pieces", async () => {
    const server = await receiver((bytes) => ({ bytes_written: bytes }));
    expect(await server.client.receiveFile(target, [Buffer.alloc(1_000_000, 1)])).toBe(1_000_000);
    expect(Math.max(...server.parts.map((part) => part.length))).toBe(256 << 10);
  });

  it("throws the error inside the answer, and a short count", async () => {
    const refused = await receiver(() => ({ error: "ec volume 7 is mounted" }));
    await expect(refused.client.receiveFile(target, [Buffer.from("x")])).rejects.toMatchObject({
      code: "WK-RPC",
      message: expect.stringContaining("answered ReceiveFile: ec volume 7 is mounted."),
    });
    const short = await receiver((bytes) => ({ bytes_written: bytes - 1 }));
    await expect(short.client.receiveFile(target, [Buffer.from("xyz")])).rejects.toMatchObject({
      code: "WK-RPC-STREAM-CUT",
      message: expect.stringContaining("wrote 2 of 3 bytes of .ec03 of volume 7"),
    });
  });
});

describe("copying a volume", () => {
  const request = { volumeId: 7, collection: "c", source: parseServerAddress("10.0.0.9:8080") };

  it("ends well only with the last message", async () => {
    const asked: unknown[] = [];
    const client = await volumeServer({
      VolumeCopy: (call) => {
        asked.push(call.request);
        call.write({ processed_bytes: 134217728 });
        call.write({ last_append_at_ns: "1700000000000000001" });
        call.end();
      },
    });
    const seen: number[] = [];
    const result = await client.volumeCopy(
      { ...request, bytesPerSecond: 5 },
      { onProgress: (bytes) => seen.push(bytes) },
    );
    expect(result).toEqual({ lastAppendAtNs: 1700000000000000001n });
    expect(seen).toEqual([134217728]);
    expect(asked).toEqual([
      {
        volume_id: 7,
        collection: "c",
        replication: "",
        ttl: "",
        source_data_node: "10.0.0.9:8080.18080",
        disk_type: "",
        io_byte_per_second: "5",
      },
    ]);
  });

  it("is cut when the stream ends without it", async () => {
    const client = await volumeServer({
      VolumeCopy: (call) => {
        call.write({ processed_bytes: 1 });
        call.end();
      },
    });
    await expect(client.volumeCopy(request)).rejects.toMatchObject({
      code: "WK-RPC-STREAM-CUT",
      message: expect.stringContaining("it ended without its last message"),
      details: { reached: "maybe" },
    });
  });

  it("is cut when the target falls silent or the connection is lost", async () => {
    const client = await volumeServer({
      VolumeCopy: (call) => {
        call.write({ processed_bytes: 1 });
        if (call.request.collection === "lost") void closeVolumeServers();
      },
    });
    await expect(client.volumeCopy(request, { idleMs: 100 })).rejects.toMatchObject({ code: "WK-RPC-STREAM-CUT" });
    await expect(client.volumeCopy({ ...request, collection: "lost" })).rejects.toMatchObject({
      code: "WK-RPC-STREAM-CUT",
    });
  });

  it("is refused, not cut, when the target says no; cancelled when the caller cancels", async () => {
    const controller = new AbortController();
    const client = await volumeServer({
      VolumeCopy: (call) => {
        if (call.request.collection === "c")
          call.emit("error", { code: status.UNKNOWN, details: "No more free space left" });
        else controller.abort();
      },
    });
    await expect(client.volumeCopy(request)).rejects.toMatchObject({
      code: "WK-RPC",
      message: expect.stringContaining("No more free space left"),
    });
    await expect(
      client.volumeCopy({ ...request, collection: "x" }, { signal: controller.signal }),
    ).rejects.toMatchObject({
      code: "WK-CANCELLED",
    });
  });
});
