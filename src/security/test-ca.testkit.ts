import "./reflect.testkit.ts";
import { webcrypto } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  BasicConstraintsExtension,
  cryptoProvider,
  PemConverter,
  type X509Certificate,
  X509CertificateGenerator,
} from "@peculiar/x509";
import type { GrpcTlsSettings, Setting, TlsComponent } from "../config/security-config.ts";

cryptoProvider.set(webcrypto);

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY_MS = 86_400_000;

/** Paths of a certificate and its key. */
export interface Pair {
  readonly cert: string;
  readonly key: string;
}

/** A certificate authority in a folder of its own. Its certificates carry no host names, as those of a cluster. */
export interface TestCa {
  /** Path of the authority's certificate. */
  readonly ca: string;
  readonly dir: string;
  /** @param commonName "" makes a subject without one. */
  issue(commonName: string, options?: { readonly expired?: boolean }): Promise<Pair>;
  remove(): void;
}

export async function createTestCa(name = "test authority"): Promise<TestCa> {
  const dir = mkdtempSync(join(tmpdir(), "weedkeeper-ca-"));
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
  const root = await X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    signingAlgorithm: ALGORITHM,
    notBefore: new Date(Date.now() - DAY_MS),
    notAfter: new Date(Date.now() + DAY_MS),
    extensions: [new BasicConstraintsExtension(true, undefined, true)],
  });
  const ca = join(dir, "ca.crt");
  writeFileSync(ca, root.toString("pem"));
  let serial = 1;
  return {
    ca,
    dir,
    async issue(commonName, options = {}) {
      const number = ++serial;
      const own = await webcrypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"]);
      const certificate: X509Certificate = await X509CertificateGenerator.create({
        serialNumber: number.toString(16).padStart(2, "0"),
        subject: commonName === "" ? "O=nobody" : `CN=${commonName}`,
        issuer: root.subject,
        signingKey: keys.privateKey,
        publicKey: own.publicKey,
        signingAlgorithm: ALGORITHM,
        notBefore: new Date(Date.now() - 2 * DAY_MS),
        notAfter: new Date(Date.now() + (options.expired === true ? -DAY_MS : DAY_MS)),
      });
      const pair = { cert: join(dir, `${number}.crt`), key: join(dir, `${number}.key`) };
      writeFileSync(pair.cert, certificate.toString("pem"));
      const pkcs8 = await webcrypto.subtle.exportKey("pkcs8", own.privateKey);
      writeFileSync(pair.key, PemConverter.encode(pkcs8, "PRIVATE KEY"));
      return pair;
    },
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

/** Settings as `security.toml` would give them; everything left out is not set. */
export function tlsSettings(values: {
  readonly component?: TlsComponent;
  readonly ca?: string;
  readonly pair?: Pair;
  readonly clientPair?: Pair;
  readonly allowedCommonNames?: string;
  readonly allowedWildcardDomain?: string;
}): GrpcTlsSettings {
  const component = values.component ?? "admin";
  const setting = (key: string, value: string | undefined): Setting => ({
    key,
    value: value ?? "",
    place: "security.toml:1",
  });
  return {
    component,
    ca: setting("grpc.ca", values.ca),
    cert: setting(`grpc.${component}.cert`, values.pair?.cert),
    key: setting(`grpc.${component}.key`, values.pair?.key),
    clientCert: setting(`grpc.${component}.client_cert`, values.clientPair?.cert),
    clientKey: setting(`grpc.${component}.client_key`, values.clientPair?.key),
    allowedCommonNames: setting(`grpc.${component}.allowed_commonNames`, values.allowedCommonNames),
    allowedWildcardDomain: setting("grpc.allowed_wildcard_domain", values.allowedWildcardDomain),
  };
}
