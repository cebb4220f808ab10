import { SECURITY_KEYS } from "../config/security-config.ts";
import { AppError } from "../core/errors.ts";

const HEAD = `# security.toml of weedkeeper
#
# Looked for in -config_dir, ".", $HOME/.seaweedfs, /usr/local/etc/seaweedfs and /etc/seaweedfs, in this order.
# An environment variable beats the file: WEED_GRPC_ADMIN_CERT for cert of [grpc.admin].
# The file of a SeaweedFS cluster can be used as it is: sections of its other programs are skipped.
`;

const TABLES: Readonly<Record<string, string>> = {
  grpc: "Mutual TLS between masters, volume servers, admins and workers. With every path empty the connections are plaintext.",
  "grpc.admin": "The admin: its port for workers, and its calls to masters and volume servers.",
  "grpc.worker": "A worker: its stream to the admin, and its calls to masters and volume servers.",
  "grpc.master": "Masters: not read by an admin or a worker, here so that one file serves the whole cluster.",
  "grpc.volume": "Volume servers, likewise.",
  "grpc.client": "Command-line tools.",
  "https.admin": "HTTPS of the admin's page and HTTP interface. Empty: plain HTTP.",
  admin: "Who may change things on the page.",
  "admin.readonly": "Who may only look.",
};

/** By the last part of a key; a whole key where that is not clear. */
const KEYS: Readonly<Record<string, string>> = {
  "grpc.ca": "Authority of all certificates, a PEM file.",
  allowed_wildcard_domain: "A certificate whose common name ends with this domain may call, for example .example.com.",
  ca: "Authority for this program alone; empty: that of [grpc].",
  cert: "Certificate, a PEM file.",
  key: "Its private key, a PEM file.",
  client_cert: "Certificate for outgoing connections; empty: the one above.",
  client_key: "Its private key.",
  allowed_commonNames: "Common names that may call, a comma list; empty: every certificate of the authority.",
  "https.admin.ca": "When set, browsers must show a certificate of this authority.",
  user: "Name for the log-in.",
  password: "Its password. Better in the environment than in a file.",
};

/** The template of `security.toml`: every key we read, empty, so that it changes nothing as it is. */
export function securityTemplate(): string {
  const lines = [HEAD];
  let table = "";
  for (const key of SECURITY_KEYS.text) {
    const dot = key.lastIndexOf(".");
    const [parent, name] = [key.slice(0, dot), key.slice(dot + 1)];
    if (parent !== table) {
      lines.push(`${table === "" ? "" : "\n"}# ${known(TABLES, parent)}`, `[${parent}]`);
      table = parent;
    }
    lines.push(`# ${KEYS[key] ?? known(KEYS, name)}`, `${name} = ""`);
  }
  return `${lines.join("\n")}\n`;
}

function known(words: Readonly<Record<string, string>>, name: string): string {
  const text = words[name];
  if (text === undefined) throw new AppError("WK-INTERNAL", `The scaffold has no words for ${name}.`);
  return text;
}
