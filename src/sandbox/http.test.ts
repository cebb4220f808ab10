import { gunzipSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { volumeServerService } from "../rpc/proto.ts";
import { crc32c, crcEtag } from "../volume/crc32c.ts";
import { fileForm, type HttpReply, httpCall } from "./http-client.ts";
import { seededVolume, serverAt, testPeers, testSandbox } from "./sandbox.testkit.ts";

const FID = "1,0a5eedf11e";

async function server(): Promise<{
  url: string;
  call: (call?: Parameters<typeof httpCall>[1], query?: string) => Promise<HttpReply>;
}> {
  const sandbox = await testSandbox({ servers: 1 });
  await sandbox.createVolume({ volumeId: 1, on: [serverAt(sandbox, 0)] });
  const url = `http://${serverAt(sandbox, 0).address.http}`;
  return { url, call: (call, query = "") => httpCall(`${url}/${FID}${query}`, call) };
}

describe("HTTP of a volume server", () => {
  it("stores name, type, pairs and time, and answers ranges and conditions", async () => {
    const { call } = await server();
    const data = Buffer.from("0123456789".repeat(10));
    const form = fileForm(data, { name: "digits.bin", mime: "image/png" });
    const written = await call(
      { method: "POST", ...form, headers: { ...form.headers, "Seaweed-Color": "green" } },
      "?ts=1600000000",
    );
    expect(written.status).toBe(201);
    expect(JSON.parse(written.data.toString())).toEqual({
      name: "digits.bin",
      size: 100,
      eTag: crcEtag(crc32c(data)),
      mime: "image/png",
    });

    const read = await call();
    expect(read).toMatchObject({ status: 200, data });
    expect(read.headers).toMatchObject({
      "content-type": "image/png",
      "content-disposition": 'inline; filename="digits.bin"',
      "last-modified": "Sun, 13 Sep 2020 12:26:40 GMT",
      color: "green",
    });
    const part = await call({ headers: { Range: "bytes=5-9" } });
    expect(part).toMatchObject({ status: 206, data: Buffer.from("56789") });
    expect(part.headers["content-range"]).toBe("bytes 5-9/100");
    expect((await call({ headers: { Range: "bytes=-3" } })).data.toString()).toBe("789");
    expect((await call({ headers: { Range: "bytes=500-" } })).status).toBe(416);
    expect((await call({ headers: { "If-None-Match": String(read.headers.etag) } })).status).toBe(304);
    expect((await call({ headers: { "If-Modified-Since": "Sun, 13 Sep 2020 12:26:40 GMT" } })).status).toBe(304);
    const head = await call({ method: "HEAD" });
    expect(head).toMatchObject({ status: 200, data: Buffer.alloc(0) });
    expect(head.headers["content-length"]).toBe("100");
  });

  it("guards files by their cookies, writes the same only once, and checks Content-MD5", async () => {
    const { url, call } = await server();
    expect((await call({ method: "PUT", body: Buffer.from("a") })).status).toBe(201);
    expect((await call({ method: "PUT", body: Buffer.from("a") })).status).toBe(204);
    const other = `${url}/1,0a00000001`;
    expect((await httpCall(other)).status).toBe(404);
    expect((await httpCall(other, { method: "DELETE" })).status).toBe(400);
    const refused = await httpCall(other, { method: "PUT", body: Buffer.from("b") });
    expect(refused.status).toBe(500);
    expect(refused.data.toString()).toContain("mismatching cookie 1");
    expect((await call({ method: "PUT", body: Buffer.from("b"), headers: { "Content-MD5": "bm90IGl0" } })).status).toBe(
      400,
    );
    expect((await call({ method: "DELETE" })).data.toString()).toBe(`{"size":${5 + 1 + 1 + FID.length + 1 + 5}}`);
    expect(await call({ method: "DELETE" })).toMatchObject({ status: 404, data: Buffer.from('{"size":0}') });
    expect((await httpCall(`${url}/1,zz`)).status).toBe(400);
  });

  it("keeps text compressed and sends it as the reader can take it", async () => {
    const { call } = await server();
    const text = Buffer.from("all work and no play ".repeat(50));
    await call({ method: "POST", ...fileForm(text, { name: "a.txt", mime: "text/plain" }) });
    expect((await call()).data).toEqual(text);
    const packed = await call({ headers: { "Accept-Encoding": "gzip" } });
    expect(packed.headers["content-encoding"]).toBe("gzip");
    expect(gunzipSync(packed.data)).toEqual(text);
    await call({ method: "POST", ...fileForm(gzipSync(text), { name: "b.bin", encoding: "gzip" }) });
    expect((await call()).data).toEqual(text);
  });

  it("tells empty files from deleted ones", async () => {
    const { call } = await server();
    expect((await call({ method: "PUT", body: Buffer.alloc(0) })).status).toBe(201);
    expect(await call()).toMatchObject({ status: 200, data: Buffer.alloc(0) });
    expect((await call({ method: "DELETE" })).status).toBe(202);
    expect((await call()).status).toBe(404);
  });

  it("shows its volumes and whether it takes part in the cluster", async () => {
    const sandbox = await testSandbox({ servers: 1 });
    await seededVolume(sandbox, { deleted: 2 });
    const url = `http://${serverAt(sandbox, 0).address.http}`;
    const status: unknown = JSON.parse((await httpCall(`${url}/status`)).data.toString());
    expect(status).toMatchObject({
      Volumes: [{ Id: 1, FileCount: 20, DeleteCount: 2, ReadOnly: false, Ttl: { Count: 0, Unit: 0 } }],
    });
    expect((await httpCall(`${url}/healthz`)).status).toBe(200);
  });

  it("fails a replicated write when one replica does not take it", async () => {
    const sandbox = await testSandbox({ servers: 2 });
    const peers = testPeers();
    const { live } = await seededVolume(sandbox, { replication: "001" });
    const [first, second] = [serverAt(sandbox, 0), serverAt(sandbox, 1)];
    await peers.call(second.address, volumeServerService.VolumeMarkReadonly, { volume_id: 1 });
    const put = sandbox.files.put(first.address.http, live[0]?.fid ?? "", Buffer.from("new"));
    await expect(put).rejects.toThrow(/failed to write to replicas for volume 1: .*volume 1 is read only/);
    expect((await sandbox.files.read(first.address.http, live[0]?.fid ?? "")).data.toString()).toBe("new");
    expect((await sandbox.files.read(second.address.http, live[0]?.fid ?? "")).md5).toBe(live[0]?.md5);
  });
});
