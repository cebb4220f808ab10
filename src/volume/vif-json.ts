import { AppError } from "../core/errors.ts";

const MAX_U64 = 0xffff_ffff_ffff_ffffn;

/**
 * Puts quotes around numbers of 16 and more digits, so that JSON.parse does not round them: protobuf JSON allows 64-bit
 * values as plain numbers. Strings are matched first and left alone.
 */
export function quoteLongNumbers(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\d{16,}(?![\d.eE])/g, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  );
}

/** One JSON object of a .vif, read strictly: each key is asked for once, and `finish` refuses what nobody asked for. */
export class VifObject {
  readonly #where: string;
  readonly #path: string;
  readonly #values: Map<string, unknown>;

  /** @param path "" for the root, else a prefix such as "files[0]." */
  constructor(where: string, path: string, value: unknown) {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new AppError("WK-FORMAT", `${where}: ${path === "" ? "the content" : path.slice(0, -1)} is not an object.`);
    }
    this.#where = where;
    this.#path = path;
    this.#values = new Map(Object.entries(value));
  }

  text(key: string): string {
    const value = this.#take(key);
    if (value === undefined) return "";
    if (typeof value === "string") return value;
    throw this.#wrong(key, "text");
  }

  flag(key: string): boolean {
    const value = this.#take(key);
    if (value === undefined) return false;
    if (typeof value === "boolean") return value;
    throw this.#wrong(key, "true or false");
  }

  /** A number that is not negative and exact in a double. */
  integer(key: string, ...aliases: readonly string[]): number {
    const value = this.bigint(key, ...aliases);
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw this.#wrong(key, "a number below 2^53");
    return Number(value);
  }

  /** A number of up to 64 bits that is not negative, as text or as a number. */
  bigint(key: string, ...aliases: readonly string[]): bigint {
    const value = this.#take(key, ...aliases) ?? 0;
    const digits = typeof value === "number" || typeof value === "string" ? String(value) : "";
    if (!/^\d{1,20}$/.test(digits) || BigInt(digits) > MAX_U64) throw this.#wrong(key, "a whole number");
    return BigInt(digits);
  }

  object(key: string): VifObject | undefined {
    const value = this.#take(key);
    return value === undefined ? undefined : new VifObject(this.#where, `${this.#path}${key}.`, value);
  }

  list(key: string): VifObject[] {
    const value = this.#take(key) ?? [];
    if (!Array.isArray(value)) throw this.#wrong(key, "a list");
    return value.map((item: unknown, index) => new VifObject(this.#where, `${this.#path}${key}[${index}].`, item));
  }

  /** Throws WK-FORMAT when keys are left that nobody asked for. */
  finish(): void {
    const [unknown] = this.#values.keys();
    if (unknown === undefined) return;
    throw new AppError("WK-FORMAT", `${this.#where} holds the unknown key "${this.#path}${unknown}".`, {
      hint: "A newer SeaweedFS may have written it; volume servers refuse unknown keys as well.",
    });
  }

  #take(...names: readonly string[]): unknown {
    for (const name of names.flatMap((key) => [key, snakeCase(key)])) {
      if (!this.#values.has(name)) continue;
      const value = this.#values.get(name) ?? undefined;
      this.#values.delete(name);
      return value;
    }
    return undefined;
  }

  #wrong(key: string, expected: string): AppError {
    return new AppError("WK-FORMAT", `${this.#where}: "${this.#path}${key}" must be ${expected}.`);
  }
}

function snakeCase(key: string): string {
  return key.replace(/[A-Z]/g, (letter, at: number) => (at === 0 ? letter : `_${letter.toLowerCase()}`));
}
