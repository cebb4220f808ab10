import type { GrpcTlsSettings } from "../config/security-config.ts";
import { AppError } from "../core/errors.ts";

/** Whether a caller with this common name may call. */
export type CommonNameRule = (commonName: string | undefined) => boolean;

/**
 * The rule of `allowed_commonNames` and `allowed_wildcard_domain`; undefined when neither is set: then every
 * certificate of the authority may call. Names count exactly; a domain matches whole labels only, so
 * `example.org` covers `a.example.org` and itself but not `badexample.org`, and `.example.org` not itself.
 * @throws AppError WK-TLS-CONFIG when the list is set and names nobody.
 */
export function commonNameRule(settings: GrpcTlsSettings): CommonNameRule | undefined {
  const { allowedCommonNames, allowedWildcardDomain } = settings;
  if (allowedCommonNames.value === "" && allowedWildcardDomain.value === "") return undefined;
  const names = new Set(
    allowedCommonNames.value
      .split(",")
      .map((name) => name.trim())
      .filter((name) => name !== ""),
  );
  const domain = allowedWildcardDomain.value.trim().replace(/^\*/, "");
  if (names.size === 0 && domain.replaceAll(".", "") === "") {
    const text = `${allowedCommonNames.place}: ${allowedCommonNames.key} names nobody, so nobody could call.`;
    throw new AppError("WK-TLS-CONFIG", text);
  }
  const suffix = domain.startsWith(".") ? domain : `.${domain}`;
  const apex = domain.startsWith(".") ? undefined : domain;
  return (commonName) => {
    const name = commonName?.trim() ?? "";
    if (name === "") return false;
    if (names.has(name)) return true;
    return suffix.length > 1 && (name === apex || (name.endsWith(suffix) && name.length > suffix.length));
  };
}
