import { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { connect } from "node:net";
import { Router } from "express";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { AppError } from "../../core/errors.ts";
import { silentLogger } from "../../core/logger.ts";
import { type HttpServer, type HttpServerOptions, startHttpServer } from "./http-server.ts";
import { type Route, route } from "./route.ts";

const routes: readonly Route[] = [
  route({
    method: "get",
    path: "/api/echo/:word",
    summary: "Says what it was given.",
    params: z.strictObject({ word: z.string() }),
    query: z.strictObject({ times: z.string().regex(/^\d$/, "must be a digit").optional() }),
    response: z.object({ word: z.string(), times: z.string() }),
    handle: ({ params, query }) => ({ word: params.word, times: query.times ?? "1" }),
  }),
  route({
    method: "put",
    path: "/api/echo/:word",
    summary: "Takes a body.",
    params: z.strictObject({ word: z.string() }),
    body: z.strictObject({ count: z.int() }),
    response: z.object({ count: z.number(), by: z.string() }),
    handle: ({ body }, { by }) => ({ count: body.count, by }),
  }),
  route({
    method: "post",
    path: "/api/fail",
    summary: "Fails.",
    body: z.strictObject({ how: z.enum(["known", "defect"]) }),
    response: z.object({}),
    handle: ({ body }) => {
      if (body.how === "known") throw new AppError("WK-TASK-BUSY", "Volume 7 is taken by task 3.");
      throw new Error("secret detail of /etc/passwd");
    },
  }),
];

const servers: HttpServer[] = [];

async function start(change: Partial<HttpServerOptions> = {}): Promise<number> {
  const server = await startHttpServer(
    { routes, special: Router(), logger: silentLogger },
    { host: "127.0.0.1", port: 0, urlPrefix: "", webDir: new URL("../../../web/", import.meta.url), ...change },
  );
  servers.push(server);
  return server.port;
}

afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly json: () => Record<string, unknown>;
}

/** Raw requests: fetch would not let a test set Host or Origin. */
function call(
  port: number,
  method: string,
  path: string,
  options: { readonly headers?: Record<string, string>; readonly body?: string } = {},
): Promise<Answer> {
  // Node sends the body of a DELETE without a length unless it is told.
  const length = options.body === undefined ? {} : { "Content-Length": String(Buffer.byteLength(options.body)) };
  const headers = { ...options.headers, ...length };
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: "127.0.0.1", port, method, path, headers }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (chunk: string) => {
        text += chunk;
      });
      answer.on("end", () =>
        resolve({
          status: answer.statusCode ?? 0,
          headers: answer.headers,
          text,
          json: () => JSON.parse(text) as Record<string, unknown>,
        }),
      );
    });
    request.on("error", reject);
    request.end(options.body);
  });
}

const JSON_TYPE = { "Content-Type": "application/json" };

