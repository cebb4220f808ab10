import { isIPv6 } from "node:net";
import { AppError } from "../core/errors.ts";

/**
 * Where a SeaweedFS server listens. On the wire and in flags it is written `host:httpPort` (the gRPC port is
 * then httpPort + 10000) or `host:httpPort.grpcPort`; IPv6 hosts stand in brackets. This file is the only
 * place that reads or writes that form.
 */
export interface ServerAddress {
  /** Host name or IP address, IPv6 without brackets. */
  readonly host: string;
  readonly httpPort: number;
  readonly grpcPort: number;
  /** `host:httpPort`, what HTTP clients dial; the identity of the server. */
  readonly http: string;
  /** `host:grpcPort`, what gRPC clients dial. */
  readonly grpc: string;
}

/** What the gRPC port is above the HTTP port when nothing else is said. */
const GRPC_PORT_OFFSET = 10000;
const MAX_PORT = 65535;

/** @throws AppError WK-ADDRESS when a port is out of range or the host cannot be one. */
export function serverAddress(host: string, httpPort: number, grpcPort = 0): ServerAddress {
  const written = `${joinHost(host)}:${httpPort}${grpcPort === 0 ? "" : `.${grpcPort}`}`;
  checkHost(host, written);
  checkPort(httpPort, written, "port");
  if (grpcPort === 0 && httpPort + GRPC_PORT_OFFSET > MAX_PORT) {
    throw addressError(written, `port ${httpPort} + ${GRPC_PORT_OFFSET} is no port: write host:port.grpcPort`);
  }
  const grpc = grpcPort === 0 ? httpPort + GRPC_PORT_OFFSET : grpcPort;
  checkPort(grpc, written, "gRPC port");
  return Object.freeze({
    host,
    httpPort,
    grpcPort: grpc,
    http: `${joinHost(host)}:${httpPort}`,
    grpc: `${joinHost(host)}:${grpc}`,
  });
}

/**
 * Reads `host:port`, `host:port.grpcPort` and `[ipv6]:port[.grpcPort]`; a gRPC port of 0 means "unknown",
 * so it is derived.
 * @throws AppError WK-ADDRESS that quotes the text.
 */
export function parseServerAddress(text: string): ServerAddress {
  const { host, ports } = splitHost(text.trim(), text);
  const dot = ports.indexOf(".");
  const httpPort = parsePort(dot < 0 ? ports : ports.slice(0, dot), text, "port");
  const grpcPort = dot < 0 ? 0 : parsePort(ports.slice(dot + 1), text, "gRPC port");
  return serverAddress(host, httpPort, grpcPort);
}

/**
 * Reads a comma list; blanks and empty parts are skipped, the second mention of a server is dropped.
 * @throws AppError WK-ADDRESS when no address is left or one cannot be read.
 */
export function parseServerList(text: string): readonly ServerAddress[] {
  const found = new Map<string, ServerAddress>();
  for (const part of text.split(",")) {
    if (part.trim() === "") continue;
    const address = parseServerAddress(part);
    if (!found.has(address.http)) found.set(address.http, address);
  }
  if (found.size === 0) throw addressError(text, "the list names no server");
  return [...found.values()];
}

/** The form for the wire, with the gRPC port always written out. */
export function formatServerAddress(address: ServerAddress): string {
  return `${address.http}.${address.grpcPort}`;
}

/** Whether two addresses, parsed or as text, name one server: equality of the HTTP form only. */
export function sameServer(a: ServerAddress | string, b: ServerAddress | string): boolean {
  return httpForm(a) === httpForm(b);
}

/** The HTTP form of an address in any form, without looking at its gRPC port. */
export function httpForm(address: ServerAddress | string): string {
  if (typeof address !== "string") return address.http;
  const { host, ports } = splitHost(address.trim(), address);
  return `${joinHost(host)}:${parsePort(ports.split(".", 1)[0] ?? "", address, "port")}`;
}

/**
 * Address of a node of the master's topology: `address` if the master gives one (older ones do not), else its
 * `id`; `grpc_port` 0 or absent means "derived".
 * @throws AppError WK-ADDRESS when neither is an address.
 */
export function serverAddressOfNode(node: {
  readonly id?: string;
  readonly address?: string;
  readonly grpc_port?: number;
}): ServerAddress {
  const base = node.address !== undefined && node.address !== "" ? node.address : (node.id ?? "");
  const { host, ports } = splitHost(base.trim(), base);
  const [http = "", grpc = "0"] = ports.split(".", 2);
  const grpcPort =
    node.grpc_port !== undefined && node.grpc_port !== 0 ? node.grpc_port : parsePort(grpc, base, "gRPC port");
  return serverAddress(host, parsePort(http, base, "port"), grpcPort);
}

function splitHost(trimmed: string, original: string): { readonly host: string; readonly ports: string } {
  if (/^\w+:\/\//.test(trimmed)) throw addressError(original, "write it without a scheme, as host:port");
  if (trimmed.startsWith("dnssrv+")) throw addressError(original, "DNS service records are not read: list the servers");
  const bracketed = /^\[([^\]]*)\]:(.*)$/.exec(trimmed);
  if (bracketed !== null) return { host: bracketed[1] ?? "", ports: bracketed[2] ?? "" };
  const colon = trimmed.lastIndexOf(":");
  if (colon < 0) throw addressError(original, "the port is missing");
  return { host: trimmed.slice(0, colon), ports: trimmed.slice(colon + 1) };
}

function parsePort(text: string, address: string, what: string): number {
  if (!/^\d{1,5}$/.test(text)) throw addressError(address, `the ${what} is not a number from 1 to ${MAX_PORT}`);
  return Number(text);
}

function checkPort(port: number, address: string, what: string): void {
  if (!Number.isInteger(port) || port < 1 || port > MAX_PORT) {
    throw addressError(address, `the ${what} is not a number from 1 to ${MAX_PORT}`);
  }
}

function checkHost(host: string, address: string): void {
  if (host === "") throw addressError(address, "the host is missing");
  if (!isIPv6(host) && !/^[\p{L}\p{N}._-]+$/u.test(host)) throw addressError(address, `"${host}" is no host name`);
}

function joinHost(host: string): string {
  return host.includes(":") ? `[${host}]` : host;
}

function addressError(text: string, why: string): AppError {
  return new AppError("WK-ADDRESS", `"${text}" is not a server address: ${why}.`);
}
