import { Agent, type IncomingMessage, request } from "node:http";

export interface HttpReply {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly data: Buffer;
}

export interface HttpCall {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Uint8Array;
  readonly signal?: AbortSignal;
}

/** A connection a request: one that a killed server left behind must not fail the next request to its successor. */
const agent = new Agent({ keepAlive: false });

/** One HTTP request. Rejects when the server cannot be reached or breaks the connection. */
export function httpCall(url: string, call: HttpCall = {}): Promise<HttpReply> {
  const { method = "GET", headers = {}, body, signal } = call;
  return new Promise((resolve, reject) => {
    const length = body === undefined ? {} : { "Content-Length": String(body.length) };
    const sent = request(
      url,
      { method, agent, headers: { ...headers, ...length }, ...(signal && { signal }) },
      (answer) => {
        const parts: Buffer[] = [];
        answer.on("data", (part: Buffer) => parts.push(part));
        answer.on("error", reject);
        answer.on("end", () =>
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, data: Buffer.concat(parts) }),
        );
      },
    );
    sent.on("error", reject);
    sent.end(body);
  });
}

/** A form with one file, as browsers and the clients of SeaweedFS send it. */
export function fileForm(
  data: Uint8Array,
  options: { name: string; mime?: string; encoding?: string },
): { headers: Record<string, string>; body: Buffer } {
  const boundary = "weedkeeper-form-boundary";
  const head = [
    `--${boundary}`,
    `Content-Disposition: form-data; name="file"; filename="${options.name.replaceAll('"', "")}"`,
    ...(options.mime ? [`Content-Type: ${options.mime}`] : []),
    ...(options.encoding ? [`Content-Encoding: ${options.encoding}`] : []),
    "",
    "",
  ].join("\r\n");
  return {
    headers: { "Content-Type": `multipart/form-data; boundary=${boundary}` },
    body: Buffer.concat([Buffer.from(head), data, Buffer.from(`\r\n--${boundary}--\r\n`)]),
  };
}
