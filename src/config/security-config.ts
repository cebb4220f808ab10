import { type KnownKeys, type ReadKeys, readKnownKeys } from "./known-keys.ts";
import { type ConfigSearch, readTomlFile } from "./toml-file.ts";

/** Whose certificate is meant. An admin dials with `admin`, a worker with `worker`, command-line tools with `client`. */
const TLS_COMPONENTS = ["admin", "worker", "master", "volume", "client"] as const;
export type TlsComponent = (typeof TLS_COMPONENTS)[number];

/** A setting with the place an error about it names. */
export interface Setting {
  readonly key: string;
  /** "" = not set. */
  readonly value: string;
  readonly place: string;
}

/** The gRPC TLS settings of one component. All paths "" = plaintext. */
export interface GrpcTlsSettings {
  readonly component: TlsComponent;
  /** Authority of all certificates: `grpc.<component>.ca`, else `grpc.ca`. */
  readonly ca: Setting;
  readonly cert: Setting;
  readonly key: Setting;
  /** The pair for outgoing connections; not set: the one above. */
  readonly clientCert: Setting;
  readonly clientKey: Setting;
  /** Comma list of common names that may call; "" = any name of the authority. */
  readonly allowedCommonNames: Setting;
  /** Domain whose names may call, too. */
  readonly allowedWildcardDomain: Setting;
}

/** What we read of `security.toml`. */
export interface SecurityConfig {
  /** Absent: no file was found. */
  readonly path: string | undefined;
  readonly grpc: Readonly<Record<TlsComponent, GrpcTlsSettings>>;
  /** HTTPS of the admin's pages: `ca` set = browsers need a certificate. */
  readonly httpsAdmin: { readonly cert: Setting; readonly key: Setting; readonly ca: Setting };
  readonly adminUser: { readonly user: Setting; readonly password: Setting };
  readonly readOnlyUser: { readonly user: Setting; readonly password: Setting };
}

const COMPONENT_KEYS = ["ca", "cert", "key", "client_cert", "client_key", "allowed_commonNames"] as const;

/** Every key of `security.toml`: those we read, in the order of the scaffold, and those of other programs. */
export const SECURITY_KEYS: KnownKeys = {
  text: [
    "grpc.ca",
    "grpc.allowed_wildcard_domain",
    ...TLS_COMPONENTS.flatMap((component) => COMPONENT_KEYS.map((key) => `grpc.${component}.${key}`)),
    "https.admin.cert",
    "https.admin.key",
    "https.admin.ca",
    "admin.user",
    "admin.password",
    "admin.readonly.user",
    "admin.readonly.password",
  ],
  ignored: [
    "access",
    "cors",
    "filer",
    "grpc.filer",
    "grpc.mq",
    "grpc.msg_agent",
    "grpc.msg_broker",
    "grpc.s3",
    "guard",
    "https.client",
    "https.filer",
    "https.master",
    "https.volume",
    "jwt",
    "s3",
    "tls",
  ],
};

/**
 * Reads `security.toml` and its `WEED_` variables.
 * @throws AppError WK-CONFIG with file and line; certificates are opened later, see `security/tls.ts`.
 */
export function readSecurityConfig(search: ConfigSearch): SecurityConfig {
  const file = readTomlFile("security", search);
  const keys = readKnownKeys(file, SECURITY_KEYS, search);
  const setting = (key: string): Setting => ({ key, value: keys.text(key), place: keys.place(key) });
  return {
    path: file.path,
    grpc: {
      admin: componentSettings("admin", keys, setting),
      worker: componentSettings("worker", keys, setting),
      master: componentSettings("master", keys, setting),
      volume: componentSettings("volume", keys, setting),
      client: componentSettings("client", keys, setting),
    },
    httpsAdmin: {
      cert: setting("https.admin.cert"),
      key: setting("https.admin.key"),
      ca: setting("https.admin.ca"),
    },
    adminUser: { user: setting("admin.user"), password: setting("admin.password") },
    readOnlyUser: { user: setting("admin.readonly.user"), password: setting("admin.readonly.password") },
  };
}

function componentSettings(
  component: TlsComponent,
  keys: ReadKeys,
  setting: (key: string) => Setting,
): GrpcTlsSettings {
  const own = (name: (typeof COMPONENT_KEYS)[number]): Setting => setting(`grpc.${component}.${name}`);
  return {
    component,
    ca: keys.text(`grpc.${component}.ca`) === "" ? setting("grpc.ca") : own("ca"),
    cert: own("cert"),
    key: own("key"),
    clientCert: own("client_cert"),
    clientKey: own("client_key"),
    allowedCommonNames: own("allowed_commonNames"),
    allowedWildcardDomain: setting("grpc.allowed_wildcard_domain"),
  };
}