describe("HTTP: routes", () => {
  it("answers, and takes HEAD as GET", async () => {
    const port = await start();
    expect((await call(port, "GET", "/api/echo/a%20b?times=3")).json()).toEqual({ word: "a b", times: "3" });
    const head = await call(port, "HEAD", "/api/echo/x");
    expect([head.status, head.text]).toEqual([200, ""]);
    const put = await call(port, "PUT", "/api/echo/x", { headers: JSON_TYPE, body: '{"count":3}' });
    expect(put.json()).toEqual({ count: 3, by: "somebody at 127.0.0.1" });
  });

  it.each([
    ["GET", "/api/echo/x?times=many", undefined, 400, "WK-HTTP-INPUT", "times"],
    ["GET", "/api/echo/x?times=1&times=2", undefined, 400, "WK-HTTP-INPUT", "times"],
    ["GET", "/api/echo/x?tims=1", undefined, 400, "WK-HTTP-INPUT", "tims"],
    ["GET", "/api/echo/%E0%A4%A", undefined, 400, "WK-HTTP-INPUT", undefined],
    ["GET", "/nowhere", undefined, 404, "WK-HTTP-NOT-FOUND", undefined],
    ["GET", "/../package.json", undefined, 404, "WK-HTTP-NOT-FOUND", undefined],
    ["GET", "/%2e%2e/package.json", undefined, 404, "WK-HTTP-NOT-FOUND", undefined],
    ["DELETE", "/api/echo/x", "{}", 405, "WK-HTTP-METHOD", undefined],
    ["PUT", "/api/echo/x", '{"count":1.5}', 400, "WK-HTTP-INPUT", "count"],
    ["PUT", "/api/echo/x", '{"count":1,"more":2}', 400, "WK-HTTP-INPUT", "more"],
    ["PUT", "/api/echo/x", '{"count":', 400, "WK-HTTP-INPUT", undefined],
    ["PUT", "/api/echo/x", '"text"', 400, "WK-HTTP-INPUT", undefined],
    ["PUT", "/api/echo/x", "", 400, "WK-HTTP-INPUT", "count"],
    ["PUT", "/api/echo/x", `{"count":${"1".repeat(1 << 20)}}`, 413, "WK-RPC-TOO-LARGE", undefined],
    ["POST", "/api/fail", '{"how":"known"}', 409, "WK-TASK-BUSY", undefined],
    ["POST", "/api/fail", '{"how":"defect"}', 500, "WK-INTERNAL", undefined],
  ])("%s %s %s → %i %s", async (method, path, body, status, code, field) => {
    const port = await start();
    const answer = await call(port, method, path, body === undefined ? {} : { headers: JSON_TYPE, body });
    expect(answer.status).toBe(status);
    expect(answer.json()).toMatchObject({ code, error: expect.stringMatching(/\.$/), hint: expect.any(String) });
    expect(answer.json()["field"]).toBe(field);
    expect(answer.text).not.toMatch(/at .*\.[jt]s:\d|passwd/);
    if (status === 405) expect(answer.headers.allow).toBe("GET, PUT");
  });

  it("serves the page with headers that let nothing else in", async () => {
    const port = await start();
    const page = await call(port, "GET", "/");
    expect(page.status).toBe(200);
    expect(page.text).toContain("<title>weedkeeper</title>");
    expect(page.headers).toMatchObject({
      "content-security-policy": expect.stringContaining("default-src 'none'"),
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      "referrer-policy": "no-referrer",
    });
    expect(page.headers["x-powered-by"]).toBeUndefined();
  });

  it("rejects with WK-LISTEN when the port is taken", async () => {
    const port = await start();
    await expect(start({ port })).rejects.toMatchObject({
      code: "WK-LISTEN",
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
  });

  it("ends open connections at a stop", async () => {
    const port = await start();
    const socket = connect(port, "127.0.0.1");
    await new Promise((resolve) => socket.once("connect", resolve));
    const ended = new Promise((resolve) => socket.once("close", resolve));
    socket.on("error", () => undefined);
    await servers.pop()?.close();
    await ended;
  });
});

describe("HTTP: who may ask", () => {
  it.each([
    ["localhost", 200],
    ["127.0.0.1:23646", 200],
    ["[::1]:23646", 200],
    ["LOCALHOST", 200],
    ["evil.example", 403],
    ["localhost.evil.example", 403],
    ["192.168.0.7", 403],
  ])("on loopback a request for host %s gets %i", async (host, status) => {
    const port = await start();
    const answer = await call(port, "GET", "/api/echo/x", { headers: { Host: host } });
    expect(answer.status).toBe(status);
    if (status === 403) expect(answer.json()["code"]).toBe("WK-HTTP-REFUSED");
  });

  it("takes any host name when it is bound to the network", async () => {
    const port = await start({ host: "0.0.0.0" });
    expect((await call(port, "GET", "/api/echo/x", { headers: { Host: "weed.example" } })).status).toBe(200);
  });

  it.each(["Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "x-forwarded-proto"])(
    "refuses a request that carries %s",
    async (name) => {
      const port = await start();
      const answer = await call(port, "GET", "/api/echo/x", { headers: { [name]: "for=10.0.0.1" } });
      expect([answer.status, answer.json()["code"]]).toEqual([403, "WK-HTTP-REFUSED"]);
    },
  );

  it.each([
    [{}, 415],
    [{ "Content-Type": "text/plain" }, 415],
    [{ "Content-Type": "application/x-www-form-urlencoded" }, 415],
    [{ "Content-Type": "application/json-seq" }, 415],
    [{ "Content-Type": "application/json; charset=utf-8" }, 200],
    [{ ...JSON_TYPE, Host: "localhost:1", Origin: "http://localhost:1" }, 200],
    [{ ...JSON_TYPE, Host: "localhost:1", Origin: "http://localhost:2" }, 403],
    [{ ...JSON_TYPE, Origin: "http://evil.example" }, 403],
    [{ ...JSON_TYPE, Origin: "null" }, 403],
    [{ ...JSON_TYPE, "Sec-Fetch-Site": "cross-site" }, 403],
  ])("a change with %o gets %i", async (headers: Record<string, string>, status) => {
    const port = await start();
    const answer = await call(port, "PUT", "/api/echo/x", { headers, body: '{"count":1}' });
    expect(answer.status).toBe(status);
  });
});

describe("HTTP: under a prefix", () => {
  it("serves everything below it and nothing beside it", async () => {
    const port = await start({ urlPrefix: "/weed/admin" });
    expect((await call(port, "GET", "/weed/admin/api/echo/x")).json()).toMatchObject({ word: "x" });
    const redirect = await call(port, "GET", "/weed/admin");
    expect([redirect.status, redirect.headers.location]).toEqual([302, "/weed/admin/"]);
    expect((await call(port, "GET", "/weed/admin/")).text).toContain("weedkeeper");
    expect((await call(port, "GET", "/weed/admin/app.js")).status).toBe(200);
    for (const path of ["/", "/api/echo/x", "/weed", "/weed/adminx/api/echo/x"]) {
      expect((await call(port, "GET", path)).status).toBe(404);
    }
    expect((await call(port, "DELETE", "/weed/admin/api/echo/x", { headers: JSON_TYPE })).status).toBe(405);
  });
});
