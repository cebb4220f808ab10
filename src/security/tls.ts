import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { ChannelCredentials, ServerCredentials, type ServerInterceptor } from "@grpc/grpc-js";
import type { GrpcTlsSettings, Setting } from "../config/security-config.ts";
import { AppError, errorMessage } from "../core/errors.ts";
import { commonNameRule } from "./common-names.ts";
import { refuseOtherNames } from "./peer-check.ts";

/** What a gRPC server of ours is made with. */
export interface ServerSecurity {
  readonly credentials: ServerCredentials;
  /** To be given to `createServer`: refuses callers that are not on the list. */
  readonly interceptors: readonly ServerInterceptor[];
  /** False: plaintext. */
  readonly mutualTls: boolean;
}

/**
 * Server side of a component: mutual TLS, every caller shows a certificate of the authority; plaintext when
 * no path is set.
 * @throws AppError WK-TLS-CONFIG naming the key and the file.
 */
export function serverSecurity(settings: GrpcTlsSettings): ServerSecurity {
  const files = readFiles(settings, settings.cert, settings.key);
  if (files === undefined) {
    return { credentials: ServerCredentials.createInsecure(), interceptors: [], mutualTls: false };
  }
  const rule = commonNameRule(settings);
  return {
    credentials: ServerCredentials.createSsl(files.ca, [{ cert_chain: files.cert, private_key: files.key }], true),
    interceptors: rule === undefined ? [] : [refuseOtherNames(rule)],
    mutualTls: true,
  };
}

/**
 * Client side of a component, for all peers: TLS with its own certificate. The chain must end at the
 * authority; the host name is not compared, as in SeaweedFS, whose certificates carry no host names.
 * Plaintext when no path is set.
 * @throws AppError WK-TLS-CONFIG naming the key and the file.
 */
export function channelSecurity(settings: GrpcTlsSettings): ChannelCredentials {
  const own = settings.clientCert.value !== "" || settings.clientKey.value !== "";
  const files = own
    ? readFiles(settings, settings.clientCert, settings.clientKey)
    : readFiles(settings, settings.cert, settings.key);
  if (files === undefined) return ChannelCredentials.createInsecure();
  return ChannelCredentials.createSsl(files.ca, files.key, files.cert, { checkServerIdentity: () => undefined });
}

/** Whether any path of the component is set: then plaintext is no option. */
export function wantsTls(settings: GrpcTlsSettings): boolean {
  return [settings.ca, settings.cert, settings.key, settings.clientCert, settings.clientKey].some(isSet);
}

interface TlsFiles {
  readonly ca: Buffer;
  readonly cert: Buffer;
  readonly key: Buffer;
}

function readFiles(settings: GrpcTlsSettings, cert: Setting, key: Setting): TlsFiles | undefined {
  if (!wantsTls(settings)) return undefined;
  const parts = [settings.ca, cert, key];
  const missing = parts.find((setting) => !isSet(setting));
  if (missing !== undefined) {
    const set = parts.filter(isSet).map((setting) => `${setting.key} (${setting.place})`);
    const given = set.length === 0 ? "other TLS keys are set" : `${set.join(" and ")} ${set.length > 1 ? "are" : "is"}`;
    throw new AppError("WK-TLS-CONFIG", `${missing.key} is not set, but ${given}: TLS needs ca, cert and key.`, {
      details: { key: missing.key },
      hint: `Set ${missing.key}, or empty all TLS keys of [grpc] and [grpc.${settings.component}] for plaintext.`,
    });
  }
  const files = { ca: readPem(settings.ca), cert: readPem(cert), key: readPem(key) };
  // Broken files, or a key of another certificate, are found now and not at the first handshake.
  use(settings.ca, () => new X509Certificate(files.ca));
  const certificate = use(cert, () => new X509Certificate(files.cert));
  const privateKey = use(key, () => createPrivateKey(files.key));
  if (!certificate.checkPrivateKey(privateKey)) {
    throw unusable([cert, key], "do not belong together: the key is of another certificate", undefined);
  }
  return files;
}

function readPem(setting: Setting): Buffer {
  let pem: Buffer;
  try {
    pem = readFileSync(setting.value);
  } catch (error) {
    throw unusable([setting], `cannot be read: ${errorMessage(error)}`, error);
  }
  if (!pem.includes("-----BEGIN ")) throw unusable([setting], "is not a PEM file", undefined);
  return pem;
}

function use<T>(setting: Setting, open: () => T): T {
  try {
    return open();
  } catch (error) {
    throw unusable([setting], `cannot be used: ${errorMessage(error)}`, error);
  }
}

function unusable(settings: readonly Setting[], why: string, cause: unknown): AppError {
  const names = settings.map((setting) => `${setting.value} (${setting.key}, ${setting.place})`).join(" and ");
  const [first] = settings;
  return new AppError("WK-TLS-CONFIG", `${names} ${why}.`, { cause, details: { key: first?.key ?? "" } });
}

function isSet(setting: Setting): boolean {
  return setting.value !== "";
}
